"""What people make of clusters: name, merge, split, move, set aside; each act gives new clusters, numbered by size."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from medtw_qual.clusters.cluster_decision_log import Record, log_act, make_act, read_acts, standing_acts
from medtw_qual.clusters.clustering import number_by_size
from medtw_qual.clusters.clusters import Centres, Clusters
from medtw_qual.clusters.methods.centres import lloyd
from medtw_qual.clusters.number_of_clusters import cut_tree, ward_tree
from medtw_qual.clusters.projection import centres_of, one_thread
from medtw_qual.clusters.vectors import to_unit_length
from medtw_qual.errors import InvalidArgument, StaleDecision

Change = tuple[np.ndarray, np.ndarray, list[str]]  # labels, memberships, names


def decide(clusters: Clusters, record: Record, log: str | Path | None) -> Clusters:
    """Apply an act and log it; what cannot be applied is not logged."""
    changed = apply_act(clusters, record)
    if log is None:
        return changed
    return apply_act(clusters, log_act(log, record))


def undo_last(clusters: Clusters, reason: str, decided_by: str, log: str | Path | None) -> Clusters:
    """Return the clusters as they were before the last act on them; the log keeps both.

    Raises
    ------
    InvalidArgument
        When nothing was done to them.
    """
    if not clusters.acts or clusters.found is None:
        raise InvalidArgument("Nothing was done to these clusters.", "There is nothing to undo.")
    last = clusters.acts[-1]
    if log is not None:
        log_act(log, make_act("undo", clusters.assignments_hash, reason, decided_by, undoes=last["id"]))
    return _apply_all(clusters.found, clusters.acts[:-1])


def replay_acts(clusters: Clusters, log: str | Path, stale: str = "refuse") -> Clusters:
    """Apply every act of a log that was not undone; see `Clusters.replay`."""
    acts = standing_acts(read_acts(log))
    try:
        return _apply_all(clusters, acts)
    except StaleDecision:
        if stale == "refuse":
            raise
    note = f"{len(acts)} act{'s' if len(acts) != 1 else ''} of people on other clusters set aside."
    return replace(clusters, notes=(*clusters.notes, note))


def _apply_all(clusters: Clusters, acts: Sequence[Record]) -> Clusters:
    for record in acts:
        clusters = apply_act(clusters, record)
    return clusters


def apply_act(clusters: Clusters, record: Record) -> Clusters:
    """Return the clusters after one act.

    Raises
    ------
    StaleDecision
        When the act was taken on other assignments.
    InvalidArgument
        When it cannot be taken.
    """
    if record["assignments_hash"] != clusters.assignments_hash:
        raise StaleDecision(
            f"{record['decided_by']} did this to other clusters on {str(record['decided_at'])[:10]}:"
            f" {record['act']} {record['clusters'] or record['units']}.",
            "Look at the clusters again and decide anew, in a log of its own; or leave the old acts out:"
            ' stale="set aside".',
        )
    _require_numbers(clusters, record["clusters"])
    names = list(clusters.parameters.get("names") or [""] * len(clusters))
    labels, shares, names = _ACTS[record["act"]](clusters, record, names)
    return _renumbered(clusters, labels, shares, names, record)


def _name(clusters: Clusters, record: Record, names: list[str]) -> Change:
    names[record["clusters"][0]] = record["name"].strip()
    return clusters.labels, clusters.shares, names


def _merge(clusters: Clusters, record: Record, names: list[str]) -> Change:
    into, *others = sorted(record["clusters"])
    if not others or len(set(record["clusters"])) < len(record["clusters"]):
        raise InvalidArgument("To merge takes two different clusters or more.", "Name them: merge([3, 7], ...).")
    labels, shares = clusters.labels.copy(), clusters.shares.copy()
    for other in others:
        labels[labels == other] = into
        shares[:, into] += shares[:, other]
        shares[:, other] = 0.0
    kept = [names[number] for number in sorted(record["clusters"]) if names[number]]  # the largest one's name is first
    names[into] = record["name"].strip() or (kept[0] if kept else "")
    return labels, shares, names


def _split(clusters: Clusters, record: Record, names: list[str]) -> Change:
    (number,), parts = record["clusters"], record["parts"]
    members = np.flatnonzero(clusters.labels == number)
    array = clusters.vectors.rows_of(clusters.units["unit_id"].iloc[members])
    texts, which = np.unique(array, axis=0, return_inverse=True)
    if not isinstance(parts, int) or not 2 <= parts <= len(texts):
        raise InvalidArgument(
            f"Cluster {number} cannot be split into {parts}: it has {len(texts)} different texts.",
            "Give a number from 2 to that many.",
        )
    with one_thread():
        points = np.round(clusters.model.space.project(to_unit_length(texts)), 9)
        found, _ = lloyd(points, centres_of(points, cut_tree(ward_tree(points), parts)))
    part = found[which]
    order = number_by_size(part)
    labels, width = clusters.labels.copy(), clusters.shares.shape[1]
    new = [number, *range(width, width + len(order) - 1)]
    shares = np.column_stack([clusters.shares, np.zeros((len(labels), len(order) - 1))])
    whole = shares[:, number].copy()
    sizes = np.bincount(part)[order] / len(part)
    for at, piece in enumerate(order):
        labels[members[part == piece]] = new[at]
        shares[:, new[at]] = whole * sizes[at]  # what other units share with the whole is spread by size
        shares[members, new[at]] = np.where(part == piece, whole[members], 0.0)
    return labels, shares, names + [""] * (len(order) - 1)


def _move(clusters: Clusters, record: Record, names: list[str]) -> Change:
    (number,) = record["clusters"]
    rows = clusters.assignments["unit_id"].isin(record["units"]).to_numpy()
    missing = sorted(set(record["units"]) - set(clusters.assignments["unit_id"]))
    if missing or not record["units"]:
        what = f"There is no unit {missing[0]}." if missing else "No unit was named."
        raise InvalidArgument(what, 'Give ids of clustered units: move(["..."], to=3, ...).')
    labels, shares = clusters.labels.copy(), clusters.shares.copy()
    labels[rows] = number
    shares[rows] = 0.0
    shares[rows, number] = 1.0  # a person's word, not a share of runs
    return labels, shares, names


def _set_aside(clusters: Clusters, record: Record, names: list[str]) -> Change:
    (number,) = record["clusters"]
    labels, shares = clusters.labels.copy(), clusters.shares.copy()
    labels[labels == number] = -1
    shares[:, number] = 0.0
    return labels, shares, names


_ACTS: dict[str, Callable[[Clusters, Record, list[str]], Change]] = {
    "name": _name, "merge": _merge, "split": _split, "move": _move, "set aside": _set_aside,
}  # fmt: skip


def _require_numbers(clusters: Clusters, numbers: Sequence[int]) -> None:
    for number in numbers:
        if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number < len(clusters):
            raise InvalidArgument(f"There is no cluster {number}.", f"The clusters are 0 to {len(clusters) - 1}.")


def _renumbered(
    clusters: Clusters, labels: np.ndarray, shares: np.ndarray, names: list[str], record: Record
) -> Clusters:
    order = number_by_size(labels)
    if not len(order):
        raise InvalidArgument("No cluster would be left.", "Leave one, or cluster anew.")
    number = np.full(shares.shape[1] + 1, -1)
    number[order] = np.arange(len(order))
    numbered, kept = number[labels], shares[:, order]
    with one_thread():
        array = clusters.vectors.rows_of(clusters.units["unit_id"])
        centres = centres_of(clusters.model.space.project(to_unit_length(array)), numbered)
    strength = np.where(numbered >= 0, kept[np.arange(len(numbered)), np.maximum(numbered, 0)], 0.0)
    same = (numbered == clusters.labels) & (kept.shape == clusters.shares.shape)
    strength = np.where(same, clusters.assignments["strength"], strength)
    ordered = [names[at] for at in order]
    parameters = {name: value for name, value in clusters.parameters.items() if name != "names"}
    return replace(
        clusters,
        assignments=clusters.assignments.assign(cluster=numbered, strength=strength),
        parameters={**parameters, "n_clusters": len(order), **({"names": ordered} if any(ordered) else {})},
        model=Centres(clusters.model.space, centres),
        shares=kept,
        acts=(*clusters.acts, record),
        found=clusters.found or clusters,
    )
