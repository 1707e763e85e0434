"""Corpus and codings from a project's sources."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from medtw_qual._base.hashing import hash_file
from medtw_qual._base.table_files import empty_table, validate_table
from medtw_qual.codebook.codebook import Codebook
from medtw_qual.codebook.qdc_format import plain_guid
from medtw_qual.corpus.corpus import Corpus
from medtw_qual.corpus.flow import flow_of_reading
from medtw_qual.exchange.case_authors import read_cases
from medtw_qual.exchange.coding_statements import Statement, is_statement, stated_in
from medtw_qual.exchange.project_texts import SourceText
from medtw_qual.exchange.project_users import People, Person
from medtw_qual.exchange.refi_project import Skipped
from medtw_qual.exchange.variable_values import Facts, as_time
from medtw_qual.exchange.variables import AUTHOR_PREFIX
from medtw_qual.schemas import AUTHORS, CODINGS, POSTS, UNITS

SOURCE_FORMAT = "refi_qda"


def corpus_of(model: Any, facts: Facts, texts: Sequence[SourceText], path: Path, skipped: Skipped) -> Corpus:  # noqa: ANN401
    """A corpus with one post and one unit per source.

    Variables become columns of the units; those that this package wrote about authors, and those of cases, become
    columns of the authors: a case is whom a source is from. A case on a part of a text is named, with its place, in the
    column cases of the unit: the text stays whole.
    """
    cases = read_cases(model, facts, texts, skipped)
    units: list[dict[str, object]] = []
    authors: dict[str, dict[str, object]] = {}
    for text in texts:
        case = cases.whole.get(text.guid, "")
        attributes = cases.attributes.get(case, {})
        author = str(text.facts.get("author_id") or case)
        named = [case] if case and case != author else []
        if author:
            about = {
                key.removeprefix(AUTHOR_PREFIX): fact
                for key, fact in text.facts.items()
                if key.startswith(AUTHOR_PREFIX)
            }
            authors.setdefault(author, {"author_id": author}).update({**attributes, **about})
        units.append(
            {
                "unit_id": text.unit_id,
                "text": text.text or "",
                "context": text.context,
                "created_at": _created(text, skipped),
                "author_id": author,
                "n_posts": 1,
                "post_ids": [text.unit_id],
                **_extra(text.facts),
                **_in_words([*named, *cases.also.get(text.guid, ())], text.facts),
            }
        )
    for name, attributes in cases.attributes.items():
        if any(name in (cases.whole.get(text.guid), *_bare(cases.also.get(text.guid, ()))) for text in texts):
            authors.setdefault(name, {"author_id": name, **attributes})
    table = _table(units).sort_values("unit_id", kind="stable") if units else empty_table(UNITS)
    table = validate_table(table, UNITS)
    return Corpus(
        posts=posts_of_units(table, path.name, SOURCE_FORMAT),
        authors=validate_table(_table(list(authors.values())), AUTHORS) if authors else empty_table(AUTHORS),
        units=table,
        flow=flow_of_reading(len(table), {}),
        provenance={"sources": [{"file": path.name, "sha256": hash_file(path), "format": SOURCE_FORMAT}]},
    )


def _in_words(cases: Sequence[str], facts: Mapping[str, object]) -> dict[str, object]:
    """The column that names further cases of a text, with their places; none where there are none."""
    column = "cases" if "cases" not in facts else "cases of the text"
    return {column: "; ".join(cases)} if cases else {}


def _bare(cases: Sequence[str]) -> list[str]:
    return [name.rpartition(" (")[0] or name for name in cases] + list(cases)


def _table(rows: Sequence[Mapping[str, object]]) -> pd.DataFrame:
    """Rows as a table: words that are not there are empty words, as everywhere in a corpus; whole numbers stay whole.

    (Left to itself, pandas makes fractions of whole numbers with gaps, and the last digits of a long id are lost.)
    """
    table = pd.DataFrame(rows, dtype="object")
    for name in table.columns:
        kinds = set(map(type, table[name].dropna()))
        if kinds == {int}:
            table[name] = table[name].astype("Int64")
        elif kinds == {str}:
            table[name] = table[name].fillna("").astype("str")
    return table.infer_objects()


def _created(text: SourceText, skipped: Skipped) -> pd.Timestamp | None:
    """When the unit was posted; a program may hand the time back as text."""
    fact = text.facts.get("created_at")
    moment = fact if isinstance(fact, pd.Timestamp) else as_time(str(fact or "").strip())
    if fact and moment is None:
        skipped.add("time", f"{text.unit_id}: {fact}", "it is no date and time")
    return moment


def _extra(facts: Mapping[str, object]) -> dict[str, object]:
    """Variables that are no column of the units; the thread that a unit was made from is kept as it came."""
    columns = {}
    for key, fact in facts.items():
        if key.startswith(AUTHOR_PREFIX) or is_statement(key) or key in ("unit_id", "author_id", "created_at"):
            continue
        columns[key if UNITS.column(key) is None else f"source_{key}"] = fact
    return columns


_EMPTY: dict[str, object] = {"text": "", "id": "", "flag": False, "whole": None, "number": None, "time": None}


def posts_of_units(units: pd.DataFrame, file: str, source_format: str) -> pd.DataFrame:
    """`schemas.POSTS` for units of which nothing but their text and author is known: one post a unit."""
    posts = pd.DataFrame({name: units[name] for name in ("author_id", "created_at", "text", "context")})
    posts = posts.assign(post_id=units["unit_id"], source_format=source_format, source_file=file)
    posts["text_complete"] = units["text"] != ""
    for column in POSTS.columns:
        if column.name not in posts and column.kind == "list":
            posts[column.name] = [[] for _ in range(len(posts))]
        elif column.name not in posts:
            posts[column.name] = [_EMPTY[column.kind]] * len(posts)
    return validate_table(posts, POSTS)


def codings_table(
    texts: Sequence[SourceText],
    codebook: Codebook,
    ids: Mapping[str, str],
    people: People,
    seen: str,
    skipped: Skipped,
    sent: Sequence[str] = (),
    sent_hash: str = "",
) -> pd.DataFrame:
    """`schemas.CODINGS`: what is present, and what is absent where that is known (see `read_refi_qda`, `seen`).

    `sent` are the codes that were before the coders when the project was sent out: what they decided then, they decided
    about these and no others. `sent_hash` is the hash of the codebook that it was sent out with.
    """
    rows = list(_present(texts, ids, people, skipped))
    decided = _decided(texts, codebook, {(unit, who) for unit, who, *_ in rows}, seen, skipped, sent or codebook.ids)
    present = {(unit, who, code) for unit, who, code, *_ in rows}
    usual = sent_hash or codebook.hash
    hashes = {key: statement.codebook_hash or usual for key, statement in decided.items()}
    table = [(unit, who.coder, who.round, code, "present", *rest) for unit, who, code, *rest in rows]
    for (unit, who), statement in decided.items():
        table += [
            (unit, who.coder, who.round, code, status, statement.moment, None, None)
            for status, codes in (("absent", statement.decided), ("impossible", statement.impossible))
            for code in codes
            if (unit, who, code) not in present and code in codebook
        ]
    columns = ["unit_id", "coder", "round", "code", "status", "decided_at", "start", "end"]
    codings = pd.DataFrame(table, columns=columns, dtype="object").assign(memo="")
    codings["codebook_hash"] = [hashes.get((unit, Person(coder, round_)), usual) for unit, coder, round_, *_ in table]
    if codings["start"].isna().all():
        codings = codings.drop(columns=["start", "end"])
    if people.kinds():
        codings["coder_kind"] = codings["coder"].map(people.kinds()).fillna("")
    place = codings["code"].map({code: number for number, code in enumerate(codebook.ids)})
    codings = codings.assign(_place=place).sort_values(["round", "unit_id", "coder", "_place"], kind="stable")
    return validate_table(codings.drop(columns="_place"), CODINGS)


def _decided(
    texts: Sequence[SourceText],
    codebook: Codebook,
    given: set[tuple[str, Person]],
    seen: str,
    skipped: Skipped,
    sent: Sequence[str],
) -> dict[tuple[str, Person], Statement]:
    """Which units each coder decided about, and about which codes."""
    stated = {
        (text.unit_id, who): said
        for text in texts
        for who, said in stated_in(text.unit_id, text.facts, tuple(sent), skipped).items()
    }
    everything = Statement(decided=codebook.ids)
    if seen == "coded units":
        return dict.fromkeys(sorted(given), everything) | stated
    if seen == "all units":
        coders = sorted({who for _, who in (*given, *stated)})
        return {(text.unit_id, who): everything for text in texts for who in coders} | stated
    return stated


def _present(
    texts: Sequence[SourceText], ids: Mapping[str, str], people: People, skipped: Skipped
) -> Iterator[tuple[Any, ...]]:
    """Unit, person, code, time, start, end of every coding that can be placed."""
    met: set[tuple[Any, ...]] = set()
    for text in texts:
        marks: list[tuple[Any, ...]] = [(coding, None, None, None, None) for coding in text.whole]
        marks += [
            (coding, p.node.creating_user, p.node.creation_date_time, p.start, p.end)
            for p in text.passages
            for coding in p.node.coding
        ]
        for coding, selected_by, selected_at, start, end in marks:
            code = ids.get(plain_guid(coding.code_ref.target_guid))
            row = (text.unit_id, people.who(coding.creating_user, selected_by), code)
            if code is None:
                skipped.add("coding", text.unit_id, "its code is not in the codebook, or cannot be coded with")
            elif (*row, start, end) in met:
                skipped.add(
                    "coding", f"{code} on {text.unit_id}", "the same coder gave the same passage the code twice"
                )
            else:
                met.add((*row, start, end))
                moment = coding.creation_date_time or selected_at
                yield (*row, None if moment is None else pd.Timestamp(str(moment)), start, end)
