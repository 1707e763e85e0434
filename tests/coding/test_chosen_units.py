"""Guards samples that were chosen on purpose: the reason is kept and told, and no share is estimated from them."""

from types import SimpleNamespace

import pandas as pd
import pytest

from medtw_qual.coding import Sample, read_sample
from medtw_qual.errors import InvalidArgument, UnknownUnit
from medtw_qual.manuscript.methods.people_sentences import sampling_text
from medtw_qual.reconciliation import prevalence

WHY = "they contradict the reading so far"


@pytest.fixture
def corpus():
    units = pd.DataFrame({"unit_id": list("abcd"), "text": ["one", "two", "three", "four"]})
    return SimpleNamespace(units=units)


def test_the_reason_comes_back_from_the_file_and_belongs_to_the_hash(corpus, tmp_path):
    chosen = Sample.of(["d", "b"], corpus, reason=WHY, memo="care by strangers", round="2")
    path = chosen.save(tmp_path / "sample.csv")
    again = read_sample(path, corpus)
    assert (again.reason, again.round, again.hash) == (WHY, "2", chosen.hash)
    assert again.units["text"].tolist() == ["two", "four"]
    assert chosen.design.startswith("theoretical, after the memo 'care by strangers': 2 of 4 units")
    assert Sample.of(["d", "b"], corpus, reason="another", round="2").hash != chosen.hash
    assert sorted(chosen.order_for("KA")) == ["b", "d"]


def test_no_share_is_estimated_and_the_message_says_why(corpus):
    chosen = Sample.of(["a", "b"], corpus, reason=WHY)
    consensus = pd.DataFrame({"unit_id": ["a", "b"], "code": "x", "status": ["present", "absent"]}).assign(
        basis="single coded", decided_by="KA", decided_at=None, reason="", codebook_hash=""
    )
    with pytest.raises(InvalidArgument, match=WHY):
        prevalence(consensus, None, chosen)


def test_the_methods_call_it_chosen(corpus):
    chosen = Sample.of(["a", "b"], corpus, reason=WHY)
    text = sampling_text(SimpleNamespace(sample=chosen, codings=pd.DataFrame({"unit_id": ["a"]}), config=None))
    assert "chosen on purpose" in text
    assert WHY in text
    assert "sampled" not in text
    assert "robabilit" not in text


@pytest.mark.parametrize(
    ("ids", "reason", "error"),
    [
        (["a"], " ", InvalidArgument),
        ([], WHY, InvalidArgument),
        (["a", "a"], WHY, InvalidArgument),
        (["z"], WHY, UnknownUnit),
    ],
)
def test_a_choice_needs_a_reason_and_units_of_the_corpus(corpus, ids, reason, error):
    with pytest.raises(error):
        Sample.of(ids, corpus, reason=reason)
