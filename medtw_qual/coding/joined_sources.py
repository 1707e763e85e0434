"""Bringing together what one coder's several files say: copies count once, and of two decisions the later holds."""

from collections.abc import Iterable, Mapping

import pandas as pd

from medtw_qual.errors import InvalidTable

KEY = ["round", "unit_id", "coder", "code"]


def join_sources(parts: Mapping[str, pd.DataFrame]) -> tuple[pd.DataFrame, list[str]]:
    """Return the rows of all sources, and in sentences where a later decision took the place of an earlier one.

    What two files say alike (a copied file) counts once; passages and memos of all of them stay. Where they say
    different things of one coder, unit and code, the later decision holds when both have a time.

    Parameters
    ----------
    parts : mapping
        Source -> rows with the columns of `schemas.CODINGS`, all in the terms of one codebook.

    Raises
    ------
    InvalidTable
        When two sources contradict each other and no time says which is the later.

    Examples
    --------
    >>> row = {"unit_id": "1", "coder": "A", "round": "1", "code": "x", "memo": "", "codebook_hash": ""}
    >>> early = pd.DataFrame([{**row, "status": "present", "decided_at": "2026-01-01T10:00:00Z"}])
    >>> late = pd.DataFrame([{**row, "status": "absent", "decided_at": "2026-01-02T10:00:00Z"}])
    >>> rows, notes = join_sources({"a.csv": late, "b.csv": early})
    >>> rows["status"].tolist(), notes
    (['absent'], ['A decided 1 time anew what b.csv holds: the later decision, in a.csv, counts.'])
    """
    filled = [part.assign(_source=source) for source, part in parts.items() if len(part)]
    if not filled:
        return next(iter(parts.values())), []
    rows = pd.concat(filled, ignore_index=True)
    several = rows.duplicated(KEY, keep=False)
    if not several.any():
        return rows.drop(columns="_source"), []
    again, notes = _latest(rows[several])
    joined = pd.concat([rows[~several], _joined(again)]).sort_index().reset_index(drop=True)
    return joined[[name for name in rows.columns if name != "_source"]], notes


def _latest(rows: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """Leave out decisions that a later one of the same coder on the same code contradicts."""
    differs = rows.groupby(KEY, sort=False)["status"].transform("nunique") > 1
    if not differs.any():
        return rows, []
    contrary = rows[differs].copy()
    contrary["_time"] = _times(contrary["decided_at"])
    last = contrary.groupby(KEY, sort=False)["_time"].transform("max")
    newest = contrary[contrary["_time"] == last]
    undated = contrary.groupby(KEY, sort=False)["_time"].transform(lambda times: times.isna().any())
    tied = newest.groupby(KEY, sort=False)["status"].transform("nunique") > 1
    unclear = contrary[undated | contrary.index.isin(newest.index[tied])]
    if len(unclear):
        _refuse(contrary[(contrary[KEY] == unclear.iloc[0][KEY]).all(axis=1)])
    holds = newest.drop_duplicates(KEY).set_index(KEY)["status"]
    kept = contrary["status"].to_numpy() == holds.loc[pd.MultiIndex.from_frame(contrary[KEY])].to_numpy()
    return rows.drop(index=contrary.index[~kept]), _in_words(contrary[kept], contrary[~kept])


def _refuse(rows: pd.DataFrame) -> None:
    first = rows.iloc[0]
    other = rows[rows["status"] != first["status"]].iloc[0]
    raise InvalidTable(
        f"{other['coder']} coded {other['code']!r} on unit {other['unit_id']!r} twice, differently:"
        f" {first['status']} in {first['_source']}, {other['status']} in {other['_source']}.",
        "If two people share this name, give each their own; if it is one person, keep one of the two.",
    )


def _in_words(kept: pd.DataFrame, given_up: pd.DataFrame) -> list[str]:
    """Say whose earlier decisions, from which file, no longer count."""
    winner = kept.drop_duplicates(KEY).set_index(KEY)["_source"]
    later = winner.loc[pd.MultiIndex.from_frame(given_up[KEY])].to_numpy()
    counted = given_up.assign(_later=later).groupby(["coder", "_source", "_later"], sort=True)["unit_id"].nunique()
    return [
        f"{coder} decided {n} {'time' if n == 1 else 'times'} anew what {earlier} holds:"
        f" the later decision, in {after}, counts."
        for (coder, earlier, after), n in counted.items()
    ]


def _joined(rows: pd.DataFrame) -> pd.DataFrame:
    """Each passage of a code once, with all that was noted on it; a code without a passage once."""
    places = ["start", "end"] if "start" in rows else []
    numbers = [pd.to_numeric(rows[name], errors="coerce").fillna(-1) for name in places]
    places_named = [f"_{name}" for name in places]
    rows = rows.assign(**dict(zip(places_named, numbers, strict=True)))
    if places:
        marked = rows["_start"] >= 0
        elsewhere = marked.groupby([rows[name] for name in KEY]).transform("any") & ~marked
        rows = _with_notes_of(rows[~elsewhere], rows[elsewhere])
    place = [*KEY, *places_named]
    rows = rows.drop_duplicates([*place, "memo", "decided_at"])  # plain copies, which are most
    again = rows.duplicated(place, keep=False)
    groups = rows[again].groupby(place, sort=False)
    noted = rows[again].assign(
        memo=groups["memo"].transform(joined_memos), decided_at=groups["decided_at"].transform(latest_time)
    )
    return pd.concat([rows[~again], noted.drop_duplicates(place)]).drop(columns=places_named)


def _with_notes_of(rows: pd.DataFrame, unplaced: pd.DataFrame) -> pd.DataFrame:
    """Add the memos of copies without passages to the first passage of the code."""
    if unplaced.empty:
        return rows
    notes = unplaced.groupby(KEY)["memo"].agg(joined_memos)
    first = ~rows.duplicated(KEY)
    found = notes.reindex(pd.MultiIndex.from_frame(rows[KEY])).fillna("").to_numpy()
    memos = [
        joined_memos([own, other]) if is_first else own
        for own, other, is_first in zip(rows["memo"].fillna(""), found, first, strict=True)
    ]
    return rows.assign(memo=memos)


def joined_memos(memos: Iterable[object]) -> str:
    r"""Return different memos one below the other, each once; empty ones say nothing.

    Examples
    --------
    >>> joined_memos(["loud", "", "quiet", "loud"])
    'loud\nquiet'
    """
    return "\n".join(dict.fromkeys(str(memo) for memo in memos if isinstance(memo, str) and memo))


def latest_time(times: Iterable[object]) -> object:
    """Return the latest of some times as they were written; one that is no time counts only where none is.

    Examples
    --------
    >>> latest_time(["2024-01-01T10:01:00Z", "", "2024-01-01T10:00:00Z"])
    '2024-01-01T10:01:00Z'
    """
    written = list(dict.fromkeys(times))
    if len(written) == 1:
        return written[0]
    known = pd.Series(written, dtype="object")
    moments = _times(known)
    return known[moments.idxmax()] if moments.notna().any() else next((one for one in written if one), written[0])


def _times(written: pd.Series) -> pd.Series:
    return pd.to_datetime(written.astype("object"), utc=True, errors="coerce", format="ISO8601")
