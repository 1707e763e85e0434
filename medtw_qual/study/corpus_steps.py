"""From the files that study.toml names to the units of analysis, every step in the flow table."""

from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from medtw_qual._base.errors import UnknownUnit

if TYPE_CHECKING:
    from medtw_qual.coding import Sample
    from medtw_qual.corpus import Corpus
    from medtw_qual.study.model import Study


def read_posts(study: "Study") -> "Corpus":
    """Read the posts of every source that study.toml names.

    Raises
    ------
    MissingFile
        When a file that study.toml names is not there.
    """
    from medtw_qual.corpus import read_corpus

    declared = study.config.corpus
    sources = [study.existing(name, "[corpus] sources") for name in declared.sources]
    return read_corpus(
        [source for source in sources if source is not None],
        format=declared.format or None,
        text=declared.text or None,
        id=declared.id or None,
        author=declared.author or None,
        created_at=declared.created_at or None,
        time_zone=declared.time_zone,
        day_first=declared.day_first,
    )


def take_steps(study: "Study", corpus: "Corpus", follow: bool = True) -> "Corpus":
    """Take the declared steps, threads first: later steps judge whole units.

    Parameters
    ----------
    study : Study
    corpus : Corpus
    follow : bool
        Whether posts that were deleted since leave; a sample drawn before names their units still.
    """
    declared = study.config.corpus
    attributes = study.existing(declared.attributes, "[corpus] attributes")
    if attributes is not None:
        corpus = corpus.with_attributes(attributes)
    if not declared.keep_reposts:
        corpus = corpus.drop_reposts()
    if declared.merge_threads:
        corpus = corpus.merge_threads()
    deleted = study.existing(declared.deleted, "[corpus] deleted") if follow else None
    if deleted is not None:  # after the threads: one that holds a deleted post leaves whole, as it was coded whole
        corpus = corpus.drop_posts(deleted, reason="deleted or withdrawn since collection")
    return _select(study, corpus)


def _select(study: "Study", corpus: "Corpus") -> "Corpus":
    """Take the steps that leave units out."""
    declared = study.config.corpus
    if declared.drop_duplicates:
        corpus = corpus.drop_duplicates()
    if declared.begin or declared.end:
        corpus = corpus.between(declared.begin or None, declared.end or None, declared.display_zone)
    if declared.language:
        corpus = corpus.keep_language(declared.language)
    if declared.hashtags or declared.lexicon:
        corpus = corpus.keep_matching(
            hashtags=declared.hashtags or None, lexicon=declared.lexicon or None, require=declared.require
        )
    screening = study.existing(declared.screening, "[corpus] screening")
    return corpus if screening is None else corpus.apply_screening(screening)


def still_in_corpus(sample: "Sample", study: "Study") -> "Sample":
    """Return the sample without the units that left the corpus since it was drawn; the population shrinks likewise."""
    from medtw_qual.corpus import without_lost_units

    if not study.n_lost:
        return sample
    table, units = (without_lost_units(one, study.corpus) for one in (sample.table, sample.units))
    return replace(sample, table=table, units=units, population=max(0, sample.population - study.n_lost))


def require_collected(study: "Study", codings: pd.DataFrame) -> None:
    """Check that every coded unit was in a source once.

    A unit that was coded and then left the corpus by a declared step (it has no words, it was deleted since) will take
    its codings with it. A unit that no source ever held is somebody's mistake.

    Raises
    ------
    UnknownUnit
        When a coded unit is in none of the sources.
    """
    units = set(study.corpus.units["unit_id"])
    collected = (
        units | set(study.posts_read.posts["post_id"]) | set(study.posts_read.provenance.get("not_taken_in", ()))
    )
    unknown = sorted(set(codings["unit_id"]) - collected)
    if unknown:
        raise UnknownUnit(
            f"{len(unknown)} coded unit(s) in {study.config.coding.source} are not in the corpus;"
            f" the first is {unknown[0]!r}.",
            "Use the posts that were coded; an id that Excel rounded ends in zeros: restore it from the source.",
        )
