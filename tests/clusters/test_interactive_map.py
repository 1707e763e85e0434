"""Guards the map to walk in: nothing is fetched, posts stay out unless asked for, places are true projections."""

import re

import numpy as np
import pandas as pd
import pytest

import medtw_qual as mq
from medtw_qual.clusters.interactive_map import plane_of_centres
from medtw_qual.errors import InvalidArgument


@pytest.fixture(scope="module")
def clusters(corpus_of, blobs):
    corpus, vectors, _ = blobs(90, 3)
    texts = [f"{text} </script><b>bold</b>" for text in corpus.units["text"]]
    return mq.cluster(corpus_of(corpus.units.assign(text=texts)), vectors, n_clusters=3)


def test_the_page_fetches_nothing_and_two_are_the_same_bytes(clusters, tmp_path):
    one = clusters.plot.interactive().save(tmp_path / "a.html").read_bytes()
    assert one == clusters.plot.interactive().save(tmp_path / "b.html").read_bytes()
    addresses = re.findall(rb"https?://[^\"' ]+", one)
    assert set(addresses) == {b"http://www.w3.org/2000/svg"}  # a name, not an address
    assert not re.search(rb"\b(src|href)=|import|fetch\(", one)


def test_posts_are_in_the_page_only_when_asked_for_and_cannot_end_the_script(clusters):
    assert "<b>bold" not in clusters.plot.interactive().content
    assert "word7" not in clusters.plot.interactive().content.split('"texts"')[1]
    shown = clusters.plot.interactive(show_text=True).content
    assert "\\u003c/script>\\u003cb>bold" in shown
    assert shown.count("</script>") == 1


def test_clusters_that_do_not_return_are_grey_and_said_to_be(clusters):
    stability = pd.DataFrame({"cluster": [0, 1, 2], "jaccard": [0.9, 0.4, 0.7]})
    content = clusters.plot.interactive(stability).content
    assert re.findall(r'"grey":(true|false)', content) == ["false", "true", "false"]
    assert "do not return in other samples" in content


def test_places_keep_the_distances_of_centres_that_lie_in_one_plane(clusters):
    places, explained = plane_of_centres(clusters, np.arange(90))
    means = np.array([places[clusters.labels == number].mean(axis=0) for number in range(3)])
    there = clusters.model.centres
    ours = [np.linalg.norm(means[a] - means[b]) for a, b in ((0, 1), (0, 2), (1, 2))]
    theirs = [np.linalg.norm(there[a] - there[b]) for a, b in ((0, 1), (0, 2), (1, 2))]
    np.testing.assert_allclose(np.divide(ours, theirs), ours[0] / theirs[0], rtol=1e-2)
    assert 0.8 < explained <= 1


def test_one_cluster_has_a_map_and_none_says_why(blobs):
    corpus, vectors, _ = blobs(20, 2)
    assert "<svg" in mq.cluster(corpus, vectors, n_clusters=1).plot.interactive().content
    noise = np.random.default_rng(0).normal(size=(20, 30))
    nothing = mq.cluster(corpus, noise, method="hdbscan", min_cluster_size=15)
    with pytest.raises(InvalidArgument, match="needs one"):
        nothing.plot.interactive()
