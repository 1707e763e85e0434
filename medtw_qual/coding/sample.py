"""What a sample is: which units were drawn, with which probability, for whom and in which order."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import orjson
import pandas as pd

from medtw_qual._base.files import write_text
from medtw_qual._base.hashing import hash_json, hash_text, hash_words
from medtw_qual._base.table_files import read_table, validate_table, write_table
from medtw_qual.errors import InvalidArgument, StaleDecision, UnknownUnit, UnreadableFile, did_you_mean
from medtw_qual.schemas import SAMPLE, HasUnits

_HASHED = ("unit_id", "stratum", "inclusion_probability", "round")


@dataclass(frozen=True, eq=False)
class Sample:
    """Units drawn for coding.

    Attributes
    ----------
    table : DataFrame
        One row per sampled unit (`schemas.SAMPLE`), by unit_id.
    units : DataFrame
        The sampled units with their text (`schemas.UNITS`), in the same order.
    round : str
        pilot, training, reliability, main, or a number.
    seed : int
        Seed of the draw and of every coder's order.
    population : int
        Units in the corpus it was drawn from; 0 where that is not known: estimates are then unweighted and say so.
    design : str
        How it was drawn, in words for the methods section.
    reason : str
        Why these units were chosen, where they were chosen on purpose and not drawn; estimates then refuse them.
    """

    table: pd.DataFrame
    units: pd.DataFrame
    round: str = "1"
    seed: int = 0
    population: int = 0
    design: str = ""
    reason: str = ""

    @classmethod
    def of(
        cls, unit_ids: Sequence[str], corpus: HasUnits, *, reason: str, memo: str = "", round: str | int = "1"
    ) -> "Sample":
        """Take units that were chosen on purpose: telling cases, contrasts, or what a memo asks for.

        Parameters
        ----------
        unit_ids : sequence of str
            The chosen units, each once.
        corpus : Corpus
            The corpus they belong to.
        reason : str
            Why these; it goes into the methods.
        memo : str
            The memo that the choice follows from (theoretical sampling: Corbin and Strauss 2015, chapter 7), in a few
            words.
        round : str or int
            The round of coding.

        Returns
        -------
        Sample
            Without inclusion probabilities and assigned to nobody. No share of the corpus can be estimated from it.

        Raises
        ------
        InvalidArgument
            When no reason is given, no unit, or one unit twice.
        UnknownUnit
            When the corpus has no such unit.

        Examples
        --------
        >>> from types import SimpleNamespace
        >>> corpus = SimpleNamespace(units=pd.DataFrame({"unit_id": ["a", "b", "c"]}))
        >>> Sample.of(["c", "a"], corpus, reason="both speak of night work").design
        'purposive: 2 of 3 units, chosen since both speak of night work'
        """
        chosen = [unit_ids] if isinstance(unit_ids, str) else list(unit_ids)
        if not reason.strip():
            raise InvalidArgument(
                "Why these units were chosen is missing.", "Give reason=...; it goes into the methods."
            )
        if not chosen or len(set(chosen)) < len(chosen):
            raise InvalidArgument("No unit was chosen, or one twice.", "Name each unit once.")
        ids = sorted(chosen)
        size = len(corpus.units)
        kind = f"theoretical, after the memo {memo.strip()!r}" if memo.strip() else "purposive"
        table = pd.DataFrame(
            {"unit_id": ids, "stratum": "", "inclusion_probability": float("nan"), "round": str(round)}
        ).assign(coders=[[] for _ in ids], orders=[[] for _ in ids])
        words = f"{kind}: {len(ids)} of {size:,} units, chosen since {reason.strip().rstrip('.')}"
        units = take_units(corpus, ids, "the chosen units")
        checked = validate_table(table, SAMPLE, "the sample")
        return cls(checked, units, str(round), 0, size, words, reason.strip())

    def __repr__(self) -> str:
        return f"Sample({len(self.table)} of {self.population or '?'} units, round {self.round})"

    def __len__(self) -> int:
        """How many units were drawn."""
        return len(self.table)

    @cached_property
    def hash(self) -> str:
        """SHA-256 of the units drawn, their strata and probabilities, round, seed and population.

        Who is to code a unit does not change it: giving a batch to another coder is not another sample.
        """
        columns = [*_HASHED, *(["cluster"] if "cluster" in self.table else [])]
        rows = self.table[columns].astype("object").where(self.table[columns].notna(), None)
        chosen = [self.reason] if self.reason else []
        return hash_json([self.round, self.seed, self.population, rows.to_numpy().tolist(), *chosen])

    @property
    def coders(self) -> list[str]:
        """Everybody to whom a unit was assigned, by name; empty when nothing was assigned."""
        return sorted({coder for names in self.table["coders"] for coder in names})

    def order_for(self, coder: str) -> list[str]:
        """Return the ids of the units that `coder` is to code, in this coder's own blind order.

        Where units were assigned, only the coder's own; otherwise all. Two coders meet the units in different orders,
        so that fatigue and drift do not fall on the same units.

        Parameters
        ----------
        coder : str
            The short name of the coder.

        Raises
        ------
        InvalidArgument
            When units were assigned, and none to this coder.
        """
        if not self.coders:
            return shuffled(self.table["unit_id"], self.seed, self.round, coder)
        places = {
            unit: int(orders[names.index(coder)])
            for unit, names, orders in zip(
                self.table["unit_id"], self.table["coders"], self.table["orders"], strict=True
            )
            if coder in names
        }
        if not places:
            raise InvalidArgument(
                f"No unit of this sample is assigned to {coder!r}.{did_you_mean(coder, self.coders)}",
                f"Units are assigned to: {', '.join(self.coders)}.",
            )
        return sorted(places, key=lambda unit: (places[unit], unit))

    def with_table(self, table: pd.DataFrame) -> "Sample":
        """Return the sample with another table of the same units.

        Parameters
        ----------
        table : DataFrame
            `schemas.SAMPLE`, with the same units.
        """
        return replace(self, table=table)

    def without(self, unit_ids: Collection[str]) -> "Sample":
        """Return what is left of the sample when units were deleted from the corpus after it was drawn.

        Who deletes a post does not know whether it was drawn: the sampled units that remain are a random sample of the
        units that remain, with the probabilities of before.

        Parameters
        ----------
        unit_ids : collection of str
            All units that have left the corpus, drawn or not.

        Returns
        -------
        Sample
            Without them; the population is smaller by their number, and the design says how many had been drawn.

        Examples
        --------
        >>> table = pd.DataFrame({"unit_id": ["a", "b"]})
        >>> smaller = Sample(table, table, population=10, design="simple random sample of 2 of the 10 units")
        >>> smaller.without({"b", "c", "d"})
        Sample(1 of 7 units, round 1)
        >>> smaller.without({"b", "c", "d"}).design
        'simple random sample of 2 of the 10 units; 1 of the units drawn was deleted since'
        """
        gone = set(unit_ids)
        drawn = int(self.table["unit_id"].isin(gone).sum())
        if not gone:
            return self
        since = f"{drawn} of the units drawn {'was' if drawn == 1 else 'were'} deleted since" if drawn else ""
        return replace(
            self,
            table=self.table[~self.table["unit_id"].isin(gone)].reset_index(drop=True),
            units=self.units[~self.units["unit_id"].isin(gone)].reset_index(drop=True),
            population=max(self.population - len(gone), 0),
            design="; ".join(filter(None, (self.design, since))),
        )

    def save(self, path: str | Path) -> Path:
        """Write the sample's table (.csv or .parquet) and beside it, as .json, how it was drawn and its hash.

        No text goes into these files, but a hash of each unit's words (column text_hash), by which words that change
        later are noticed: they may be published with the study where ids may. A sample that lies there already is
        frozen: it may be saved again (with other coders, too), and never replaced by another draw.

        Parameters
        ----------
        path : str or Path
            The file of the table (.csv or .parquet).

        Raises
        ------
        StaleDecision
            When another sample lies there.
        """
        _require_same(self, Path(path))
        target = write_table(_with_hashes(self.table, self.units), path, SAMPLE)
        about = {
            "round": self.round,
            "seed": self.seed,
            "population": self.population,
            "design": self.design,
            **({"reason": self.reason} if self.reason else {}),
            "hash": self.hash,
        }
        write_text(target.with_suffix(".json"), orjson.dumps(about, option=orjson.OPT_INDENT_2).decode() + "\n")
        return target


def _with_hashes(table: pd.DataFrame, units: pd.DataFrame) -> pd.DataFrame:
    """Return the sample's table with the hashes of the words; those it has already stay, for they were drawn."""
    if "text_hash" in table or "text" not in units:
        return table
    hashes = dict(zip(units["unit_id"], map(hash_words, units["text"]), strict=True))
    return table.assign(text_hash=[hashes.get(unit, "") for unit in table["unit_id"]])


def _require_same(sample: Sample, path: Path) -> None:
    """Refuse to put one draw in the place of another: what was coded would belong to no known sample any more."""
    about = path.with_suffix(".json")
    if not path.is_file() or not about.is_file():
        return
    try:
        stated = orjson.loads(about.read_bytes()).get("hash")
    except (orjson.JSONDecodeError, AttributeError):
        stated = None
    if stated != sample.hash:
        raise StaleDecision(
            f"{path} holds another sample, which people may have coded already.",
            "Save this one under another name; if nobody has coded that one, delete it and its .json yourself first.",
        )


def read_sample(path: str | Path, corpus: HasUnits) -> Sample:
    """Read a sample that was saved, and take its units' texts from the corpus.

    Parameters
    ----------
    path : str or Path
        The sample's table; the .json beside it says how it was drawn. Without that file population, seed and design
        are unknown (0, 0, empty), and estimates for the corpus will be unweighted.
    corpus : Corpus
        The corpus it was drawn from.

    Returns
    -------
    Sample

    Raises
    ------
    MissingFile, EmptyFile, MissingColumn, InvalidTable
    UnknownUnit
        When a sampled unit is not in the corpus.
    StaleDecision
        When the table was changed since it was saved.
    """
    table = read_table(path, SAMPLE).sort_values("unit_id", ignore_index=True)
    about = _about(Path(path).with_suffix(".json"))
    units = take_units(corpus, table["unit_id"].tolist(), Path(path).name)
    rounds = table["round"].unique()
    sample = Sample(
        table,
        units,
        round=str(about.get("round", rounds[0] if len(rounds) == 1 else "")),
        seed=int(about.get("seed", 0)),
        population=int(about.get("population", 0)),
        design=str(about.get("design", "")),
        reason=str(about.get("reason", "")),
    )
    if about.get("hash") not in (None, sample.hash):
        raise StaleDecision(
            f"{Path(path).name} was changed since it was drawn: its hash is not the one in the .json beside it.",
            "Restore both files, or draw and save a new round with another name.",
        )
    return sample


def _about(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    try:
        about = orjson.loads(path.read_bytes())
    except orjson.JSONDecodeError as error:
        raise UnreadableFile(f"{path} is not valid JSON: {error}.", "Restore it, or save the sample again.") from error
    return about if isinstance(about, dict) else {}


def take_units(corpus: HasUnits, unit_ids: list[str], where: str) -> pd.DataFrame:
    """Return the units with these ids, in their order, or say which one the corpus does not have.

    Raises
    ------
    UnknownUnit
    """
    known = corpus.units.set_index("unit_id", drop=False)
    for unit in unit_ids:
        if unit not in known.index:
            raise UnknownUnit(
                f"Unit {unit!r} in {where} is not in the corpus ({len(known)} units).",
                "Use the corpus it was drawn from: the same files, steps and order of steps.",
            )
    return known.loc[unit_ids].reset_index(drop=True)


def shuffled(unit_ids: "pd.Series | list[str]", *salt: object) -> list[str]:
    """Return the ids in an order that only `salt` decides: by the SHA-256 of salt and id.

    No random number generator is involved: the order is the same with every version of every library, on every
    machine, and a unit added later does not disturb the order of the others (permanent random numbers, Ohlsson 1995).

    Examples
    --------
    >>> shuffled(["a", "b", "c"], 1) == shuffled(["c", "b", "a"], 1)
    True
    """
    head = "\x1f".join(str(part) for part in salt)
    return sorted(map(str, unit_ids), key=lambda unit: (hash_text(f"{head}\x1e{unit}"), unit))
