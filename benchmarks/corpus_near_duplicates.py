"""Near duplicates among 100,000 invented posts: seconds, peak memory, and how many of the planted ones are found.

python benchmarks/corpus_near_duplicates.py --posts 100000
"""

import argparse
import random
import resource
import time

from medtw_qual.corpus.near_duplicates import find_near_duplicates

WORDS = [
    *("night", "shift", "ward", "coffee", "patient", "thank", "you", "all", "tired", "nurse", "doctor", "resident"),
    *("hallway", "vaccine", "mask", "family", "quiet", "morning", "lecture", "thread", "rounds", "intern", "grateful"),
    *(
        "hope",
        "pager",
        "sleep",
        "snow",
        "bus",
        "lunch",
        "student",
        "exam",
        "clinic",
        "home",
        "dog",
        "friend",
        "together",
    ),
]


def posts(number: int, seed: int) -> tuple[list[str], int]:
    """Return invented posts of 15 to 40 words, one in twenty a copy of another with a word changed at its end."""
    chance = random.Random(seed)
    texts: list[str] = []
    planted = 0
    for place in range(number):
        if place > 100 and chance.random() < 0.05:
            texts.append(texts[chance.randrange(place)] + " " + chance.choice(WORDS))
            planted += 1
        else:
            words = chance.choices(WORDS, k=chance.randint(15, 40))
            texts.append(" ".join(words) + f" {chance.randrange(10**6)}")
    return texts, planted


def main() -> None:
    given = argparse.ArgumentParser()
    given.add_argument("--posts", type=int, default=100_000)
    chosen = given.parse_args()
    texts, planted = posts(chosen.posts, seed=1)
    started = time.perf_counter()
    groups = find_near_duplicates(texts, 0.8)
    seconds = time.perf_counter() - started
    found = sum(first != place for place, first in enumerate(groups))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(f"{chosen.posts:,} posts: {seconds:.1f} s, {memory:.2f} GB; {found:,} marked, {planted:,} planted")


if __name__ == "__main__":
    main()
