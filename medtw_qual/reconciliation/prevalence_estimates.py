"""The prevalence table: per code, method and group, with what each figure is conditional on."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from medtw_qual._base.table_files import validate_table
from medtw_qual.errors import InvalidArgument
from medtw_qual.reconciliation.coded_units import (
    WEIGHTED,
    CodedUnits,
    Design,
    Flags,
    Floats,
    coded_units,
    sampled_units,
)
from medtw_qual.reconciliation.interfaces import SampleLike
from medtw_qual.reconciliation.share_estimators import Evidence, Share, assisted_share, people_share
from medtw_qual.reconciliation.undecided_units import bounded_share, undecided_units
from medtw_qual.schemas import CODINGS, PREDICTIONS, PREVALENCE

Groups = Mapping[str, object]  # or a Series: pandas ships no types, so the signatures name it beside this
CONDITIONAL = "conditional on the consensus"
SHARED_UNITS = "units may be in several groups"


@dataclass(frozen=True, eq=False)
class MachineCodes:
    """The machine's probabilities.

    Attributes
    ----------
    unit_ids : Index
        The units it spoke about.
    probability : float array, these units x codes
    """

    unit_ids: pd.Index
    probability: Floats

    def of(self, ids: pd.Index, code: int) -> Floats:
        """Return its word on some units about one code; NaN where it said nothing."""
        rows = self.unit_ids.get_indexer(ids)
        return np.where(rows >= 0, self.probability[rows, code], np.nan)


@dataclass(frozen=True, eq=False)
class Group:
    """One group of units, or the whole corpus.

    Attributes
    ----------
    name : str
        Empty: the whole corpus.
    inside : bool array
        Which of the coded units are in it.
    size : int
        Units of the corpus in it; 0: unknown.
    spoken_of : bool array or None
        Which of the machine's units are in it; None where the group is known for the coded units only.
    complete : bool
        Whether the machine spoke about all of it.
    """

    name: str
    inside: Flags
    size: int
    spoken_of: Flags | None = None
    complete: bool = False


def prevalence(
    consensus: pd.DataFrame,
    predicted: pd.DataFrame | None = None,
    sample: SampleLike | None = None,
    *,
    codings: pd.DataFrame | None = None,
    by: pd.Series | Groups | None = None,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Estimate how much of the corpus shows each code.

    Parameters
    ----------
    consensus : DataFrame
        What people settled on (`schemas.CONSENSUS`). Every interval is conditional on it: it speaks of the units that
        were not coded, not of how people might have settled otherwise. Each coder's own share stands beside it.
    predicted : DataFrame, optional
        The machine's word on every unit of the corpus (`schemas.PREDICTIONS`, from `predict_codes`), out of fold where
        people coded. Without it there are no PPI++ and DSL rows.
    sample : Sample, optional
        The random sample. Without it, or without inclusion probabilities, estimates are unweighted and say so.
    codings : DataFrame, optional
        Every coder's decisions (`schemas.CODINGS`), for each coder's own share. They are also needed where units are
        left that nobody settled (``consensus.attrs["undecided"]``, or units that two coded and the consensus lacks):
        coders do not differ by chance, so that such units are not left out. Each counts by its coders' readings (one
        of two saw the code: a half), and the interval reaches from the lower limit with all of them absent to the upper
        limit with all present (worst-case bounds: Manski 2003, Partial Identification of Probability Distributions).
        No machine-assisted estimate is made for such a code.
    by : Series or mapping of unit_id to group, optional
        Groups or periods; a list of groups puts a unit into each. Give it for the whole corpus: the sizes of the groups
        are read from it. The whole corpus (group "") is always estimated too.
    confidence : float
        Confidence level of the intervals, over 0 and below 1.

    Returns
    -------
    DataFrame
        `schemas.PREVALENCE`: code, method ("coder <name>", "people", "PPI++", "DSL"), group, estimate, low, high
        (shares, 0 to 1; NaN where refused, with the reason), n (coded units), note; and n_present (coded units with
        the code), narrower (by which share the interval is narrower than that of the people alone) and confidence.
        Where units are undecided also least and most: the share of the coded units with all of them absent, and with
        all of them present (NaN for codes on which everything is settled).

    Raises
    ------
    InvalidArgument
        When no coded unit is in the sample, or the machine had seen the coding of a unit it predicts.
    """
    open_units = undecided_units(consensus, codings)
    units, design, notes = sampled_units(coded_units(open_units.absent), sample)
    reading = open_units.readings(units)
    notes += [] if design.equal else [WEIGHTED]
    machine = None if predicted is None else machine_codes(predicted, units, set(consensus["unit_id"]))
    coded_rows = None if machine is None else machine.unit_ids.get_indexer(pd.Index(units.unit_ids))
    rows: list[dict[str, object]] = []
    for group in _groups(units, by, machine, design):
        words = [*notes, SHARED_UNITS] if group.name and _share_units(by) else notes
        for position, code in enumerate(units.codes):
            evidence = _evidence(units, design, position, group)
            considered = _considered(units, position, group)
            if np.isfinite(said := reading[considered, position]).any():
                share = bounded_share(evidence, said, confidence)
                rows.append(_row(code, group.name, share, evidence, share, words))
                continue
            shares = [people_share(evidence, confidence)]
            if machine is not None and coded_rows is not None:
                assisted = _with_machine(evidence, units, position, group, machine, coded_rows)
                shares += [assisted_share(assisted, method, confidence) for method in ("PPI++", "DSL")]
                if assisted.population == len(assisted.present):
                    shares[0] = people_share(assisted, confidence)
            rows += [_row(code, group.name, share, evidence, shares[0], words) for share in shares]
    table = pd.DataFrame(rows)
    if table["least"].isna().all():
        table = table.drop(columns=["least", "most"])
    if codings is not None:
        whole = 0 if machine is None else len(machine.unit_ids)
        table = pd.concat([_coder_rows(codings, sample, units.codes, confidence, whole), table], ignore_index=True)
    order = {code: place for place, code in enumerate(units.codes)}
    table = table.sort_values("code", key=lambda codes: codes.map(order), kind="stable")
    return validate_table(table.assign(confidence=confidence), PREVALENCE)


def machine_codes(predicted: pd.DataFrame, units: CodedUnits, settled: Collection[str] | None = None) -> MachineCodes:
    """Return the machine's probabilities as a matrix, or refuse them where it had seen the answer.

    It can have learned from `settled` units only; by default from all coded ones.
    """
    table = validate_table(predicted, PREDICTIONS, "the predictions")
    seen = table["unit_id"].isin(units.unit_ids if settled is None else settled) & ~table["out_of_fold"].fillna(
        False
    ).astype(bool)
    if seen.any():
        raise InvalidArgument(
            f"The machine had seen the coding of {table.loc[seen, 'unit_id'].nunique()} units that it predicts:"
            " such a correction would be too small.",
            "Use predict_codes, which predicts coded units by models that did not learn from them.",
        )
    row, ids = pd.factorize(table["unit_id"], sort=True)
    column = pd.Index(units.codes).get_indexer(pd.Index(table["code"]))
    word = np.full((len(ids), len(units.codes)), np.nan)
    word[row[column >= 0], column[column >= 0]] = table["probability"].to_numpy(dtype=float)[column >= 0]
    return MachineCodes(pd.Index(ids), word)


def _groups(
    units: CodedUnits, by: pd.Series | Groups | None, machine: MachineCodes | None, design: Design
) -> Iterator[Group]:
    """Yield the whole corpus and every group."""
    count = 0 if machine is None else len(machine.unit_ids)
    all_spoken = None if machine is None else np.ones(count, dtype=bool)
    yield Group("", np.ones(len(units.unit_ids), dtype=bool), design.population, all_spoken, True)
    if by is None:
        return
    groups = pd.Series(by, dtype=object).explode().dropna()
    groups.index = groups.index.map(str)
    size = design.population or count
    covered = size > 0 and groups.index.nunique() >= size
    for name in sorted(set(groups), key=str):
        members = groups.index[groups == name].unique()
        inside = np.isin(units.unit_ids, members.to_numpy(dtype=str))
        if machine is None or not covered:
            yield Group(str(name), inside, len(members) if covered else 0)
            continue
        spoken_of = np.zeros(count, dtype=bool)
        rows = machine.unit_ids.get_indexer(members)
        spoken_of[rows[rows >= 0]] = True
        yield Group(str(name), inside, len(members), spoken_of, bool((rows >= 0).all()))


def _share_units(by: pd.Series | Groups | None) -> bool:
    """Whether a unit lies in several groups: then their shares are not independent."""
    groups = pd.Series(by, dtype=object).explode().dropna()
    return bool(groups.index.duplicated().any())


def _considered(units: CodedUnits, code: int, group: Group) -> Flags:
    considered: Flags = group.inside & (units.coded[:, code] | units.impossible[:, code])
    return considered


def _evidence(units: CodedUnits, design: Design, code: int, group: Group) -> Evidence:
    """Gather what people's coding of one code in one group rests on."""
    considered = _considered(units, code, group)
    weights = design.weights[considered]
    population = group.size if design.known else 0
    if population and len(weights):
        # Units whose code nobody considered were not drawn, as far as this code goes.
        weights = np.maximum(weights * population / weights.sum(), 1.0)
    present = (units.present & units.coded)[considered, code].astype(float)
    clusters = None if design.clusters is None else design.clusters[considered]
    return Evidence(
        present, weights, units.coded[considered, code], population,
        strata=design.strata[considered], clusters=clusters,
    )  # fmt: skip


def _with_machine(
    plain: Evidence,
    units: CodedUnits,
    code: int,
    group: Group,
    machine: MachineCodes,
    coded_rows: npt.NDArray[np.int64],
) -> Evidence:
    """Add the machine's word; where it does not cover the group there is none."""
    rows = coded_rows[_considered(units, code, group)]
    if group.spoken_of is None or not group.complete or (rows < 0).any() or not len(rows):
        return plain
    rest = group.spoken_of.copy()
    rest[rows] = False
    outside = float(machine.probability[rest, code].mean()) if rest.any() else 0.0
    # With nobody left to code the corpus is known, whatever the sample's design.
    population = plain.population if rest.any() else len(rows)
    return replace(plain, population=population, machine=machine.probability[rows, code], machine_rest=outside)


def _row(code: str, group: str, share: Share, evidence: Evidence, people: Share, notes: list[str]) -> dict[str, object]:
    width, own = share.high - share.low, people.high - people.low
    return {
        "code": code, "method": share.method, "group": group, "estimate": share.estimate, "low": share.low,
        "high": share.high, "n": int(evidence.judged.sum()), "note": "; ".join([share.note, CONDITIONAL, *notes]),
        "n_present": int(evidence.present.sum()),
        "narrower": np.nan if share is people or not own > 0 else 1 - width / own,
        "least": share.least, "most": share.most,
    }  # fmt: skip


def _coder_rows(
    codings: pd.DataFrame, sample: SampleLike | None, codes: tuple[str, ...], confidence: float, whole: int
) -> pd.DataFrame:
    """Each coder's own share: what the corpus would show if this coder alone had decided."""
    table = validate_table(codings, CODINGS, "the codings")
    table = table[table["code"].isin(codes)].drop_duplicates(["unit_id", "coder", "code"], keep="last")
    rows = []
    for coder, own in table.groupby("coder", sort=True):
        as_consensus = own.assign(basis="single coded", reason="", decided_by=coder)
        units, design, _ = sampled_units(coded_units(as_consensus), sample)
        everyone = Group("", np.ones(len(units.unit_ids), dtype=bool), design.population)
        for position, code in enumerate(units.codes):
            evidence = _evidence(units, design, position, everyone)
            if whole and len(evidence.present) == whole:
                evidence = replace(evidence, population=whole)  # this coder coded everything there is
            share = people_share(evidence, confidence)
            rows.append(_row(code, "", share, evidence, share, []) | {"method": f"coder {coder}"})
    result = pd.DataFrame(rows).drop(columns=["least", "most"])
    result["note"] = result["note"].str.replace(CONDITIONAL, "this coder's own decisions")
    return result
