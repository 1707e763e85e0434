"""What a reader is: a name, a way to recognise its format, and a way to read it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from medtw_qual.corpus.post_collector import PostCollector
from medtw_qual.corpus.source_files import Source
from medtw_qual.corpus.source_preview import SourcePreview


@dataclass(frozen=True)
class ColumnMapping:
    """Which columns the researcher named, for tables of any origin.

    Attributes
    ----------
    columns : mapping
        From our column names (``text``, ``post_id``, ``author_id``, ``created_at`` ...) to the file's.
    author_columns : tuple of str
        The file's columns that describe the author rather than the post.
    time_zone : str
        The zone of times that carry none.
    day_first : bool or None
        Whether 3/4/2020 is the third of April; None: nobody said.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    author_columns: tuple[str, ...] = ()
    time_zone: str = "UTC"
    day_first: bool | None = None


@dataclass(frozen=True)
class SourceReader:
    """One source format.

    Attributes
    ----------
    name : str
        As in ``read_corpus(..., format=name)`` and in the column source_format.
    label : str
        In words, for messages.
    recognises : callable
        Takes the preview and says why this is its format, in words; an empty string: it is not.
    read : callable
        Takes source, preview, what the researcher named, and the collector into which every record goes.
    """

    name: str
    label: str
    recognises: Callable[[Source, SourcePreview], str]
    read: Callable[[Source, SourcePreview, ColumnMapping, PostCollector], None]
