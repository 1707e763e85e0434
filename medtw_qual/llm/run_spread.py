"""How far results move with the choice of prompt, order, seed or model: the same units under a declared set of runs."""

from collections.abc import Mapping
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from medtw_qual._base.figure_style import figure_style, printed_name
from medtw_qual.errors import InvalidArgument
from medtw_qual.llm.answer_replay import ModelAnswers

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def answer_spread(runs: Mapping[str, ModelAnswers], groups: Mapping[str, object] | None = None) -> pd.DataFrame:
    """Set the shares of several runs side by side, on the units that all of them coded.

    The runs are declared beforehand (prompts, orders, seeds, models), each logged under a name of its own; none is
    chosen by its result. Only units that every run coded count, so that nothing but the run differs.

    Parameters
    ----------
    runs : mapping of str to ModelAnswers
        What to call each run -> its answers; at least two.
    groups : mapping of unit_id to group, optional
        For contrasts: the difference of two groups' shares, for every pair of groups.

    Returns
    -------
    DataFrame
        One row per code, quantity and run: code, quantity ("share" or "A - B"), run, value (of decisions present or
        absent; the impossible are left out), n (units). ``.attrs["units"]`` is the number of units that all runs coded.

    Raises
    ------
    InvalidArgument
        When there are fewer than two runs, or no unit was coded by all.
    """
    if len(runs) < 2:
        raise InvalidArgument("One run has no spread.", "Give at least two: other orders, seeds, prompts or models.")
    tables = {
        name: run.codings.pivot_table(index="unit_id", columns="code", values="status", aggfunc="first")
        for name, run in runs.items()
    }
    common = sorted(set.intersection(*(set(table.index) for table in tables.values())))
    if not common:
        raise InvalidArgument("No unit was coded by every run.", "Let the runs code the same units.")
    of_group = pd.Series(groups, dtype=object).reindex(common) if groups is not None else None
    rows = [
        {"code": code, "quantity": quantity, "run": name, "value": value, "n": n}
        for name, table in tables.items()
        for code in table.columns
        for quantity, value, n in _quantities(table.loc[common, code], of_group)
    ]
    found = pd.DataFrame(rows)
    found.attrs["units"] = len(common)
    return found


def _quantities(status: pd.Series, groups: pd.Series | None) -> list[tuple[str, float, int]]:
    judged = status[status.isin(["present", "absent"])]
    present = judged == "present"
    found = [("share", float(present.mean()) if len(present) else np.nan, len(present))]
    if groups is not None:
        shares = present.groupby(groups.reindex(present.index)).mean()
        for first, second in combinations(sorted(shares.index, key=str), 2):
            found.append((f"{first} - {second}", float(shares[first] - shares[second]), len(present)))
    return found


def spread_figure(spread: pd.DataFrame, names: Mapping[str, str] | None = None, quantity: str = "share") -> "Figure":
    """Draw the spread: one line a code, one mark a run.

    Parameters
    ----------
    spread : DataFrame
        What `answer_spread` returned.
    names : mapping, optional
        Code -> its name in print.
    quantity : str
        "share", or one of the contrasts.

    Returns
    -------
    matplotlib Figure

    Raises
    ------
    InvalidArgument
        When the table does not hold the quantity.
    """
    from matplotlib.figure import Figure

    rows = spread[spread["quantity"] == quantity]
    if rows.empty:
        raise InvalidArgument(
            f"There is no {quantity!r} in this spread.", f"Use one of: {', '.join(dict.fromkeys(spread['quantity']))}."
        )
    codes, runs = list(dict.fromkeys(rows["code"])), list(dict.fromkeys(rows["run"]))
    with figure_style():
        figure = Figure(figsize=(6.3, 1.2 + 0.5 * len(codes)))
        axes = figure.subplots()
        for place, code in enumerate(codes):
            own = rows.loc[rows["code"] == code, "value"]
            axes.plot([own.min(), own.max()], [place, place], color="0.6", linewidth=3, solid_capstyle="butt", zorder=1)
        for run, marker in zip(runs, _markers(len(runs)), strict=True):
            own = rows[rows["run"] == run].set_index("code")["value"].reindex(codes)
            axes.scatter(own, range(len(codes)), marker=marker, s=28, label=run, zorder=2)
        axes.set_yticks(range(len(codes)), [printed_name(code, names) for code in codes])
        axes.invert_yaxis()
        axes.set_xlabel(
            "Share of units, by run" if quantity == "share" else f"Difference of shares, {quantity}, by run"
        )
        axes.legend(loc="upper left", bbox_to_anchor=(1, 1), frameon=False)
    return figure


def _markers(count: int) -> list[str]:
    known = "os^Dv<>PX*hd"
    return [known[place % len(known)] for place in range(count)]
