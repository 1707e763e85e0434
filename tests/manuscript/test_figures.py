"""Guards the map of themes and what is said about figures: the counts, the same bytes, the numbers in words."""

import matplotlib.pyplot as plt
import pandas as pd
import pytest

from medtw_qual import Codebook
from medtw_qual._base.figure_style import save_figure
from medtw_qual.errors import InvalidArgument
from medtw_qual.manuscript import theme_map
from medtw_qual.manuscript.alt_texts import (
    crosswalk_in_words,
    pairs_in_words,
    shares_in_words,
    themes_in_words,
)


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def test_the_theme_map_names_counts_and_draws_areas(consensus, corpus, codebook, tmp_path):
    figure = theme_map(consensus, corpus, codebook)
    words = [text.get_text() for text in figure.axes[0].texts]
    assert words[0] == "Bonds  (5 units, 3 authors)"
    assert words[2] == "Awe  (2 units, 2 authors)"
    areas = [one.get_sizes()[0] for one in figure.axes[0].collections]
    assert areas[2] / areas[0] == pytest.approx(2 / 5)
    first = save_figure(figure, tmp_path / "a.svg", "A tree.")[0].read_bytes()
    assert save_figure(theme_map(consensus, corpus, codebook), tmp_path / "b.svg", "A tree.")[0].read_bytes() == first


def test_a_codebook_without_codes_has_no_map(consensus, corpus):
    with pytest.raises(InvalidArgument, match="no codes"):
        theme_map(consensus.iloc[:0], corpus, Codebook("none", "1"))


def test_alternative_texts_say_the_figures_numbers(consensus, corpus, codebook, crosswalk, prevalence):
    names = codebook.names
    assert themes_in_words(consensus, corpus, codebook).startswith("Bonds: 5 units by 3 authors; Finding kin: 5 units")
    assert crosswalk_in_words(crosswalk, names) == (
        "Finding kin is most frequent in cluster 0: 75.0% of its coded units, 1.5 times the share overall;"
        " Grief is most frequent in cluster 1: 50.0% of its coded units, 2.0 times the share overall."
    )
    assert shares_in_words(prevalence, names) == "By PPI++: Finding kin 45.0% (25.0% to 65.0%)."
    many = pd.DataFrame({"code": "kin", "other": [f"c{n}" for n in range(10)], "n_units": range(10)})
    said = pairs_in_words(many, names)
    assert said.startswith("Finding kin with c9: 9 units; Finding kin with c8: 8 units")
    assert said.endswith("; and 1 more pairs.")
    assert pairs_in_words(many.assign(n_units=0), names) == "No two codes lie on the same unit."
