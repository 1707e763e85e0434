"""Guards the report: one page that runs its own script only, fetches nothing, shows text as text, same bytes always."""

import re
from base64 import b64encode
from hashlib import sha256

import matplotlib.pyplot as plt
import pandas as pd
import pytest
from lxml import html as lxml_html

from medtw_qual._base.figure_style import figure_style
from medtw_qual.errors import InvalidArgument, UnreadableFile
from medtw_qual.manuscript import ManuscriptTable, ReportFigure, ReportSection, build_report


@pytest.fixture
def figure():
    with figure_style():
        drawn, axes = plt.subplots(figsize=(4, 2))
        axes.plot([1, 2, 3], [1, 4, 9], clip_on=True)
        axes.imshow([[0, 1], [1, 0]], extent=(1, 2, 1, 2))
        axes.set_title("An <invented> figure & more")
    yield drawn
    plt.close(drawn)


@pytest.fixture
def sections(figure):
    table = ManuscriptTable("1", "Long", pd.DataFrame({"n": range(60)}))
    picture = ReportFigure(figure, "Cap.", 'Alt "x".')
    return [
        ReportSection(
            "First <b>",
            "One & two.\n\n- a\n- <i>b</i>",
            figures=[picture, ReportFigure(figure, 'Alt "x".', 'Alt "x".')],
        ),
        ReportSection("Second", tables=[table, table.replace(number="2", body=pd.DataFrame({"n": [1]}))]),
        ReportSection("Third", files={"as Word": "tables/one.docx"}),
    ]


def test_the_page_needs_nothing_and_runs_its_own_script_only(sections):
    page = build_report("A <study>", sections, notice="Invented data.")
    (script,) = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    assert page.lower().count("<script") == 1
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)[1]
    allowed = b64encode(sha256(script.encode()).digest()).decode()
    assert re.findall(r"script-src (.*)$", policy) == [f"'sha256-{allowed}'"]
    assert policy.startswith("default-src 'none'")
    assert not re.search(r"eval|innerHTML|fetch|XMLHttp|import\(", script)
    assert re.findall(r"""(?:src|href)\s*=\s*["'](?!#|data:image/png|tables/)""", page) == []
    assert re.findall(r"url\((?!#)", page) == []
    assert "@import" not in page
    addresses = set(re.findall(r"https?://[^\s\"'<>]+", page))
    assert addresses <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}


def test_ids_are_unique_and_references_point_inside_their_figure(sections):
    page = build_report("A study", sections)
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    wanted = set(re.findall(r'href="#([^"]+)"', page)) | set(re.findall(r"url\(#([^)]+)\)", page))
    assert wanted
    assert wanted <= set(ids)
    assert re.search(r"#section-1-figure-2 \*\s*{", page)


def test_text_is_shown_and_long_tables_are_folded(sections):
    page = lxml_html.fromstring(build_report("A <study>", sections))
    assert page.find(".//h1").text_content() == "A <study>"
    assert [item.text_content() for item in page.findall(".//main//li")] == ["a", "<i>b</i>"]
    assert [one.text_content() for one in page.findall(".//summary")] == ["Table 1. Long (60 rows)"]
    assert len(page.findall(".//main//table")) == 2
    assert page.find(".//svg").get("aria-label") == 'Alt "x".'


def test_two_reports_are_equal_bytes(sections, tmp_path):
    first = build_report("A study", sections, path=tmp_path / "report.html")
    assert build_report("A study", sections) == first
    assert (tmp_path / "report.html").read_text(encoding="utf-8") == first


def test_a_foreign_svg_is_tamed(tmp_path):
    (tmp_path / "x.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)" width="9"><script>alert(2)</script>'
        '<image href="http://x.invalid/a.png"/><rect id="r" fill="url(#g)"/></svg>'
    )
    page = build_report("A study", [ReportSection("S", figures=[ReportFigure(tmp_path / "x.svg", "c", "a")])])
    assert "alert" not in page
    assert "x.invalid" not in page
    assert 'fill="url(#section-1-figure-1-g)"' in page
    (tmp_path / "y.svg").write_text("not svg")
    with pytest.raises(UnreadableFile, match="is not SVG"):
        build_report("A study", [ReportSection("S", figures=[ReportFigure(tmp_path / "y.svg", "c", "a")])])


@pytest.mark.parametrize("path", ["http://x.invalid/a", "/etc/passwd", "javascript:alert(1)"])
def test_files_are_beside_the_report(path):
    with pytest.raises(InvalidArgument, match="relative to the report"):
        build_report("A study", [ReportSection("S", files={"x": path})])
