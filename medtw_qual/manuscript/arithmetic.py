"""A table's own arithmetic: do parts add up, are shares what their counts say, does rounding follow one policy?"""

from collections.abc import Callable, Mapping, Sequence

import pandas as pd

from medtw_qual.errors import InvalidArgument
from medtw_qual.manuscript.manuscript_table import ManuscriptTable
from medtw_qual.manuscript.number_format import is_missing, rounded

_CLOSE = 1e-9


def check_arithmetic(table: ManuscriptTable | pd.DataFrame) -> list[str]:
    """Check the arithmetic of a manuscript table.

    Parameters
    ----------
    table : ManuscriptTable or DataFrame
        With the columns that this package's tables have: before, dropped, merged, kept; n_units, judged, share;
        n_authors; estimate, low, high. What is not there is not checked.

    Returns
    -------
    list of str
        One sentence per fault; empty when all is well.

    Examples
    --------
    >>> import pandas as pd
    >>> check_arithmetic(pd.DataFrame({"before": [10], "dropped": [2], "merged": [0], "kept": [7]}))
    ['Row 1: before 10 - dropped 2 - merged 0 is 8, not 7.']
    """
    body = table.body if isinstance(table, ManuscriptTable) else table
    return [fault for rule in _RULES for fault in rule(body)]


def _flow_adds_up(body: pd.DataFrame) -> list[str]:
    if not {"before", "dropped", "merged", "kept"} <= set(body):
        return []
    faults = []
    for row, (before, dropped, merged, kept) in enumerate(body[["before", "dropped", "merged", "kept"]].to_numpy(), 1):
        if before - dropped - merged != kept:
            faults.append(
                f"Row {row}: before {before} - dropped {dropped} - merged {merged} is {before - dropped - merged},"
                f" not {kept}."
            )
    following = zip(body["kept"].iloc[:-1], body["before"].iloc[1:], strict=True)
    return faults + [
        f"Row {row} begins with {begins}, but row {row - 1} kept {kept}."
        for row, (kept, begins) in enumerate(following, 2)
        if kept != begins
    ]


def _shares_follow_counts(body: pd.DataFrame) -> list[str]:
    faults = []
    for count, of, share in (("n_units", "judged", "share"), ("n", "of", "share")):
        if not {count, of, share} <= set(body):
            continue
        for row, (n, total, stated) in enumerate(zip(body[count], body[of], body[share], strict=True), 1):
            if is_missing(n) or is_missing(total) or is_missing(stated) or not total:
                continue
            if abs(n / total - stated) > _CLOSE:
                faults.append(f"Row {row}: {n} of {total} is {rounded(n / total, 4)}, not {rounded(stated, 4)}.")
    return faults


def _parts_fit(body: pd.DataFrame) -> list[str]:
    faults = []
    for part, whole in (("n_units", "judged"), ("n", "of"), ("n_authors", "n_units")):
        if {part, whole} <= set(body):
            pairs = enumerate(zip(body[part], body[whole], strict=True), 1)
            faults += [
                f"Row {row}: {part} {n} is more than {whole} {total}."
                for row, (n, total) in pairs
                if not is_missing(n) and not is_missing(total) and n > total
            ]
    return faults


def _limits_hold_estimates(body: pd.DataFrame) -> list[str]:
    faults = []
    for name in [str(column) for column in body.columns if str(column).endswith("estimate")]:
        stem = name.removesuffix("estimate")
        if not {f"{stem}low", f"{stem}high"} <= set(body):
            continue
        values = zip(body[name], body[f"{stem}low"], body[f"{stem}high"], strict=True)
        faults += [
            f"Row {row}: the interval [{rounded(low, 4)}, {rounded(high, 4)}] does not hold its estimate"
            f" {rounded(estimate, 4)}."
            for row, (estimate, low, high) in enumerate(values, 1)
            if not any(map(is_missing, (estimate, low, high))) and not low - _CLOSE <= estimate <= high + _CLOSE
        ]
    return faults


_RULES: tuple[Callable[[pd.DataFrame], list[str]], ...] = (
    _flow_adds_up,
    _shares_follow_counts,
    _parts_fit,
    _limits_hold_estimates,
)


def check_counts(
    counts: Mapping[str, int],
    total: int,
    printed: Mapping[str, str] | Sequence[str] | None = None,
    several: bool = False,
) -> list[str]:
    """Check counts and percentages as they stand in a manuscript, yours or a published one.

    Parameters
    ----------
    counts : mapping of str to int
        Count per category.
    total : int
        The n that the table states.
    printed : mapping or sequence of str, optional
        The percentages as printed, with as many digits, such as "15" or "74.1".
    several : bool
        Whether the text says that one case may be in several categories.

    Returns
    -------
    list of str
        One sentence per fault; empty when all is well.

    Raises
    ------
    InvalidArgument
        When there are not as many percentages as counts.

    Examples
    --------
    Two published tables: 388 of 2,500 printed as 15%, and roles that sum to 494 with n = 491.

    >>> check_counts({"a": 388}, 2500, ["15"])
    ['a: 388 of 2,500 is 15.52%, which rounds to 16, not 15.']
    >>> check_counts({"patients": 400, "physicians": 94}, 491)
    ['The counts add up to 494, 3 more than n = 491: say that several are possible, or find the error.']
    """
    faults = []
    shown = dict(printed) if isinstance(printed, Mapping) else dict(zip(counts, printed or (), strict=False))
    if printed is not None and set(shown) != set(counts):
        raise InvalidArgument("There are not as many percentages as counts.", "Give one printed percentage per count.")
    for name, text in shown.items():
        digits = len(text.strip("% ").partition(".")[2])
        right = rounded(counts[name] / total, digits, scale=100)
        if right != text.strip("% "):
            exact = rounded(counts[name] / total, digits + 2, scale=100)
            faults.append(f"{name}: {counts[name]:,} of {total:,} is {exact}%, which rounds to {right}, not {text}.")
    surplus = sum(counts.values()) - total
    if surplus > 0 and not several:
        faults.append(
            f"The counts add up to {sum(counts.values()):,}, {surplus:,} more than n = {total:,}: say that several are"
            " possible, or find the error."
        )
    return faults
