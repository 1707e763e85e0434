"""Giving batches of a sample to coders."""

from collections.abc import Mapping, Sequence

from medtw_qual.coding.coders import require_coder_names
from medtw_qual.coding.sample import Sample, shuffled
from medtw_qual.coding.sampling import assign_units
from medtw_qual.errors import InvalidArgument, UnknownUnit


def assign_coders(
    sample: Sample, coders: Sequence[str] | Mapping[str, int | Sequence[str]], *, double_coded: float = 1.0
) -> Sample:
    """Return the sample with units given to coders, on top of those given before.

    Parameters
    ----------
    sample : Sample
        The sampled units, with those who code them.
    coders : sequence of str, or mapping
        Names: the units that nobody has yet are shared out as `draw_sample` does it. A mapping gives each coder a
        batch: a number of units (drawn from those fewest people have; a coder never gets a unit twice) or their ids.
    double_coded : float
        With names: the share of the units that all of them code, 0 to 1.

    Returns
    -------
    Sample
        The same sample (its hash is unchanged). A coder who had units before finds the new ones after them.

    Raises
    ------
    InvalidArgument
        When a batch is larger than what is left, or two coders have one name.
    UnknownUnit
        When a unit is not in the sample.

    Examples
    --------
    >>> import pandas as pd
    >>> from types import SimpleNamespace
    >>> from medtw_qual.coding import draw_sample
    >>> units = pd.DataFrame({"unit_id": list("abcdef"), "author_id": "x"})
    >>> sample = draw_sample(SimpleNamespace(units=units, authors=units), 6, seed=1)
    >>> sample = assign_coders(sample, {"KA": 6, "LB": 2})
    >>> len(sample.order_for("KA")), len(sample.order_for("LB"))
    (6, 2)
    """
    if not 0 <= double_coded <= 1:
        raise InvalidArgument(f"double_coded is {double_coded!r}.", "Give a share between 0 and 1.")
    units = sample.table["unit_id"].tolist()
    given = dict(zip(units, (list(names) for names in sample.table["coders"]), strict=True))
    orders = dict(zip(units, (list(places) for places in sample.table["orders"]), strict=True))
    require_coder_names(dict.fromkeys([*sample.coders, *require_coder_names(coders)]))
    for coder, batch in _batches(sample, coders, given, double_coded).items():
        last = max((int(orders[u][given[u].index(coder)]) for u in units if coder in given[u]), default=0)
        for place, unit in enumerate(shuffled(batch, sample.seed, sample.round, coder), last + 1):
            given[unit].append(coder)
            orders[unit].append(str(place))
    table = sample.table.copy()
    table["coders"] = [given[unit] for unit in units]
    table["orders"] = [orders[unit] for unit in units]
    return sample.with_table(table)


def _batches(
    sample: Sample,
    coders: Sequence[str] | Mapping[str, int | Sequence[str]],
    given: Mapping[str, list[str]],
    double_coded: float,
) -> dict[str, list[str]]:
    if not isinstance(coders, Mapping):
        free = [unit for unit, names in given.items() if not names]
        who = assign_units(free, list(coders), double_coded, sample.seed, sample.round)
        return {coder: [unit for unit in free if coder in who[unit]] for coder in coders}
    load = {unit: len(names) for unit, names in given.items()}
    batches: dict[str, list[str]] = {}
    for coder, wish in coders.items():
        mine = [unit for unit, names in given.items() if coder in names]
        batch = (
            _by_number(sample, coder, wish, mine, load) if isinstance(wish, int) else _by_id(coder, wish, mine, load)
        )
        batches[coder] = batch
        load |= {unit: load[unit] + 1 for unit in batch}
    return batches


def _by_number(sample: Sample, coder: str, number: int, mine: list[str], load: Mapping[str, int]) -> list[str]:
    left = [unit for unit in shuffled(list(load), sample.seed, sample.round, "batches") if unit not in set(mine)]
    if not 0 <= number <= len(left):
        raise InvalidArgument(f"{coder!r} was to get {number} units, and {len(left)} are left.", "Ask for fewer.")
    return sorted(left, key=lambda unit: load[unit])[:number]


def _by_id(coder: str, units: Sequence[str], mine: list[str], load: Mapping[str, int]) -> list[str]:
    for unit in units:
        if unit not in load:
            raise UnknownUnit(f"Unit {unit!r}, meant for {coder!r}, is not in the sample.", "Name sampled units.")
    return [unit for unit in dict.fromkeys(units) if unit not in set(mine)]
