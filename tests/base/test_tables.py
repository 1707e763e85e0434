"""Guards the one table reader and writer: what goes to disk comes back the same, what is rounded is refused."""

import pandas as pd
import pytest

from medtw_qual._base.table_files import read_table, validate_table, write_table
from medtw_qual.errors import InvalidTable, MissingColumn
from medtw_qual.schemas import UNITS


def units(**changes: object) -> pd.DataFrame:
    row = {
        "unit_id": "1337565537327933849",
        "text": "NA",
        "context": "",
        "created_at": "2020-11-15T01:12:44Z",
        "author_id": "7",
        "n_posts": 1,
        "post_ids": ["1337565537327933849"],
    }
    return pd.DataFrame([{**row, **changes}])


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
@pytest.mark.parametrize(
    "text", ["NA", "", "nan", '=SUM(A1) "q", x\ny', "\r", "a\rb\r\nc", "👩🏽‍⚕️ thanks שלום", " lead"]
)
def test_a_table_comes_back_from_disk_to_the_code_point(tmp_path, suffix, text):
    table = validate_table(units(text=text), UNITS)
    path = write_table(table, tmp_path / f"units{suffix}", UNITS)
    pd.testing.assert_frame_equal(read_table(path, UNITS), table)


def test_ids_that_went_through_a_float_are_refused():
    with pytest.raises(InvalidTable, match="15 digits"):
        validate_table(units(unit_id=1.337565537327933e18), UNITS)


def test_a_missing_column_is_named_with_its_meaning():
    with pytest.raises(MissingColumn, match=r"'context'.*quoted or answered"):
        validate_table(units().drop(columns="context"), UNITS)


def test_two_rows_with_one_key_are_refused():
    with pytest.raises(InvalidTable, match="two rows for unit_id"):
        validate_table(pd.concat([units(), units()]), UNITS)


def test_a_filtered_and_reordered_table_keeps_its_rows_together():
    table = pd.concat(
        [units(unit_id="1", text="one"), units(unit_id="2", text="two"), units(unit_id="3", text="three")]
    )
    found = validate_table(table.reset_index(drop=True).iloc[[2, 1]], UNITS)
    assert found[["unit_id", "text"]].values.tolist() == [["3", "three"], ["2", "two"]]
