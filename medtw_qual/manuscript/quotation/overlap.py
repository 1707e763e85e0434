"""How much of somebody's own wording is left in a paraphrase."""

import re
import unicodedata
from dataclasses import dataclass

_WORD = re.compile(r"[^\W_]+")
# A search engine finds a post by a phrase of a few words (Ayers et al. 2018, npj Digital Medicine 1:30: 84% of quoting
# papers led to an author). Four words in a row are ordinary language; five are somebody's.
MOST_WORDS = 4


def words_of(text: str) -> list[str]:
    """Return the words of a text as they are compared: without case, marks and punctuation.

    Examples
    --------
    >>> words_of("My people — they 'get it'!")
    ['my', 'people', 'they', 'get', 'it']
    """
    return _WORD.findall(unicodedata.normalize("NFKC", text).casefold())


@dataclass(frozen=True)
class Overlap:
    """What a paraphrase shares with the words it stands for.

    Attributes
    ----------
    longest : str
        The longest run of words that stands in both.
    n_words : int
        How many words that is.
    share : float
        Share of the paraphrase's words that lie in common runs of more than `MOST_WORDS` words, 0 to 1.
    """

    longest: str
    n_words: int
    share: float

    @property
    def findable(self) -> bool:
        """Whether a search for the paraphrase may lead to the post."""
        return self.n_words > MOST_WORDS


def verbatim_overlap(paraphrase: str, original: str) -> Overlap:
    """Measure what a paraphrase shares word by word with the original.

    Parameters
    ----------
    paraphrase, original : str
        The two texts that are compared.

    Returns
    -------
    Overlap

    Examples
    --------
    >>> shared = verbatim_overlap("The night crew was awake, which helped.", "but the night crew was awake and kind")
    >>> shared.longest, shared.n_words, round(shared.share, 2)
    ('the night crew was awake', 5, 0.71)
    """
    mine, theirs = words_of(paraphrase), words_of(original)
    ends = _run_lengths(mine, theirs)
    longest = max(ends, default=0)
    end = ends.index(longest) + 1 if longest else 0
    covered: set[int] = set()
    for place, length in enumerate(ends):
        if length > MOST_WORDS:
            covered |= set(range(place - length + 1, place + 1))
    share = len(covered) / len(mine) if mine else 0.0
    return Overlap(" ".join(mine[end - longest : end]), longest, share)


def _run_lengths(mine: list[str], theirs: list[str]) -> list[int]:
    """For each word of mine: how many words up to it stand in the same order somewhere in theirs."""
    best = []
    row = [0] * (len(theirs) + 1)
    for word in mine:
        previous = row
        row = [0] * (len(theirs) + 1)
        for place, other in enumerate(theirs, 1):
            if word == other:
                row[place] = previous[place - 1] + 1
        best.append(max(row))
    return best
