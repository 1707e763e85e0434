"""Guards progress bars: on a terminal and in a notebook, never in a log file, and as the researcher says."""

import sys

import pytest

from medtw_qual._base.progress import progress_shown


@pytest.mark.parametrize(("said", "shown"), [("0", False), ("1", True)])
def test_what_the_researcher_says_counts_everywhere(monkeypatch, said, shown):
    for terminal in (False, True):
        monkeypatch.setattr(sys.stderr, "isatty", lambda terminal=terminal: terminal, raising=False)
        monkeypatch.setenv("MEDTW_QUAL_PROGRESS", said)
        assert progress_shown() is shown


def test_unsaid_a_log_file_gets_no_bar_and_a_terminal_does(monkeypatch):
    monkeypatch.delenv("MEDTW_QUAL_PROGRESS")
    monkeypatch.delitem(sys.modules, "ipykernel", raising=False)
    for terminal in (False, True):
        monkeypatch.setattr(sys.stderr, "isatty", lambda terminal=terminal: terminal, raising=False)
        assert progress_shown() is terminal


def test_unsaid_a_notebook_gets_a_bar_although_it_is_no_terminal(monkeypatch):
    monkeypatch.delenv("MEDTW_QUAL_PROGRESS")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: False, raising=False)
    monkeypatch.setitem(sys.modules, "ipykernel", object())
    assert progress_shown()
