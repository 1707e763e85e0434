"""Guards the pictures: every unit is drawn once, nothing overlaps, the same clusters give the same bytes."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from scipy.cluster.hierarchy import linkage

import medtw_qual as mq
from medtw_qual._base.errors import InvalidArgument
from medtw_qual._base.figures import save_figure
from medtw_qual.clusters.maps import merge_centres, spread_apart


@pytest.fixture(scope="module")
def clusters(blobs):
    corpus, vectors, _ = blobs(200, 6)
    return mq.cluster(corpus, vectors)


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


def test_the_map_has_a_dot_for_every_unit_and_a_name_for_every_cluster(clusters):
    axes = clusters.map().axes[0]
    assert sum(len(dots.get_offsets()) for dots in axes.collections) == 200
    assert len(axes.texts) == len(clusters)


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
        save_figure(getattr(clusters, name)(), one, "words")
        save_figure(getattr(clusters, name)(), other, "words")
        assert one.read_bytes() == other.read_bytes()


def test_a_picture_that_cannot_be_drawn_says_why(blobs):
    corpus, vectors, _ = blobs(20, 2)
    one = mq.cluster(corpus, vectors, n_clusters=1)
    assert len(one.map().axes[0].texts) == 1
    with pytest.raises(InvalidArgument, match="this picture needs 2"):
        one.dendrogram()
    with pytest.raises(InvalidArgument, match="there is no curve"):
        one.number_curve()
