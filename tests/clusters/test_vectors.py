"""Guards the vectors and their cache: what is stored is what comes back, what is damaged or does not fit is refused."""

from concurrent.futures import ProcessPoolExecutor

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medtw_qual._base.hashing import hash_text
from medtw_qual.clusters import Vectors, embed, load_vectors
from medtw_qual.clusters import embedding as embedding_module
from medtw_qual.clusters.cache import VectorCache
from medtw_qual.errors import InvalidArgument, InvalidTable, MissingDependency, MissingFile, UnreadableFile

EXAMPLE = Vectors(["b", "a"], np.array([[0.6, 0.8], [1.0, 0.0]]), {"model": "by hand"}, ("a note",))


def test_saved_vectors_come_back_with_their_account(tmp_path):
    found = load_vectors(EXAMPLE.save(tmp_path / "v.npz"))
    assert found.unit_ids == ["b", "a"]
    assert found.encoder == {"model": "by hand"}
    assert found.notes == ("a note",)
    np.testing.assert_array_equal(found.array, EXAMPLE.array)
    assert found.hash == EXAMPLE.hash


def test_float16_is_close_and_stable_once_stored(tmp_path):
    once = load_vectors(EXAMPLE.save(tmp_path / "v.npz", precision="float16"))
    np.testing.assert_allclose(once.array, EXAMPLE.array, rtol=1e-3)
    twice = load_vectors(once.save(tmp_path / "w.npz", precision="float16"))
    assert once.hash == twice.hash
    assert (tmp_path / "v.npz").read_bytes() == (tmp_path / "w.npz").read_bytes()


def test_the_hash_follows_the_numbers_and_not_the_order_of_rows():
    turned = Vectors(["a", "b"], EXAMPLE.array[::-1])
    assert turned.hash == EXAMPLE.hash
    assert Vectors(["a", "b"], EXAMPLE.array).hash != EXAMPLE.hash


@pytest.mark.parametrize("content", [b"not a zip", b"PK\x03\x04 cut off"])
def test_a_damaged_file_is_refused_in_words(tmp_path, content):
    path = tmp_path / "v.npz"
    path.write_bytes(content)
    with pytest.raises(UnreadableFile, match="Make it again"):
        load_vectors(path)


@pytest.mark.parametrize("precision", ["float32", "float16"])
def test_vectors_changed_after_they_were_saved_are_refused(tmp_path, precision):
    path = EXAMPLE.save(tmp_path / "v.npz", precision=precision)
    with np.load(path) as stored:
        parts = dict(stored)
    parts["array"][0, 0] += np.float16(0.125)
    np.savez(path, **parts)
    with pytest.raises(UnreadableFile, match="their hash is another"):
        load_vectors(path)


def test_somebody_elses_npz_is_refused(tmp_path):
    np.savez(tmp_path / "v.npz", other=np.zeros(3))
    with pytest.raises(UnreadableFile, match="Make it again"):
        load_vectors(tmp_path / "v.npz")


def test_a_missing_file_names_the_way_to_make_it(tmp_path):
    with pytest.raises(MissingFile, match=r"mq\.embed"):
        load_vectors(tmp_path / "none.npz")


@pytest.fixture
def three(corpus_of):
    return lambda texts=("one", "two", "three"): corpus_of(
        pd.DataFrame({"unit_id": ["1", "2", "3"], "text": list(texts)})
    )


def test_missing_numbers_are_refused_with_the_unit(three):
    with pytest.raises(InvalidArgument, match=r"unit 2 \(row 2\)"):
        embed(three(), vectors=[[1, 0], [np.nan, 0], [0, 1]])


def test_rows_that_do_not_match_the_units_are_refused(three):
    with pytest.raises(InvalidArgument, match="3 units"):
        embed(three(), vectors=[[1, 0], [0, 1]])
    with pytest.raises(InvalidArgument, match=r"2 of 3 units have no vector \(the first is 1\)"):
        embed(three(), vectors=Vectors(["3"], np.array([[1.0]])))


@pytest.mark.parametrize("given", [[["a", "b"]] * 3, [[1, 2], [1], [2, 3]], [[1j, 0]] * 3, "data/vectors.npz"])
def test_vectors_that_are_no_numbers_are_refused_in_words(three, given):
    with pytest.raises(InvalidArgument, match="not rows of numbers of one length"):
        embed(three(), vectors=given)


def test_a_path_instead_of_vectors_is_told_how_to_read_it(three):
    with pytest.raises(InvalidArgument, match=r"Read the file first: mq\.load_vectors"):
        embed(three(), vectors="data/vectors.npz")


@pytest.mark.parametrize("given", [["a text", "another"], pd.DataFrame({"text": ["a text"]})])
def test_texts_that_are_no_corpus_are_sent_to_the_reader(given):
    with pytest.raises(InvalidArgument, match=r"needs a corpus.*mq\.read_corpus"):
        embed(given)


def test_a_cache_that_is_a_file_is_named(tmp_path, three):
    (tmp_path / "cache").write_text("")
    with pytest.raises(InvalidArgument, match="leave `cache` out"):
        embed(three(), cache=tmp_path / "cache")


def test_two_vectors_for_one_unit_are_refused():
    with pytest.raises(InvalidTable, match="two vectors"):
        Vectors(["1", "1"], np.eye(2))


def test_own_vectors_are_brought_to_unit_length_and_zeros_stay(three):
    found = embed(three(), vectors=[[3, 4], [0, 0], [5, 0]])
    np.testing.assert_allclose(found.array, [[0.6, 0.8], [0, 0], [1, 0]])


def test_a_model_that_is_not_there_says_how_to_get_it(monkeypatch, three):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(MissingDependency, match=r"hf download nobody/no-such-model"):
        embed(three(), model="nobody/no-such-model")


def test_a_model_folder_that_is_not_there_is_not_looked_for_on_the_hub(three):
    with pytest.raises(MissingDependency, match=r"no folder my-models/minilm.*model\.safetensors"):
        embed(three(), model="./my-models/minilm")


def test_a_folder_without_weights_is_named(tmp_path, three):
    with pytest.raises(MissingDependency, match="holds no model weights"):
        embed(three(), model=tmp_path)


def test_an_unknown_precision_is_answered_with_the_nearest(three):
    with pytest.raises(InvalidArgument, match="Did you mean 'exact'"):
        embed(three(), precision="exakt")


class CountingEncoder:
    """Stands in for the model: counts what it is asked, answers with numbers that follow from the text."""

    def __init__(self):
        self.asked = []

    def __call__(self, texts):
        self.asked.extend(texts)
        seeds = [int(hash_text(text)[:8], 16) for text in texts]
        return np.array([np.random.default_rng(seed).normal(size=8) for seed in seeds], dtype=np.float32)


@pytest.fixture
def encoder(monkeypatch):
    counting = CountingEncoder()
    monkeypatch.setattr(embedding_module, "load_encoder", lambda source, encoder, folder: counting)
    return counting


def test_equal_texts_are_encoded_once_and_units_without_words_not_at_all(encoder, three):
    found = embed(three(("same", "same", "  ")))
    assert encoder.asked == ["same"]
    np.testing.assert_array_equal(found.array[0], found.array[1])
    assert not found.array[2].any()
    assert any("without a vector: 1;" in note for note in found.notes)


def test_a_text_cut_at_the_models_limit_is_said(encoder, three):
    found = embed(three(("x " * 5000, "short", "short too")))
    assert any("Texts longer than the model reads (about 1024 characters): 1;" in note for note in found.notes)


def test_the_cache_answers_the_second_time_and_other_texts_are_added(encoder, tmp_path, three):
    first = embed(three(), cache=tmp_path)
    again = embed(three(), cache=tmp_path)
    assert len(encoder.asked) == 3
    np.testing.assert_array_equal(first.array, again.array)
    embed(three(("one", "two", "four")), cache=tmp_path)
    assert encoder.asked[3:] == ["four"]


def test_a_damaged_cache_entry_is_computed_again_not_trusted(encoder, tmp_path, three):
    first = embed(three(), cache=tmp_path)
    (piece,) = tmp_path.rglob("*.npy")
    content = bytearray(piece.read_bytes())
    content[-3] ^= 0xFF
    piece.write_bytes(content)
    again = embed(three(), cache=tmp_path)
    assert len(encoder.asked) == 6
    np.testing.assert_array_equal(first.array, again.array)


def fill(folder, names):
    keys = [hash_text(name) for name in names]
    array = np.array([[len(name), ord(name[0])] for name in names], dtype=np.float32)
    for _ in range(20):
        VectorCache(folder, "k" * 64).write(keys, array)
    return len(VectorCache(folder, "k" * 64).read(keys))


def test_two_processes_may_fill_one_cache(tmp_path):
    with ProcessPoolExecutor(2) as pool:
        counts = [
            task.result()
            for task in [pool.submit(fill, tmp_path, ["a", "bb"]), pool.submit(fill, tmp_path, ["bb", "c"])]
        ]
    assert counts == [2, 2]
    found = VectorCache(tmp_path, "k" * 64).read([hash_text(name) for name in ("a", "bb", "c", "d")])
    assert sorted(vector.tolist() for vector in found.values()) == [[1, 97], [1, 99], [2, 98]]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.text(), unique=True, max_size=8))
def test_any_text_finds_its_own_vector_in_the_cache(tmp_path_factory, texts):
    folder = tmp_path_factory.mktemp("cache")
    keys = [hash_text(text) for text in texts]
    array = np.arange(2 * len(texts), dtype=np.float32).reshape(-1, 2)
    cache = VectorCache(folder, "e" * 64)
    cache.write(keys, array)
    found = cache.read(keys)
    assert [found[key].tolist() for key in keys] == array.tolist()
