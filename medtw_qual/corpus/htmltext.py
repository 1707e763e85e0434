"""The words of posts that are kept as HTML."""

from html import unescape
from html.parser import HTMLParser

# How a browser shows them (HTML standard, innerText): these stand on lines of their own, those with a blank line.
_APART = {"p", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "ul", "ol"}
_LINES = {"li", "div", "tr", "dt", "dd", "table", "section", "article"}
_HIDDEN = {"script", "style"}
# What Mastodon adds to a post that quotes another, for servers that know no quotes: not the author's words.
_FALLBACK = "quote-inline"


class _Words(HTMLParser):
    """Collects words; line ends between elements are written when words follow."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._ends = 0
        self.hidden: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self.hidden:
            if tag == self.hidden[-1]:
                self.hidden.append(tag)
        elif tag in _HIDDEN or _FALLBACK in (dict(attrs).get("class") or "").split():
            self.hidden.append(tag)
        elif tag == "br":
            self._write("\n")
        else:
            self._part(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.hidden:
            if tag == self.hidden[-1]:
                self.hidden.pop()
        else:
            self._part(tag)

    def handle_data(self, data: str) -> None:
        if not self.hidden and not (self._ends and not data.strip() and "\n" in data):
            self._write(data)

    def parse_marked_section(self, i: int, report: int = 1) -> int:
        """Pass over ``<![...>`` as browsers do (HTML standard: a bogus comment); Python's parser may fail on it."""
        return self.parse_bogus_comment(i, bool(report))

    def _part(self, tag: str) -> None:
        if self.parts:
            self._ends = max(self._ends, 2 if tag in _APART else 1 if tag in _LINES else 0)

    def _write(self, words: str) -> None:
        if words:
            self.parts.append("\n" * self._ends + words)
            self._ends = 0


def html_to_text(content: str) -> str:
    r"""Return the words of a post's HTML.

    Examples
    --------
    >>> html_to_text('<p>Thanks &amp; <a href="https://a.example">good</a> night</p><p>#Nurses<br>all</p>')
    'Thanks & good night\n\n#Nurses\nall'
    >>> html_to_text("<p>Thanks to</p><ul><li>nurses</li><li>porters</li></ul>")
    'Thanks to\n\nnurses\nporters'
    """
    parser = _Words()
    # after the last ">" no tag ends: Python's parser would look for its end anew from every "<" (CVE-2025-6069)
    ended = content.rfind(">") + 1
    parser.feed(content[:ended])
    parser.close()
    if not parser.hidden:
        parser.handle_data(unescape(content[ended:]))
    return "".join(parser.parts)
