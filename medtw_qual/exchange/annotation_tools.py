"""The exports of Label Studio, doccano, Potato, Argilla and Prodigy; each in a function, known by its own fields.

Sources: the tools' own documentation of their export formats (labelstud.io/guide/export, doccano.github.io,
potatoannotator.readthedocs.io, docs.argilla.io, prodi.gy/docs/api-interfaces), read in 2026.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import orjson

from medtw_qual.exchange.annotation_records import (
    REJECTED,
    SKIPPED,
    SUBMITTED,
    Annotation,
    Label,
    Record,
    ids_of,
    moment,
    whole,
    word,
)

_IDS = ("unit_id", "post_id", "tweet_id", "doc_id", "external_id", "id")
_LABEL_STUDIO_FIELDS = (
    "labels", "choices", "hypertextlabels", "paragraphlabels", "taxonomy", "textarea", "rating", "number",
)  # fmt: skip
_LABEL_STUDIO_OWN = ("id", "annotator", "annotation_id", "created_at", "updated_at", "lead_time")


class Tool(NamedTuple):
    """An annotation tool: its name, how its records are known, and how they are read."""

    name: str
    is_its: Callable[[Record], bool]
    read: Callable[[Record], Iterator[Annotation]]


def _label_studio(task: Record) -> Iterator[Annotation]:
    data = task.get("data") or {}
    text = _longest(data)
    for done in task.get("annotations") or task.get("completions") or []:
        person = done.get("completed_by")
        if isinstance(person, Mapping):
            person = person.get("email") or person.get("username") or person.get("id")
        results = done.get("result") or []
        memo = "\n".join(
            word(part) for one in results for part in _list(_value(one).get("text")) if one.get("type") == "textarea"
        )
        labels = [label for one in results if one.get("type") != "textarea" for label in _labels_of_result(_value(one))]
        read = {"textarea", *(one.get("type") for one in results if list(_labels_of_result(_value(one))))}
        yield Annotation(
            ids=(*ids_of(data, *_IDS), *ids_of(task, "id")),
            text=text,
            coder=word(person),
            state=SKIPPED if done.get("was_cancelled") else SUBMITTED,
            labels=tuple(labels),
            decided_at=moment(done.get("updated_at") or done.get("created_at")),
            memo=memo,
            unread=tuple(word(one.get("type")) for one in results if one.get("type") not in read),
        )
    for guess in task.get("predictions") or []:
        if isinstance(guess, Mapping) and guess.get("result"):
            yield Annotation(
                (), text, word(guess.get("model_version")), SKIPPED, is_model=True, unread=("prediction of a model",)
            )


def _value(result: Record) -> Mapping[str, Any]:
    value = result.get("value")
    return value if isinstance(value, Mapping) else {}


def _labels_of_result(value: Record) -> Iterator[Label]:
    for field in _LABEL_STUDIO_FIELDS[:5]:
        for name in _list(value.get(field)):
            path = (
                " / ".join(map(word, name)) if isinstance(name, Sequence) and not isinstance(name, str) else word(name)
            )
            quoted = word(value.get("text")) if isinstance(value.get("text"), str) else ""
            yield Label(path, whole(value.get("start")), whole(value.get("end")), quoted)


def _label_studio_small(task: Record) -> Iterator[Annotation]:
    """JSON-MIN and CSV: a field for each control of the labelling interface."""
    text = _longest({name: value for name, value in task.items() if name not in _LABEL_STUDIO_OWN})
    labels: list[Label] = []
    unread = []
    for name, value in task.items():
        given = _parsed(value)
        if name in _LABEL_STUDIO_OWN or given == text or name in _IDS:
            continue
        found = list(_small_labels(given))
        labels += found
        if not found and given not in ("", None, []):
            unread.append(name)
    yield Annotation(
        ids=ids_of(task, *_IDS),
        text=text,
        coder=word(task.get("annotator")),
        labels=tuple(labels),
        decided_at=moment(task.get("updated_at") or task.get("created_at")),
        unread=tuple(unread),
    )


def _small_labels(given: object) -> Iterator[Label]:
    if isinstance(given, Mapping):
        yield from (Label(word(name)) for name in _list(given.get("choices")))
        if "choices" not in given:
            yield from _labels_of_result(given)
    elif isinstance(given, Sequence) and not isinstance(given, str):
        for part in given:
            yield from _small_labels(part) if isinstance(part, Mapping) else [Label(word(part))]
    elif isinstance(given, str) and given and len(given) <= 80 and "\n" not in given:
        yield Label(given)


def _doccano(record: Record) -> Iterator[Annotation]:
    given: Any = next((record[name] for name in ("label", "labels", "entities", "annotations") if record.get(name)), [])
    by_person: dict[str, list[Label]] = {}
    for part in _list(given):
        person, label = "", None
        if isinstance(part, Mapping):
            person = word(part.get("user"))
            start = part.get("start_offset", part.get("start"))
            end = part.get("end_offset", part.get("end"))
            label = Label(word(part.get("label", part.get("text"))), whole(start), whole(end))
        elif isinstance(part, Sequence) and not isinstance(part, str) and len(part) == 3:
            label = Label(word(part[2]), whole(part[0]), whole(part[1]))
        elif word(part):
            label = Label(word(part))
        if label is not None:
            by_person.setdefault(person, []).append(label)
    comments = [word(one.get("text") if isinstance(one, Mapping) else one) for one in _list(record.get("Comments"))]
    confirmed = record.get("is_confirmed")
    for person, labels in (by_person or {"": []}).items():
        yield Annotation(
            ids=ids_of(record, *_IDS),
            text=word(record.get("text", record.get("data"))),
            coder=person or word(record.get("username") or record.get("annotator")),
            state=SKIPPED if confirmed is False else SUBMITTED,
            labels=tuple(labels),
            memo="\n".join(filter(None, comments)),
            is_stated=confirmed is True,
            unread=("relations",) if record.get("relations") else (),
        )


def _potato(record: Record) -> Iterator[Annotation]:
    labels: list[Label] = []
    offered: list[str] = []
    for given in (record.get("label_annotations") or {}).values():
        pairs = given.items() if isinstance(given, Mapping) else [(one, True) for one in _list(given)]
        for name, value in pairs:
            offered.append(word(name))
            if value not in (None, False, "", "false", "False", 0):
                labels.append(Label(word(name)))
    spans = record.get("span_annotations") or {}
    marked: list[Any] = list(spans.values()) if isinstance(spans, Mapping) else [spans]
    for given in marked:
        for one in _list(given):
            if isinstance(one, Mapping):
                name = word(one.get("annotation") or one.get("name") or one.get("label") or one.get("title"))
                quoted = word(one.get("span") or one.get("text"))
                labels.append(Label(name, whole(one.get("start")), whole(one.get("end")), quoted))
    yield Annotation(
        ids=ids_of(record, "instance_id", *_IDS),
        text=word(record.get("displayed_text") or record.get("text")),
        coder=word(record.get("user_id") or record.get("user") or record.get("annotator")),
        labels=tuple(labels),
    )


def _potato_table(record: Record) -> Iterator[Annotation]:
    """Its table has a column "scheme:::label" for every label."""
    labels = []
    for name, value in record.items():
        if ":::" in name and word(value).lower() not in ("", "false", "0", "nan"):
            labels.append(Label(name.partition(":::")[2]))
    yield Annotation(
        ids=ids_of(record, "instance_id", *_IDS),
        text=word(record.get("displayed_text") or record.get("text")),
        coder=word(record.get("user") or record.get("user_id")),
        labels=tuple(labels),
        offered=tuple(name.partition(":::")[2] for name in record if ":::" in name),
    )


def _argilla(record: Record) -> Iterator[Annotation]:
    text = _longest(record.get("fields") or {})
    ids = (*ids_of(record, *_IDS), *ids_of(record, "_server_id"))
    by_person: dict[str, list[tuple[object, str]]] = {}
    given = record.get("responses") or {}
    if isinstance(given, Mapping):
        answers = [
            (one, one.get("value")) for many in given.values() for one in _list(many) if isinstance(one, Mapping)
        ]
    else:
        answers = [
            (one, value.get("value") if isinstance(value, Mapping) else value)
            for one in _list(given)
            for value in ((one.get("values") or {}).values() or [None])
        ]
    for one, value in answers:
        person = one.get("user_id")
        by_person.setdefault(word(person), []).append((value, word(one.get("status") or SUBMITTED)))
    for person, said in by_person.items():
        discarded = any(status in ("discarded", "draft", "pending") for _, status in said)
        yield Annotation(
            ids=ids,
            text=text,
            coder=person,
            state=SKIPPED if discarded else SUBMITTED,
            labels=tuple(label for value, _ in said for label in _argilla_labels(value)),
        )
    for name, guess in (
        (record.get("suggestions") or {}).items() if isinstance(record.get("suggestions"), Mapping) else ()
    ):
        if guess:
            yield Annotation((), text, name, SKIPPED, is_model=True, unread=("suggestion of a model",))


def _argilla_labels(value: object) -> Iterator[Label]:
    for part in _list(value):
        if isinstance(part, Mapping):
            yield Label(
                word(part.get("label", part.get("value"))),
                whole(part.get("start")),
                whole(part.get("end")),
                word(part.get("text")),
            )
        elif word(part):
            yield Label(word(part))


def _prodigy(record: Record) -> Iterator[Annotation]:
    answer = word(record.get("answer"))
    labels = [Label(word(name)) for name in _list(record.get("accept"))]
    offered = [word(one.get("id", one.get("text"))) for one in _list(record.get("options")) if isinstance(one, Mapping)]
    spans = [one for one in _list(record.get("spans")) if isinstance(one, Mapping) and one.get("label")]
    labels += [
        Label(word(one["label"]), whole(one.get("start")), whole(one.get("end")), word(one.get("text")))
        for one in spans
    ]
    single = word(record.get("label"))
    is_binary = bool(single) and not offered and not spans
    if is_binary:
        labels, offered = [Label(single, is_absent=answer == "reject")], [single]
    state = SUBMITTED if answer == "accept" or (answer == "reject" and is_binary) else SKIPPED
    yield Annotation(
        ids=ids_of(record, *_IDS),
        text=word(record.get("text")),
        coder=word(record.get("_annotator_id") or record.get("_session_id")),
        state=REJECTED if answer == "reject" and not is_binary else state,
        labels=tuple(labels),
        offered=tuple(offered),
        decided_at=moment(record.get("_timestamp")),
        unread=("relations",) if record.get("relations") else (),
    )


def _longest(fields: Record) -> str:
    """The text among a record's fields: the one of that name, or else the longest."""
    texts = {name: value for name, value in fields.items() if isinstance(value, str)}
    return texts.get("text") or max(texts.values(), key=len, default="")


def _list(value: object) -> list[Any]:
    if value is None or value == "":
        return []
    return list(value) if isinstance(value, Sequence) and not isinstance(value, str) else [value]


def _parsed(value: object) -> object:
    """A cell of a table may hold JSON."""
    if isinstance(value, str) and value[:1] in ("[", "{"):
        try:
            return orjson.loads(value)
        except orjson.JSONDecodeError:
            return value
    return value


# The first that knows its own record reads it. A further tool is a function and a line here.
TOOLS = (
    Tool("Label Studio", lambda one: "annotations" in one and isinstance(one.get("data"), Mapping), _label_studio),
    Tool("Label Studio", lambda one: "completions" in one and isinstance(one.get("data"), Mapping), _label_studio),
    Tool("Label Studio", lambda one: "annotation_id" in one and "lead_time" in one, _label_studio_small),
    Tool("Argilla", lambda one: isinstance(one.get("fields"), Mapping) and "responses" in one, _argilla),
    Tool("Prodigy", lambda one: "answer" in one and "text" in one, _prodigy),
    Tool("Potato", lambda one: "label_annotations" in one or "span_annotations" in one, _potato),
    Tool("Potato", lambda one: any(":::" in name for name in one), _potato_table),
    Tool(
        "doccano",
        lambda one: (
            isinstance(one.get("text", one.get("data")), str)
            and any(name in one for name in ("label", "labels", "entities", "annotations"))
        ),
        _doccano,
    ),
)
