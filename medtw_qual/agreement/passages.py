"""Agreement on passages: where a coder's marks begin and end, and which code they carry (unitizing alphas)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import nan
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd

from medtw_qual._base.table_files import require_columns
from medtw_qual.agreement.coefficient import Coefficient, Floats, Ints
from medtw_qual.errors import InvalidArgument, did_you_mean

Kind = Literal["u", "binary", "cu"]
TITLES = {
    "u": "unitizing alpha: where passages lie and which code they carry",
    "binary": "binary unitizing alpha: where passages lie, whatever their code",
    "cu": "coding alpha: which code passages carry, where both coders marked one",
}
OVERLAP = "a coder's passages with different codes overlap; measure code by code"


@dataclass(frozen=True, eq=False)
class Pieces:
    """Texts cut at every boundary of every coder.

    Attributes
    ----------
    length : (n_pieces,) array
    text : (n_pieces,) array of int
        The text of each piece.
    label : (n_pieces, n_coders) array of int
        The code marked there; 0: nothing marked; -1: the coder did not read the text.
    segment : (n_pieces, n_coders) array of int
        The mark (or gap) that the piece lies in, numbered over all.
    coders : (n_texts,) array
        Coders who read the text.
    n_codes : int
    """

    length: Floats
    text: Ints
    label: Ints
    segment: Ints
    coders: Floats
    n_codes: int


@dataclass(frozen=True, eq=False)
class TextSums:
    """What each text adds: disagreement (n,), margins of the values (n, n_values), squared lengths (n,)."""

    differing: Floats
    margins: Floats
    squares: Floats

    def alpha(self, weights: Floats) -> Floats:
        """Alpha for weights of the texts (n_draws, n): 1 - observed over expected disagreement."""
        differing, margins, squares = weights @ self.differing, weights @ self.margins, weights @ self.squares
        total = margins.sum(axis=1)
        expected = total * (total**2 - (margins**2).sum(axis=1))
        with np.errstate(all="ignore"):
            return np.asarray(np.where(expected > 0, 1 - differing * (total**2 - squares) / expected, np.nan))


def unitizing_alpha(
    passages: pd.DataFrame,
    lengths: Mapping[str, int],
    kind: Kind = "u",
    *,
    readers: Mapping[str, Sequence[str]] | None = None,
    confidence: float = 0.95,
    n_resamples: int = 2000,
    seed: int = 2020,
) -> Coefficient:
    """Return Krippendorff's alpha for passages that coders marked in texts.

    Source: Krippendorff, Mathet, Bouvry and Widlöcher (2016, Quality and Quantity 50:2347-2364); Krippendorff (2019,
    Content Analysis, 4th ed., 12.6). Every stretch of text is compared between all pairs of coders, what nobody marked
    included. The interval is a percentile bootstrap over texts.

    Parameters
    ----------
    passages : DataFrame
        unit_id, coder, code, start, end: a mark covers the characters from start up to, not including, end. Marks of
        one coder with one code that overlap are one mark.
    lengths : mapping of unit_id to int
        Characters of every text that was read, those without a mark included.
    kind : {"u", "binary", "cu"}
        "u": place and code; "binary": place only; "cu": code only, where both coders of a pair marked something.
    readers : mapping of unit_id to coders, optional
        Who read each text. Default: every coder who marked anything read all texts.
    confidence, n_resamples, seed
        Of the interval.

    Returns
    -------
    Coefficient
        `n_units` are texts read by two coders at least; observed and expected are NaN. Undefined where one coder only
        marked anything, one value only was used, or a coder's marks with different codes overlap (kinds u and cu).

    Raises
    ------
    InvalidArgument
        For an unknown kind, a text without length, or a mark outside its text.

    Examples
    --------
    Krippendorff (2019, figure 12.11) prints .510, .413 and .724 for Alex, Paul and Suzan on 60 characters:

    >>> marks = {"Alex": [(2, 9, 1), (11, 17, 2), (24, 30, 5), (32, 36, 6), (36, 44, 6), (44, 60, 7)],
    ...          "Paul": [(2, 9, 1), (11, 17, 3), (19, 25, 5), (32, 44, 6)],
    ...          "Suzan": [(2, 9, 1), (11, 17, 4), (21, 27, 5), (32, 36, 6), (36, 40, 6), (40, 44, 6)]}
    >>> passages = pd.DataFrame([("t", coder, str(code), start, end) for coder, rows in marks.items()
    ...                          for start, end, code in rows], columns=["unit_id", "coder", "code", "start", "end"])
    >>> [round(unitizing_alpha(passages, {"t": 60}, kind).estimate, 3) for kind in ("u", "binary", "cu")]
    [0.51, 0.413, 0.724]
    """
    if kind not in get_args(Kind):
        raise InvalidArgument(
            f"There is no kind {kind!r}.{did_you_mean(str(kind), get_args(Kind))}",
            f"Use one of: {', '.join(get_args(Kind))}.",
        )
    marks = _checked(passages, lengths)
    coders = tuple(sorted(set(marks["coder"]) | {c for names in (readers or {}).values() for c in names}))
    codes = tuple(sorted(set(marks["code"])))
    texts = sorted(map(str, lengths))
    blank = _undefined_result(kind, coders, codes, confidence, len(texts))
    if len(coders) < 2:
        return blank("only one coder marked passages" if coders else "nobody marked a passage")
    value = np.ones(len(marks), dtype=np.int64) if kind == "binary" else pd.Index(codes).get_indexer(marks["code"]) + 1
    marks = _joined(marks.assign(value=value))
    if marks is None:
        return blank(OVERLAP)
    pieces = cut_texts(marks, texts, lengths, coders, readers)
    sums = _coding_sums(pieces) if kind == "cu" else _unitizing_sums(pieces)
    read = pieces.coders >= 2
    weights = read.astype(float)[None, :]
    estimate = float(sums.alpha(weights)[0])
    n = int(read.sum())
    if not np.isfinite(estimate):
        return blank("one value only was used" if n else "no text was read by two coders")
    se, low, high, words, note = _bootstrap(sums, read, estimate, (confidence, n_resamples, seed))
    return Coefficient(
        f"{kind}_alpha", estimate, se, low, high, nan, nan, n, len(coders), codes, words, None, "identity",
        confidence, "; ".join(filter(None, [TITLES[kind], note])),
    )  # fmt: skip


def passage_agreement(
    codings: pd.DataFrame,
    lengths: Mapping[str, int],
    **options: Any,  # noqa: ANN401 - as unitizing_alpha
) -> pd.DataFrame:
    """Measure agreement on the passages in a codings table: per code, and over all codes.

    Parameters
    ----------
    codings : DataFrame
        `schemas.CODINGS` with start and end. A coder has read every unit on which a decision of theirs stands.
    lengths : mapping of unit_id to int
        Characters of the texts, such as ``corpus.units.set_index("unit_id")["text"].str.len()``.
    **options
        confidence, n_resamples, seed of `unitizing_alpha`.

    Returns
    -------
    DataFrame
        level (a code, or "all codes"), coefficient ("u_alpha" per code; over all codes also "binary_alpha" and
        "cu_alpha"), estimate, low, high, se, n_units, n_coders, interval, undefined, note.

    Raises
    ------
    InvalidArgument, MissingColumn
    """
    require_columns(codings, ("unit_id", "coder", "code", "status", "start", "end"), "codings")
    readers = codings.groupby("unit_id")["coder"].unique().map(list).to_dict()
    known = {str(unit): int(lengths[unit]) for unit in readers if unit in lengths}
    marked = codings[codings["status"].eq("present") & codings["start"].notna() & codings["end"].notna()]
    rows = []
    for level, kinds in [*((code, ("u",)) for code in pd.unique(marked["code"])), ("all codes", get_args(Kind))]:
        ours = marked if level == "all codes" else marked[marked["code"] == level]
        for kind in kinds:
            value = unitizing_alpha(ours, known, kind, readers=readers, **options)
            rows.append({"level": level, "coefficient": value.name, **{
                name: getattr(value, name) for name in
                ("estimate", "low", "high", "se", "n_units", "n_coders", "interval", "note")
            }, "undefined": value.undefined or ""})  # fmt: skip
    return pd.DataFrame(rows)


def _undefined_result(
    kind: str, coders: tuple[str, ...], codes: tuple[Any, ...], confidence: float, n: int
) -> Callable[[str], Coefficient]:
    def blank(reason: str) -> Coefficient:
        return Coefficient(
            f"{kind}_alpha", nan, nan, nan, nan, nan, nan, n, len(coders), codes, "none", reason,
            "identity", confidence, TITLES[kind],
        )  # fmt: skip

    return blank


def _checked(passages: pd.DataFrame, lengths: Mapping[str, int]) -> pd.DataFrame:
    require_columns(passages, ("unit_id", "coder", "code", "start", "end"), "passages")
    marks = pd.DataFrame({name: passages[name].astype(str) for name in ("unit_id", "coder", "code")})
    marks["start"] = passages["start"].to_numpy(dtype=np.int64)
    marks["end"] = passages["end"].to_numpy(dtype=np.int64)
    size = marks["unit_id"].map({str(unit): int(length) for unit, length in lengths.items()})
    if size.isna().any():
        raise InvalidArgument(
            f"There is no length for unit {marks.loc[size.isna(), 'unit_id'].iloc[0]!r}.",
            "Give the characters of every text.",
        )
    outside = (marks["start"] < 0) | (marks["end"] > size) | (marks["start"] >= marks["end"])
    if outside.any():
        row = marks[outside].iloc[0]
        raise InvalidArgument(
            f"The passage {row['start']} to {row['end']} of {row['coder']} does not lie in unit {row['unit_id']!r}.",
            "Count in characters (code points), the end not included; perhaps another program counted otherwise.",
        )
    return marks


def _joined(marks: pd.DataFrame) -> pd.DataFrame | None:
    """Join a coder's overlapping marks of one value; None where marks of different values overlap."""
    ordered = marks.sort_values(["unit_id", "coder", "value", "start", "end"], kind="stable")
    kept: list[list[Any]] = []
    for unit, coder, value, start, end in ordered[["unit_id", "coder", "value", "start", "end"]].itertuples(
        index=False
    ):
        last = kept[-1] if kept else None
        if last is not None and last[:3] == [unit, coder, value] and start < last[4]:
            last[4] = max(last[4], end)
        else:
            kept.append([unit, coder, value, start, end])
    table = pd.DataFrame(kept, columns=["unit_id", "coder", "value", "start", "end"])
    by_place = table.sort_values(["unit_id", "coder", "start"], kind="stable")
    same = (by_place[["unit_id", "coder"]] == by_place[["unit_id", "coder"]].shift()).all(axis=1)
    return None if (same & (by_place["start"] < by_place["end"].shift())).any() else by_place


def cut_texts(
    marks: pd.DataFrame,
    texts: Sequence[str],
    lengths: Mapping[str, int],
    coders: Sequence[str],
    readers: Mapping[str, Sequence[str]] | None,
) -> Pieces:
    """Lay all texts one after the other and cut them at every boundary."""
    size = np.array([int(lengths[text]) for text in texts], dtype=np.int64)
    begins = np.concatenate([[0], np.cumsum(size)])
    place = pd.Index(texts).get_indexer(marks["unit_id"])
    start, end = begins[place] + marks["start"].to_numpy(), begins[place] + marks["end"].to_numpy()
    cuts = np.unique(np.concatenate([begins, start, end]))
    left, length = cuts[:-1], np.diff(cuts).astype(float)
    text = np.searchsorted(begins, left, side="right") - 1
    who = pd.Index(coders).get_indexer(marks["coder"])
    value = marks["value"].to_numpy(dtype=np.int64)
    label = np.zeros((len(left), len(coders)), dtype=np.int64)
    segment = np.zeros_like(label)
    for coder in range(len(coders)):
        own = who == coder
        s, e, v = start[own], end[own], value[own]
        at = np.searchsorted(s, left, side="right") - 1
        inside = (at >= 0) & (left < np.append(e, -1)[at])
        label[:, coder] = np.where(inside, np.append(v, 0)[at], 0)
        bounds = np.unique(np.concatenate([begins, s, e]))  # marks and the gaps between them
        segment[:, coder] = np.searchsorted(bounds, left, side="right") + coder * (len(cuts) + 1)
    read = np.ones((len(texts), len(coders)), dtype=bool)
    if readers is not None:
        read = np.array([[coder in set(readers.get(unit, ())) for coder in coders] for unit in texts])
    label[~read[text]] = -1
    return Pieces(length, text, label, segment, read.sum(axis=1).astype(float), int(value.max(initial=0)) + 1)


def _squares(pieces: Pieces, weight: Floats, marked_only: bool) -> Floats:
    """Per text: the sum over marks of their squared length; gaps add their length, since no mark of theirs exists."""
    total = np.zeros(len(pieces.coders))
    for coder in range(pieces.label.shape[1]):
        chosen = pieces.label[:, coder] > 0
        segments, number = np.unique(pieces.segment[chosen, coder], return_inverse=True)
        lengths = np.bincount(number, weights=weight[chosen, coder], minlength=len(segments))
        text = np.zeros(len(segments), dtype=np.int64)
        text[number] = pieces.text[chosen]
        total += np.bincount(text, weights=lengths**2, minlength=len(total))
        if not marked_only:
            gap = pieces.label[:, coder] == 0
            total += np.bincount(pieces.text[gap], weights=weight[gap, coder], minlength=len(total))
    return total


def _unitizing_sums(pieces: Pieces) -> TextSums:
    share = pieces.length / np.maximum(pieces.coders[pieces.text] - 1, 1)
    n_texts, n_coders = len(pieces.coders), pieces.label.shape[1]
    differing, margins = np.zeros(n_texts), np.zeros((n_texts, pieces.n_codes))
    for first in range(n_coders):
        own = pieces.label[:, first]
        np.add.at(margins, (pieces.text[own >= 0], own[own >= 0]), pieces.length[own >= 0])
        for second in range(n_coders):
            other = pieces.label[:, second]
            odd = (own >= 0) & (other >= 0) & (own != other)
            differing += np.bincount(pieces.text[odd], weights=share[odd], minlength=n_texts)
    weight = np.repeat(pieces.length[:, None], n_coders, axis=1)
    return TextSums(differing, margins, _squares(pieces, weight, marked_only=False))


def _coding_sums(pieces: Pieces) -> TextSums:
    """Only where both coders of a pair marked something: each mark counts with the part that others marked too."""
    share = pieces.length / np.maximum(pieces.coders[pieces.text] - 1, 1)
    n_texts, n_coders = len(pieces.coders), pieces.label.shape[1]
    differing, margins = np.zeros(n_texts), np.zeros((n_texts, pieces.n_codes))
    marked = pieces.label > 0
    weight = np.zeros(pieces.label.shape)
    for first in range(n_coders):
        own = pieces.label[:, first]
        others = (marked.sum(axis=1) - marked[:, first]) * marked[:, first]
        weight[:, first] = share * others
        chosen = own > 0
        np.add.at(margins, (pieces.text[chosen], own[chosen]), weight[chosen, first])
        for second in range(n_coders):
            odd = marked[:, first] & marked[:, second] & (own != pieces.label[:, second])
            differing += np.bincount(pieces.text[odd], weights=share[odd], minlength=n_texts)
    return TextSums(differing, margins, _squares(pieces, weight, marked_only=True))


def _bootstrap(
    sums: TextSums, read: np.ndarray, estimate: float, options: tuple[float, int, int]
) -> tuple[float, float, float, str, str]:
    """Percentile bootstrap over the texts; none with a single text."""
    confidence, n_resamples, seed = options
    chosen = np.flatnonzero(read)
    if len(chosen) < 2:
        return nan, nan, nan, "no interval: one text only", ""
    kept = TextSums(sums.differing[chosen], sums.margins[chosen], sums.squares[chosen])
    rng, values = np.random.default_rng(seed), []
    rows = max(1, 4_000_000 // len(chosen))
    for start in range(0, n_resamples, rows):
        size = min(rows, n_resamples - start)
        drawn = rng.multinomial(len(chosen), np.full(len(chosen), 1 / len(chosen)), size=size)
        values.append(kept.alpha(drawn.astype(float)))
    found = np.concatenate(values)
    good = found[np.isfinite(found)]
    words = f"percentile bootstrap over texts, {n_resamples} resamples, seed {seed}"
    if len(good) < 2 or np.ptp(good) < 1e-12:
        return nan, nan, nan, "no interval: nothing varies between texts", ""
    tail = (1 - confidence) / 2
    low, high = (float(x) for x in np.quantile(good, [tail, 1 - tail]))
    undefined = 1 - len(good) / len(found)
    note = f"{undefined:.1%} of the resamples were undefined and left out" if undefined > 0 else ""
    return float(good.std(ddof=1)), min(low, estimate), max(high, estimate), words, note
