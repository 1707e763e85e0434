"""Draws the corpus room's figures of the example study: `python docs/draw_corpus.py`."""

from pathlib import Path

import medtw_qual as mq
from medtw_qual._base.figure_style import save_figure

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "docs" / "images"


def draw():
    whole = mq.read_corpus(ROOT / "data" / "medtwitter_2020.jsonl")
    corpus = whole.drop_reposts().merge_threads()
    activity = mq.activity.posts_over_time(whole)
    tags = mq.activity.count_hashtags(whole)
    first, second = tags.iloc[0], tags.iloc[1]
    peak = activity.loc[activity["posts"].idxmax()]
    yield "corpus_flow", corpus.flow_chart(), corpus.flow_text()
    yield (
        "corpus_activity",
        mq.plot.activity(activity),
        f"Posts and participants per day in the invented corpus, {len(activity)} days; most posts on"
        f" {peak['period']:%d %B %Y}: {peak['posts']} by {peak['participants']} participants.",
    )
    yield (
        "corpus_hashtags",
        mq.plot.hashtags(tags),
        f"The 15 hashtags used most in the invented corpus: #{first['hashtag']} in {first['posts']} posts by"
        f" {first['participants']} participants, then #{second['hashtag']} in {second['posts']}.",
    )


if __name__ == "__main__":
    for name, figure, alt in draw():
        save_figure(figure, TARGET / f"{name}.png", alt)
