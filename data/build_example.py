"""Build the example study's data from the folder that holds the invented corpus and the model coders' decisions.

    python data/build_example.py FOLDER

FOLDER holds posts.jsonl, coder_A.jsonl, coder_B.jsonl, coder_C.jsonl, consensus.jsonl and sample.json. What this script
writes is committed, so nobody needs that folder to use the example; see data/README.md for what is invented.
Every number comes from fixed seeds: a second run writes the same bytes.
"""

import csv
import io
import random
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

import orjson
from twarc_pages import build_pages

import medtw_qual as mq
from medtw_qual._base.decision_log import append_record
from medtw_qual._base.table_files import read_table
from medtw_qual.schemas import SAMPLE

DATA = Path(__file__).resolve().parent
CODEBOOK = DATA.parent / "codebooks" / "gratitude_2020.yaml"
POPULATION = 552  # units of the corpus, a thread counting once
CODERS = ("A", "B", "C")
ROUND = "1"
KEY_SEED = 552300
KEY_LETTERS = "23456789BCDFGHJKLMNPQRSTVWXZ"  # no vowels, so no words; nothing that looks like another
DECIDER = "adjudicator (language model)"

CODER_ROWS = (
    (
        "A",
        "model",
        "read the codebook gratitude_2020 1.0.0; no training round",
        "a language model asked to read latent meaning",
    ),
    (
        "B",
        "model",
        "read the codebook gratitude_2020 1.0.0; no training round",
        "a language model asked to stay with the manifest wording",
    ),
    (
        "C",
        "model",
        "read the codebook gratitude_2020 1.0.0; no training round",
        "a language model; coded the first 150 units only",
    ),
)

ARTICLE = "Grateful For #MedTwitter in 2020. Moving Us Closer To Osler, Miller Coulson Academy of Clinical Excellence"
QUOTED = (
    (
        "finding_family",
        "I’m grateful for #GayMedTwitter and the friendships/connections I’ve made through it. Y’all made me feel like"
        " a part of the family. We’ve laughed/cried together, and supported each other throughout a year I’m sure we"
        " won’t forget. Thank you to everyone, y gracias por to do.",
        "Notorious BID, Future PharmD",
    ),
    (
        "finding_family",
        "I’m really grateful for connections on #GaymedTwitter . . . it’s opened so many doors for me and ignited"
        " amazing friendships.",
        "Y’all Means All",
    ),
    (
        "true_selves",
        "[I’m grateful] for the community here. It’s so empowering to see in action the power and the value of our"
        " vulnerability and lived experiences as I’m learning to find my voice here.",
        "Dr. Aishwarya Rajagopalan",
    ),
    (
        "isolation",
        "I’m grateful for the supportive community we’ve formed. We’ve been there for each other when many of us felt"
        " isolated . . . I’ve felt support at a time I needed it most.",
        "Social Worker for #BlackLivesMatter",
    ),
    (
        "isolation",
        "I’ve been grateful to have a place to come where people ‘get it,’ especially when COVID arrived at the start"
        " of my 3rd trimester . . . It’s a special community we have here.",
        "Naoise, MSW",
    ),
    (
        "culture_change",
        "I remain eternally grateful to the members of #GayMedTwitter and #TransNBMedTwitter who are leading the way,"
        " opening their arms, and demonstrating that Iand others like mehave a space in healthcare. Every day y’all"
        " reassure me that it’ll all be okay.",
        "damn it Jem, I’m a (future) doctor!",
    ),
)


def main(source: Path) -> None:
    """Write every file of the example study's data folder."""
    book = mq.read_codebook(CODEBOOK)
    posts = _lines(source / "posts.jsonl")
    _write(DATA / "medtwitter_2020.jsonl", _jsonl(build_pages(posts)))
    coded = {coder: _lines(source / f"coder_{coder}.jsonl") for coder in CODERS}
    for coder, decisions in coded.items():
        records = [_coding(coder, item, book) for item in decisions]
        _write_log(DATA / "codings" / f"{coder}--1.jsonl", records, "coding")
    settled = [_settled(item, book.hash) for item in _lines(source / "consensus.jsonl")]
    _write_log(DATA / "decisions" / "consensus.jsonl", settled, "consensus")
    drawn = orjson.loads((source / "sample.json").read_bytes())["unit_ids"]
    _write(DATA / "sample.csv", _csv(_SAMPLE_HEAD, _sample(drawn, coded)))
    _write(DATA / "sample.json", _about_sample())
    _write(DATA / "coders.csv", _csv(("coder", "kind", "training", "note"), CODER_ROWS))
    _write(DATA / "unit_keys.csv", _csv(("unit_id", "key"), _keys(posts)))
    _write(DATA / "published_quotations.csv", _csv(_QUOTED_HEAD, _quoted(book)))


_SAMPLE_HEAD = ("unit_id", "stratum", "inclusion_probability", "round", "coders", "orders")
_QUOTED_HEAD = ("quotation_id", "theme", "code", "text", "attribution", "source")


def _coding(coder: str, item: dict[str, object], book: mq.Codebook) -> dict[str, object]:
    """One decision as the coding desk logs it; when it was made is not known, so nothing is claimed."""
    return {
        "id": str(uuid5(NAMESPACE_URL, f"medtw_qual/example/coding/{coder}/{item['unit_id']}")),
        "action": "decide",
        "coder": coder,
        "round": ROUND,
        "unit_id": item["unit_id"],
        "codes": item["codes"],
        "codes_seen": list(book.ids),
        "impossible": False,
        "passages": [],
        "memo": item["memo"],
        "new_code": "",
        "codebook_hash": book.hash,
        "shown_at": None,
        "decided_at": None,
    }


def _settled(item: dict[str, object], codebook_hash: str) -> dict[str, object]:
    """One consensus decision. The coders did not talk: somebody else, also a model, decided with a reason."""
    return {
        "id": str(uuid5(NAMESPACE_URL, f"medtw_qual/example/consensus/{item['unit_id']}")),
        "unit_id": item["unit_id"],
        "codes": item["codes"],
        "basis": "third person",
        "reason": item["reason"],
        "decided_by": DECIDER,
        "decided_at": None,
        "codebook_hash": codebook_hash,
    }


def _sample(drawn: Sequence[str], coded: dict[str, list[dict[str, object]]]) -> list[tuple[str, ...]]:
    """The sampled units in the order of their ids, with each coder's own order."""
    order = {coder: {item["unit_id"]: place for place, item in enumerate(items, 1)} for coder, items in coded.items()}
    probability = repr(len(drawn) / POPULATION)
    rows = []
    for unit in sorted(drawn):
        coders = [coder for coder in CODERS if unit in order[coder]]
        places = [str(order[coder][unit]) for coder in coders]
        rows.append((unit, "", probability, ROUND, orjson.dumps(coders).decode(), orjson.dumps(places).decode()))
    return rows


def _keys(posts: Iterable[dict[str, object]]) -> list[tuple[str, str]]:
    """A random key for every unit: drawn, not computed from the id, so that nobody finds the id by trying."""
    by_id = {post["id"]: post for post in posts}
    continues = {
        post["id"] for post in posts if post["reply_to"] and by_id[post["reply_to"]]["author"] == post["author"]
    }
    units = sorted(str(own) for own in by_id if own not in continues)
    if len(units) != POPULATION:
        raise SystemExit(f"{len(units)} units instead of {POPULATION}: the source folder is not the one expected.")
    draw, used = random.Random(KEY_SEED), set()
    while len(used) < len(units):
        used.add("U-" + "".join(draw.choices(KEY_LETTERS, k=5)))
    shuffled = sorted(used)
    draw.shuffle(shuffled)
    return list(zip(units, shuffled, strict=True))


def _quoted(book: mq.Codebook) -> list[tuple[str, ...]]:
    return [
        (f"Q{number}", book[code].name, code, text, attribution, ARTICLE)
        for number, (code, text, attribution) in enumerate(QUOTED, 1)
    ]


def _lines(path: Path) -> list[dict[str, object]]:
    return [orjson.loads(line) for line in path.read_bytes().splitlines() if line.strip()]


def _jsonl(records: Iterable[dict[str, object]]) -> bytes:
    return b"".join(orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE) for record in records)


def _csv(head: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(rows)
    return stream.getvalue().encode("utf-8")


def _about_sample() -> bytes:
    """How the sample was drawn, and its hash: without this its population would be unknown."""
    table = read_table(DATA / "sample.csv", SAMPLE).sort_values("unit_id", ignore_index=True)
    drawn = {"round": "1", "seed": 20201231, "population": 552}
    design = "simple random sample of 300 of the 552 units, seed 20201231"
    sample = mq.Sample(table, table[["unit_id"]], **drawn)
    about = {**drawn, "design": design, "hash": sample.hash}
    return orjson.dumps(about, option=orjson.OPT_INDENT_2) + b"\n"


def _write_log(path: Path, records: Iterable[dict[str, object]], kind: str) -> None:
    """Write a log of decisions as the desks do, each line sealed to the one before it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    for record in records:
        append_record(path, record, kind)
    sys.stdout.write(f"{path.relative_to(DATA.parent)}  {path.stat().st_size:,} bytes\n")


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    sys.stdout.write(f"{path.relative_to(DATA.parent)}  {len(content):,} bytes\n")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    main(Path(sys.argv[1]))
