"""The words of posts that are kept as HTML."""

from html.parser import HTMLParser


class _Words(HTMLParser):
    """Paragraphs become blank lines, breaks become line ends, links their visible words."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self.parts.append("\n")
        elif tag == "p" and self.parts:
            self.parts.append("\n\n")
        elif tag in ("script", "style"):
            self._hidden += 1

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style"):
            self._hidden = max(0, self._hidden - 1)

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.parts.append(data)


def html_to_text(content: str) -> str:
    r"""Return the words of a post's HTML.

    Examples
    --------
    >>> html_to_text('<p>Thanks &amp; <a href="https://a.example">good</a> night</p><p>#Nurses<br>all</p>')
    'Thanks & good night\n\n#Nurses\nall'
    """
    parser = _Words()
    parser.feed(content)
    parser.close()
    return "".join(parser.parts)
