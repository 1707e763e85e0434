"""A small codebook and units for the tests of model coding; all of it is invented."""

import pandas as pd
import pytest

from medtw_qual.codebook import Code, Codebook


@pytest.fixture
def codebook() -> Codebook:
    return Codebook(
        "small",
        "1.0.0",
        codes=(
            Code("thanks", "Thanks", definition="The writer thanks somebody.", exclude_when="Thanks for following."),
            Code("grief", "Grief", definition="The writer mourns.", typical="We lost her on the ward."),
            Code("anger", "Anger", definition="The writer is angry at an institution."),
        ),
    )


def make_units(count: int, start: int = 0) -> pd.DataFrame:
    ids = [f"u{number:05d}" for number in range(start, start + count)]
    return pd.DataFrame({"unit_id": ids, "text": [f"Invented words number {one}." for one in ids], "context": ""})
