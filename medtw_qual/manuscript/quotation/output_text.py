"""The words in an output file, whatever its format, as a reader or a search engine would see them."""

import re
from html import unescape
from pathlib import Path

from medtw_qual._base.zip_archive import open_zip

_TAG = re.compile(r"<[^>]*>")
_END_OF_BLOCK = re.compile(
    r"</(?:w:p|p|td|th|tr|li|h\d|div|text|si|c|title|figcaption|summary)>|<(?:w:)?(?:br|tab)\s*/?>"
)
_COMMAND = re.compile(r"\\[a-zA-Z]+\d*\s*(?:\{\})?")
# what a LaTeX table says in the place of an emoji, and beside words in another script, stands in no post
_NAMED_BY_LATEX = re.compile(r"\[[^\[\]]{1,80} emoji\]|(?<=\})\{\w+\}")
_ESCAPED = re.compile(r"\\([^A-Za-z0-9\s])")
_OFFICE = (".docx", ".xlsx", ".zip", ".qdpx")
_MARKUP = (".html", ".htm", ".svg", ".xml", ".qdc")


def words_in_file(path: Path) -> str | None:
    """Return the text of an output file; None where its format cannot be searched (pictures, PDF).

    The parts of a Word or Excel file are read as they lie in the package, so that comments, properties and hidden
    sheets count too. A format that is not known here is searched as the text that it is, if it is UTF-8.
    """
    suffix = path.suffix.lower()
    if suffix in _OFFICE:
        archive = open_zip(path)
        try:
            parts = [archive.read(name).decode("utf-8", "replace") for name in archive.members if _is_text(name)]
        finally:
            archive.close()
        return "\n".join(without_markup(part) for part in parts)
    if suffix in _MARKUP:
        return without_markup(path.read_text(encoding="utf-8", errors="replace"))
    if suffix == ".tex":
        source = _NAMED_BY_LATEX.sub(" ", path.read_text(encoding="utf-8", errors="replace"))
        return _COMMAND.sub(" ", _ESCAPED.sub(r"\1", source))
    content = path.read_bytes()
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return None
    if b"\0" in content:
        return None
    return _ESCAPED.sub(r"\1", text.replace("<br>", " ")) if suffix == ".md" else text


def _is_text(name: str) -> bool:
    return Path(name).suffix.lower() in (".xml", ".rels", ".txt", ".qde", ".csv")


def without_markup(source: str) -> str:
    """Return what stands between tags and inside attributes that are read aloud."""
    spoken = re.findall(r'(?:alt|aria-label|title|w:val|descr)="([^"]*)"', source)
    return unescape(_TAG.sub("", _END_OF_BLOCK.sub("\n", source)) + "\n" + "\n".join(spoken))
