"""From the files that study.toml names to the units of analysis, every step in the flow table."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from medtw_qual.corpus import Corpus
    from medtw_qual.study.study import Study


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
        columns=declared.columns or None,
        author_columns=declared.author_columns,
        time_zone=declared.time_zone,
        day_first=declared.day_first,
    )


def take_steps(study: "Study", corpus: "Corpus") -> "Corpus":
    """Take the declared steps, threads first: later steps judge whole units."""
    declared = study.config.corpus
    attributes = study.existing(declared.attributes, "[corpus] attributes")
    if attributes is not None:
        corpus = corpus.with_attributes(attributes)
    if not declared.keep_reposts:
        corpus = corpus.drop_reposts()
    if declared.merge_threads:
        corpus = corpus.merge_threads()
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
            hashtags=declared.hashtags or None, lexicon=_lexicon(study), require=declared.require
        )
    screening = study.existing(declared.screening, "[corpus] screening")
    return corpus if screening is None else corpus.apply_screening(screening)


def _lexicon(study: "Study") -> "str | Path | None":
    """Return the study's own word list where the name is that of a file in it, else the name of a packaged one."""
    name = study.config.corpus.lexicon
    return study.path(name) if name and study.path(name).is_file() else name or None


def follow_deletions(study: "Study", corpus: "Corpus") -> "Corpus":
    """Leave out the posts that were deleted since collection, as the last step: no other unit changes by it.

    A thread that holds one leaves as a whole, and what the copy of a deleted post was dropped for does not return.
    """
    deleted = study.existing(study.config.corpus.deleted, "[corpus] deleted")
    if deleted is None:
        return corpus
    return corpus.drop_posts(deleted, reason="deleted or withdrawn since collection")
