"""Guards decisions on a disk that is really full or read-only: nothing half written, and saved once there is room."""

import pytest

from medtw_qual._base.decision_log import read_log
from medtw_qual.coding import draw_sample, read_codings
from medtw_qual.coding.desk_state import CodingState


@pytest.fixture
def sample(corpus):
    return draw_sample(corpus, 6, coders=["KA"], seed=1)


def fill_up(folder):
    """Leave no room at all, and say which file takes it."""
    ballast = folder / "ballast"
    with ballast.open("ab", buffering=0) as stream, pytest.raises(OSError, match="No space left"):
        while True:
            stream.write(b"x" * 4096)
    return ballast


def test_a_full_disk_is_said_and_the_same_decision_is_saved_when_there_is_room(sample, codebook, tmp_path, small_disk):
    folder = small_disk(tmp_path / "codings")
    state = CodingState(sample, codebook, "KA", folder)
    order = sample.order_for("KA")
    message = {"type": "decide", "unit_id": order[0], "codes": ["family"], "id": "d0"}
    assert state.respond(message)["type"] == "saved"
    ballast = fill_up(folder)
    long = {**message, "unit_id": order[1], "id": "d1", "memo": "a memo longer than the page that is left " * 200}
    reply = state.respond(long)
    assert (reply["type"], reply["again"]) == ("refused", True)
    assert "No space left on device" in reply["message"]
    content = read_log(state._log.path)
    assert (len(content.records), content.torn) == (1, "")
    assert state.respond({"type": "hello"})["unit"]["id"] == order[1]
    ballast.unlink()
    assert state.respond(long)["type"] == "saved"
    assert read_codings(folder, codebook)["unit_id"].nunique() == 2


def test_a_read_only_folder_is_said_when_the_desk_opens_and_when_it_is_to_write(sample, codebook, tmp_path, small_disk):
    folder = small_disk(tmp_path / "codings")
    first = CodingState(sample, codebook, "KA", folder)
    unit = sample.order_for("KA")[0]
    assert first.respond({"type": "decide", "unit_id": unit, "codes": []})["type"] == "saved"
    small_disk(folder, "remount,ro")
    state = CodingState(sample, codebook, "KA", folder)
    view = state.respond({"type": "hello"})
    assert "ask for the right to write there before you begin" in view["notice"]
    assert view["done"] == 1
    reply = state.respond({"type": "decide", "unit_id": view["unit"]["id"], "codes": []})
    assert "Read-only file system" in reply["message"]
    small_disk(folder, "remount,rw")
    assert state.respond({"type": "decide", "unit_id": view["unit"]["id"], "codes": []})["type"] == "saved"
