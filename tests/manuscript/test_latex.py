"""Guards that the LaTeX tables compile, where a TeX is installed; elsewhere the skip says so."""

import shutil
import subprocess

import pandas as pd
import pytest

from medtw_qual.manuscript import ManuscriptTable

pytestmark = [pytest.mark.extra]


@pytest.mark.skipif(
    shutil.which("pdflatex") is None, reason="no TeX is installed: the .tex files are not compiled here"
)
def test_latex_compiles(tmp_path):
    table = ManuscriptTable("1", "50% & more", pd.DataFrame({"code": ["a_b", "[x]"], "n": [1, 2]}))
    table.save(tmp_path / "t.tex")
    packages = "\n".join(
        f"\\usepackage{{{name}}}" for name in ("booktabs", "array", "caption", "longtable", "pdflscape")
    )
    (tmp_path / "m.tex").write_text(
        f"\\documentclass{{article}}\n{packages}\n\\begin{{document}}\\input{{t}}\\end{{document}}"
    )
    subprocess.run(["pdflatex", "-halt-on-error", "m"], cwd=tmp_path, check=True, capture_output=True, timeout=100)
    assert (tmp_path / "m.pdf").exists()
