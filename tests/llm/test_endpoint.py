"""Guards which computer a text may go to: this one, or another that is named with its terms; nowhere by a detour."""

import json

import pytest

from medtw_qual.errors import InvalidArgument, ServerFault
from medtw_qual.llm import CodingPrompt, Endpoint, code_units
from tests.llm.conftest import make_units
from tests.llm.server import Sent, serve


@pytest.mark.parametrize("url", ["http://127.0.0.1:8080/v1", "http://localhost:11434/v1", "http://[::1]:1234/v1"])
def test_this_computer_needs_no_terms(url):
    assert Endpoint(url).is_local


@pytest.mark.parametrize(
    "url",
    [
        "https://api.example.org/v1", "http://10.0.0.5:8080/v1", "http://localhost.example.org/v1",
        "https://127.0.0.1.example.org/v1", "http://0.0.0.0:8080/v1", "http://2130706433/v1",
    ],
)  # fmt: skip
def test_another_computer_is_refused_without_terms(url):
    with pytest.raises(InvalidArgument, match="terms"):
        Endpoint(url)


def test_terms_need_a_day_and_an_encrypted_way():
    named = {"terms": "data protection agreement of the university", "terms_date": "2026-11-30"}
    assert not Endpoint("https://llm.example.org/v1", **named).is_local
    with pytest.raises(InvalidArgument, match="day"):
        Endpoint("https://llm.example.org/v1", terms="an agreement", terms_date="lately")
    with pytest.raises(InvalidArgument, match="unencrypted"):
        Endpoint("http://llm.example.org/v1", **named)


@pytest.mark.parametrize("url", ["", "llm", "ftp://127.0.0.1/v1", "http://", "http://me:secret@127.0.0.1/v1"])
def test_no_address_is_refused(url):
    with pytest.raises(InvalidArgument):
        Endpoint(url)


def test_a_proxy_of_the_environment_is_not_used(codebook, tmp_path, monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "")
    with serve(lambda one: Sent(json.dumps(one.fitting()))) as server:
        run = code_units(make_units(2), CodingPrompt(codebook), Endpoint(server.url), "stub", tmp_path)
    assert run.coded == 2


def test_a_redirection_to_another_computer_is_not_followed(codebook, tmp_path):
    away = Sent(status=307, headers={"Location": "https://elsewhere.example.org/v1/chat/completions"})
    with serve(lambda one: away) as server, pytest.raises(ServerFault, match="never followed"):
        code_units(make_units(2), CodingPrompt(codebook), Endpoint(server.url), "stub", tmp_path)


def test_the_key_is_sent_and_written_nowhere(codebook, tmp_path, monkeypatch):
    monkeypatch.setenv("STUB_KEY", "invented-key-123")
    with serve(lambda one: Sent(json.dumps(one.fitting()))) as server:
        endpoint = Endpoint(server.url, key_variable="STUB_KEY")
        code_units(make_units(2), CodingPrompt(codebook), endpoint, "stub", tmp_path)
    assert "invented-key-123" not in "".join(path.read_text() for path in tmp_path.rglob("*") if path.is_file())
    monkeypatch.setenv("STUB_KEY", " ")
    with pytest.raises(InvalidArgument, match="STUB_KEY"):
        code_units(make_units(2), CodingPrompt(codebook), endpoint, "stub", tmp_path)
