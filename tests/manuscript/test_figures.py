"""Guards the map of themes: it shows what is counted, and two saves are equal bytes."""

import matplotlib.pyplot as plt
import pytest

from medtw_qual import Codebook, theme_map
from medtw_qual._base.errors import InvalidArgument
from medtw_qual._base.figures import save_figure


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
