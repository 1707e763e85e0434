"""Key words of clusters by class-based TF-IDF, on scikit-learn."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import regex

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix
    from sklearn.feature_extraction.text import CountVectorizer

_NOT_WORDS = re.compile(r"https?://\S+|www\.\S+|@\w+|#", re.IGNORECASE)
_CONTRACTIONS = """
i'm i've i'd i'll it's it'll it'd don't didn't doesn't can't won't isn't aren't ain't wasn't weren't couldn't wouldn't
shouldn't haven't hasn't hadn't you're you've you'll you'd we're we've we'll we'd they're they've they'll they'd
he's he'll he'd she's she'll she'd that's that'll there's here's what's who's where's how's let's y'all
just like got did does doing really im ive dont didnt cant amp rt
"""
# Letters of any script with their vowel signs, inner apostrophes and hyphens; two characters or more, no bare numbers.
_WORD = regex.compile(r"\p{L}[\p{L}\p{M}\p{N}'\-]*[\p{L}\p{M}\p{N}]")


def plain_words(text: str) -> str:
    """Return the text in lower case without links, handles and the sign of hashtags.

    Examples
    --------
    >>> plain_words("Thanks @drlee! #MedTwitter https://t.co/x")
    'thanks ! medtwitter '
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

    English function words are left out, other languages' stay unless `stop_words` are given.
    """
    from sklearn.feature_extraction.text import CountVectorizer

    return CountVectorizer(
        preprocessor=plain_words,
        tokenizer=split_words,
        token_pattern=None,
        stop_words=list(stop_words or english_stop_words()),
        min_df=min_df,
    )


def english_stop_words() -> list[str]:
    """English function words: scikit-learn's list, with the contractions that our words keep whole."""
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

    return sorted(ENGLISH_STOP_WORDS | set(_CONTRACTIONS.split()))


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


def count_by_class(
    texts: Sequence[str], labels: np.ndarray, counter: "CountVectorizer"
) -> tuple["csr_matrix", np.ndarray]:
    """Count words per class, classes in ascending order of their labels.

    Returns
    -------
    counts : sparse matrix, shape (classes, words)
    words : ndarray of str
        Empty (and no columns) when no text has a word.
    """
    from scipy.sparse import csr_matrix

    classes, row = np.unique(labels, return_inverse=True)
    try:
        per_text = counter.fit_transform(texts)
    except ValueError:  # scikit-learn's "empty vocabulary": only function words, signs or numbers
        return csr_matrix((len(classes), 0)), np.array([], dtype=str)
    members = csr_matrix(
        (np.ones(len(row), dtype=np.int64), (row, np.arange(len(row)))), shape=(len(classes), len(row))
    )
    return members @ per_text, counter.get_feature_names_out()


def key_words(
    texts: Sequence[str], labels: np.ndarray, n_words: int = 10, counter: "CountVectorizer | None" = None
) -> dict[int, list[tuple[str, float]]]:
    """Return the key words of each class with their weights, heaviest first, equal weights in alphabetical order."""
    counts, words = count_by_class(texts, labels, counter if counter is not None else word_counter())
    classes = np.unique(labels)
    if not len(words):
        return {int(one): [] for one in classes}
    weighted = class_tfidf(counts).tocsr()
    found = {}
    for row, one in enumerate(classes):
        part = weighted[[row]]
        order = np.lexsort((words[part.indices], -part.data))[:n_words]
        found[int(one)] = [(str(words[part.indices[at]]), float(part.data[at])) for at in order if part.data[at] > 0]
    return found
