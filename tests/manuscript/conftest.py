"""A study small enough to count by hand: eight units by five authors, two coders, three codes under two themes."""

import pandas as pd
import pytest

from medtw_qual import Code, Codebook, Corpus, Theme
from medtw_qual._base.table_files import empty_table, validate_table
from medtw_qual.schemas import AUTHORS, CODINGS, CONSENSUS, FLOW, POSTS, UNITS

UNIT_IDS = [f"13300000000000000{n:02d}" for n in range(1, 9)]
AUTHOR_OF = ["a1", "a1", "a2", "a3", "a3", "a4", "a5", "a5"]
# consensus, by hand:          kin        awe        grief
PRESENT = {"kin": (0, 1, 2, 4), "awe": (2, 3), "grief": (4, 5)}
SEEN_BY_A = {"kin": (0, 1, 2, 4), "awe": (2, 3, 6), "grief": (4, 5)}
SEEN_BY_B = {"kin": (0, 1, 2), "awe": (2, 3), "grief": (4, 5)}
WORDS = (
    "My invented people stood by me all winter long",
    "Never met the six of them and they know my shifts",
    "A resident stitched a robin, and we all just watched",
    "The quiet of the ward at four in the morning, all of it",
    "We lost her on Sunday and you lot sat up with me",
    "He used to whistle in the lift and now nobody does",
    "Parking is full again and the kettle is broken too",
    "New rota, same rota, a different font this time round",
)


@pytest.fixture
def codebook() -> Codebook:
    return Codebook(
        "small",
        "1.0.0",
        title="Two themes",
        codes=(
            Code("kin", "Finding kin", brief="People met online as kin.", definition="A bond is told or shown."),
            Code("awe", "Awe", parent="kin", brief="Wonder shared.", definition="The writer marvels."),
            Code("grief", "Grief", brief="Loss shared.", definition="A loss is told.", typical="An invented loss."),
        ),
        themes=(
            Theme("bonds", "Bonds", "We are not alone.", ("kin",)),
            Theme("loss", "Loss", "We grieve.", ("grief",)),
        ),
        unit_of_coding="one post",
    )


@pytest.fixture
def corpus() -> Corpus:
    times = pd.date_range("2020-12-01", periods=8, freq="6h", tz="UTC")
    units = pd.DataFrame(
        {
            "unit_id": UNIT_IDS,
            "text": WORDS,
            "context": "",
            "created_at": times,
            "author_id": AUTHOR_OF,
            "n_posts": 1,
            "post_ids": [[one] for one in UNIT_IDS],
        }
    )
    posts = empty_table(POSTS).astype("object")
    posts["post_id"] = UNIT_IDS
    posts["text"], posts["author_id"], posts["created_at"] = WORDS, AUTHOR_OF, times
    posts["hashtags"] = [["MedTwitter"], ["medtwitter", "NurseTwitter"], [], [], ["MedTwitter"], [], [], []]
    authors = pd.DataFrame(
        {
            "author_id": sorted(set(AUTHOR_OF)),
            "handle": [f"invented_{n}" for n in range(1, 6)],
            "role": ["nurse", "nurse", "doctor", "doctor", ""],
        }
    )
    flow = pd.DataFrame(
        [
            ["read", "records in the file", "records", 12, 2, 0, 10],
            ["threads", "own replies", "posts", 10, 0, 2, 8],
        ],
        columns=[column.name for column in FLOW.columns],
    )
    posts = validate_table(posts, POSTS)
    return Corpus(posts, validate_table(authors, AUTHORS), validate_table(units, UNITS), validate_table(flow, FLOW))


def _decisions(seen: dict[str, tuple[int, ...]], **more: object) -> list[dict[str, object]]:
    return [
        {"unit_id": unit, "code": code, "status": "present" if place in units else "absent", **more}
        for place, unit in enumerate(UNIT_IDS)
        for code, units in seen.items()
    ]


@pytest.fixture
def consensus() -> pd.DataFrame:
    shared = {"basis": "agreed", "reason": "", "decided_by": "", "decided_at": None, "codebook_hash": "h"}
    return validate_table(pd.DataFrame(_decisions(PRESENT, **shared)), CONSENSUS)


@pytest.fixture
def codings() -> pd.DataFrame:
    shared = {"round": "1", "memo": "", "decided_at": None, "codebook_hash": "h", "coder_kind": "person"}
    rows = _decisions(SEEN_BY_A, coder="A", **shared) + _decisions(SEEN_BY_B, coder="B", **shared)
    return validate_table(pd.DataFrame(rows), CODINGS)


@pytest.fixture
def keys() -> pd.DataFrame:
    return pd.DataFrame({"unit_id": UNIT_IDS, "key": ["K4", "K7", "K1", "K8", "K2", "K6", "K3", "K5"]})


@pytest.fixture
def measured() -> pd.DataFrame:
    rows = [
        ["kin", "krippendorff_alpha", 0.734, 0.2, 0.95, 8, 2, "fisher", None],
        ["kin", "percent_agreement", 0.875, 0.5, 1.0, 8, 2, "fisher", None],
        ["grief", "krippendorff_alpha", float("nan"), float("nan"), float("nan"), 8, 2, "fisher", "one category only"],
        ["grief", "percent_agreement", 1.0, 0.6, 1.0, 8, 2, "fisher", None],
    ]
    names = ["code", "coefficient", "estimate", "low", "high", "n_units", "n_coders", "interval", "undefined"]
    return pd.DataFrame(rows, columns=names)


@pytest.fixture
def crosswalk() -> pd.DataFrame:
    names = ["cluster", "code", "n", "share_of_cluster", "share_of_code", "over_representation", "odds_ratio", "low",
             "high", "stability", "decision"]  # fmt: skip
    rows = [
        [0, "kin", 3, 0.75, 0.75, 1.5, 9.0, 0.5, 150.0, 0.9, "part"],
        [0, "grief", 0, 0.0, 0.0, 0.0, 0.0, 0.0, 4.1, 0.9, ""],
        [1, "kin", 1, 0.25, 0.25, 0.5, 0.11, 0.01, 2.0, 0.5, ""],
        [1, "grief", 2, 0.5, 1.0, 2.0, float("inf"), 0.4, float("inf"), 0.7, ""],
    ]
    return pd.DataFrame(rows, columns=names)


@pytest.fixture
def prevalence() -> pd.DataFrame:
    rows = [
        ["kin", "human-only", "", 0.5, 0.2, 0.8, 8, "conditional on the consensus"],
        ["kin", "PPI++", "", 0.45, 0.25, 0.65, 8, "conditional on the consensus"],
        ["grief", "human-only", "", 0.25, 0.05, 0.6, 8, "conditional on the consensus"],
        ["grief", "PPI++", "", float("nan"), float("nan"), float("nan"), 8, "fewer than 5 units with the code"],
    ]
    return pd.DataFrame(rows, columns=["code", "method", "group", "estimate", "low", "high", "n", "note"])
