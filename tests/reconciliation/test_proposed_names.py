"""Guards that a name a model proposed reaches a cluster only by a person's decision, on the units the model saw."""

import json

import numpy as np
import pytest

import medtw_qual as mq
from medtw_qual._base.decision_log import read_log
from medtw_qual.errors import InvalidArgument, StaleDecision
from medtw_qual.reconciliation import clusters_to_name, name_clusters
from tests.exchange.projects import corpus_of
from tests.llm.server import Sent, serve

TEXTS = ["night shift on the ward", "another night shift", "the cat sleeps", "my cat and her toys"] * 4


@pytest.fixture(scope="module")
def clusters():
    corpus = corpus_of({f"{number:02}": f"{text} {number}" for number, text in enumerate(TEXTS)}, attributes=False)
    night = corpus.units["text"].str.contains("night").to_numpy()
    turned = np.arange(len(night)) / 50
    vectors = np.column_stack([np.where(night, 1.0, turned), np.where(night, turned, 1.0)])
    return mq.cluster(corpus, mq.embed(corpus, vectors=vectors), n_clusters=2)


def naming(asked):
    """An invented model that names what it is shown."""
    shown = json.dumps(asked.body["messages"])
    name = "Work at night" if "ward" in shown else "Animals at home"
    return Sent(json.dumps({"name": name, "sentence": "They share this."}))


@pytest.fixture
def proposed(clusters, tmp_path):
    with serve(naming) as server:
        table = mq.llm.propose_names(
            clusters_to_name(clusters, 3), mq.llm.Endpoint(server.url), "stub", tmp_path / "names"
        )
    return table.set_index("about"), tmp_path


def of_the_ward(clusters):
    return int(clusters.assignments.set_index("unit_id")["cluster"]["00"])


def test_the_most_central_units_are_shown_and_no_more(clusters):
    groups = clusters_to_name(clusters, 3)
    assert list(groups) == ["cluster 0", "cluster 1"]
    assert all(len(units) == 3 for units in groups.values())
    ward = groups[f"cluster {of_the_ward(clusters)}"]["text"]
    assert ward.str.contains("night").all()


def test_only_what_a_person_decided_names_a_cluster(clusters, proposed):
    table, folder = proposed
    number = of_the_ward(clusters)
    undecided = name_clusters(clusters, mq.llm.decided_names(folder / "names", "stub"))
    assert undecided.summary().get("name") is None
    about = f"cluster {number}"
    mq.llm.decide_name(
        folder / "names", "stub", table.loc[about, "proposal"], "changed", "Kim", name="Nights", reason="too broad"
    )
    mq.llm.decide_name(folder / "names", "stub", table.loc[f"cluster {1 - number}", "proposal"], "declined", "Kim")
    log = folder / "clusters.jsonl"
    named = name_clusters(clusters, mq.llm.decided_names(folder / "names", "stub"), log)
    assert named.summary().set_index("cluster")["name"].to_dict() == {number: "Nights", 1 - number: ""}
    assert named.labels.tolist() == clusters.labels.tolist()
    (record,) = read_log(log).records
    assert record["decided_by"] == "Kim"
    assert table.loc[about, "proposal"][:12] in record["reason"]
    assert "too broad" in record["reason"]


def test_a_name_made_from_other_units_is_refused(clusters, proposed):
    table, folder = proposed
    number = of_the_ward(clusters)
    mq.llm.decide_name(folder / "names", "stub", table.loc[f"cluster {number}", "proposal"], "accepted", "Kim")
    decided = mq.llm.decided_names(folder / "names", "stub")
    moved = clusters.move([decided["units"].iloc[0][0]], 1 - number, "it is about the cat", "Kim")
    other = decided.assign(
        about=f"cluster {int(moved.assignments.set_index('unit_id')['cluster'][decided['units'].iloc[0][1]])}"
    )
    with pytest.raises(StaleDecision, match="1 of 3"):
        name_clusters(moved, other)
    with pytest.raises(InvalidArgument, match="no cluster"):
        name_clusters(clusters, decided.assign(about="cluster 7"))
