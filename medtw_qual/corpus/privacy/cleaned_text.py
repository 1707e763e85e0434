"""Texts without what leads to an account: handles, links, mail addresses, long numbers and display names."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import pandas as pd
import regex

if TYPE_CHECKING:
    from medtw_qual.corpus.corpus import Corpus
    from medtw_qual.corpus.privacy.random_keys import KeyBook

Clean = Callable[[str], str]
# Every repetition below takes all it can at once (++), and none begins inside what another could have begun: a text of
# twice the length takes twice the time.
_LINK = regex.compile(
    r"(?:(?:https?|ftp|at)://|www\.)\S+|\bdid:(?:plc|web):[\w.:%-]+"
    r"|(?<![\w@.-])(?:[\p{L}\d-]++\.)+\p{L}{2,}/[^\s,;)]+",  # also without its protocol: twitter.com/name
    regex.IGNORECASE,
)
_AT = "[@\uff20\ufe6b]"  # also full-width and small
_SERVER = r"[a-z0-9-]++(?:\.[a-z0-9-]++)+"
# A handle with its server (@name@server.example), then mail addresses, then every other @: what stands before it does
# not matter (a full stop, RT, a letter of a script without spaces, an underscore).
_FEDERATED = regex.compile(rf"{_AT}([a-z0-9_]++(?:[.-][a-z0-9_]++)*){_AT}({_SERVER})", regex.IGNORECASE)
_MAIL = regex.compile(rf"(?<![a-z0-9.+_-])(?=[.+_-]*+[a-z0-9])[a-z0-9.+_-]++{_AT}{_SERVER}", regex.IGNORECASE)
_HANDLE = regex.compile(rf"{_AT}([a-z0-9_]++(?:[.-][a-z0-9_]++)*(?!\p{{Latin}})|\w++(?:[.-]\w++)*)", regex.IGNORECASE)
_ANY_AT = regex.compile(_AT)
_REDDIT = regex.compile(r"(?<![\w/])/?u/([\w-]{3,20})(?!\w)")
_LONG_NUMBER = regex.compile(r"(?<!\d)\d{15,}(?!\d)")
# A handle that is no word of the language is found without its @, too.
_ODD = regex.compile(r"[\d_.]|.{12,}|\p{Ll}\p{Lu}")
_BESIDE = regex.compile(r"[(\[{|/•·~–—].*|,.*")
_TITLES_WRITTEN = (
    "dr doctor prof professor mr mrs ms miss mx sir dame nurse sister matron rev lord lady hon the md phd "
    "dphil msc bsc ba bs ma rn np pa pac do mbbs mbchb mph mba ceo frcp mrcp frcs frcem frca facp facs "
    "faan bsn msn dnp crna pharmd dpt cnm rm rgn rmn obe mbe she her hers he him his they them theirs "
)
_TITLES = frozenset(_TITLES_WRITTEN.split())


def cleaner(corpus: Corpus, book: KeyBook) -> Clean:
    """Return the function that takes handles, links, addresses, long numbers and known names out of a text.

    Parameters
    ----------
    corpus : Corpus
        Its authors are the accounts that are known.
    book : KeyBook
        Gives each account its key; handles of others get keys of their own.
    """
    known = _known_handles(corpus.authors)
    # Letters of other scripts, # and _ may stand around a handle; around a name nothing that continues a word may.
    bare = _pattern((entry for entry in known if _ODD.search(entry)), "(?<![a-z0-9@])", "(?![a-z0-9])")
    names = _pattern(display_names(corpus.authors), r"(?<![\w@])", r"(?!\w)")

    def key_of(written: str, server: str = "") -> str:
        for entry in (f"{written}@{server}".casefold(), written.casefold(), written.strip("_").casefold()):
            if entry in known:
                return book.key("author", known[entry])
        return book.key("handle", f"{written}@{server}".strip("@").casefold())

    def clean(text: str) -> str:
        if not text:
            return text
        text = _LINK.sub("[link]", text)
        if _ANY_AT.search(text):
            text = _FEDERATED.sub(lambda found: "@" + key_of(found[1], found[2]), text)
            text = _MAIL.sub("[mail]", text)
            text = _HANDLE.sub(lambda found: "@" + key_of(found[1]), text)
        text = _REDDIT.sub(lambda found: "u/" + key_of(found[1]), text)
        text = bare.sub(lambda found: key_of(found[0]), text) if bare is not None else text
        text = names.sub("[name]", text) if names is not None else text
        return str(_LONG_NUMBER.sub("[number]", text))

    return clean


def _known_handles(authors: pd.DataFrame) -> dict[str, str]:
    """Return the accounts by their handles; an id that is no number is a handle, too."""
    found: dict[str, str] = {}
    for name in ("author_id", "handle"):
        if name in authors.columns:
            pairs = zip(authors[name], authors["author_id"], strict=True)
            found.update({entry.casefold(): author for entry, author in pairs if entry and not entry.isdigit()})
    return found


def display_names(authors: pd.DataFrame) -> set[str]:
    """Return the accounts' display names without titles, degrees, pronouns and emoji; short single words are left out.

    Examples
    --------
    >>> table = pd.DataFrame({"name": ["Dr. Jane Doe, MD 🩺 (she/her)", "Bo"]})
    >>> sorted(display_names(table))
    ['Jane Doe']
    """
    if "name" not in authors.columns:
        return set()
    found: set[str] = set()
    for name in authors["name"]:
        for form in (name, _BESIDE.sub("", name)):
            parts = regex.findall(r"[\p{L}\p{M}'’.-]+", form)
            found.add(
                " ".join(part.strip(".-") for part in parts if part.replace(".", "").casefold() not in _TITLES).strip()
            )
    return {name for name in found if (len(name) >= 5 and " " in name) or len(name) >= 7}


def _pattern(words: Iterable[str], before: str, after: str) -> regex.Pattern[str] | None:
    """Return a pattern that finds any of these in any capitals, the longest first; None where there are none."""
    longest_first = sorted(set(words), key=lambda entry: (-len(entry), entry))
    if not longest_first:
        return None
    parts = (r"[\s.]+".join(map(regex.escape, entry.split())) for entry in longest_first)
    return regex.compile(f"{before}(?:" + "|".join(parts) + f"){after}", regex.IGNORECASE)
