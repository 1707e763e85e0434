"""Guards the engines: each precision gives the vectors it promises, measured against sentence-transformers."""

import numpy as np
import pytest

from medtw_qual.clusters import embed
from medtw_qual.clusters.bert_graph import can_build
from medtw_qual.clusters.engines import load_int8, load_onnx, load_static, load_torch
from medtw_qual.clusters.model_source import DEFAULT_WEIGHTS, ModelSource, find_model

TEXTS = [
    "Night 3 of 4, one granola bar, zero regrets #NurseTwitter",
    "thank you",
    "Mi mamá tells the neighbors I work at the hospital",
    "👩🏽‍⚕️ https://x.org/abc @someone",
    "A long one. " * 200,
    "x",
    *(f"The patient in bed {number} asked for the doctor again" for number in range(40)),
]


@pytest.fixture(scope="module")
def source():
    return find_model()


@pytest.fixture(scope="module")
def reference(source):
    return load_torch(source)(TEXTS)


def test_the_packaged_model_is_the_published_one(source):
    from medtw_qual._base.hashing import hash_file

    assert hash_file(source.folder / "model.safetensors") == DEFAULT_WEIGHTS


def test_exact_through_onnxruntime_is_sentence_transformers_to_1e_5(source, reference):
    np.testing.assert_allclose(load_onnx(source)(TEXTS), reference, atol=1e-5)


def test_first_token_pooling_is_written_as_sentence_transformers_has_it(source, reference, tmp_path):
    import shutil

    folder = tmp_path / "cls"
    shutil.copytree(source.folder, folder)
    settings = folder / "1_Pooling" / "config.json"
    text = settings.read_text().replace('"pooling_mode_cls_token": false', '"pooling_mode_cls_token": true')
    settings.write_text(text.replace('"pooling_mode_mean_tokens": true', '"pooling_mode_mean_tokens": false'))
    model = ModelSource("cls", folder, "h")
    np.testing.assert_allclose(load_onnx(model)(TEXTS[:4]), load_torch(model)(TEXTS[:4]), atol=1e-5)
    assert np.abs(load_onnx(model)(TEXTS[:4]) - reference[:4]).max() > 0.01


def test_fast_stays_close(source, reference):
    cosine = (load_int8(source)(TEXTS) * reference).sum(axis=1)
    assert cosine.mean() > 0.985
    assert cosine.min() > 0.93


@pytest.mark.extra
def test_static_is_distilled_once_and_depends_on_the_text_alone(source, tmp_path):
    encode = load_static(source, tmp_path)
    (made,) = tmp_path.iterdir()
    stamp = (made / "model.safetensors").stat().st_mtime_ns
    rows = load_static(source, tmp_path)(TEXTS)
    assert (made / "model.safetensors").stat().st_mtime_ns == stamp
    np.testing.assert_array_equal(rows[::-1], encode(TEXTS[::-1]))


def test_a_model_of_another_kind_is_not_taken_for_a_bert(tmp_path):
    (tmp_path / "config.json").write_text('{"model_type": "mpnet"}')
    assert not can_build(tmp_path)


def test_any_model_in_a_folder_gives_the_vectors_of_sentence_transformers(source, reference, tmp_path, corpus_of):
    import shutil

    import pandas as pd

    shutil.copytree(source.folder, tmp_path / "my-model")
    corpus = corpus_of(pd.DataFrame({"unit_id": ["1", "2", "3"], "text": TEXTS[:3]}))
    vectors = embed(corpus, model=tmp_path / "my-model")
    np.testing.assert_allclose(vectors.array, reference[:3], atol=1e-5)
    assert vectors.encoder["model_hash"] == source.hash


def test_the_account_names_model_engine_and_versions(corpus_of):
    import pandas as pd

    vectors = embed(corpus_of(pd.DataFrame({"unit_id": ["1"], "text": ["night shift"]})))
    assert vectors.encoder["engine"] in {"onnxruntime", "torch", "compact"}
    assert vectors.encoder["max_length"] == 256
    assert len(vectors.encoder["model_hash"]) == 64
    assert all(vectors.encoder["libraries"].values())
