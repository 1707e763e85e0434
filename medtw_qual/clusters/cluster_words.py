"""Key words of clusters by class-based TF-IDF, on scikit-learn."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import regex

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix
    from sklearn.feature_extraction.text import CountVectorizer

# Links, handles of any platform (with hyphens, domains and a second @ for the server), and what other tools put in
# their place: <user>, [URL], HTTPURL, @USER, {{link}}; what a platform leaves of a post ([deleted]); the sign #.
_NOT_WORDS = re.compile(
    r"https?://\S+|www\.\S+|\bt\.co/\S+|[@\uff20]\s?[\w][\w.\-]*(?:@[\w.\-]+)?"
    r"|\bhttpurl\b|[<\[{]{1,2}/?(?:user|url|link|mention|hashtag|name|number|email|phone|date|time|percent|money|"
    r"allcaps|repeated|elongated|username|deleted|removed|redacted)\d*/?[>\]}]{1,2}|&(?:amp|lt|gt|quot|nbsp);|[#\uff03]",
    re.IGNORECASE,
)
_CONTRACTIONS = """
i'm i've i'd i'll it's it'll it'd don't didn't doesn't can't won't isn't aren't ain't wasn't weren't couldn't wouldn't
shouldn't haven't hasn't hadn't you're you've you'll you'd we're we've we'll we'd they're they've they'll they'd
he's he'll he'd she's she'll she'd that's that'll there's here's what's who's where's how's let's y'all
just like got did does doing really im ive dont didnt cant amp rt
"""
# Function words of the languages that English-speaking communities post in beside English; none is an English word.
_ELSEWHERE = """
de la el los las un una unos unas del al que qué en por para con sin sobre entre como cómo pero porque cuando donde
muy más ya sí mi mis tu tus su sus nos nuestro nuestra lo le les se es era eres fue ser está están estoy estaba hay
han ha he había tengo tiene esto esta este estos estas eso esa ese yo ella ellos nosotros también todo todos toda
todas des du une et est sont était être dans sur pour avec sans mais ou où qui quoi dont ce cette ces mon ma mes ton
ta tes son sa ses notre votre vos leur leurs je il elle nous vous ils elles ne pas plus très aussi au aux c'est j'ai
qu'il qu'on n'est d'un d'une l'on os um uma uns umas do da dos das no na nas em com sem mas quando onde muito já não
sim meu minha meus minhas seu sua seus suas ele ela eles elas você vocês também isso isto foi são estão tem der die
den dem ein eine einen einem einer und oder aber nicht ist sind war mit von zu zum zur auf für im ich er sie wir ihr
auch noch schon sehr
"""
_ALSO_ENGLISH = {"son", "plus", "war", "die", "dos", "sin", "ton", "mine", "pas", "he", "no", "me", "has", "im"}
# Letters of any script with their vowel signs, inner apostrophes and hyphens; two characters or more, no bare numbers.
_WORD = regex.compile(r"\p{L}[\p{L}\p{M}\p{N}'\-]*[\p{L}\p{M}\p{N}]")


def plain_words(text: str) -> str:
    """Return the text in lower case without links, handles, placeholders and the sign of hashtags.

    Examples
    --------
    >>> plain_words("Thanks @drlee! #MedTwitter https://t.co/x")
    'thanks ! medtwitter '
    >>> plain_words("@dr-lee.ward.example and <user> at HTTPURL: hello").split()
    ['and', 'at', ':', 'hello']
    """
    return _NOT_WORDS.sub("", text).lower().replace("’", "'")


def split_words(text: str) -> list[str]:
    """Return the words of a text in any script.

    Examples
    --------
    >>> split_words("t-shirt, l'hôpital & मरीज़ 2020")
    ['t-shirt', "l'hôpital", 'मरीज़']
    """
    return list(_WORD.findall(text))


def word_counter(min_df: int = 1, stop_words: Sequence[str] | None = None) -> "CountVectorizer":
    """Return the counter of words that key words rest on; BERTopic is given the same one.

    Function words are left out: English ones, and the commonest Spanish, French, Portuguese and German ones that mean
    nothing in English; or those given as `stop_words`.
    """
    from sklearn.feature_extraction.text import CountVectorizer

    return CountVectorizer(
        preprocessor=plain_words,
        tokenizer=split_words,
        token_pattern=None,
        stop_words=list(stop_words or function_words()),
        min_df=min_df,
    )


def function_words() -> list[str]:
    """Function words: scikit-learn's English list, contractions, and the commonest of four other languages."""
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

    return sorted(ENGLISH_STOP_WORDS | set(_CONTRACTIONS.split()) | (set(_ELSEWHERE.split()) - _ALSO_ENGLISH))


def class_tfidf(counts: "csr_matrix") -> "csr_matrix":
    """Weight words by class, as BERTopic does (Grootendorst 2022, equation 2).

    Parameters
    ----------
    counts : sparse matrix, shape (classes, words)
        How often each word occurs in each class.

    Returns
    -------
    sparse matrix, shape (classes, words)
        tf * log(1 + A / f): tf the word's share of its class's words, f its count over all classes, A the average
        number of words per class (a whole number).

    Examples
    --------
    >>> from scipy.sparse import csr_matrix
    >>> class_tfidf(csr_matrix([[2, 0], [1, 1]])).toarray().round(4).tolist()  # A = 2, f = (3, 1)
    [[0.5108, 0.0], [0.2554, 0.5493]]
    """
    from sklearn.preprocessing import normalize

    totals = np.asarray(counts.sum(axis=0)).ravel()
    average = int(np.asarray(counts.sum(axis=1)).mean())
    weights = np.log(np.divide(average, totals, out=np.zeros(len(totals)), where=totals > 0) + 1)
    return normalize(counts.astype(np.float64), norm="l1", axis=1).multiply(weights[None, :]).tocsr()


def key_words(
    texts: Sequence[str], labels: np.ndarray, n_words: int = 10, counter: "CountVectorizer | None" = None
) -> dict[int, list[tuple[str, float]]]:
    """Return the key words of each class with their weights, heaviest first, equal weights in alphabetical order.

    Parameters
    ----------
    texts : sequence of str
    labels : ndarray of int, shape (texts,)
    n_words : int
    counter : CountVectorizer, optional
        How words are found; `word_counter` by default.

    Returns
    -------
    dict
        Class to (word, weight by `class_tfidf`). In a class of three different texts or more, a word that occurs in one
        of them only is passed over: it says something about a post, not about the class.
    """
    from scipy.sparse import csr_matrix

    classes, row = np.unique(labels, return_inverse=True)
    try:
        vectorizer = counter if counter is not None else word_counter()
        per_text = vectorizer.fit_transform(texts)
    except ValueError:  # scikit-learn's "empty vocabulary": only function words, signs or numbers
        return {int(label): [] for label in classes}
    words = vectorizer.get_feature_names_out()
    distinct = ~pd.Series(list(zip(row, texts, strict=True))).duplicated().to_numpy()
    members = csr_matrix(
        (np.ones(len(row), dtype=np.int64), (row, np.arange(len(row)))), shape=(len(classes), len(row))
    )
    weighted = class_tfidf(members @ per_text).tocsr()
    in_texts = (members[:, distinct] @ (per_text[distinct] > 0)).tocsr()
    enough = np.where(np.bincount(row[distinct], minlength=len(classes)) >= 3, 2, 1)
    return {
        int(label): _heaviest(weighted[[at]], in_texts[[at]], int(enough[at]), words, n_words)
        for at, label in enumerate(classes)
    }


def _heaviest(
    weights: "csr_matrix", in_texts: "csr_matrix", enough: int, words: np.ndarray, n: int
) -> list[tuple[str, float]]:
    often = np.zeros(len(words), dtype=np.int64)
    often[in_texts.indices] = in_texts.data
    order = np.lexsort((words[weights.indices], -np.round(weights.data, 12)))
    kept = [at for at in order if weights.data[at] > 0 and often[weights.indices[at]] >= enough]
    return [(str(words[weights.indices[at]]), float(weights.data[at])) for at in kept[:n]]
