"""What may not stand in a publication: runs of words of posts, ids and handles; and finding them in a text."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import regex

from medtw_qual.corpus import Corpus
from medtw_qual.manuscript.quotation.word_tokens import count_words, runs_of, seen_text, words_of

# Six words in a row stand in one post and hardly anywhere else; of shorter posts the whole is looked for.
RUN = 6
SHORTEST = 3
_SHORTEST_ID = 6
_HANDLE = r"[a-z0-9_]+(?:[.-]+[a-z0-9_]+)*"
# An id alone, a handle, the long ids of other platforms (at://..., https://...); handles with their server
# (@name@server), also glued to a script without spaces; parts of what is joined by dots; numbers glued to a word.
_NAMES = tuple(
    map(regex.compile, (r"@?\w[\w-]*+", r"[\w:/.@#-]+", rf"{_HANDLE}(?:@{_HANDLE})?", r"[a-z0-9_]+", r"[0-9]+"))
)
# What is surely meant as a handle: behind an @, a server's name, or Reddit's u/.
_MEANT = regex.compile(rf"(?:@|(?<=[a-z0-9-]\.[a-z]+)/@?|(?<![\w/])/?u/)({_HANDLE}(?:@{_HANDLE})?)")
_NO_WORD = regex.compile(r"[_.@]")  # what no word has inside: such a handle is known without its @


class Found(NamedTuple):
    """What was found in a text: kind ("words", "id", "handle"), the unit or id, and the words."""

    kind: str
    unit_id: str
    words: str


@dataclass(frozen=True)
class Forbidden:
    """What may not stand in a publication.

    Attributes
    ----------
    runs : dict
        Runs of six words, each with the unit it comes from.
    whole : dict
        Shorter posts, by the number of their words: the words, each with its unit.
    names : dict
        Ids and handles in small letters, each with its kind and, for an id, its spelling.
    """

    runs: dict[str, str]
    whole: dict[int, dict[str, str]]
    names: dict[str, tuple[str, str]]

    @classmethod
    def of(cls, corpus: Corpus, fine: Iterable[str]) -> "Forbidden":
        """Take the words and names of a corpus together, but for words that stand in the texts that are fine."""
        runs: dict[str, str] = {}
        whole: dict[int, dict[str, str]] = {}
        for unit, text, context in corpus.units[["unit_id", "text", "context"]].itertuples(index=False):
            for said in (text, context):
                tokens = words_of(said)
                if count_words(said) >= RUN:
                    for start, end in runs_of(tokens, RUN):
                        runs.setdefault(" ".join(tokens[start:end]), unit)
                elif count_words(said) >= SHORTEST:
                    whole.setdefault(len(tokens), {}).setdefault(" ".join(tokens), unit)
        for text in fine:
            tokens = words_of(text)
            for start, end in runs_of(tokens, RUN):
                runs.pop(" ".join(tokens[start:end]), None)
            for length, posts in whole.items():
                for piece in _pieces(tokens, length):
                    posts.pop(piece, None)
        return cls(runs, {length: posts for length, posts in whole.items() if posts}, _names(corpus))

    def find(self, text: str) -> Iterator[Found]:
        """Yield every id, handle and unit of which words stand in a text, each once."""
        yield from dict.fromkeys(self._names_in(seen_text(text)))
        tokens, seen = words_of(text), set()
        longer = (" ".join(tokens[start:end]) for start, end in runs_of(tokens, RUN)) if self.runs else ()
        for piece in longer:
            unit = self.runs.get(piece)
            if unit is not None and unit not in seen:
                seen.add(unit)
                yield Found("words", unit, piece)
        for length, posts in self.whole.items():
            for piece in _pieces(tokens, length):
                unit = posts.get(piece)
                if unit is not None and unit not in seen:
                    seen.add(unit)
                    yield Found("words", unit, piece)

    def _names_in(self, text: str) -> Iterator[Found]:
        written = dict.fromkeys(found for pattern in _NAMES for found in pattern.findall(text))
        written |= dict.fromkeys("@" + found for found in _MEANT.findall(text))
        for name in written:
            for candidate in dict.fromkeys((name, name.strip(":/.-"), name.strip("_"))):
                if candidate in self.names:
                    kind, spelt = self.names[candidate]
                    yield Found(kind, spelt if kind == "id" else "", spelt)


def _pieces(tokens: list[str], length: int) -> Iterator[str]:
    for start in range(len(tokens) - length + 1):
        yield " ".join(tokens[start : start + length])


def _names(corpus: Corpus) -> dict[str, tuple[str, str]]:
    names: dict[str, tuple[str, str]] = {}
    for handle in map(seen_text, corpus.authors.get("handle", ())):
        if handle:
            names["@" + handle] = ("handle", "@" + handle)
            if _NO_WORD.search(handle.strip("_.")):
                names[handle] = ("handle", handle)
    columns = (
        (corpus.posts, ("post_id", "author_id", "conversation_id", "reply_to_id")),
        (corpus.units, ("unit_id", "author_id")),
    )
    for table, wanted in columns:
        for column in wanted:
            if column in table:
                names |= {seen_text(id_): ("id", id_) for id_ in table[column] if len(id_) >= _SHORTEST_ID}
    return names
