"""What a team should look at after a run: sentences with their remedies, so that nothing is left out unsaid."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import orjson

from medtw_qual._base.decision_log import LogContent, read_log
from medtw_qual._base.log_content import shortened_logs, words_of_shortened
from medtw_qual.study.changed_words import words_remarks
from medtw_qual.study.config import StudyConfig, is_reflexive

if TYPE_CHECKING:
    import pandas as pd

    from medtw_qual.codebook import Codebook
    from medtw_qual.coding import Sample
    from medtw_qual.study.study import Study


def remarks(study: "Study") -> list[str]:
    """Return what a run did not take in, left out, or found to have changed since; no unit is named.

    Parameters
    ----------
    study : Study
        Its corpus, codings, consensus and crosswalk are computed where they were not yet.

    Returns
    -------
    list of str
        Sentences for the terminal and the report; empty when there is nothing to look at.
    """
    return [
        *_left_out(study),
        *_corpus(study),
        *_deletions(study),
        *_logs(study),
        *_log_notes(study),
        *words_remarks(study),
        *_coding(study),
        *_model(study),
        *_stale(study),
    ]


def _left_out(study: "Study") -> Iterator[str]:
    from medtw_qual.clusters.encoders import encoder_notes

    if is_reflexive(study.config):
        return
    if study.vectors_missing:
        yield (
            "Clusters, their crosswalk with codes and predicted codes are left out; shares rest on the coding alone."
            f" {study.vectors_missing}"
        )
    elif not study.config.clusters.vectors:
        yield from encoder_notes(dict(study.vectors.encoder))


def _corpus(study: "Study") -> Iterator[str]:
    posts = study.posts_read.posts
    yield from study.posts_read.reading_remarks()
    untimed = int(posts["created_at"].isna().sum())
    if untimed:
        yield (
            f"{untimed:,} of {len(posts):,} posts have no time that could be read: name its column (created_at) below"
            " [corpus], or write times as 2020-11-20 11:32."
        )
    if study.config.corpus.merge_threads and not (posts["reply_to_id"] != "").any():
        yield (
            "No post is known to answer another, so no thread was joined. If your table has such a column, name it"
            ' below [corpus]: columns = { reply_to_id = "its_name" }.'
        )


def _model(study: "Study") -> Iterator[str]:
    declared = study.config.llm
    if not declared.coder:
        return
    answers = study.model_answers
    if answers is None:
        yield f"study.toml names {declared.coder} as a coder, and it has not been asked: medtw-qual ask"
        return
    silent, stale = answers.count("no answer"), answers.stale
    if silent:
        yield f"{_n(silent, 'unit')} got no answer of the server of {declared.coder}: medtw-qual ask asks again."
    if stale:
        yield f"{_n(stale, 'answer')} of {declared.coder} about words that have changed or left count nowhere."


def _deletions(study: "Study") -> Iterator[str]:
    gone = study.units_deleted
    if gone and study.codings_read is not None:
        coded = len(gone & set(study.codings_read["unit_id"]))
        left = f"{_n(len(gone), 'unit')} left with posts that were deleted; {coded:,} of them had been coded."
        yield left + _moved(study)
    blocked = 0 if study.quotations is None else len(study.quotations.blocked())
    if blocked:
        yield f"{_n(blocked, 'quotation')} that had been allowed may not be printed any more: the post was deleted."


def _moved(study: "Study") -> str:
    """Say of every code how its count changed; all figures are in tables/deletions."""
    from medtw_qual.privacy import deletion_effect

    if study.consensus_read is None or study.consensus is None:
        return ""
    names = study.code_names
    effect = deletion_effect(study.consensus_read, study.consensus)
    changed = effect[(effect["units_before"] != effect["units_after"])]
    moved = [
        f"{names.get(row.code, row.code)} {row.present_before:,} of {row.units_before:,} -> {row.present_after:,} of"
        f" {row.units_after:,} ({row.change:+.1f} points)"
        for row in changed.itertuples()
    ]
    return f" What that moved: {'; '.join(moved)}." if moved else ""


def _logs(study: "Study") -> Iterator[str]:
    """A log that study.toml names may be yet to come; a misspelt name must not pass for that."""
    declared, default = study.config, StudyConfig()
    named = {
        "[coding] decisions": (declared.coding.decisions, default.coding.decisions),
        "[reconciliation] decisions": (declared.reconciliation.decisions, default.reconciliation.decisions),
        "[manuscript] quotations": (declared.manuscript.quotations, default.manuscript.quotations),
        "[manuscript] keys": (declared.manuscript.keys, default.manuscript.keys),
    }
    for key, (name, usual) in named.items():
        if name and name != usual and not study.path(name).exists():
            yield f"study.toml names {name} ({key}), and there is no such file yet: nothing was read from it."


def _log_notes(study: "Study") -> Iterator[str]:
    """What is odd about the logs of decisions: cut off, empty, copied, shortened, not here yet."""
    for table in (study.codings_read, study.consensus_read):
        if table is not None:
            yield from table.attrs.get("notes", ())
    declared = study.config
    unsealed = [] if study.codings_read is None else list(study.codings_read.attrs.get("unsealed", ()))
    for name in (declared.coding.decisions, declared.reconciliation.decisions, declared.manuscript.quotations):
        log = read_log(study.path(name)) if name else LogContent()
        yield from () if name == declared.coding.decisions else log.notes
        unsealed += [] if log.sealed else [name]
    if unsealed:
        yield (
            f"The decisions in {', '.join(unsealed)} are not sealed to each other (written by hand or by another"
            " program): lines that were changed or taken away cannot be noticed. medtw-qual repair seals them as"
            " they stand."
        )
    yield from words_of_shortened(shortened_logs([_heads_of_last_run(study)], study.log_heads))
    yield from _absent_coders(study)


def _heads_of_last_run(study: "Study") -> dict[str, tuple[int, str]]:
    """Which logs the last run was made from, and how long they were; a damaged manifest knows nothing."""
    manifest = study.folder / "results" / "manifest.json"
    try:
        noted = orjson.loads(manifest.read_bytes())["logs"]
        return {str(name): (int(count), str(check)) for name, (count, check) in noted.items()}
    except (OSError, orjson.JSONDecodeError, KeyError, TypeError, ValueError, AttributeError):
        return {}


def _absent_coders(study: "Study") -> Iterator[str]:
    """People who were to code and of whom there is no decision: they must not drop out of the study unsaid."""
    if study.codings_read is None:
        return
    there = {str(coder).casefold() for coder in study.codings_read["coder"].unique()}
    asked = [] if study.sample is None else study.sample.coders
    register = [] if study.coders is None else list(study.coders["coder"])
    for coder in dict.fromkeys([*asked, *register]):
        if coder.casefold() not in there:
            where = "The sample" if coder in asked else "coders.csv"
            yield (
                f"{where} names coder {coder}, and there is no decision by {coder}: look for the log or sheet (renamed,"
                " empty, not synchronised), or take the name out if nobody coded under it."
            )


def _coding(study: "Study") -> Iterator[str]:
    if study.codings is None or study.codebook is None:
        return
    if study.sample is not None:
        for coder, own in study.codings.groupby("coder"):
            asked = _asked(study.sample, str(coder))
            done = len(asked & set(own["unit_id"]))
            if done < len(asked):
                yield f"Coder {coder} has decided {done:,} of {len(asked):,} units."
    undecided = len(study.undecided)
    if undecided:
        yield (
            f"On {_n(undecided, 'unit')} the coders differ and nobody has decided yet: they are in no table of the"
            " consensus, and shares rest on the others. Decide them at mq.ConsensusDesk."
        )
    if study.consensus is not None and study.predicted is None and not study.vectors_missing:
        yield "Too few units have a consensus for a machine to learn from: shares rest on the coding alone."
    yield from _codebook_versions(study, study.codings, study.codebook)


def _asked(sample: "Sample", coder: str) -> set[str]:
    """Return the units that a coder was to code: those assigned, or all where nothing was assigned."""
    table = sample.table
    assigned = table["coders"].map(lambda coders: coder in coders)
    return set(table.loc[assigned, "unit_id"] if sample.coders else table["unit_id"])


def _codebook_versions(study: "Study", codings: "pd.DataFrame", codebook: "Codebook") -> Iterator[str]:
    from medtw_qual.coding import kept_versions, recode_needed

    if set(codings["codebook_hash"]) <= {"", codebook.hash}:
        return
    folder = study.path(study.config.coding.source)
    needed = recode_needed(codings, codebook, folder)
    for why, words in (
        ("rules changed", "by rules that the codebook has changed since"),
        ("not judged", "before the codebook had all of today's codes"),
    ):
        decisions = needed.loc[needed["why"] == why, ["unit_id", "coder", "round"]].drop_duplicates()
        if len(decisions):
            yield f"{_n(len(decisions), 'decision was', 'decisions were')} taken {words}: see mq.recode_needed."
    lost = codings[~codings["codebook_hash"].isin({"", codebook.hash, *kept_versions(codings, folder)})]
    if len(lost):
        decisions = lost[["unit_id", "coder", "round"]].drop_duplicates()
        yield (
            f"{_n(len(decisions), 'decision was', 'decisions were')} taken with another version of the codebook, which"
            " was not kept: compare it with today's (codebook.diff) and look at the codes whose rules have changed."
        )


def _stale(study: "Study") -> Iterator[str]:
    if not study.vectors_missing and study.crosswalk is not None:
        yield from study.crosswalk.notes


def _n(count: int, noun: str, several: str = "") -> str:
    return f"{count:,} {noun if count == 1 else several or noun + 's'}"
