"""Guards the pictures: every unit is drawn once, nothing overlaps, the same clusters give the same bytes."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from scipy.cluster.hierarchy import linkage

import medtw_qual as mq
from medtw_qual._base.figure_style import save_figure
from medtw_qual.clusters.cluster_figures import lay_out, merge_centres, spread_apart
from medtw_qual.errors import InvalidArgument


@pytest.fixture(scope="module")
def clusters(blobs):
    corpus, vectors, _ = blobs(200, 6)
    return mq.cluster(corpus, vectors)


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


def test_the_map_has_a_dot_for_every_unit_and_a_name_for_every_cluster(clusters):
    axes = clusters.plot.map().axes[0]
    assert sum(len(dots.get_offsets()) for dots in axes.collections) == 200
    assert len(axes.texts) == len(clusters)


def drawn_boxes(figure, artists):
    canvas = FigureCanvasAgg(figure)
    return [artist.get_window_extent(canvas.get_renderer()) for artist in artists]


@pytest.mark.parametrize("n_clusters", [1, 2, 7, 50])
def test_no_label_on_the_map_touches_another_or_leaves_the_page(corpus_of, n_clusters):
    random = np.random.default_rng(n_clusters)
    words = ["disabledinmedicine", "lgbtqinhealthcare", "nurse", "thanksgiving", "gp", "vaccination"]
    texts = [f"{words[n % 6]}{n % n_clusters} {words[(n + 1) % 6]} {words[(n + 1) % 6]}" for n in range(400)]
    corpus = corpus_of(pd.DataFrame({"unit_id": [f"{n:03}" for n in range(400)], "text": texts}))
    clusters = mq.cluster(corpus, random.normal(size=(400, 20)), n_clusters=n_clusters)
    figure = clusters.plot.map()
    axes = figure.axes[0]
    labels = drawn_boxes(figure, axes.texts)
    discs = drawn_boxes(figure, axes.patches)
    assert len(labels) == len(discs) == n_clusters
    page = figure.bbox
    for at, box in enumerate(labels):
        assert page.x0 <= box.x0 < box.x1 <= page.x1
        assert page.y0 <= box.y0 < box.y1 <= page.y1
        assert not any(box.overlaps(other) for other in labels[at + 1 :])
        assert not any(box.overlaps(disc) for disc in discs)
    assert figure.get_size_inches()[0] <= 7.21


def test_very_many_names_make_the_picture_larger_rather_than_run_together():
    sizes, widths = np.arange(60, 0, -1), np.full(60, 3.0)
    places, radii = lay_out(np.random.default_rng(1).uniform(-0.5, 0.5, (60, 2)), sizes, widths)
    centres, corner = places[:-1], places[-1]
    assert (corner > [7.2, 9.0]).any()
    half = np.column_stack([np.maximum(radii, 1.5), radii])
    assert (centres - half >= -1e-6).all()
    assert (centres + half <= corner + 1e-6).all()
    for one in range(60):
        apart = np.abs(centres[one + 1 :] - centres[one])
        assert (apart >= half[one + 1 :] + half[one] - 1e-6).any(axis=1).all()


def test_a_dot_stands_for_several_units_where_there_are_very_many(blobs):
    corpus, vectors, _ = blobs(12_000, 3)
    figure = mq.cluster(corpus, vectors, method="kmeans", n_clusters=3, fit_on=500).plot.map()
    assert sum(len(dots.get_offsets()) for dots in figure.axes[0].collections) == 4_002  # 1,334 of 3 in each of three
    assert "one dot for 3 units" in figure.get_suptitle()


def test_the_darkest_dots_are_the_firmest_units(clusters):
    dots = clusters.plot.map().axes[0].collections[0]
    strength = clusters.assignments["strength"][clusters.labels == 0].sort_values(ascending=False)
    np.testing.assert_allclose(dots.get_array(), strength)
    from_middle = np.hypot(*(dots.get_offsets() - clusters.plot.map().axes[0].patches[0].center).T)
    assert (np.diff(from_middle) > 0).all()


def test_names_over_the_small_multiples_do_not_run_together(corpus_of):
    texts = [f"disabledinmedicine{n % 9} lgbtqinhealthcare{n % 9} x" for n in range(90)]
    corpus = corpus_of(pd.DataFrame({"unit_id": [f"{n:03}" for n in range(90)], "text": texts}))
    array = np.eye(9)[np.arange(90) % 9] + 0.01 * np.random.default_rng(0).normal(size=(90, 9))
    figure = mq.cluster(corpus, array, n_clusters=9).plot.over_time()
    titles = [axes._left_title for axes in figure.axes if axes._left_title.get_text()]
    boxes = drawn_boxes(figure, titles)
    assert len(boxes) == 9
    for at, box in enumerate(boxes):
        assert not any(box.overlaps(other) for other in boxes[at + 1 :])
        assert box.x1 <= figure.bbox.x1


def test_spread_boxes_do_not_overlap():
    random = np.random.default_rng(4)
    half = random.uniform(0.2, 1, size=(15, 2))
    places = spread_apart(random.normal(size=(15, 2)), half[:, 0], half[:, 1])
    for one in range(15):
        for other in range(one):
            assert (np.abs(places[one] - places[other]) >= half[one] + half[other] - 1e-6).any()


def test_merging_goes_on_as_ward_does():
    points = np.random.default_rng(2).normal(size=(12, 3))
    np.testing.assert_allclose(merge_centres(points, np.ones(12))[:, 2], linkage(points, "ward")[:, 2])


def test_two_saves_of_each_picture_are_equal_byte_for_byte(clusters, tmp_path):
    for name in ("map", "dendrogram", "over_time", "number_curve"):
        one, other = tmp_path / "one" / f"{name}.svg", tmp_path / "other" / f"{name}.svg"
        save_figure(getattr(clusters.plot, name)(), one, "words")
        save_figure(getattr(clusters.plot, name)(), other, "words")
        assert one.read_bytes() == other.read_bytes()


def test_a_picture_that_cannot_be_drawn_says_why(blobs):
    corpus, vectors, _ = blobs(20, 2)
    one = mq.cluster(corpus, vectors, n_clusters=1)
    assert len(one.plot.map().axes[0].texts) == 1
    with pytest.raises(InvalidArgument, match="this picture needs 2"):
        one.plot.dendrogram()
    with pytest.raises(InvalidArgument, match="there is no curve"):
        one.plot.number_curve()
