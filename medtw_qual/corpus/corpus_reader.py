"""From files to a corpus: find the sources, look into each, read it, account for every record."""

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from medtw_qual._base.hashing import hash_file
from medtw_qual.corpus.assembly import assemble
from medtw_qual.corpus.corpus import Corpus
from medtw_qual.corpus.post_collector import PostCollector
from medtw_qual.corpus.readers import READERS, SourceReader
from medtw_qual.corpus.readers.reader_protocol import ColumnMapping
from medtw_qual.corpus.reading_checks import require_understood
from medtw_qual.corpus.reading_report import UNKNOWN_FORM, FileAccount
from medtw_qual.corpus.source_files import Source, find_sources
from medtw_qual.corpus.source_preview import SourcePreview, preview_source
from medtw_qual.corpus.text_entities import as_list
from medtw_qual.corpus.times import zone as require_zone
from medtw_qual.errors import EmptyFile, InvalidArgument, MedtwQualError, UnreadableFile, did_you_mean

_SHORT = {"text": "text", "id": "post_id", "author": "author_id", "created_at": "created_at"}
# In an archive nobody needs to look into pictures and pages, and a list of ids beside the posts stops nothing.
_NOT_LOOKED_AT = {".jpg", ".jpeg", ".png", ".gif", ".mp4", ".webp", ".svg", ".html", ".css", ".woff", ".woff2", ".ico"}
_HOLDING_NO_POSTS = {"ids", "compliance", "counts"}
_PARTS = {
    "actor.json": "the account's own description, read with its outbox",
    "likes.json": "addresses of posts that the account liked",
    "bookmarks.json": "addresses of posts that the account kept",
}


def read_corpus(
    source: str | Path | Sequence[str | Path],
    *,
    format: str | None = None,
    text: str | None = None,
    id: str | None = None,
    author: str | None = None,
    created_at: str | None = None,
    columns: Mapping[str, str] | None = None,
    author_columns: str | Sequence[str] = (),
    time_zone: str = "UTC",
    day_first: bool | None = None,
) -> Corpus:
    r"""Read exports of any known format into a corpus, with an account of every record.

    The format is found by looking into each file (also inside .gz and .zip), never by its name. Several files, of
    different formats, may be read together; a post that two of them hold is kept once.

    Parameters
    ----------
    source : path or list of paths
        Files, archives or folders.
    format : str, optional
        A reader's name, to overrule the detection.
    text, id : str, optional
        For any CSV, Excel or JSON table: the columns with the words and with the id.
    author, created_at : str, optional
        Likewise the columns with the author and with the time.
    columns : mapping, optional
        Further columns, from our names to the table's: ``{"reply_to_id": "reply_to", "quoted_id": "quotes"}``. Columns
        that bear our names (author_id, created_at, lang ...) are found without being named.
    author_columns : str or sequence of str
        The table's columns that describe the author (they go to `Corpus.authors`); all others describe the post.
    time_zone : str
        The zone of times that carry none, such as ``"Europe/London"``; times with a zone are not touched.
    day_first : bool, optional
        Whether 3/4/2020 in a table is the third of April. Without it such a time is refused, never guessed.

    Returns
    -------
    Corpus
        With one unit per post; `Corpus.merge_threads` joins an author's thread into one.

    Raises
    ------
    MissingFile, EmptyFile, UnreadableFile, MissingColumn, RoundedIds, InvalidArgument

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     file = Path(folder, "answers.csv")
    ...     _ = file.write_text("row_id,answer,ward\na1,Thank you all,7\na2,NA,3\n", encoding="utf-8")
    ...     corpus = read_corpus(file, text="answer", id="row_id")
    >>> corpus.units[["unit_id", "text", "ward"]].values.tolist()
    [['a1', 'Thank you all', '7'], ['a2', 'NA', '3']]
    """
    named = {
        _SHORT[key]: value
        for key, value in (("text", text), ("id", id), ("author", author), ("created_at", created_at))
        if value
    }
    mapped = ColumnMapping({**(columns or {}), **named}, tuple(as_list(author_columns)), time_zone, day_first)
    _check_mapping(mapped)
    wanted = _reader_named(format) if format else (_reader_named("table") if "text" in mapped.columns else None)
    require_zone(time_zone)
    collector, skipped = PostCollector(), list[FileAccount]()
    with _without_garbage_collection():
        seen = _read_all(find_sources(source), wanted, mapped, collector, skipped)
        collector.finish()
    if collector.kept == 0:
        raise EmptyFile(f"No post was found in {_names(seen)}{_left(collector)}.", "Export the posts again.")
    corpus = assemble(collector, {"sources": seen, "time_zone": time_zone}, skipped)
    if not format and "text" not in mapped.columns:
        require_understood(corpus)
    for entry, account in zip(seen, collector.files, strict=True):
        entry["posts"] = str(account.posts)
    return corpus


@contextmanager
def _without_garbage_collection() -> Iterator[None]:
    """Do not look for reference cycles while parsed records pass by: there are none, and looking takes long."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _left(collector: PostCollector) -> str:
    """Say what was found in place of posts."""
    told = "; ".join(f"{count:,} {reason}" for reason, count in collector.dropped.most_common(3))
    return f": {collector.seen:,} records were seen ({told})" if told else ""


def _names(seen: Sequence[Mapping[str, str]]) -> str:
    return ", ".join(file["file"] for file in seen[:5])


def _check_mapping(mapped: ColumnMapping) -> None:
    from medtw_qual.corpus.readers.mapped_table import TARGETS

    for target in mapped.columns:
        if target not in TARGETS:
            raise InvalidArgument(
                f"{target!r} is not a column of the posts table that a table can fill.{did_you_mean(target, TARGETS)}",
                f"Use one of: {', '.join(TARGETS)}.",
            )


def _reader_named(name: str) -> SourceReader:
    for reader in READERS:
        if reader.name == name:
            return reader
    names = [reader.name for reader in READERS]
    raise InvalidArgument(
        f"There is no format {name!r}.{did_you_mean(name, names)}", f"Use one of: {', '.join(names)}; or leave it out."
    )


def _read_all(
    sources: Sequence[Source],
    wanted: SourceReader | None,
    mapped: ColumnMapping,
    collector: PostCollector,
    skipped: list[FileAccount],
) -> list[dict[str, str]]:
    """Read every source; what lies in an archive or folder beside the posts is passed over and named."""
    chosen = [_choose(source, wanted) for source in sources]
    seen = []
    for source, found in zip(sources, chosen, strict=True):
        if isinstance(found, str):
            beside = [entry for entry in zip(sources, chosen, strict=True) if entry[0].within == source.within]
            if all(isinstance(other, str) for _, other in beside):
                raise _nothing_within(source, [entry.name for entry, _ in beside])
            skipped.append(FileAccount(source.name, why=found))
            collector.note("file in an archive or folder that was not read (named in the reading report)")
        else:
            seen.append(_read_one(source, *found, mapped, collector))
    return seen


def _nothing_within(source: Source, names: Sequence[str]) -> MedtwQualError:
    """Say that an archive or folder holds no posts, and of a single file what it looks like."""
    if len(names) == 1 or source.within is None:
        return unknown_format(source, preview_source(source))
    shown = ", ".join(names[:5]) + (" ..." if len(names) > 5 else "")
    return UnreadableFile(
        f"None of the {len(names)} files in {source.within.name} is an export that is known here ({shown}).",
        "Name the file that holds the posts; of a table, name its columns, too.",
    )


def _choose(source: Source, wanted: SourceReader | None) -> tuple[SourcePreview, SourceReader, str] | str:
    """Return what a source shows, its reader and why; or why a member of an archive or folder is not read."""
    if source.within and source.suffix in _NOT_LOOKED_AT:
        return "a picture, film or web page by its name"
    preview = preview_source(source)
    if preview.kind == "empty":
        if source.within:
            return "empty"
        raise EmptyFile(f"{source.name} is empty.", "Export or copy it again; nothing was read.")
    if wanted:
        return preview, wanted, "the researcher said so"
    for reader in READERS:
        why = reader.recognises(source, preview)
        if why and source.within and reader.name in _HOLDING_NO_POSTS:
            return f"{reader.label}: {why}"
        if why:
            return preview, reader, why
    if not source.within:
        raise unknown_format(source, preview)
    part = _PARTS.get(source.member.rsplit("/", 1)[-1])
    return part or (
        "a part of an account's own archive that holds no posts" if preview.kind == "script" else UNKNOWN_FORM
    )


def _read_one(
    source: Source,
    preview: SourcePreview,
    reader: SourceReader,
    why: str,
    mapped: ColumnMapping,
    collector: PostCollector,
) -> dict[str, str]:
    account = collector.begin(reader.name, source.name, why)
    account.encoding = preview.encoding if preview.kind not in ("workbook", "binary") else ""
    reader.read(source, preview, mapped, collector)
    collector.end()
    whole_file = source.path if source.path.is_file() else source.path / source.member
    return {
        "file": source.name,
        "sha256": hash_file(whole_file),
        "format": reader.name,
        "why": why,
        "posts": str(account.posts),
    }


def unknown_format(source: Source, preview: SourcePreview) -> MedtwQualError:
    """Say what an unknown file looks like and what to do with it."""
    if preview.kind == "html":
        return UnreadableFile(
            f"{source.name} is a web page (HTML), whatever its name says.",
            "A download may have stopped at a login page: export the posts again.",
        )
    if preview.kind in ("table", "workbook"):
        shown = f" with the columns {', '.join(preview.header)}" if preview.header else ""
        return UnreadableFile(
            f"{source.name} is a table{shown}; no known export looks like this.",
            f'Name its columns: read_corpus("{source.name}", text="...", id="...").',
        )
    start = " ".join(preview.preamble[:80].split())
    shown = (
        f"begins with {start!r}" if preview.kind != "binary" else "holds no text (a picture, a program, a database?)"
    )
    return UnreadableFile(
        f"{source.name} is in no format that is known here; it {shown}.",
        "Export the posts as JSON lines, or as a table and name its text and id columns.",
    )
