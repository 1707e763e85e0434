"""Guards every public reader against hostile files: the project's own words, in little time and memory, or a reading.

Each file is read in a process of its own, which may take 1 GB more than it has when it starts, and 20 seconds.
"""

import multiprocessing
import random
import resource
import warnings
from pathlib import Path

import pytest

import medtw_qual as mq
from medtw_qual.errors import MedtwQualError

pytestmark = [pytest.mark.extra, pytest.mark.slow]
GIGABYTE = 1 << 30
SECONDS = 20
BOOK = mq.Codebook("b", "1", codes=(mq.Code("thanks", "Thanks", definition="d"),))
POST = '{"id": "1333333333333300001", "text": "so tired", "author_id": "7", "created_at": "2020-12-01T08:00:00Z"}'
DEEP, LONG = 100_000, 1_000_000
SHAPES: dict[str, bytes] = {
    "nested_lists.json": b"[" * DEEP,
    "nested_closed.json": b"[" * DEEP + b"]" * DEEP,
    "nested_objects.jsonl": b'{"id": "1", "text": ' + b'{"a": ' * DEEP + b"1" + b"}" * DEEP + b"}\n",
    "nested.yaml": b"codes: " + b"[" * DEEP,
    "nested_flow.yaml": b"codes: " + b"{a: " * 5_000,
    "indented.yaml": b"".join(b" " * n + b"a:\n" for n in range(1_000)),
    "nested.toml": b"a = " + b"[" * DEEP,
    "keys.toml": b"a." * 50_000 + b"b = 1",
    "wide.csv": b"post_id,text," + b",".join(b"c%d" % n for n in range(20_000)) + b"\n" + b"1,so tired" + b"," * 20_000,
    "wide_rows.csv": b"post_id,text\n" + b"1,a" + b",b" * 200_000 + b"\n",
    "long_cell.csv": b'post_id,text\n1,"' + b"a" * LONG + b'"\n',
    "long_line.csv": b"post_id,text" + b"a" * LONG,
    "open_quote.csv": b'post_id,text\n1,"' + b"so tired\n" * 50_000,
    "quotes.csv": b'post_id,text\n' + b'"' * LONG,
    "zeros.csv": b"\0" * LONG,
    "zeros.jsonl": b"\0" * LONG,
    "returns.csv": b"\r" * LONG,
    "half_pairs.json": b'[{"id": "1", "text": "' + b"\\ud83d" * 50_000 + b'"}]',
    "numbers.json": b"[" + b"9" * LONG + b"]",
    "lines.jsonl": (POST.encode() + b"\n") * 3 + b"{" * DEEP + b"\n",
    "signs.txt": "’‘«»—…".encode() * 50_000,
    "zip.xlsx": b"PK\x03\x04" + b"\xff" * 10_000,
    "xml.qdc": b'<?xml version="1.0"?>' + b"<a>" * DEEP,
    "entities.qdc": b'<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;&b;&b;">]><a>&c;</a>',
    "empty.csv": b"",
    "mark.csv": b"\xef\xbb\xbf",
    "mark16.csv": b"\xff\xfe",
}  # fmt: skip
READERS = {
    "read_corpus": mq.read_corpus,
    "read_corpus with columns": lambda path: mq.read_corpus(path, text="text", id="post_id"),
    "read_codebook": mq.read_codebook,
    "read_codings": lambda path: mq.read_codings(path, BOOK),
    "load_vectors": mq.load_vectors,
    "load_corpus": mq.load_corpus,
    "open_study": lambda path: mq.open_study(_as_study(path)),
    "read_refi_qda": mq.exchange.read_refi_qda,
    "read_coded_passages": lambda path: mq.exchange.read_coded_passages(path, BOOK),
}


def _as_study(path: Path) -> Path:
    folder = path.parent / "study"
    folder.mkdir(exist_ok=True)
    (folder / "study.toml").write_bytes(path.read_bytes())
    return folder


def _read(reader: str, path: Path, said: "multiprocessing.Queue[str]") -> None:
    warnings.simplefilter("ignore")
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + GIGABYTE, used + GIGABYTE))
    try:
        READERS[reader](path)
        said.put("read")
    except MedtwQualError as error:
        said.put(f"refused: {str(error)[:60]}")
    except BaseException as error:  # noqa: BLE001 - whatever it is, it is what this test looks for
        said.put(f"FAULT {type(error).__name__}: {str(error)[:200]}")


def outcome(reader: str, path: Path) -> str:
    """Say what a reader makes of a file: read, refused, or what went wrong."""
    fork = multiprocessing.get_context("fork")
    said = fork.Queue()
    process = fork.Process(target=_read, args=(reader, path, said))
    process.start()
    process.join(SECONDS)
    if process.is_alive():
        process.kill()
        return f"FAULT nothing within {SECONDS} s"
    return "FAULT ended without a word" if said.empty() else str(said.get())


@pytest.mark.parametrize("reader", list(READERS))
def test_a_hostile_file_is_read_or_refused_in_words(tmp_path, reader):
    faults = {}
    for name, content in SHAPES.items():
        path = tmp_path / name
        path.write_bytes(content)
        got = outcome(reader, path)
        if got.startswith("FAULT"):
            faults[name] = got
    assert faults == {}


@pytest.mark.parametrize("seed", range(5))
def test_bytes_changed_at_random_are_read_or_refused_in_words(tmp_path, seed):
    chance = random.Random(seed)
    sources = [
        POST.encode() + b"\n",
        b"post_id,text\n1,so tired\n2,again\n",
        b"name: b\nversion: 1\ncodes:\n- id: a\n  definition: d\n",
    ]
    faults = {}
    for number in range(8):
        content = bytearray(chance.choice(sources) * chance.choice((1, 3)))
        for _ in range(chance.randrange(1, 6)):
            content[chance.randrange(len(content))] = chance.randrange(256)
        path = tmp_path / f"a{number}{chance.choice(('.csv', '.jsonl', '.yaml', '.json', '.txt'))}"
        path.write_bytes(content)
        for reader in ("read_corpus", "read_codebook", "read_codings", "read_coded_passages"):
            got = outcome(reader, path)
            if got.startswith("FAULT"):
                faults[f"{reader} {bytes(content)!r}"] = got
    assert faults == {}
