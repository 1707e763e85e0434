"""The groups of a study's units, such as their authors, between which agreement has its interval."""

from typing import TYPE_CHECKING

from medtw_qual.agreement import IntervalOptions
from medtw_qual.errors import StudyFault, did_you_mean

if TYPE_CHECKING:
    import pandas as pd

    from medtw_qual.study.study import Study


def interval_groups(study: "Study") -> IntervalOptions:
    """Return the option `groups` of `measure_agreement`, or none where study.toml names no groups.

    Parameters
    ----------
    study : Study
    """
    return IntervalOptions(groups=unit_groups(study)) if study.config.agreement.groups else IntervalOptions()


def unit_groups(study: "Study") -> "pd.Series":
    """Return the group of every unit that was collected, by unit_id, as ``[agreement] groups`` of study.toml names it.

    A unit without a value is a group of its own.

    Parameters
    ----------
    study : Study

    Raises
    ------
    StudyFault
        When the units have no such column.
    """
    units = study.corpus_collected.units
    column = study.config.agreement.groups
    if column not in units:
        known = sorted(map(str, units.columns))
        raise StudyFault(
            f"study.toml names the groups {column!r} ([agreement] groups), and the units have no such column."
            f"{did_you_mean(column, known)}",
            f"Use one of: {', '.join(known)}.",
        )
    by_unit = units.set_index(units["unit_id"].astype(str))[column]
    named = by_unit.astype("object").where(by_unit.notna(), "").map(str)
    return named.where(named != "", "unit " + named.index.to_series())
