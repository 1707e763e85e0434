"""Draws the forest plot of the example study: `python docs/draw_agreement.py`."""

from pathlib import Path

import medtw_qual as mq
from medtw_qual._base.figure_style import save_figure
from medtw_qual.agreement import forest_in_words

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "docs" / "images" / "agreement_forest.png"
TITLE = "Consistency between model coders (invented data)"


def draw():
    codebook = mq.read_codebook(ROOT / "codebooks" / "gratitude_2020.yaml")
    codings = mq.read_codings(ROOT / "data" / "codings", codebook)
    measured = mq.measure_agreement(codings, by="code")
    figure = mq.plot.agreement(measured, names=codebook.names, title=TITLE)
    return figure, f"{TITLE}. {forest_in_words(measured, names=codebook.names)}"


if __name__ == "__main__":
    figure, alt = draw()
    save_figure(figure, TARGET, alt)
