"""Threads: an author's chain of answers to their own posts becomes one unit, every post still traceable."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from heapq import heappop, heappush
from typing import TYPE_CHECKING, Any

import pandas as pd

from medtw_qual._base.progress import busy
from medtw_qual.corpus.flow import Exclusion, add_step
from medtw_qual.errors import InvalidArgument

if TYPE_CHECKING:
    from medtw_qual.corpus.corpus import Corpus

STEP = "merge_threads"


@busy("Joining threads")
def merge_threads(corpus: Corpus) -> Corpus:
    """Join every self-reply chain into one unit.

    A post belongs to its author's thread when it answers a post of the same author that is in the corpus; every
    ancestor up to the first is then by the same author. Every post stands after the one it answers, whatever the clocks
    say, and otherwise in time order, with a blank line between them; unit_id is the first post's id. A chain is
    incomplete when a post of it is missing: its first post here answers a post of the same author that was not
    collected. Such parts stay units of their own and are reported in the flow and in
    ``provenance["incomplete_threads"]``.

    Raises
    ------
    InvalidArgument
        When threads were merged before.
    """
    if (corpus.flow["step"] == STEP).any():
        raise InvalidArgument("The threads of this corpus are merged already.", "Call merge_threads() once.")
    posts = corpus.posts
    roots = find_roots(posts)
    threads = _in_order(posts, roots)
    units = _merged_units(corpus, threads)
    incomplete = find_incomplete(posts, roots)
    merged = len(corpus.units) - len(units)
    left = [Exclusion("answer to one's own post, joined to the post that began the thread", merged=merged)]
    if incomplete:
        left.append(
            Exclusion(f"{len(incomplete)} incomplete threads (a post of the chain is missing), kept as they are")
        )
    flow = add_step(corpus.flow, STEP, "posts", len(corpus.units), left)
    provenance = {**corpus.provenance, "incomplete_threads": incomplete}
    return replace(corpus, units=units, flow=flow, provenance=provenance)


def find_roots(posts: pd.DataFrame) -> dict[str, str]:
    """Return, for every post that continues its author's thread, the id of the thread's first post."""
    author = dict(zip(posts["post_id"], posts["author_id"], strict=True))
    reposts = set(posts.loc[posts["is_repost"].fillna(False), "post_id"])
    parent: dict[str, str] = {}
    answers = posts[posts["reply_to_id"] != ""]
    for post_id, writer, answered in zip(answers["post_id"], answers["author_id"], answers["reply_to_id"], strict=True):
        if writer and author.get(answered) == writer and answered != post_id and answered not in reposts:
            parent[post_id] = answered
    return {post_id: _first_of(post_id, parent) for post_id in parent}


def _first_of(post_id: str, parent: Mapping[str, str]) -> str:
    walked = [post_id]
    seen = {post_id}
    while walked[-1] in parent and parent[walked[-1]] not in seen:
        walked.append(parent[walked[-1]])
        seen.add(walked[-1])
    # Posts that answer each other in a circle occur in damaged tables only; the smallest id then counts as the first.
    return walked[-1] if walked[-1] not in parent else min(seen)


def find_incomplete(posts: pd.DataFrame, roots: Mapping[str, str]) -> list[str]:
    """Return the ids of first posts that answer a post of their own author which is not in the corpus."""
    known = set(posts["post_id"])
    begun = dict(zip(posts["post_id"], posts["author_id"], strict=True))
    first = posts[
        ~posts["post_id"].isin(roots.keys()) & (posts["reply_to_id"] != "") & ~posts["reply_to_id"].isin(known)
    ]
    own = (first["reply_to_author_id"] != "") & (first["reply_to_author_id"] == first["author_id"])
    by_conversation = (first["reply_to_author_id"] == "") & (
        first["conversation_id"].map(begun).astype("object") == first["author_id"].astype("object")
    )
    return sorted(first.loc[own | by_conversation, "post_id"])


def _in_order(posts: pd.DataFrame, roots: Mapping[str, str]) -> dict[str, list[str]]:
    """Return the posts of every thread: each after the one that it answers, else the earliest first."""
    rows = posts[posts["post_id"].isin({*roots, *roots.values()})]
    place = {post_id: number for number, post_id in enumerate(_in_time_order(rows))}
    answers: dict[str, list[str]] = {}
    for post_id, answered in zip(rows["post_id"], rows["reply_to_id"], strict=True):
        if post_id in roots and roots[post_id] != post_id:
            answers.setdefault(answered, []).append(post_id)
    threads: dict[str, list[str]] = {}
    for root in sorted(set(roots.values())):
        waiting, ids = [(place[root], root)], list[str]()
        while waiting:
            _, post_id = heappop(waiting)
            ids.append(post_id)
            for entry in answers.get(post_id, ()):
                heappush(waiting, (place[entry], entry))
        threads[root] = ids
    return {root: ids for root, ids in threads.items() if len(ids) > 1}


def _in_time_order(posts: pd.DataFrame) -> list[str]:
    keys = pd.DataFrame(
        {"time": posts["created_at"], "length": posts["post_id"].str.len(), "id": posts["post_id"]}
    ).sort_values(["time", "length", "id"], kind="stable", na_position="last")
    return list(keys["id"])


def _merged_units(corpus: Corpus, threads: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    units = corpus.units
    if not threads:
        return units
    wanted = {post_id for ids in threads.values() for post_id in ids}
    rows = corpus.posts[corpus.posts["post_id"].isin(wanted)].set_index("post_id")[["text", "context"]]
    posts: dict[str, tuple[str, str]] = {str(key): (text, context) for key, text, context in rows.itertuples(name=None)}
    continuing = {post_id for root, ids in threads.items() for post_id in ids if post_id != root}
    units = units[~units["unit_id"].isin(continuing)].reset_index(drop=True)
    places = units.index[units["unit_id"].isin(threads.keys())]
    changed: dict[str, list[Any]] = {"text": [], "context": [], "n_posts": [], "post_ids": []}
    for root in units.loc[places, "unit_id"]:
        ids = [root, *(post_id for post_id in threads[root] if post_id != root)]
        changed["text"].append("\n\n".join(posts[post_id][0] for post_id in ids))
        changed["context"].append(_joined_context([posts[post_id] for post_id in ids]))
        changed["n_posts"].append(len(ids))
        changed["post_ids"].append(ids)
    for name, values in changed.items():
        column = units[name].astype("object")
        column.loc[places] = pd.Series(values, index=places, dtype="object")
        units[name] = column.astype(units[name].dtype)
    return units


def _joined_context(members: Sequence[tuple[str, str]]) -> str:
    """Join the contexts of a thread's posts, without the thread's own words (each post answers the one before)."""
    own = sorted((text for text, _ in members if text), key=len, reverse=True)
    parts: list[str] = []
    for _, context in members:
        rest = context
        for text in own:
            if rest == text or rest.endswith("\n\n" + text):
                rest = rest.removesuffix(text).rstrip("\n")
        if rest and rest not in parts:
            parts.append(rest)
    return "\n\n".join(parts)
