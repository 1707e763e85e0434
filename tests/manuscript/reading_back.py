"""Readers of the written tables that share nothing with the writers: from a file back to the cells in print."""

import csv
import re
import zipfile
from pathlib import Path

import openpyxl
from lxml import etree
from lxml import html as lxml_html

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_TEX = {
    r"\textbackslash{}": "\\", r"\textasciitilde{}": "~", r"\textasciicircum{}": "^", r"\textless{}": "<",
    r"\textgreater{}": ">", r"\textbar{}": "|", r"\textasciigrave{}": "`", r"\char34{}": '"', r"\ldots{}": "…",
    r"$\bullet$": "●", r"$\cdot$": "·", r"$\times$": "×", "$-$": "−", r"$\infty$": "∞", r"$\alpha$": "α",
    r"$\kappa$": "κ", r"\newline{}": "\n", "---": "—", "--": "–", "``": "“", "''": "”",
}  # fmt: skip


def cells_in_word(path: Path) -> list[list[str]]:
    """The rows of the first table below its repeated head; letters of notes stand behind their cells."""
    body = etree.fromstring(zipfile.ZipFile(path).read("word/document.xml"))
    rows = [row for row in body.iter(f"{_W}tr") if row.find(f"{_W}trPr/{_W}tblHeader") is None]
    return [[_text_of(cell) for cell in row.iter(f"{_W}tc")] for row in rows]


def _text_of(cell) -> str:
    shown = {f"{_W}br": "\n", f"{_W}tab": "\t"}
    return "".join(shown.get(one.tag, one.text or "" if one.tag == f"{_W}t" else "") for one in cell.iter())


def values_in_excel(path: Path) -> list[list[object]]:
    """The sheet of raw values, its head first."""
    return [[cell.value for cell in row] for row in openpyxl.load_workbook(path)["Values"].iter_rows()]


def cells_in_excel(path: Path, columns: int) -> list[list[object]]:
    """Everything on the printed sheet below the head, which is where the frozen panes end."""
    sheet = openpyxl.load_workbook(path)["Table"]
    first = int(re.sub(r"\D", "", sheet.freeze_panes))
    return [[sheet.cell(row, column + 1).value for column in range(columns)] for row in range(first, sheet.max_row + 1)]


def cells_in_html(path: Path) -> list[list[str]]:
    """The rows of the page's table body."""
    page = lxml_html.fromstring(path.read_text(encoding="utf-8"))
    return [[cell.text_content() for cell in row] for row in page.findall(".//tbody/tr")]


def cells_in_markdown(path: Path) -> list[list[str]]:
    """The rows of the pipe table below its rule."""
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("| ")][2:]
    return [[_from_markdown(cell) for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]


def _from_markdown(cell: str) -> str:
    plain = re.sub(r"</?sup>", "", cell.strip(" ").replace("&emsp;", "")).replace("<br>", "\n")
    if plain.startswith("**"):
        plain = plain.removeprefix("**").removesuffix("**")
    return re.sub(r"\\(.)", r"\1", plain)


def rows_in_csv(path: Path) -> list[list[str]]:
    """All rows of the raw values, the head first."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def cells_in_latex(path: Path) -> list[list[str]]:
    """The rows between the last rule of the head and the rule at the foot, as a reader of the page sees them."""
    source = path.read_text(encoding="utf-8")
    body = source.rsplit("\\endhead\n" if "\\endhead" in source else "\\midrule\n", 1)[1].split("\\bottomrule")[0]
    lines = [re.sub(r" \\\\\*?$", "", line) for line in body.strip().splitlines()]
    return [[_from_latex(cell) for cell in re.split(r"(?<!\\)&", line)] for line in lines]


def _from_latex(cell: str) -> str:
    plain = re.sub(r"\\leftskip=\d+em\\relax |\\textsuperscript\{(\w+)\}|^\s*\{\}", r"\1", cell.strip(" "))
    plain = re.sub(r"^\\textbf\{(.*)\}$", r"\1", plain)
    for source, shown in _TEX.items():
        plain = plain.replace(source, shown)
    return re.sub(r"\\([&%$#_{}])", r"\1", plain.replace("{}", "")).replace("~", " ").strip()
