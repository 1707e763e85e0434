"""The words in an output file, whatever its format, as a reader or a search engine would see them."""

import re
from html import unescape
from pathlib import Path

from medtw_qual._base.zip_archive import open_zip

_TAG = re.compile(r"<[^<>]*>")  # a "<" inside a value stays in sight, and so do the words around it
_COMMENT = re.compile(r"<!--(.*?)(?:-->|\Z)", re.DOTALL)
_VALUE = re.compile(r"""=\s*(?:"([^"]*)"|'([^']*)')""")
_ESCAPED_CHARACTERS = re.compile(r"(?:\\u[0-9a-fA-F]{4})+")
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
        text = content.decode("utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8")
    except UnicodeDecodeError:
        return None
    if "\0" in text:
        return None
    if suffix == ".md":
        text = _ESCAPED.sub(r"\1", without_markup(text) if "<" in text or "&" in text else text)
    return without_escapes(text)


def without_escapes(text: str) -> str:
    r"""Turn what JSON and scripts write for characters (``\u0020``, ``\n``) into these.

    Examples
    --------
    >>> without_escapes(r'"so\u0020tired\nand \ud83d\ude34"')
    '"so tired\nand 😴"'
    """
    if "\\u" in text:
        text = _ESCAPED_CHARACTERS.sub(lambda found: _characters(found.group()), text)
    return re.sub(r"\\[nrt]", "\n", text) if "\\" in text else text


def _characters(escapes: str) -> str:
    units = bytes.fromhex(escapes.replace("\\u", ""))
    return units.decode("utf-16-be", "replace")


def _is_text(name: str) -> bool:
    return Path(name).suffix.lower() in (
        ".xml",
        ".rels",
        ".txt",
        ".qde",
        ".csv",
        ".html",
        ".htm",
        ".json",
        ".md",
        ".svg",
        ".vml",
    )


def without_markup(source: str) -> str:
    r"""Return what stands between tags, and after it what stands in attributes, comments and scripts.

    Examples
    --------
    >>> without_markup("<p title='so tired'>pa<b>ti</b>ent</p><!-- again -->").split("\n")
    ['patient', '', 'so tired', ' again ']
    """
    values = [first or second for first, second in _VALUE.findall(source)]
    comments = _COMMENT.findall(source)
    between = _TAG.sub("", _END_OF_BLOCK.sub("\n", _COMMENT.sub("", source)))
    return without_escapes(unescape("\n".join((between, *values, *(_TAG.sub(" ", words) for words in comments)))))
