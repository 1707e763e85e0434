"""Where the readers hand in what they found: every record becomes a post or a counted exclusion, nothing in between."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa

from medtw_qual.corpus.post_packing import packed, packed_times
from medtw_qual.corpus.reading_report import FileAccount
from medtw_qual.corpus.rounded_ids import ID_COLUMNS, RoundedIdCheck, count_posts, drop_rounded_ids
from medtw_qual.errors import MedtwQualError

_CHUNK = 20_000

DELIVERED_TWICE = "delivered twice (the same post id again)"
LESS_COMPLETE = "delivered twice (a copy with the cut text)"
EARLIER_VERSION = "earlier version of an edited post"
WITHHELD = "withheld by the platform"
DELETED = "deleted by its author (the source says so)"
ROUNDED_ID = "post id that went through a number and lost digits"
NO_ID = "no post id"
BAD_JSON = "line that is not JSON"
MALFORMED = "record with fields of a wrong kind"
PARTLY_READ = "record of which a part could not be read (its post was taken in or left out as it stands)"
NOT_A_POST = "record that holds no post"
UNREAD_TIME = "post whose time could not be read or lies before 1990 or after 2099 (left empty)"
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


class Withdrawal(NamedTuple):
    """What a source said of a post or account that is gone: why, and when it said so."""

    reason: str
    version: float | None = None


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
    files: list[FileAccount] = field(default_factory=list)
    n_rows: int = 0
    _seen_before: int = 0
    _rows: list[PostRow] = field(default_factory=list)
    _chunks: list[pa.Table] = field(default_factory=list)
    _lists: dict[str, list[list[str]]] = field(default_factory=lambda: {name: [] for name in LIST_FIELDS})
    _place: dict[str, int] = field(default_factory=dict)
    _incomplete: set[str] = field(default_factory=set)
    _editions: dict[str, str] = field(default_factory=dict)
    _refused: set[str] = field(default_factory=set)
    _passed_over: set[str] = field(default_factory=set)
    _gone: set[int] = field(default_factory=set)
    _starts: list[int] = field(default_factory=list)
    _ids: RoundedIdCheck = field(default_factory=RoundedIdCheck)
    _versions: dict[str, float] = field(default_factory=dict)
    _withdrawn: dict[str, Withdrawal] = field(default_factory=dict)
    _accounts_gone: dict[str, Withdrawal] = field(default_factory=dict)

    def begin(self, source_format: str, source_file: str, why: str = "") -> FileAccount:
        """Say where the posts come from that are handed in next, and return the account of that file."""
        self.end()
        self._starts.append(self.n_rows)
        self.files.append(FileAccount(source_file, source_format, why))
        self._seen_before = self.seen
        return self.files[-1]

    def end(self) -> None:
        """Say that a file is read; its records are counted, and its posts are packed."""
        self._pack()
        if self.files:
            self.files[-1].records += self.seen - self._seen_before
            self._seen_before = self.seen

    def post(self, row: PostRow, editions: Sequence[str] = (), version: float | None = None) -> bool:
        """Take a post in; return False where it was excluded.

        Parameters
        ----------
        row : PostRow
        editions : sequence of str
            Ids of all versions of an edited post, oldest first, where the source tells them.
        version : float, optional
            When the source heard of this record, where later records replace earlier ones under the same id.
        """
        post_id = row.post_id
        if not post_id:
            self.dropped[NO_ID] += 1
            return False
        if self._withdrawn and self._is_withdrawn(post_id, version):
            return False
        if post_id in self._refused:
            self.dropped[DELIVERED_TWICE] += 1
            return False
        if post_id in self._place and not self._take_better_copy(row, version):
            return False
        if version is not None:
            self._versions[post_id] = version
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
        except (AttributeError, IndexError, KeyError, OverflowError, TypeError, ValueError):
            if self.seen == before:
                self.drop(MALFORMED)
            else:
                self.note(PARTLY_READ)

    def columns(self, used: Iterable[str], found: Iterable[str]) -> None:
        """Say which columns of a table are read and which it has."""
        if self.files:
            account = self.files[-1]
            present = dict.fromkeys(found)
            account.columns_used.update({name: None for name in used if name in present})
            account.columns_unused.update({name: None for name in present if name not in account.columns_used})

    def sheets(self, read: Iterable[str], unread: Iterable[str]) -> None:
        """Say which sheets of a workbook are read and which are not."""
        if self.files:
            self.files[-1].sheets, self.files[-1].sheets_unread = list(read), list(unread)

    def took_for_nothing(self, word: str) -> None:
        """Count a word that stands for an empty cell."""
        if self.files:
            self.files[-1].nothing_words[word] += 1

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

    def withdraw(self, post_id: str, reason: str, version: float | None = None) -> None:
        """Take a post out, whether it was handed in earlier or comes later: the source says that it was deleted.

        Parameters
        ----------
        post_id, reason : str
        version : float, optional
            When it was deleted; a record that the source heard of later stays.
        """
        if not post_id:
            return
        before = self._withdrawn.get(post_id)
        if before is None or (version or 0) > (before.version or 0):
            self._withdrawn[post_id] = Withdrawal(reason, version)
        place = self._place.get(post_id)
        if place is not None and place not in self._gone and not self._is_newer(post_id, version):
            self._gone.add(place)
            self._refused.add(post_id)
            self.dropped[reason] += 1

    def withdraw_author(self, author_id: str, reason: str, version: float | None = None, *, back: bool = False) -> None:
        """Take all posts of an account out: the source says that the account is gone (or, with `back`, is there again).

        The latest word of the source counts, in whatever order the files are read.
        """
        before = self._accounts_gone.get(author_id)
        if before is None or (version or 0) >= (before.version or 0):
            self._accounts_gone[author_id] = Withdrawal("" if back else reason, version)

    def _is_withdrawn(self, post_id: str, version: float | None) -> bool:
        """Count a post that the source has said to be deleted before the post itself was read."""
        word = self._withdrawn.get(post_id)
        if word is None or (version is not None and word.version is not None and version > word.version):
            if word is not None:
                self._refused.discard(post_id)
                self._withdrawn.pop(post_id)
                self._place.pop(post_id, None)
            return False
        self.drop_post(post_id, word.reason)
        return True

    def _is_newer(self, post_id: str, version: float | None) -> bool:
        held = self._versions.get(post_id)
        return held is not None and version is not None and held > version

    def note(self, what: str, count: int = 1) -> None:
        """Count something that was mended or noticed on the way in (it goes into the provenance, not the flow)."""
        if count:
            self.notes[what] += count
            if self.files:
                self.files[-1].remarks[what] += count

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

    def _take_better_copy(self, row: PostRow, version: float | None) -> bool:
        """Keep the first copy of a post, unless the later one is a newer record of it or only it has the whole text."""
        held = self._versions.get(row.post_id)
        if version is not None and held != version:
            self.dropped[EARLIER_VERSION] += 1
            if held is not None and version < held:
                return False
            self._gone.add(self._place[row.post_id])
            return True
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
        chunk = {name: packed(name, values) for name, values in columns.items()}
        chunk["created_at"], unread = packed_times(times)
        if self.files:
            self.files[-1].times_unread += unread
        self.note(UNREAD_TIME, unread)
        for name in ID_COLUMNS:
            self._ids.look(len(self.files) - 1, name, chunk[name])
        self._chunks.append(pa.table(chunk))
        self._rows = []

    def table(self) -> pd.DataFrame:
        """Return the posts taken in, in the order in which they came, with the columns of PostRow and their origin."""
        self.finish()
        if not self._chunks:
            return pd.DataFrame({name: pd.Series(dtype="object") for name in (*PostRow._fields, *ORIGIN)})
        table = pa.concat_tables(self._chunks).to_pandas(split_blocks=True, self_destruct=True)
        self._chunks.clear()
        for name in LIST_FIELDS:
            table[name] = pd.Series(self._lists.pop(name), dtype="object")
        for column, values in zip(ORIGIN, self._origin_columns(), strict=True):
            table[column] = values
        number = np.repeat(np.arange(len(self.files)), self._rows_per_file())
        for place in drop_rounded_ids(table, number, self._ids, self.files):
            if place not in self._gone:
                self._gone.add(place)
                self.dropped[ROUNDED_ID] += 1
        if self._gone:
            stays = ~table.index.isin(self._gone)
            table, number = table[stays].reset_index(drop=True), number[stays]
        count_posts(table, number, self.files)
        return table

    def finish(self) -> None:
        """Count the last file and take out the posts of accounts that the sources say are gone."""
        self.end()
        gone = {author: word.reason for author, word in self._accounts_gone.items() if word.reason}
        self._accounts_gone = {}
        place = 0
        for chunk in self._chunks if gone else ():
            for post_id, author in zip(chunk["post_id"].to_pylist(), chunk["author_id"].to_pylist(), strict=True):
                if author in gone and place not in self._gone:
                    self._gone.add(place)
                    self._refused.add(post_id)
                    self._place.pop(post_id, None)
                    self.dropped[gone[author]] += 1
                place += 1

    def _origin_columns(self) -> Iterator[pd.Series]:
        lengths = self._rows_per_file()
        for name in ("format", "file"):
            yield pd.Series(np.repeat([getattr(entry, name) for entry in self.files], lengths), dtype="str")

    def _rows_per_file(self) -> np.ndarray:
        return np.diff([*self._starts, self.n_rows])
