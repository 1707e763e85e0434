"""What people and programs do to a file before it is read: each function saves a table or JSON lines another way.

Columns, words and delimiters are changed, the posts never.
"""

import bz2
import csv
import gzip
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pandas as pd
import pyarrow as pa

Rows = list[list[str]]


def rows_of(path: Path) -> Rows:
    return list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8"), newline="")))


def _text(rows: Rows, delimiter: str = ",", quoting: int = csv.QUOTE_MINIMAL, ends: str = "\r\n") -> str:
    held = io.StringIO(newline="")
    csv.writer(held, delimiter=delimiter, quoting=quoting, lineterminator=ends).writerows(rows)
    return held.getvalue()


def _write(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def bom(rows: Rows, folder: Path) -> Path:
    return _write(folder / "bom.csv", _text(rows).encode("utf-8-sig"))


def utf16_tabs(rows: Rows, folder: Path) -> Path:
    return _write(folder / "unicode.txt", _text(rows, "\t").encode("utf-16"))


def semicolons(rows: Rows, folder: Path) -> Path:
    return _write(folder / "semi.csv", _text(rows, ";").encode())


def separator_line(rows: Rows, folder: Path) -> Path:
    return _write(folder / "sep.csv", b"sep=;\r\n" + _text(rows, ";").encode())


def reordered(rows: Rows, folder: Path) -> Path:
    return _write(folder / "reordered.csv", _text([row[::-1] for row in rows]).encode())


def r_table(rows: Rows, folder: Path) -> Path:
    """As R's write.csv: everything between quotation marks, NA for what is not there."""
    header, *body = rows
    lines = [",".join(f'"{name}"' for name in header)]
    lines += [",".join("NA" if not cell else '"' + cell.replace('"', '""') + '"' for cell in row) for row in body]
    return _write(folder / "r.csv", ("\n".join(lines) + "\n").encode())


def pandas_strings(rows: Rows, folder: Path) -> Path:
    frame = pd.DataFrame(rows[1:], columns=rows[0]).replace("", pd.NA)
    frame.to_csv(folder / "pandas.csv", na_rep="NaN")  # with its index in the first column, as people leave it
    return folder / "pandas.csv"


def workbook(rows: Rows, folder: Path) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(folder / "book.xlsx")
    return folder / "book.xlsx"


def header_twice(rows: Rows, folder: Path) -> Path:
    return _write(folder / "twice.csv", _text([*rows[:2], rows[0], *rows[2:]]).encode())


def quoted_formulas(rows: Rows, folder: Path) -> Path:
    """Ids as ="..." so that a spreadsheet keeps them."""
    keep = [[f'="{cell}"' if cell.isdigit() and len(cell) > 15 else cell for cell in row] for row in rows[1:]]
    return _write(folder / "formulas.csv", _text([rows[0], *keep]).encode())


def gzipped(rows: Rows, folder: Path) -> Path:
    return _write(folder / "posts.csv.gz", gzip.compress(_text(rows).encode()))


def bzipped(rows: Rows, folder: Path) -> Path:
    return _write(folder / "posts.csv.bz2", bz2.compress(_text(rows).encode()))


def zstandard(rows: Rows, folder: Path) -> Path:
    return _write(folder / "posts.csv.zst", pa.Codec("zstd").compress(_text(rows).encode(), asbytes=True))


def zipped_on_a_mac(rows: Rows, folder: Path) -> Path:
    with zipfile.ZipFile(folder / "posts.zip", "w") as packed:
        packed.writestr("posts.csv", _text(rows))
        packed.writestr("__MACOSX/._posts.csv", b"\x00\x05\x16\x07")
    return folder / "posts.zip"


def in_parts(rows: Rows, folder: Path) -> Path:
    parts = folder / "parts"
    parts.mkdir()
    header, *body = rows
    for number, row in enumerate(body):
        _write(parts / f"part{len(body) - number}.csv", _text([header, row]).encode())
    return parts


def float_ids(rows: Rows, folder: Path) -> Path:
    """Every long id through a float, as pandas does where a column has gaps: refused, never read."""
    turned = [[repr(float(cell)) if cell.isdigit() and len(cell) > 15 else cell for cell in row] for row in rows[1:]]
    return _write(folder / "floats.csv", _text([rows[0], *turned]).encode())


RESAVINGS: dict[str, Callable[[Rows, Path], Path]] = {
    "a BOM": bom,
    "UTF-16, tabs": utf16_tabs,
    "semicolons": semicolons,
    "sep=; line": separator_line,
    "columns reordered": reordered,
    "R write.csv (NA)": r_table,
    "pandas (NaN, index)": pandas_strings,
    "workbook (.xlsx)": workbook,
    "header repeated": header_twice,
    'ids as ="..."': quoted_formulas,
    ".gz": gzipped,
    ".bz2": bzipped,
    ".zst": zstandard,
    ".zip with __MACOSX": zipped_on_a_mac,
    "split in parts": in_parts,
    "ids through a float": float_ids,
}
