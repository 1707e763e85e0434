"""Guards that whatever takes long says so: what is done and for how long, and nothing where it is quick or unwanted."""

import time

import pytest

from medtw_qual._base.progress import busy, track


def test_a_long_step_says_what_it_does(capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEDTW_QUAL_PROGRESS", "1")

    @busy("Joining threads", after=0.05)
    def step(seconds: float) -> str:
        time.sleep(seconds)
        return "done"

    assert step(0.0) == "done"
    assert capsys.readouterr().err == ""
    assert step(0.8) == "done"
    assert "Joining threads: 00:00" in capsys.readouterr().err
    monkeypatch.setenv("MEDTW_QUAL_PROGRESS", "0")
    assert step(0.2) == "done"
    assert capsys.readouterr().err == ""


def test_an_error_ends_the_clock(capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEDTW_QUAL_PROGRESS", "1")
    with pytest.raises(ValueError, match="no"), busy("Saving", after=0.01):
        time.sleep(0.05)
        raise ValueError("no")


def test_countable_steps_show_a_bar_after_two_seconds(
    capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MEDTW_QUAL_PROGRESS", "1")
    for _ in track(range(3), "Reading posts.jsonl", total=3, unit=" lines"):
        time.sleep(0.75)
    assert "Reading posts.jsonl" in capsys.readouterr().err
    list(track(range(3), "Reading posts.jsonl"))
    assert capsys.readouterr().err == ""
