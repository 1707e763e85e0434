"""How much of somebody's own wording is left in a paraphrase."""

from dataclasses import dataclass
from itertools import accumulate

from medtw_qual.manuscript.quotation.word_tokens import join_words, weight_of, words_of

# A search engine finds a post by a phrase of a few words (Ayers et al. 2018, npj Digital Medicine 1:30: 84% of quoting
# papers led to an author). Four words in a row are ordinary language; five are somebody's.
MOST_WORDS = 4


@dataclass(frozen=True)
class Overlap:
    """What a paraphrase shares with the words it stands for.

    Attributes
    ----------
    longest : str
        The longest run of words that stands in both.
    n_words : int
        How many words that is; in scripts without spaces, two letters (Thai and its like: four) count as one.
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
    before = [0.0, *accumulate(map(weight_of, mine))]
    longest, n_words = (0, 0), 0.0
    covered: set[int] = set()
    for end, length in enumerate(_run_lengths(mine, theirs), 1):
        weight = before[end] - before[end - length]
        if weight > n_words:
            longest, n_words = (end - length, end), weight
        if int(weight) > MOST_WORDS:
            covered |= set(range(end - length, end))
    shared = sum(weight_of(mine[place]) for place in covered)
    return Overlap(join_words(mine[slice(*longest)]), int(n_words), shared / before[-1] if mine else 0.0)


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
