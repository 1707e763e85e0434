"""Compiles a LaTeX fragment alone, with the preamble that it asks for; where no TeX is installed, the skip says so."""

import shutil
import subprocess
from pathlib import Path

import pytest


def compiled(engine: str, fragment: Path, more: str = "") -> str:
    """Compile a fragment to m.pdf beside it; returns the log."""
    if shutil.which(engine) is None or shutil.which("pdftotext") is None:
        pytest.skip(f"needs {engine} and poppler-utils: the .tex files are not compiled here")
    asked = [line.removeprefix("%   ") for line in fragment.read_text(encoding="utf-8").splitlines()[1:3]]
    preamble = "\n".join((r"\usepackage[a4paper,margin=25.4mm]{geometry}", *asked, more))
    document = (
        f"\\documentclass{{article}}\n{preamble}\n\\begin{{document}}\n\\input{{{fragment.stem}}}\n\\end{{document}}\n"
    )
    (fragment.parent / "m.tex").write_text(document, encoding="utf-8")
    command = [engine, "-halt-on-error", "-interaction=nonstopmode", "m"]
    done = subprocess.run(command, cwd=fragment.parent, capture_output=True, timeout=100, check=False)
    log = (fragment.parent / "m.log").read_text(encoding="utf-8", errors="replace")
    assert done.returncode == 0, log[-1500:]
    return log
