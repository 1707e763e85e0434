"""Guards the modes of written files: a key file is its owner's, and no writing opens what somebody closed."""

import os
import stat
from pathlib import Path

import pytest

from medtw_qual._base.files import atomic_path, write_text
from medtw_qual.privacy import draw_unit_keys

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture(autouse=True)
def usual_umask():
    before = os.umask(0o022)
    yield
    os.umask(before)


def test_unit_keys_are_private_and_stay_as_their_owner_set_them(tmp_path):
    path = tmp_path / "keys.csv"
    draw_unit_keys(["a", "b"], path)
    assert _mode(path) == 0o600
    path.chmod(0o640)  # somebody lets the group read them
    draw_unit_keys(["a", "b", "c"], path)
    assert _mode(path) == 0o640


@pytest.mark.parametrize("left", [0o600, 0o640, 0o664])
def test_a_file_that_is_written_again_keeps_its_mode(tmp_path, left):
    path = write_text(tmp_path / "a.txt", "first")
    assert _mode(path) == 0o644
    path.chmod(left)
    write_text(path, "second")
    assert _mode(path) == left


def test_a_private_file_is_never_open_while_it_is_written(tmp_path):
    with atomic_path(tmp_path / "keys.csv", private=True) as temporary:
        assert _mode(temporary) == 0o600
    assert _mode(tmp_path / "keys.csv") == 0o600
