"""From the files that study.toml names to the units of analysis, every step in the flow table."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from medtw_qual.corpus import Corpus
    from medtw_qual.study.model import Study


def build_corpus(study: "Study") -> "Corpus":
    """Read the posts and take the declared steps, threads first: later steps judge whole units.

    Raises
    ------
    MissingFile
        When a file that study.toml names is not there.
    """
    from medtw_qual.corpus import read_corpus

    declared = study.config.corpus
    sources = [study.existing(name, "[corpus] sources") for name in declared.sources]
    corpus = read_corpus(
        [source for source in sources if source is not None],
        format=declared.format or None,
        text=declared.text or None,
        id=declared.id or None,
    )
    attributes = study.existing(declared.attributes, "[corpus] attributes")
    if attributes is not None:
        corpus = corpus.with_attributes(attributes)
    deleted = study.existing(declared.deleted, "[corpus] deleted")
    if deleted is not None:
        corpus = corpus.drop_posts(deleted, reason="deleted or withdrawn since collection")
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
        corpus = corpus.between(declared.begin or None, declared.end or None)
    if declared.language:
        corpus = corpus.keep_language(declared.language)
    if declared.hashtags or declared.lexicon:
        corpus = corpus.keep_matching(
            hashtags=declared.hashtags or None, lexicon=declared.lexicon or None, require=declared.require
        )
    screening = study.existing(declared.screening, "[corpus] screening")
    return corpus if screening is None else corpus.apply_screening(screening)
