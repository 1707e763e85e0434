"""Hashtags, mentions and links in a post's words, by twitter-text's rules."""

import html
import re
import unicodedata
from collections.abc import Iterable

import regex

# twitter-text 3: a hashtag is # or ＃ followed by letters, marks, digits and underscores with at least one letter or
# mark, not inside a word or an entity such as &#39; and not followed by another #.
_TAG_CHARS = (
    r"[\p{L}\p{M}\p{Nd}_\u200c\u200d\ua67e"
    r"\u05be\u05f3\u05f4\uff5e\u301c\u309b\u309c\u30a0\u30fb\u3003\u0f0b\u0f0c\u00b7]"
)
_TAG_LETTER = r"[\p{L}\p{M}]"
_HASHTAG = regex.compile(
    r"(?<![[\p{L}\p{M}\p{Nd}_&\u200c\u200d]--[\ufe0e\ufe0f]])[#＃](?!\ufe0f|\u20e3)"  # an emoji's variant may precede
    rf"(?=({_TAG_CHARS}*+)(?![#＃]|://))\1(?<={_TAG_LETTER}{_TAG_CHARS}*)",
    regex.VERSION1,
)
# A handle is @ or ＠ and up to 20 letters, digits or underscores; not inside a word or a mail address, except after RT.
_MENTION = regex.compile(
    r"(?:(?<![a-zA-Z0-9_!#$%&*@＠])|(?<=(?<![a-zA-Z0-9_+~.-])[rR][tT]:?))[@＠]"
    r"((?>[a-zA-Z0-9_]{1,20}))(?![a-zA-Z0-9_@＠\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f]|://)"
)
# An address names its protocol here: telling bare domains needs the list of all top-level domains of the day.
_NAME = r"[^\s!-/:-@\[-`{-~\p{Z}\p{C}\p{P}]"
_URL = regex.compile(
    rf"(?<![A-Za-z0-9@＠$#＃])https?://(?:{_NAME}(?:(?:{_NAME}|[_-])*{_NAME})?\.)*{_NAME}(?:(?:{_NAME}|-)*{_NAME})?"
    r"\.(?:xn--[a-z0-9-]+|[a-z]{2,}|[^\x00-\x7f\s\p{P}\p{Z}]{2,})(?![a-z0-9@_-])(?::\d+)?"
    r"(?:[/?#][a-z0-9\p{Cyrillic}\u00c0-\u024f!*';:=+,.$/%#\[\]\-–_~|&@()?]*)?",
    regex.IGNORECASE,
)
_SHORT = re.compile(r"https?://t\.co/([a-zA-Z0-9]+)(?:\?[\w!?*'();:&=+$/%#\[\].,~|@-]*[\w&=#/-])?", re.ASCII)
_HOST = re.compile(r"https?://([^/?#:]+)", re.IGNORECASE)
_LONGEST_SHORT, _LONGEST_LABEL = 40, 63  # characters of a t.co link, and of a part of a host's name (RFC 1034)
_URL_TAIL = "!*';:,.$%[]~|&@?–"
_BARE = regex.compile(r"(?<![\w@.])[\w-]+(?:\.[\w-]+)+/\S*")
_ESCAPED = re.compile(r"&(?:amp|lt|gt|quot|#39|#x27);")
_CUT = re.compile(r"…(?:\s*https?://t\.co/\w*…?)?\s*$")


def unescape_once(text: str) -> str:
    """Turn the entities that platforms write (&amp; &lt; &gt; &quot; &#39;) into characters, once.

    Nothing else is touched: ``&amp;copy`` is what somebody wrote as ``&copy``.

    Examples
    --------
    >>> unescape_once("Q&amp;A &lt;3 &amp;amp; &copy")
    'Q&A <3 &amp; &copy'
    """
    return _ESCAPED.sub(lambda found: html.unescape(found.group()), text) if "&" in text else text


def find_hashtags(text: str) -> list[str]:
    """Return the hashtags of a text without their #, as written.

    Examples
    --------
    >>> find_hashtags("Thank you #MedTwitter and ＃CarreraMédica, see #1 and a#b")
    ['MedTwitter', 'CarreraMédica']
    """
    if "#" not in text and "＃" not in text:
        return []
    without = _BARE.sub(" ", _URL.sub(" ", text)) if "/" in text else text
    return [str(tag) for tag in _HASHTAG.findall(without)]


def find_mentions(text: str) -> list[str]:
    """Return the mentioned handles without @, as written.

    Examples
    --------
    >>> find_mentions("thanks @dr_ko, mail me@example.org")
    ['dr_ko']
    """
    return [str(handle) for handle in _MENTION.findall(text)] if "@" in text or "＠" in text else []


def find_urls(text: str) -> list[str]:
    """Return the web addresses in a text that name their protocol.

    Examples
    --------
    >>> find_urls("see https://a.example/b_(c)). and http://t.co/pbY2NfTZ's site")
    ['https://a.example/b_(c)', 'http://t.co/pbY2NfTZ']
    """
    if "://" not in text:
        return []
    return [_trimmed(found.group()) for found in _URL.finditer(text) if _can_exist(found.group())]


def _can_exist(url: str) -> bool:
    short = _SHORT.match(url)
    if short and len(short.group(1)) > _LONGEST_SHORT:
        return False
    host = _HOST.match(url)
    return host is not None and all(map(_is_label, host.group(1).split(".")))


def _is_label(label: str) -> bool:
    """Say whether a part of a host's name is short enough, written in the letters that the network knows."""
    if label.isascii() or len(label) > _LONGEST_LABEL:
        return len(label) <= _LONGEST_LABEL
    return not label.lower().startswith("xn--") and len("xn--" + label.encode("punycode").decode()) <= _LONGEST_LABEL


def _trimmed(url: str) -> str:
    """Cut off what belongs to the sentence: closing punctuation, and a bracket that was opened before the address."""
    short = _SHORT.match(url)
    if short:
        return short.group()
    surplus = url.count(")") - url.count("(")
    while True:
        shorter = url.rstrip(_URL_TAIL)  # holds no bracket, so the surplus stays
        if shorter.endswith(")") and surplus > 0:
            shorter, surplus = shorter[:-1], surplus - 1
        if shorter == url:
            return url
        url = shorter


def is_cut(text: str) -> bool:
    """Say whether a text ends as platforms end what they cut: with an ellipsis, perhaps before a link.

    Examples
    --------
    >>> is_cut("RT @ward7: the longest night of the ye…")
    True
    >>> is_cut("so tired. and then the sun")
    False
    """
    return ("…" in text[-40:] and len(text) >= 100 and _CUT.search(text) is not None) or (
        text.startswith("RT @") and text.endswith("…")
    )


def as_list(strings: str | Iterable[str]) -> list[str]:
    """Return a list of strings; one string is one member of it and not its letters.

    Examples
    --------
    >>> as_list("thank you"), as_list(("a", "b"))
    (['thank you'], ['a', 'b'])
    """
    return [strings] if isinstance(strings, str) else list(strings)


def bare_words(text: str) -> str:
    """Return the words for comparison: links left out, white space and case made equal.

    Examples
    --------
    >>> bare_words("Thank  you ALL https://t.co/abc")
    'thank you all'
    """
    without = _URL.sub(" ", text) if "://" in text else text
    return " ".join(comparable(without).split())


def comparable(text: str) -> str:
    """Return a text for comparison: case made equal, letters composed (Unicode Standard Annex 15, form NFC).

    Examples
    --------
    >>> comparable("Me" + chr(0x301) + "dicos") == comparable("MÉDICOS")
    True
    """
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())
