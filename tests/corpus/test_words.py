"""Hashtags, mentions and links against twitter-text's conformance facts (conformance/extract.yml, some retyped).

Of the whole file (tried 2026-11) hold all 68 facts on hashtags, all 23 on mentions, and 81 of 96 on addresses and short
links. The other 15 are about addresses that name no protocol, or end where a word begins: both need the list of all
top-level domains of the day and are left out.
"""

import pytest

from medtw_qual.corpus.text_entities import find_hashtags, find_mentions, find_urls, is_cut, unescape_once

HASHTAGS = [
    ("a #hashtag here", ["hashtag"]),
    ("this is #hashtag1", ["hashtag1"]),
    ("#1hashtag is this", ["1hashtag"]),
    ("On the #16 bus", []),
    ("#0", []),
    ("(#hashtag1 )#hashtag2 [#hashtag3 ]#hashtag4 ’#hashtag5’#hashtag6", [f"hashtag{n}" for n in range(1, 7)]),
    ("I'll write more tests #mañana", ["mañana"]),
    ("Working remotely #café", ["café"]),
    ("Getting my Oktoberfest on #münchen", ["münchen"]),
    ("this is not valid: # 会議中 ハッシュ", []),
    ("What is #트위터 anyway?", ["트위터"]),
    ("What is #ашок anyway?", ["ашок"]),
    ("#カタカナ is a hashtag", ["カタカナ"]),
    ("Study #ひらがな for fun and profit", ["ひらがな"]),
    ("日本語ハッシュテスト。#日本語ハッシュタグ", ["日本語ハッシュタグ"]),
    ("#日本語ハッシュタグ。", ["日本語ハッシュタグ"]),
    ("全角英数字ハッシュタグ ＃ｈａｓｈｔａｇ１２３", ["ｈａｓｈｔａｇ１２３"]),
    ("日本語ハッシュタグ#日本語ハッシュタグ", []),
    ("長音ハッシュタグ。#サッカー", ["サッカー"]),
    ("できましたよー！＃日本語ハッシュタグ。", ["日本語ハッシュタグ"]),
    ("#云々 #学問のすゝめ #いすゞ #各〻 #各〃", ["云々", "学問のすゝめ", "いすゞ", "各〻", "各〃"]),
    ("#メ～テレ ハッシュタグ内で～が認識されず", ["メ～テレ"]),
    ("Here’s a test tweet for you: #Ateş #qrşt #ştu #ş", ["Ateş", "qrşt", "ştu", "ş"]),
    ("#hashtag: #hashtag; #hashtag, #hashtag. #hashtag! #hashtag?", ["hashtag"] * 6),
    (":#hashtag ;#hashtag ,#hashtag .#hashtag !#hashtag ?#hashtag", ["hashtag"] * 6),
    ("#hashtag\ntest\n#hashtag2\ntest\n#hashtag3\n", ["hashtag", "hashtag2", "hashtag3"]),
    ("#http://twitter.com #https://twitter.com", []),
    ("http://twitter.com/#hashtag twitter.com/#hashtag", []),
    ("#Azərbaycanca #mûǁae #Čeština #Ċaoiṁín", ["Azərbaycanca", "mûǁae", "Čeština", "Ċaoiṁín"]),
    ("#برنامه_نویسی  #رییس_جمهور", ["برنامه_نویسی", "رییس_جمهور"]),
    ("#עַל־יְדֵי #וכו׳ #מ״כ", ["עַל־יְדֵי", "וכו׳", "מ״כ"]),
    ("#ผู้เริ่ม #การเมือง", ["ผู้เริ่ม", "การเมือง"]),
    ("#महात्मा #महात्मा_१२३४ #१२३४ गांधी", ["महात्मा", "महात्मा_१२३४"]),
    # right after an emoji, with and without the sign of its variant, in words of our own
    ("so proud 🩺#nurses ✌️#nurses ✌︎#nurses ✌🏿️#nurses", ["nurses"] * 4),
    ("keycap #️⃣ is no hashtag", []),
]
MENTIONS = [
    ("@username reply", ["username"]),
    ("mention @user_name", ["user_name"]),
    ("mention @12345", ["12345"]),
    ("mention @username1 @username2", ["username1", "username2"]),
    ("の@usernameに到着を待っている", ["username"]),
    ("Current Status: @_@ (cc: @username)", ["username"]),
    ("@aliceìnheiro something something", []),
    ("@username email me @test@example.com", ["username"]),
    ("@http://twitter.com", []),
    ("@username\n@mention", ["username", "mention"]),
    ("RT@username RT:@mention RT @test", ["username", "mention", "test"]),
    ("rT@username rT:@mention rT @test", ["username", "mention", "test"]),
    *((f"f{sign}@kn", []) for sign in "!@#$%&*"),
]
URLS = [
    "http://example.com",
    "http://foobar.com/#",
    "http://google.com/#search?q=iphone%20-filter%3Alinks",
    "http://somedomain.com/index.php?path=/abc/def/",
    "http://somehost.com:3000",
    "http://xo.com/~matthew+%ff-,.;x",
    "http://en.wikipedia.org/wiki/Primer_(film)",
    "http://✪df.ws/ejp",
    "http://chilp.it/?77e8fd",
    "http://msdn.microsoft.com/ja-jp/library/system.net.httpwebrequest(v=VS.100).aspx",
    "http://word-and-a-number-8-ftw.domain.com/",
    "http://foo.com?#foo",
    "http://example.com/a+",
    "http://twitter.com/Русские_слова",
    "http://sub_domain-dash.twitter.com",
    "http://a.b.cd",
    "http://www.foo.com/foo/path-with-period./",
    "http://www.foo.com/bar-path/some.stm?param1=foo;param2=P1|0||P2|0",
    "http://foo.com/bar/123/foo_&_bar/",
    "http://xn--ls8h.XN--ls8h.la/",
    "http://foobar.みんな/",
]
URLS_IN_TEXT = [
    ("test http://twitter.com/.", ["http://twitter.com/"]),
    ("(http://twitter.com", ["http://twitter.com"]),
    ("text http://domain.com-that-you-should-have-put-a-space-after", []),
    ("periods http://example.com/path" + "." * 40, ["http://example.com/path"]),
    ("commas http://example.com/" + "," * 40, ["http://example.com/"]),
    ("I really like http://t.co/pbY2NfTZ's website", ["http://t.co/pbY2NfTZ"]),
    ("Check this site out http://t.co/FNkPfmii- it's great", ["http://t.co/FNkPfmii"]),
    ("http://twitter.com/これは日本語です。", ["http://twitter.com/"]),
    ("#http://test.com @http://test.com $http://twitter.com", []),
    ("text http://-dash_2314352345_dfasd.foo-cow_4352.com", []),
    ("text http://no-tld", []),
    ("text http://tld-too-short.x", []),
    ("test http://trailingdash-.twitter.com", []),
    ("test http://_leadingunderscore.twitter.com", []),
    ("test http://twitter-.com", []),
    ("test http://twitter_underscore.com", []),
    ("test http://twitter.c_o_m", []),
    # the remaining kinds of refusal, in words of our own
    ("a part that ends in a dash http://www.ward-.example.com", []),
    ("foreign letters in the network's own http://xn--mañana.com/a", []),
    ("a short link too long http://t.co/" + "a" * 41, []),
    ("a part too long http://" + "a" * 64 + ".com/a", []),
    ("a foreign part too long http://" + "あ" * 64 + ".com/a", []),
    ("a short link asks http://t.co/UqIyJAJTfo?amp=1.", ["http://t.co/UqIyJAJTfo?amp=1"]),
    ("the longest http://" + "a" * 63 + ".com/a", ["http://" + "a" * 63 + ".com/a"]),
]


@pytest.mark.parametrize(("text", "expected"), HASHTAGS)
def test_hashtags(text: str, expected: list[str]) -> None:
    assert find_hashtags(text) == expected


@pytest.mark.parametrize(("text", "expected"), MENTIONS)
def test_mentions(text: str, expected: list[str]) -> None:
    assert find_mentions(text) == expected


@pytest.mark.parametrize(("text", "expected"), [*((f"text {url} text", [url]) for url in URLS), *URLS_IN_TEXT])
def test_urls(text: str, expected: list[str]) -> None:
    assert find_urls(text) == expected


def test_entities_are_unescaped_once() -> None:
    assert unescape_once("&amp;lt; &amp;amp; &lt;3 AT&T &copy;") == "&lt; &amp; <3 AT&T &copy;"


@pytest.mark.parametrize(
    ("text", "cut"),
    [("a" * 139 + "…", True), ("a" * 240 + "… https://t.co/abc", True), ("so…", False), ("a" * 200, False)],
)
def test_cut_texts(text: str, cut: bool) -> None:
    assert is_cut(text) is cut


def test_hostile_texts_take_no_long_time() -> None:
    """Nothing here grows faster than the text: each of these would take minutes with a careless pattern."""
    for text in (
        "http://" + "a-" * 20_000,
        "#" * 40_000,
        "#" + "1" * 40_000,
        "@" * 40_000,
        "http://a." + "b." * 20_000,
    ):
        assert find_urls(text) == []
        assert find_hashtags(text) == []
        assert find_mentions(text) == []
