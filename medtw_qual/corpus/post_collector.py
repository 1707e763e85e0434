"""Where the readers hand in what they found: every record becomes a post or a counted exclusion, nothing in between."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa

from medtw_qual.errors import MedtwQualError

_CHUNK = 20_000
_FIRST = pd.Timestamp("1990-01-01", tz="UTC")  # some clients of Bluesky write the year 0
_LAST = pd.Timestamp("2100-01-01", tz="UTC")  # 9999-12-31 and the like stand for "no time"

DELIVERED_TWICE = "delivered twice (the same post id again)"
LESS_COMPLETE = "delivered twice (a copy with the cut text)"
EARLIER_VERSION = "earlier version of an edited post"
WITHHELD = "withheld by the platform"
NO_ID = "no post id"
BAD_JSON = "line that is not JSON"
MALFORMED = "record with fields of a wrong kind"
PARTLY_READ = "record of which a part could not be read (its post was taken in or left out as it stands)"
NOT_A_POST = "record that holds no post"
ERROR_OBJECT = "error object of the platform (no post in it)"


class PostRow(NamedTuple):
    """One post as a reader found it; the fields are those of `schemas.POSTS`, with three ids more.

    `created_at` is ISO 8601 with its zone ("" where unknown); a time without zone counts as UTC.
    """

    post_id: str
    author_id: str = ""
    created_at: str = ""
    text: str = ""
    context: str = ""
    is_reply: bool = False
    is_quote: bool = False
    is_repost: bool = False
    conversation_id: str = ""
    reply_to_id: str = ""
    lang: str = ""
    hashtags: Sequence[str] = ()
    mentions: Sequence[str] = ()
    urls: Sequence[str] = ()
    media: Sequence[str] = ()
    alt_text: Sequence[str] = ()
    likes: int | None = None
    reposts: int | None = None
    text_complete: bool = True
    reply_to_author_id: str = ""
    quoted_id: str = ""
    repost_of_id: str = ""


class AuthorRow(NamedTuple):
    """One account as a reader found it (`schemas.AUTHORS`)."""

    author_id: str
    handle: str = ""
    name: str = ""
    profile: str = ""
    followers: int | None = None
    location: str = ""


LIST_FIELDS = ("hashtags", "mentions", "urls", "media", "alt_text")
ORIGIN = ("source_format", "source_file")
_TYPES: dict[str, Any] = {
    **dict.fromkeys(("is_reply", "is_quote", "is_repost", "text_complete"), pa.bool_()),
    **dict.fromkeys(("likes", "reposts"), pa.int64()),
}


@dataclass
class PostCollector:
    """The counter at the door: posts, accounts, and one tally of all that did not become a post.

    A record is seen once: as a post (`post`) or as an exclusion (`drop`). Posts delivered twice and earlier versions of
    edited posts are found here, the same way for every format. Rows are packed in chunks so that a million posts stay
    far below the memory that a million Python objects would take.
    """

    dropped: Counter[str] = field(default_factory=Counter)
    notes: Counter[str] = field(default_factory=Counter)
    authors: dict[str, AuthorRow] = field(default_factory=dict)
    attributes: dict[str, dict[str, str]] = field(default_factory=dict)
    author_attributes: dict[str, dict[str, str]] = field(default_factory=dict)
    beside: dict[str, str] = field(default_factory=dict)
    n_rows: int = 0
    _rows: list[PostRow] = field(default_factory=list)
    _chunks: list[pa.Table] = field(default_factory=list)
    _lists: dict[str, list[list[str]]] = field(default_factory=lambda: {name: [] for name in LIST_FIELDS})
    _place: dict[str, int] = field(default_factory=dict)
    _incomplete: set[str] = field(default_factory=set)
    _editions: dict[str, str] = field(default_factory=dict)
    _refused: set[str] = field(default_factory=set)
    _passed_over: set[str] = field(default_factory=set)
    _gone: set[int] = field(default_factory=set)
    _origins: list[tuple[int, str, str]] = field(default_factory=list)

    def begin(self, source_format: str, source_file: str) -> None:
        """Say where the posts come from that are handed in next."""
        self._origins.append((self.n_rows, source_format, source_file))

    def post(self, row: PostRow, editions: Sequence[str] = ()) -> bool:
        """Take a post in; return False where it was excluded.

        Parameters
        ----------
        row : PostRow
        editions : sequence of str
            Ids of all versions of an edited post, oldest first, where the source tells them.
        """
        post_id = row.post_id
        if not post_id:
            self.dropped[NO_ID] += 1
            return False
        if post_id in self._refused:
            self.dropped[DELIVERED_TWICE] += 1
            return False
        if post_id in self._place and not self._take_better_copy(row):
            return False
        if len(editions) > 1 and not self._take_latest(post_id, editions):
            return False
        self._place[post_id] = self.n_rows
        if not row.text_complete:
            self._incomplete.add(post_id)
        self._rows.append(row)
        self.n_rows += 1
        if len(self._rows) >= _CHUNK:
            self._pack()
        return True

    def attempt(self, take: Callable[..., None], *given: Any) -> None:  # noqa: ANN401 - hands on what it gets
        """Hand in one record by `take`; a record whose fields are not of the kind they should be is counted as dropped.

        One bad record among a million stops nothing, is never lost unnoticed, and is counted once: where its post was
        taken in before a fault showed in the rest of it, the post stays, with a note.
        """
        before = self.seen
        try:
            take(*given)
        except MedtwQualError:  # said in words already, such as rounded ids; some are ValueErrors too
            raise
        except (AttributeError, IndexError, KeyError, TypeError, ValueError):
            if self.seen == before:
                self.drop(MALFORMED)
            else:
                self.note(PARTLY_READ)

    def drop(self, reason: str, count: int = 1) -> None:
        """Count records that are not taken in, with the reason that stands in the flow table."""
        if count:
            self.dropped[reason] += count

    def drop_post(self, post_id: str, reason: str) -> None:
        """Count a post that is known by its id and not taken in; a second copy of it counts as delivered twice."""
        if post_id and (post_id in self._place or post_id in self._refused):
            self.dropped[DELIVERED_TWICE] += 1
            return
        self._refused.add(post_id)
        self.dropped[reason] += 1

    def pass_over(self, post_id: str, reason: str, words: str = "") -> None:
        """Count a record that is no post of the collection as it stands; a later copy that is one is still taken in.

        Parameters
        ----------
        post_id, reason : str
        words : str
            Its words, where it has any: they are the context of the posts that quote or answer it.
        """
        self._passed_over.add(post_id)
        if words:
            self.beside[post_id] = words
        self.drop(reason)

    def withdraw(self, post_id: str, reason: str) -> None:
        """Take a post out again that was handed in earlier: the source says later that it was deleted."""
        place = self._place.get(post_id)
        if place is not None and place not in self._gone:
            self._gone.add(place)
            self._refused.add(post_id)
            self.dropped[reason] += 1

    def note(self, what: str, count: int = 1) -> None:
        """Count something that was mended or noticed on the way in (it goes into the provenance, not the flow)."""
        if count:
            self.notes[what] += count

    def author(self, row: AuthorRow) -> None:
        """Take an account in; the first record of an account counts (searches deliver the latest first)."""
        if type(row.author_id) is str:
            self.authors.setdefault(row.author_id, row)

    @property
    def kept(self) -> int:
        """Posts taken in and not replaced since."""
        return self.n_rows - len(self._gone)

    @property
    def refused(self) -> list[str]:
        """Ids of posts that were seen and not taken in: a coding of one of them is about a post that left."""
        return sorted((self._refused | self._passed_over) - self._place.keys())

    @property
    def seen(self) -> int:
        """Records seen: those kept and those dropped."""
        return self.kept + sum(self.dropped.values())

    def _take_better_copy(self, row: PostRow) -> bool:
        """Keep the first copy of a post, unless only the later one has its whole text."""
        if row.post_id in self._incomplete and row.text_complete:
            self._incomplete.discard(row.post_id)
            self._gone.add(self._place[row.post_id])
            self.dropped[LESS_COMPLETE] += 1
            return True
        self.dropped[DELIVERED_TWICE] += 1
        return False

    def _take_latest(self, post_id: str, editions: Sequence[str]) -> bool:
        """Of several versions of an edited post keep the latest that was collected."""
        family = editions[0]
        held = self._editions.get(family)
        if held is not None and held != post_id and held in editions:
            if post_id in editions and editions.index(post_id) < editions.index(held):
                self.dropped[EARLIER_VERSION] += 1
                return False
            self._gone.add(self._place[held])
            self.dropped[EARLIER_VERSION] += 1
        self._editions[family] = post_id
        return True

    def _pack(self) -> None:
        if not self._rows:
            return
        columns = dict(zip(PostRow._fields, zip(*self._rows, strict=True), strict=True))
        for name in LIST_FIELDS:
            self._lists[name] += [[str(item) for item in cell] if cell else [] for cell in columns.pop(name)]
        times = columns.pop("created_at")
        packed = {name: _packed(name, values) for name, values in columns.items()}
        packed["created_at"] = pa.Array.from_pandas(self._parsed(times), type=pa.timestamp("us", tz="UTC"))
        self._chunks.append(pa.table(packed))
        self._rows = []

    def _parsed(self, written: Sequence[Any]) -> pd.Series:
        times = [time if type(time) is str else "" for time in written]
        parsed = pd.to_datetime(pd.Series(times, dtype="str"), utc=True, format="ISO8601", errors="coerce")
        parsed = parsed.where((parsed >= _FIRST) & (parsed < _LAST))
        unread = int(parsed.isna().sum()) - times.count("")
        if unread:
            self.notes["post whose time could not be read or lies before 1990 or after 2099 (left empty)"] += unread
        return parsed

    def table(self) -> pd.DataFrame:
        """Return the posts taken in, in the order in which they came, with the columns of PostRow and their origin."""
        self._pack()
        if not self._chunks:
            return pd.DataFrame({name: pd.Series(dtype="object") for name in (*PostRow._fields, *ORIGIN)})
        table = pa.concat_tables(self._chunks).to_pandas(split_blocks=True, self_destruct=True)
        self._chunks.clear()
        for name in LIST_FIELDS:
            table[name] = pd.Series(self._lists.pop(name), dtype="object")
        for column, values in zip(ORIGIN, self._origin_columns(), strict=True):
            table[column] = values
        if self._gone:
            table = table[~table.index.isin(self._gone)].reset_index(drop=True)
        return table

    def _origin_columns(self) -> Iterator[pd.Series]:
        starts = [start for start, _, _ in self._origins]
        lengths = np.diff([*starts, self.n_rows])
        for part in (1, 2):
            yield pd.Series(np.repeat([origin[part] for origin in self._origins], lengths), dtype="str")


def _packed(name: str, values: Sequence[Any]) -> pa.Array:
    """Pack a column; where a source put something else than text or numbers into a field, it is written as text."""
    kind = _TYPES.get(name, pa.large_string())
    try:
        packed = pa.array(values, type=kind)
    except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError):
        convert = _whole if kind == pa.int64() else bool if kind == pa.bool_() else _text
        return pa.array([convert(value) for value in values], type=kind)
    if packed.null_count and kind != pa.int64():
        return packed.fill_null(False if kind == pa.bool_() else "")
    return packed


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _whole(value: object) -> int | None:
    return value if type(value) is int and abs(value) < 2**63 else None
