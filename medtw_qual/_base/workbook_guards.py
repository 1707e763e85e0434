"""A look into a workbook before it is opened: what would take all memory is refused, and what a reader does not see.

A reader lays out a sheet as a rectangle: a blank in Excel's last cell makes 17 thousand million cells of 5 kB. And it
hands over a cell with an error, or with a formula whose value was never computed, as an empty one. Both are seen
in the sheets' XML (ECMA-376, part 1, 18.3.1; OpenDocument 1.3, part 3, 9.1), which is looked through in pieces here.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from medtw_qual.errors import UnreadableFile

MAX_RATIO = 200  # workbooks pack about 10:1, repetitive ones up to 50:1
MAX_SMALL = 100 * 1024 * 1024
MAX_UNPACKED = 4 * 1024**3
MAX_AREA = 10_000_000  # cells of a rectangle that is nearly empty: about half a gigabyte
MAX_CELLS = 60_000_000
MAX_CELL = 1 << 20  # characters; Excel's own limit is 32,767
MAX_CHARACTERS = 1 << 30
_CHUNK = 1 << 20
_PLACE = re.compile(rb'<(?:\w+:)?c\s(?:[^>]*?\s)?r="([A-Z]{1,3})([0-9]{1,7})"[^>]*(?<!/)>')
_CELL = re.compile(rb"<(?:\w+:)?c\s([^>]*?)(?<!/)>(.*?)</(?:\w+:)?c>", re.DOTALL)
_VALUE = re.compile(rb"<(?:\w+:)?v[^>]*>([^<]+)</")
_FORMULA = re.compile(rb"<(?:\w+:)?f(?:\s[^>]*)?>([^<]*)<|<(?:\w+:)?f(?:\s[^>]*)?/>")


@dataclass
class SheetFacts:
    """What a sheet's XML shows.

    Attributes
    ----------
    filled : int
        Cells with a value (about).
    rows, columns : int
        How far its filled cells reach.
    errors : dict
        (row, column), both from 0 -> the error's sign, such as "#NAME?".
    formulas : dict
        Likewise the text of formulas whose value was never computed.
    merged : list of tuple
        (first row, first column, last row, last column), from 0; of OpenDocument sheets only.
    """

    filled: int = 0
    rows: int = 0
    columns: int = 0
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    formulas: dict[tuple[int, int], str] = field(default_factory=dict)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)


def refuse_bomb(name: str, sizes: list[int], packed: int) -> None:
    """Refuse an archive that unpacks into what no file of people's work does.

    Raises
    ------
    UnreadableFile
    """
    unpacked = sum(sizes)
    if unpacked > MAX_UNPACKED or (unpacked > MAX_SMALL and unpacked / max(1, packed) > MAX_RATIO):
        raise UnreadableFile(
            f"{name} unpacks {packed:,} bytes into {unpacked:,}: no workbook of people's work does that (a zip bomb?).",
            "Do not open it; ask where it came from.",
        )


def inspect_workbook(stream: BinaryIO, name: str) -> list[SheetFacts]:
    """Return what the sheets of an .xlsx or .ods show, in the workbook's order.

    Raises
    ------
    UnreadableFile
        When it is damaged, locked, a bomb, or a sheet of it would take all memory.
    """
    try:
        with zipfile.ZipFile(stream) as archive:
            members = archive.infolist()
            stream.seek(0, 2)
            refuse_bomb(name, [member.file_size for member in members], stream.tell())
            names = {member.filename for member in members}
            if any(member.flag_bits & 0x1 for member in members):
                raise UnreadableFile(f"{name} is locked with a password.", "Save it without one.")
            if "content.xml" in names:
                from medtw_qual._base.opendocument_guards import inspect_tables

                found = inspect_tables(_chunks(archive, "content.xml", rb"<table:"))
            else:
                found = _inspect_sheets(archive, names, name)
    except UnreadableFile:  # said in words already; it is a ValueError, too
        raise
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        OSError,
        NotImplementedError,
        RuntimeError,
        ValueError,  # a place before the beginning; a name that is no UTF-8
    ) as error:
        raise UnreadableFile(f"{name} is damaged: {error}.", "Copy it again; nothing of it was read.") from error
    for sheet in found:
        refuse_size(sheet, name)
    return found


def refuse_size(sheet: SheetFacts, name: str) -> None:
    """Refuse a sheet whose rectangle is too large to be laid out.

    Raises
    ------
    UnreadableFile
    """
    area = sheet.rows * sheet.columns
    if area > MAX_CELLS or (area > MAX_AREA and area > 20 * sheet.filled):
        raise UnreadableFile(
            f"A sheet of {name} reaches to row {sheet.rows:,} and column {sheet.columns:,}, and about"
            f" {sheet.filled:,} of these {area:,} cells hold anything (a stray blank in a far cell?).",
            "Copy the table alone into a new workbook, or save it as CSV.",
        )


def _inspect_sheets(archive: zipfile.ZipFile, names: set[str], name: str) -> list[SheetFacts]:
    lengths = _shared_lengths(archive, names, name)
    found = []
    for part in _sheet_parts(archive, names):
        sheet = SheetFacts()
        found.append(sheet)
        letters: set[bytes] = set()
        for chunk in _chunks(archive, part, rb"<(?:\w+:)?c\s") if part in names else ():
            _look(chunk, sheet, letters)
        sheet.columns = max((column_number(letter.decode()) + 1 for letter in letters), default=0)
        if lengths and sheet.filled * max(lengths) > MAX_CHARACTERS:
            _refuse_repeated(archive, part, lengths, name)
    return found


def _sheet_parts(archive: zipfile.ZipFile, names: set[str]) -> list[str]:
    """Return the part of every sheet, in the workbook's order."""
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
        return sorted(part for part in names if part.startswith("xl/worksheets/") and part.endswith(".xml"))
    relations = archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
    targets = {}
    for relation in re.findall(r"<(?:\w+:)?Relationship\s[^>]*>", relations):
        key, target = re.search(r'\bId="([^"]*)"', relation), re.search(r'\bTarget="([^"]*)"', relation)
        if key and target:
            path = target.group(1)
            targets[key.group(1)] = path.lstrip("/") if path.startswith("/") else f"xl/{path}"
    book = archive.read("xl/workbook.xml").decode("utf-8", "replace")
    sheets = re.findall(r"<(?:\w+:)?sheet\s([^>]*)>", book)
    keys = [re.search(r'\b\w+:id="([^"]*)"', sheet) for sheet in sheets]
    return [targets.get(key.group(1), "") if key else "" for key in keys]


def _look(chunk: bytes, sheet: SheetFacts, letters: set[bytes]) -> None:
    places = _PLACE.findall(chunk)
    if places:
        sheet.filled += len(places)
        letters.update({letter for letter, _ in places})
        sheet.rows = max(sheet.rows, int(places[-1][1]), int(places[0][1]))
    if b't="e"' not in chunk and b"<f" not in chunk and b":f" not in chunk:
        return
    for attributes, inner in _CELL.findall(chunk):
        place = re.search(rb'\br="([A-Z]{1,3})([0-9]{1,7})"', attributes)
        value = _VALUE.search(inner)
        if place is None:
            continue
        key = (int(place.group(2)) - 1, column_number(place.group(1).decode()))
        formula = _FORMULA.search(inner)
        if b't="e"' in attributes and value:
            sheet.errors[key] = _plain(value.group(1))
        elif formula and not value and b"<is" not in inner and b't="str"' not in attributes:
            sheet.formulas[key] = "=" + _plain(formula.group(1) or b"")


def _plain(content: bytes) -> str:
    text = content.decode("utf-8", "replace")
    for sign, mark in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&")):
        text = text.replace(sign, mark)
    return text


def column_number(letters: str) -> int:
    """Return the place of a column, from 0, by its letters.

    Examples
    --------
    >>> column_number("A"), column_number("AA")
    (0, 26)
    """
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _chunks(archive: zipfile.ZipFile, part: str, start: bytes) -> Iterator[bytes]:
    """Yield a part in pieces, none of which ends within a cell."""
    begin = re.compile(start)
    rest = b""
    with archive.open(part) as stream:
        while content := stream.read(_CHUNK):
            content = rest + content
            cut = 0
            for cut_at in begin.finditer(content, max(0, len(content) - _CHUNK // 4)):
                cut = cut_at.start()
            if not cut:
                if len(content) > 40 * MAX_CELL:
                    raise UnreadableFile(
                        f"A cell of {part} holds more than {MAX_CELL:,} characters.",
                        "No post and no note is that long.",
                    )
                rest = content
                continue
            yield content[:cut]
            rest = content[cut:]
    yield rest


def _shared_lengths(archive: zipfile.ZipFile, names: set[str], name: str) -> list[int]:
    """Return the length of each shared string: a long one that thousands of cells repeat takes all memory."""
    part = next((path for path in ("xl/sharedStrings.xml", "/xl/sharedStrings.xml") if path in names), "")
    if not part:
        return []
    lengths: list[int] = []
    for chunk in _chunks(archive, part, rb"<(?:\w+:)?si[\s>]"):
        lengths += [len(inner) for inner in re.split(rb"<(?:\w+:)?si[\s>/]", chunk)[1:]]
    if max(lengths, default=0) > 8 * MAX_CELL:
        raise UnreadableFile(
            f"A cell of {name} holds more than {MAX_CELL:,} characters.", "No post and no note is that long."
        )
    return lengths


def _refuse_repeated(archive: zipfile.ZipFile, part: str, lengths: list[int], name: str) -> None:
    total = 0
    for chunk in _chunks(archive, part, rb"<(?:\w+:)?c\s"):
        for attributes, inner in _CELL.findall(chunk):
            value = _VALUE.search(inner)
            if b't="s"' in attributes and value and value.group(1).isdigit():
                number = int(value.group(1))
                total += lengths[number] if number < len(lengths) else 0
        if total > MAX_CHARACTERS:
            raise UnreadableFile(
                f"The texts of {name} unpack into more than {MAX_CHARACTERS:,} characters: the same long text stands"
                " in very many cells.",
                "Do not open it; ask where it came from.",
            )
