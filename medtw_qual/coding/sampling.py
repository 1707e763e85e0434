"""Drawing a sample: simple or stratified, with its inclusion probabilities, for coders who work blind to each other."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import pandas as pd

from medtw_qual._base.table_files import validate_table
from medtw_qual.coding.coders import require_coder_names
from medtw_qual.coding.sample import Sample, shuffled
from medtw_qual.errors import InvalidArgument, MissingColumn, did_you_mean
from medtw_qual.schemas import SAMPLE, HasUnits

if TYPE_CHECKING:
    from medtw_qual.corpus.corpus import Corpus


def draw_sample(
    corpus: "Corpus",
    n_units: int,
    *,
    stratify_by: str | None = None,
    cluster_by: str | None = None,
    allocation: str | Mapping[str, int] = "proportional",
    double_coded: float = 1.0,
    coders: Sequence[str] = (),
    round: str | int = "1",
    seed: int,
    exclude: Sequence[Sample] = (),
) -> Sample:
    """Draw units for coding, without replacement and with known probability.

    Parameters
    ----------
    corpus : Corpus
        The corpus, after the steps that select its units.
    n_units : int
        How many units, at least 1 and at most those in the corpus.
    stratify_by : str, optional
        A column of `corpus.units` or of `corpus.authors`; units without a value form a stratum of their own ("").
    cluster_by : str, optional
        A column of `corpus.units`, such as "author_id": whole clusters are drawn, with all their units, so many that
        about `n_units` units come out. What one author wrote is alike, so that such a sample says less than as many
        units drawn singly; estimates reckon with that. Units without a value are clusters of their own. Not together
        with `stratify_by`.
    allocation : {"proportional", "equal"} or mapping
        How many units each stratum gives: in proportion to its size (largest remainders, at least one where it can),
        the same number each as far as it has them, or stratum -> number.
    double_coded : float
        Share of the units, 0 to 1, that every coder codes; the others go to one coder each, in turn. Which units these
        are is drawn too. Counts only with two or more `coders`.
    coders : sequence of str
        To whom the units are assigned. Empty: nobody yet; every coder who opens a desk then codes all of them.
    round : str or int
        pilot, training, reliability, main, or a number.
    seed : int
        The same seed gives the same sample on any machine.
    exclude : sequence of Sample
        Earlier samples whose units are not drawn again; the population is then what they leave.

    Returns
    -------
    Sample
        With inclusion probability n_h / N_h in each stratum h (Cochran 1977, Sampling Techniques, 5.1), or drawn
        clusters over all clusters (9A.2) and the column `cluster`.

    Raises
    ------
    InvalidArgument
        When more units are asked for than there are, a share is not between 0 and 1, or two coders have one name.
    MissingColumn
        When `stratify_by` is no column of units or authors.

    Examples
    --------
    >>> import pandas as pd
    >>> from types import SimpleNamespace
    >>> units = pd.DataFrame({"unit_id": list("abcdef"), "author_id": "x"})
    >>> corpus = SimpleNamespace(units=units, authors=pd.DataFrame({"author_id": ["x"]}))
    >>> sample = draw_sample(corpus, 3, seed=2020)
    >>> sample.population, sample.table["inclusion_probability"].tolist()
    (6, [0.5, 0.5, 0.5])
    """
    if not 0 <= double_coded <= 1:
        raise InvalidArgument(f"double_coded is {double_coded!r}.", "Give a share between 0 and 1.")
    names = require_coder_names(coders)
    strata = _strata(corpus, stratify_by)
    earlier = {unit for sample in exclude for unit in sample.table["unit_id"]}
    strata = strata[~strata.index.isin(earlier)]
    if n_units != int(n_units) or not 1 <= n_units <= len(strata):
        raise InvalidArgument(
            f"{n_units} units were asked for, and there are {len(strata)} to draw from.",
            "Ask for a whole number, at least 1 and at most as many as there are.",
        )
    n_units = int(n_units)
    if cluster_by is None:
        table, words = _drawn_units(strata, n_units, allocation, (seed, round)), ""
    else:
        table, words = _drawn_clusters(corpus, strata, n_units, (stratify_by, cluster_by), (seed, round))
    table["round"] = str(round)
    who = assign_units(table["unit_id"].tolist(), names, double_coded, seed, str(round))
    table["coders"] = [who[unit] for unit in table["unit_id"]]
    table["orders"] = orders_of(table, seed, str(round))
    units = corpus.units.set_index("unit_id", drop=False).loc[table["unit_id"]].reset_index(drop=True)
    words = words or _design(len(table), len(strata), stratify_by, allocation, seed, len(earlier))
    return Sample(validate_table(table, SAMPLE, "the sample"), units, str(round), int(seed), len(strata), words)


def _drawn_units(
    strata: pd.Series, n_units: int, allocation: str | Mapping[str, int], salt: tuple[int, str | int]
) -> pd.DataFrame:
    sizes = strata.value_counts().sort_index()
    numbers = _allocate(sizes, n_units, allocation)
    drawn = [
        (unit, stratum, numbers[stratum] / sizes[stratum])
        for stratum in sizes.index
        for unit in shuffled(strata.index[strata == stratum].tolist(), *salt, "draw")[: numbers[stratum]]
    ]
    return pd.DataFrame(sorted(drawn), columns=["unit_id", "stratum", "inclusion_probability"])


def _drawn_clusters(
    corpus: HasUnits, strata: pd.Series, n_units: int, by: tuple[str | None, str], salt: tuple[int, str | int]
) -> tuple[pd.DataFrame, str]:
    """Draw whole clusters with one probability, and say so in words."""
    stratify_by, cluster_by = by
    if stratify_by is not None:
        raise InvalidArgument(
            "Clusters are not drawn within strata here.", "Give either stratify_by or cluster_by, not both."
        )
    if cluster_by not in corpus.units.columns:
        columns = sorted(map(str, corpus.units.columns))
        raise MissingColumn(
            f"The units have no column {cluster_by!r}.{did_you_mean(cluster_by, columns)}",
            f"Draw clusters by one of: {', '.join(columns)}.",
        )
    units = corpus.units.set_index(corpus.units["unit_id"].astype(str)).loc[strata.index]
    named = units[cluster_by].astype("object").where(units[cluster_by].notna(), "").map(str)
    cluster = named.where(named != "", "unit " + named.index.to_series())
    names = sorted(cluster.unique())
    count = min(max(round(n_units * len(names) / len(cluster)), min(2, len(names))), len(names))
    # Numbered in the order of the draw: what the clusters are called (an author's id) stays out of the table.
    chosen = {name: f"c{number:04d}" for number, name in enumerate(shuffled(names, *salt, "draw")[:count], 1)}
    kept = cluster[cluster.isin(set(chosen))].sort_index().map(chosen)
    table = pd.DataFrame({"unit_id": kept.index, "stratum": "", "cluster": kept.to_numpy()})
    table.insert(2, "inclusion_probability", count / len(names))
    words = (
        f"random sample of {count} of the {len(names)} clusters by {cluster_by}, with all their {len(kept)} of the"
        f" {len(cluster)} units, seed {salt[0]}"
    )
    return table, words


def _strata(corpus: HasUnits, stratify_by: str | None) -> pd.Series:
    """Return the stratum of every unit of the corpus, indexed by unit_id in the order of the ids."""
    units = corpus.units
    ids = pd.Index(units["unit_id"].astype(str), name="unit_id")
    if stratify_by is None:
        return pd.Series("", index=ids, dtype="str").sort_index()
    authors = getattr(corpus, "authors", pd.DataFrame())
    if stratify_by in units.columns:
        values = units[stratify_by]
    elif stratify_by in authors.columns:
        values = units["author_id"].map(authors.set_index("author_id")[stratify_by])
    else:
        columns = sorted({*map(str, units.columns), *map(str, authors.columns)})
        raise MissingColumn(
            f"Neither the units nor the authors have a column {stratify_by!r}.{did_you_mean(stratify_by, columns)}",
            f"Stratify by one of: {', '.join(columns)}.",
        )
    text = values.astype("object").where(values.notna(), "").map(str)
    return pd.Series(text.to_numpy(), index=ids, dtype="str").sort_index()


def _allocate(sizes: pd.Series, n_units: int, allocation: str | Mapping[str, int]) -> dict[str, int]:
    if isinstance(allocation, Mapping):
        return _given(sizes, n_units, allocation)
    if allocation == "proportional":
        return _proportional(sizes, n_units)
    if allocation == "equal":
        return _equal(sizes, n_units)
    raise InvalidArgument(
        f"allocation is {allocation!r}.", "Say 'proportional', 'equal', or give a number for each stratum."
    )


def _given(sizes: pd.Series, n_units: int, allocation: Mapping[str, int]) -> dict[str, int]:
    for stratum, number in allocation.items():
        if stratum not in sizes.index or not 0 <= number <= sizes[stratum]:
            raise InvalidArgument(
                f"{number} units were asked for from stratum {stratum!r}.{did_you_mean(stratum, sizes.index)}",
                "Strata and their units: " + ", ".join(f"{name!r} {size}" for name, size in sizes.items()) + ".",
            )
    if sum(allocation.values()) != n_units:
        raise InvalidArgument(
            f"The strata give {sum(allocation.values())} units and n_units is {n_units}.", "Make the two equal."
        )
    return {stratum: int(allocation.get(stratum, 0)) for stratum in sizes.index}


def _proportional(sizes: pd.Series, n_units: int) -> dict[str, int]:
    """Largest remainders; a stratum too small for one unit gets one, where there are units enough for that."""
    shares = {str(stratum): n_units * int(size) / int(sizes.sum()) for stratum, size in sizes.items()}
    least = 1 if n_units >= len(sizes) else 0
    numbers = {stratum: max(int(share), least) for stratum, share in shares.items()}
    while (missing := n_units - sum(numbers.values())) != 0:
        step = 1 if missing > 0 else -1
        open_ones = [stratum for stratum in numbers if step > 0 or numbers[stratum] > least]
        numbers[max(open_ones, key=lambda stratum: step * (shares[stratum] - numbers[stratum]))] += step
    return numbers


def _equal(sizes: pd.Series, n_units: int) -> dict[str, int]:
    """The same number from each stratum; what a small one lacks is shared among the others."""
    numbers = dict.fromkeys(sizes.index, 0)
    for _ in range(n_units):
        open_ones = [stratum for stratum in sizes.index if numbers[stratum] < sizes[stratum]]
        numbers[min(open_ones, key=lambda stratum: numbers[stratum])] += 1
    return numbers


def assign_units(
    unit_ids: list[str], coders: list[str], double_coded: float, seed: int, round_: str
) -> dict[str, list[str]]:
    """Say for every unit who codes it: all coders for the double-coded share, one in turn for the rest."""
    mixed = shuffled(unit_ids, seed, round_, "double coded")
    n_double = int(double_coded * len(mixed) + 0.5)
    shared = set(mixed[:n_double])
    single = mixed[n_double:]
    turn = {unit: [coders[place % len(coders)]] for place, unit in enumerate(single)} if coders else {}
    return {unit: list(coders) if unit in shared or not coders else turn[unit] for unit in unit_ids}


def orders_of(table: pd.DataFrame, seed: int, round_: str) -> list[list[str]]:
    """Return for every unit its place in the order of each coder it is assigned to, as text."""
    names = sorted({coder for given in table["coders"] for coder in given})
    place: dict[tuple[str, str], int] = {}
    for coder in names:
        own = [unit for unit, given in zip(table["unit_id"], table["coders"], strict=True) if coder in given]
        place |= {(coder, unit): number for number, unit in enumerate(shuffled(own, seed, round_, coder), 1)}
    return [
        [str(place[coder, unit]) for coder in given]
        for unit, given in zip(table["unit_id"], table["coders"], strict=True)
    ]


def _design(
    n_units: int, population: int, stratify_by: str | None, allocation: str | Mapping[str, int], seed: int, earlier: int
) -> str:
    kind = "simple random sample" if stratify_by is None else f"random sample stratified by {stratify_by}"
    shares = "" if stratify_by is None else f" ({allocation if isinstance(allocation, str) else 'given'} allocation)"
    left = f" left after {earlier} units of earlier rounds" if earlier else ""
    return f"{kind}{shares} of {n_units} of the {population} units{left}, seed {seed}"
