"""Guards the exports of annotation tools: submitted without a label is absent, skipped is not coded, all are kept."""

import json

import pandas as pd
import pytest

import medtw_qual as mq
from medtw_qual.errors import InvalidArgument, UnreadableFile

from .projects import book, corpus_of

TEXT = "🙏🙏 thanks for the shift, and sorry"


def saved(tmp_path, records, name="export.json"):
    path = tmp_path / name
    if name.endswith("l"):
        path.write_text("\n".join(json.dumps(one) for one in records), encoding="utf-8")
    else:
        path.write_text(json.dumps(records), encoding="utf-8")
    return path


def decisions(project):
    """(unit, coder, code, status, words) of every row."""
    texts = dict(zip(project.corpus.units["unit_id"], project.corpus.units["text"], strict=True))
    return [
        (r.unit_id, r.coder, r.code, r.status, "" if pd.isna(r.start) else texts[r.unit_id][r.start : r.end])
        for r in project.codings.itertuples()
    ]


def label_studio(text, *annotations):
    return {"id": 7, "data": {"text": text, "unit_id": "u1"}, "annotations": list(annotations), "predictions": []}


def span(start, end, text, *labels):
    value = {"start": start, "end": end, "text": text, "labels": list(labels)}
    return {"value": value, "from_name": "label", "to_name": "text", "type": "labels"}


def by(person, *results, cancelled=False):
    return {
        "completed_by": {"id": 1, "email": person},
        "result": list(results),
        "was_cancelled": cancelled,
        "updated_at": "2026-01-02T03:04:05Z",
    }


def test_label_studio_counts_utf16_and_keeps_overlaps_and_annotators(tmp_path):
    """A browser counts an emoji as two: "thanks" begins at 5 there, at 3 here."""
    task = label_studio(
        TEXT,
        by("ka", span(5, 11, "thanks", "Thanks"), span(5, 25, "thanks for the shift", "Loud")),
        by("lb"),
        by("pf", cancelled=True),
    )
    project = mq.exchange.read_annotations(saved(tmp_path, [task]), quiet=True)
    assert decisions(project) == [
        ("u1", "ka", "thanks", "present", "thanks"),
        ("u1", "ka", "loud", "present", "thanks for the shift"),
        ("u1", "lb", "thanks", "absent", ""),
        ("u1", "lb", "loud", "absent", ""),
    ]
    assert project.positions[["counting", "certainty"]].to_numpy().tolist() == [["UTF-16 units", "certain"]]
    assert project.skipped[["what", "name"]].to_numpy().tolist() == [["text", "u1, pf"]]
    assert project.codings["decided_at"].eq(pd.Timestamp("2026-01-02T03:04:05Z")).all()


def test_label_studio_choices_predictions_and_small_export(tmp_path):
    choice = {"value": {"choices": ["Thanks", "Grief & loss"]}, "type": "choices"}
    note = {"value": {"text": ["not sure"]}, "type": "textarea"}
    task = label_studio("plain", by("ka", choice, note)) | {
        "predictions": [{"model_version": "m1", "result": [choice]}]
    }
    project = mq.exchange.read_annotations(saved(tmp_path, [task]), codebook=book(), quiet=True)
    assert decisions(project) == [
        ("u1", "ka", "thanks", "present", ""),
        ("u1", "ka", "grief", "present", ""),
        ("u1", "ka", "loud_thanks", "absent", ""),
    ]
    assert set(project.codings["memo"]) == {"not sure"}
    assert project.skipped["name"].tolist() == ["prediction of a model: plain"]
    small = {
        "id": 3, "text": TEXT, "annotator": 4, "annotation_id": 9, "lead_time": 1.2, "unit_id": "u1",
        "label": [{"start": 5, "end": 11, "text": "thanks", "labels": ["Thanks"]}], "mood": "Grief & loss",
    }  # fmt: skip
    found = mq.exchange.read_annotations(saved(tmp_path, [small]), codebook=book(), quiet=True)
    assert decisions(found) == [
        ("u1", "4", "thanks", "present", "thanks"),
        ("u1", "4", "grief", "present", ""),
        ("u1", "4", "loud_thanks", "absent", ""),
    ]


def test_doccano_in_its_three_forms(tmp_path):
    records = [
        {"id": 1, "text": "thanks and grief", "label": [[0, 6, "Thanks"], [0, 16, "Grief & loss"]]},
        {"id": 2, "text": "none", "label": []},
        {"id": 3, "text": "grief", "label": ["Grief & loss"], "Comments": ["hard"]},
        {"id": 4, "text": "ta all", "entities": [{"id": 9, "label": "Thanks", "start_offset": 0, "end_offset": 2}]},
    ]
    path = saved(tmp_path, records, "ada.jsonl")
    project = mq.exchange.read_annotations(path, codebook=book(), quiet=True)
    present = [row for row in decisions(project) if row[3] == "present"]
    assert present == [
        ("1", "ada", "thanks", "present", "thanks"),
        ("1", "ada", "grief", "present", ""),
        ("3", "ada", "grief", "present", ""),
        ("4", "ada", "thanks", "present", "ta"),
    ]
    assert (project.codings["status"] == "absent").sum() == 1 + 3 + 2 + 2
    assert project.skipped["reason"].tolist() == [
        "it has no label, and the export does not say why: taken as absent"
    ], "a guess says that it is one"
    careful = mq.exchange.read_annotations(path, codebook=book(), unlabelled="not coded", quiet=True)
    assert "2" not in set(careful.codings["unit_id"])
    with pytest.raises(InvalidArgument, match="unlabelled"):
        mq.exchange.read_annotations(path, unlabelled="?")


def test_doccano_by_person_and_a_file_for_each(tmp_path):
    annotated = {
        "id": 1,
        "text": "thanks",
        "annotations": [{"label": "Thanks", "user": 1}, {"label": "Thanks", "user": 2}],
    }
    one = mq.exchange.read_annotations(saved(tmp_path, [annotated], "all.jsonl"), quiet=True)
    assert [row[1] for row in decisions(one)] == ["1", "2"]
    folder = tmp_path / "zip"
    folder.mkdir()
    for name in ("ada", "ben"):
        saved(folder, [{"id": 1, "text": "thanks", "label": ["Thanks"]}], f"{name}.jsonl")
    (folder / "notes.md").write_text("x")
    both = mq.exchange.read_annotations(folder, quiet=True)
    assert [row[1] for row in decisions(both)] == ["ada", "ben"]
    assert both.skipped["name"].tolist() == ["notes.md"]


def test_potato_as_json_and_as_a_table(tmp_path):
    record = {
        "user_id": "ka",
        "instance_id": "u1",
        "displayed_text": "thanks for all",
        "label_annotations": {"mood": {"Grief & loss": "true"}},
        "span_annotations": {"marks": [{"start": 0, "end": 6, "annotation": "Thanks", "span": "thanks"}]},
    }
    empty = {**record, "instance_id": "u2", "label_annotations": {}, "span_annotations": {}}
    path = saved(tmp_path, [record, empty], "annotated_instances.jsonl")
    project = mq.exchange.read_annotations(path, codebook=book(), quiet=True)
    assert [row for row in decisions(project) if row[3] == "present"] == [
        ("u1", "ka", "thanks", "present", "thanks"),
        ("u1", "ka", "grief", "present", ""),
    ]
    assert len(project.codings[project.codings["unit_id"] == "u2"]) == 3
    table = tmp_path / "annotated_instances.csv"
    table.write_text("user,instance_id,displayed_text,mood:::Thanks,mood:::Grief\nka,u1,ta,1,\nlb,u1,ta,,\n")
    found = mq.exchange.read_annotations(table, quiet=True)
    assert [row[1:4] for row in decisions(found)] == [
        ("ka", "thanks", "present"),
        ("ka", "grief", "absent"),
        ("lb", "thanks", "absent"),
        ("lb", "grief", "absent"),
    ]


def test_argilla_of_both_versions(tmp_path):
    new = {
        "id": "u1",
        "fields": {"text": "thanks for all"},
        "suggestions": {"mood": {"value": "Grief", "agent": "m"}},
        "responses": {
            "mood": [{"value": ["Thanks"], "user_id": "ka"}, {"value": [], "user_id": "lb"}],
            "spans": [{"value": [{"start": 0, "end": 6, "label": "Mark"}], "user_id": "ka"}],
        },
    }
    old = {
        "external_id": "u2",
        "fields": {"text": "grief"},
        "responses": [
            {"user_id": "ka", "values": {"mood": {"value": "Thanks"}}, "status": "submitted"},
            {"user_id": "lb", "values": {"mood": {"value": "Thanks"}}, "status": "discarded"},
        ],
    }
    project = mq.exchange.read_annotations(saved(tmp_path, [new, old]), quiet=True)
    assert decisions(project) == [
        ("u1", "ka", "thanks", "present", ""),
        ("u1", "ka", "mark", "present", "thanks"),
        ("u1", "lb", "thanks", "absent", ""),
        ("u1", "lb", "mark", "absent", ""),
        ("u2", "ka", "thanks", "present", ""),
        ("u2", "ka", "mark", "absent", ""),
    ]
    assert set(project.skipped["reason"]) == {
        "it has no place here",
        "it was skipped, cancelled or discarded: not coded",
    }


def test_prodigy_answers(tmp_path):
    options = [{"id": "A", "text": "a"}, {"id": "B", "text": "b"}]
    choice = {"text": "one", "options": options, "accept": ["A"], "answer": "accept", "_annotator_id": "ka"}
    records = [
        choice,
        choice | {"accept": [], "_annotator_id": "lb"},
        choice | {"answer": "ignore", "_annotator_id": "pf"},
        {"text": "two", "label": "A", "answer": "reject", "_annotator_id": "ka"},
        {"text": "two", "label": "B", "answer": "accept", "_annotator_id": "ka"},
        {
            "text": "🙏 three",
            "spans": [{"start": 2, "end": 7, "label": "A"}],
            "answer": "accept",
            "_annotator_id": "ka",
        },
        {"text": "four", "spans": [{"start": 0, "end": 4, "label": "A"}], "answer": "reject", "_annotator_id": "ka"},
    ]
    project = mq.exchange.read_annotations(saved(tmp_path, records, "p.jsonl"), quiet=True)
    assert decisions(project) == [
        ("text 1", "ka", "a", "present", ""),
        ("text 1", "ka", "b", "absent", ""),
        ("text 1", "lb", "a", "absent", ""),
        ("text 1", "lb", "b", "absent", ""),
        ("text 2", "ka", "a", "absent", ""),
        ("text 2", "ka", "b", "present", ""),
        ("text 3", "ka", "a", "present", "three"),
        ("text 3", "ka", "b", "absent", ""),
    ]
    assert project.skipped["reason"].tolist() == [
        "it was skipped, cancelled or discarded: not coded",
        "its annotation as a whole was rejected: not coded",
    ]


def test_records_find_their_units_by_id_and_text(tmp_path):
    corpus = corpus_of({"1": "same words", "2": "same words", "3": "third  text"})
    records = [
        {"id": "1", "text": "same words", "label": ["Thanks"]},
        {"id": "99", "text": "same words", "label": ["Thanks"]},
        {"id": "98", "text": "third text", "label": ["Thanks"]},
        {"id": "97", "text": "never seen", "label": ["Thanks", "Nobody's"]},
        {"id": "2", "text": "edited words", "label": ["Thanks", "Nobody's"]},
    ]
    project = mq.exchange.read_annotations(saved(tmp_path, records), corpus, book(), coder="KA", quiet=True)
    assert sorted(set(project.codings["unit_id"])) == ["1", "2", "3"]
    assert set(project.codings["coder"]) == {"KA"}
    assert project.skipped["reason"].tolist() == [
        "several units have its text",
        "the corpus has neither its id nor its text",
        "its text is another than the unit's; passages may have moved",
        "the codebook has no such code",
    ]


def test_agreement_of_annotators_is_measured_like_that_of_coders(tmp_path):
    """Counted by hand: four texts, two annotators, three times the same answer."""
    answers = {"ka": "yyny", "lb": "ynny"}
    records = [
        {"text": f"text {n}", "label": "T", "answer": "accept" if said == "y" else "reject", "_annotator_id": who}
        for who, row in answers.items()
        for n, said in enumerate(row)
    ]
    project = mq.exchange.read_annotations(saved(tmp_path, records, "p.jsonl"), quiet=True)
    table = mq.measure_agreement(project.codings, coefficients=["percent_agreement"])
    assert table["estimate"].tolist() == [0.75]


@pytest.mark.parametrize("content", ['[{"a": 1}]', '{"text": "x", "label": ["A"]}\n{"broken', "[1, 2]"])
def test_what_is_of_no_tool_is_refused_in_words(tmp_path, content):
    path = tmp_path / "x.jsonl"
    path.write_text(content)
    with pytest.raises(UnreadableFile, match=r"record|line"):
        mq.exchange.read_annotations(path)
