"""Hashtags, mentions and links in a post's words, by twitter-text's rules."""

import html
import re
from collections.abc import Sequence

import regex

# twitter-text 3: a hashtag is # or ＃ followed by letters, marks, digits and underscores with at least one letter or
# mark, not inside a word or an entity such as &#39; and not followed by another #.
_TAG_CHARS = (
    r"[\p{L}\p{M}\p{Nd}_\u200c\u200d\ua67e"
    r"\u05be\u05f3\u05f4\uff5e\u301c\u309b\u309c\u30a0\u30fb\u3003\u0f0b\u0f0c\u00b7]"
)
_TAG_LETTER = r"[\p{L}\p{M}]"
_HASHTAG = regex.compile(
    rf"(?<![\p{{L}}\p{{M}}\p{{Nd}}_&\u200c\u200d])[#＃](?!\ufe0f|\u20e3)({_TAG_CHARS}*{_TAG_LETTER}{_TAG_CHARS}*)(?![#＃]|://)"
)
_MENTION = regex.compile(r"(?<![a-zA-Z0-9_!#$%&*@＠])[@＠]([a-zA-Z0-9_]{1,20})(?![@＠\u00c0-\u024f\w]|://)")
_URL = regex.compile(r"https?://[^\s<>\"'“”]+[^\s<>\"'“”.,;:!?)\]}…]", regex.IGNORECASE)
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
    return _HASHTAG.findall(text) if "#" in text or "＃" in text else []


def find_mentions(text: str) -> list[str]:
    """Return the mentioned handles without @, as written.

    Examples
    --------
    >>> find_mentions("thanks @dr_ko, mail me@example.org")
    ['dr_ko']
    """
    return _MENTION.findall(text) if "@" in text or "＠" in text else []


def find_urls(text: str) -> list[str]:
    """Return the web addresses in a text that name their protocol."""
    return _URL.findall(text) if "://" in text else []


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


def unique(values: Sequence[str]) -> list[str]:
    """Return the values once each, in their order."""
    return list(dict.fromkeys(values))


def bare_words(text: str) -> str:
    """Return the words for comparison: links left out, white space and case made equal.

    Examples
    --------
    >>> bare_words("Thank  you ALL https://t.co/abc")
    'thank you all'
    """
    without = _URL.sub(" ", text) if "://" in text else text
    return " ".join(without.casefold().split())
