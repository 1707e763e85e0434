r"""Guards the LaTeX tables: no cell runs, every engine prints every character or names it, nothing leaves the line.

pdfLaTeX stopped at the heart in a quotation and at a straight quotation mark, and long tables ran off their page: the
fragments are compiled here, by pdfLaTeX and XeLaTeX, with the preamble that they ask for.
"""

import re
import subprocess
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from medtw_qual.manuscript import Footnote, ManuscriptTable, Spanner, TableColumn
from medtw_qual.manuscript.writers.latex_text import KNOWN, escaped
from tests.manuscript.compiling import compiled

HOSTILE = (
    r"\input{/etc/passwd} $x_1^2$ 100% #tag {a} ~b & <i>|",
    r"\end{tabular}\begin{verbatim}} %",
    "[.12, .34]",
    " [after a space]",
    "*star",
    "-- --- '' `` ,, << >> ?` !`",
    'straight "quotes" and “curly” ‘ones’…',
    "two\nlines\n\nand a gap",
    "null\x00 bell\x07 lone\ud800 end",
    "👩🏽‍⚕️ 💕 🇪🇸 ✓ ★",
    "مرحبا שלום 你好 Ελλάδα नमस्ते",
    "Scott’s π, Δ, 𝗯𝗼𝗹𝗱, ﬁ, x\u200by",
    "naïve Łódź ąęśż ĳ €5 ½ µ ™ Șț",
    "",
    "=1+1",
)


def hostile() -> ManuscriptTable:
    body = pd.DataFrame({"words": pd.Series(HOSTILE, dtype=object), "low": 0.125, "high": 0.5})
    return ManuscriptTable(
        "7",
        "Hostile & 100% of #it_^~\\{} <x> 💕 שלום",
        body,
        columns=(
            TableColumn(("words",), "=Words & \\x 💕", width=40),
            TableColumn(("low",), "Share %", "proportion"),
            TableColumn(("low", "high"), "95% CI", "percent interval"),
        ),
        spanners=(Spanner("Shares & <limits> %", 1, 2),),
        notes=("A note: 5% & \\x 💕 مرحبا.",),
        footnotes=(Footnote(0, 2, "Too few, 5%."), Footnote(-1, 1, "Units & more.")),
        strong=(0, 9),
        indents=(0, *[1] * (len(HOSTILE) - 1)),
    )


def made_up() -> dict[str, ManuscriptTable]:
    """Tables as nobody wishes them: hostile, wide, long, empty, and one row of prose longer than a page."""
    wide = pd.DataFrame([[f"w{n}" for n in range(30)]] * 3).rename(columns=str)
    known = pd.DataFrame({"sign": sorted(KNOWN - {"\n", "\t"})})
    return {
        "hostile": hostile(),
        "wide": ManuscriptTable("8", "Thirty columns", wide),
        "long": ManuscriptTable("9", "Every known character", known),
        "spanned": ManuscriptTable(
            "12",
            "Headings longer than what stands below them",
            pd.DataFrame({"code": ["a"] * 3, "x": 0.5, "y": [None] * 3, "z": [None] * 3}),
            columns=tuple(
                TableColumn((one,), one, "text" if one == "code" else "proportion") for one in ("code", *"xyz")
            ),
            spanners=(Spanner("% present, by coder", 1, 1), Spanner("Krippendorff’s α", 2, 3)),
        ),
        "empty": ManuscriptTable("10", "Empty", pd.DataFrame({"code": pd.Series(dtype="str")})),
        "prose": ManuscriptTable("11", "Prose", pd.DataFrame({"a": ["word " * 300] * 9, "b": "other " * 40})),
    }


def printed(folder: Path) -> str:
    """The words of the compiled page."""
    command = ["pdftotext", str(folder / "m.pdf"), "-"]
    return " ".join(subprocess.run(command, check=True, capture_output=True, text=True).stdout.split())


@pytest.mark.extra
@pytest.mark.parametrize("engine", ["pdflatex", "xelatex"])
@pytest.mark.parametrize("name", list(made_up()))
def test_every_table_compiles_without_losing_a_character_or_the_line(engine, name, tmp_path):
    log = compiled(engine, made_up()[name].save(tmp_path / "t.tex"))
    assert "Missing character" not in log
    assert re.findall(r"Overfull \\hbox.*", log) == []


@pytest.mark.extra
def test_what_latex_prints_is_what_was_written(tmp_path):
    compiled("pdflatex", hostile().save(tmp_path / "t.tex"))
    words = printed(tmp_path)
    for phrase in ("input{/etc/passwd}", "[.12, .34]", "[after a space]", "*star", "two hearts emoji", "[Hebrew]",
                   "[check mark]", "end{tabular}", "[12.5, 50.0]", "Table 7", "100% of", "bold"):  # fmt: skip
        assert phrase in words
    assert "root:" not in words


@pytest.mark.extra
def test_a_font_for_other_scripts_is_used_once_the_manuscript_names_one(tmp_path):
    table = ManuscriptTable("1", "In Greek", pd.DataFrame({"words": ["Ελλάδα μου"]}))
    fragment = table.save(tmp_path / "t.tex")
    compiled("xelatex", fragment)
    assert "[Greek]" in printed(tmp_path)
    compiled("xelatex", fragment, r"\newcommand{\mqscript}[2]{(in its font: #2)}")
    assert "(in its font: Greek)" in printed(tmp_path)


@pytest.mark.parametrize(
    ("words", "source"),
    [
        ("thanks 💕", "thanks [two hearts emoji]"),
        ("שלום!", r"\mqscript{שלום}{Hebrew}!"),
        ("Krippendorff’s α", r"Krippendorff's $\alpha$"),
        ("a--b", "a-{}-b"),
        ("1 — 2", "1 --- 2"),
        ("✓", "[check mark]"),
        ("\ufffd", "[replacement character]"),
    ],
)
def test_what_a_font_may_lack_is_named(words, source):
    assert escaped(words) == source


@given(st.text(max_size=60))
def test_whatever_a_post_holds_nothing_of_it_is_a_command(text):
    source = re.sub(r"\\mqscript\{[^{}]*\}\{\w+\}", "", escaped(text))
    assert set(source) <= set(map(chr, range(0x20, 0x7F))) | KNOWN  # what pdfLaTeX knows
    assert re.findall(r"(?<!\\)[%#&_^]", source) == []
    assert source.replace(r"\{", "").count("{") == source.replace(r"\}", "").count("}")
    harmless = (
        r"\\(textbackslash|textasciitilde|textasciicircum|textless|textgreater|textbar|textasciigrave|char34|ldots)\{\}"
    )
    math = r"\$(\\[A-Za-z]+|-|o)\$"
    rest = re.sub(rf"{harmless}|{math}|\\newline\{{\}}|\\[&%$#_{{}}]", "", source)
    assert "\\" not in rest
    assert "$" not in rest
