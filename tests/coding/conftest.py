"""A small invented study that the coding room's tests share."""

from types import SimpleNamespace

import pandas as pd
import pytest

from medtw_qual._base.tables import validate_table
from medtw_qual.codebook.model import Code, Codebook
from medtw_qual.schemas import AUTHORS, UNITS

TEXTS = [
    "My people live in four time zones 👩🏽‍⚕️ and I have met none of them.",
    "NA",
    '=HYPERLINK("http://example.org","press")',
    "שלום to all who answered at 3 am",
    "Nobody on the ward asked.\n\nOn here three hundred did.",
    "<b>not bold</b> & proud",
]


def make_corpus(n: int = 12) -> SimpleNamespace:
    """Return invented units of two roles, in the order of their ids."""
    rows = [
        {
            "unit_id": str(1337565537327933000 + 7 * number),
            "text": TEXTS[number % len(TEXTS)],
            "context": "Whom do you thank?" if number % 3 == 0 else "",
            "created_at": f"2020-12-{1 + number % 28:02d}T10:00:00Z",
            "author_id": f"a{number % 4}",
            "n_posts": 1,
            "post_ids": [str(number)],
        }
        for number in range(n)
    ]
    units = validate_table(pd.DataFrame(rows), UNITS)
    authors = pd.DataFrame({"author_id": [f"a{k}" for k in range(4)], "role": ["nurse", "nurse", "physician", ""]})
    return SimpleNamespace(units=units, authors=validate_table(authors, AUTHORS), posts=pd.DataFrame())


@pytest.fixture
def corpus() -> SimpleNamespace:
    return make_corpus()


@pytest.fixture
def codebook() -> Codebook:
    return Codebook(
        "small",
        "1.0.0",
        codes=(
            Code("isolation", "Isolation", definition="Being apart."),
            Code("family", "Finding family", definition="Belonging."),
            Code("voice", "Finding a voice", definition="Speaking up."),
        ),
    )
