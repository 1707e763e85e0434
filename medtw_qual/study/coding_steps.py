"""From the files that study.toml names to what people decided about the units of the study."""

from typing import TYPE_CHECKING

import pandas as pd

from medtw_qual.errors import StudyFault, UnknownUnit

if TYPE_CHECKING:
    from medtw_qual.study.study import Study


def read_declared_codings(study: "Study") -> pd.DataFrame | None:
    """Read the codings that study.toml names; None when it names none.

    Raises
    ------
    StudyFault
        When there is no codebook to read them by.
    UnknownUnit
        When a coded unit is in none of the sources.
    """
    from medtw_qual.coding import read_codings, with_kinds

    declared = study.config.coding
    found = study.existing(declared.source, "[coding] source")
    if found is None:
        return None
    if study.codebook is None:
        raise StudyFault(
            "study.toml names codings and no codebook.",
            'Write below [codebook]: file = "codebooks/your_codebook.yaml".',
        )
    columns = {"unit_id": declared.id, "codes": declared.codes}
    codings = read_codings(
        found,
        study.codebook,
        columns={ours: theirs for ours, theirs in columns.items() if theirs} or None,
        coder=declared.coder or None,
        delimiter=declared.separator,
        impossible=declared.not_coded,
        ignore=declared.ignore,
        changes=study.changes,
    )
    if study.coders is not None:  # a register that lies elsewhere than beside the codings
        codings = with_kinds(codings, study.coders)
    return require_collected(study, codings)


def require_collected(study: "Study", codings: pd.DataFrame) -> pd.DataFrame:
    """Return the codings, all of units that a source held once; a unit that none ever held is somebody's mistake.

    A unit that was coded and then left the corpus by a declared step (it has no words, it was deleted since) takes its
    codings with it when the study leaves out units that are not in the corpus.

    Raises
    ------
    UnknownUnit
        When a coded unit is in none of the sources.
    """
    collected = (
        set(study.corpus_collected.units["unit_id"])
        | set(study.posts_read.posts["post_id"])
        | set(study.posts_read.provenance.get("not_taken_in", ()))
    )
    unknown = sorted(set(codings["unit_id"]) - collected)
    if unknown:
        raise UnknownUnit(
            f"{len(unknown)} coded unit(s) in {study.config.coding.source} are not in the corpus;"
            f" the first is {unknown[0]!r}.",
            "Use the posts that were coded; an id that Excel rounded ends in zeros: restore it from the source.",
        )
    return codings
