"""Guards the documentation: it builds without a warning and without the network, and names what exists, all of it."""

import ast
import importlib.util
import inspect
import os
import re
import subprocess
import sys
from functools import cached_property
from pathlib import Path

import nbformat
import pytest
import typer

import medtw_qual as mq
from medtw_qual.cli import app
from medtw_qual.study.coded_part import CodedPart

ROOT = Path(__file__).resolve().parents[2]
PAGES = [*sorted((ROOT / "docs").rglob("*.md")), ROOT / "README.md"]
# What a reader calls the objects of a study in every example, and what they are.
USUAL_NAMES = {
    "corpus": "Corpus",
    "codebook": "Codebook",
    "sample": "Sample",
    "clusters": "Clusters",
    "vectors": "Vectors",
    "crosswalk": "Crosswalk",
    "study": "Study",
}


def load(name: str):
    spec = importlib.util.spec_from_file_location(name, ROOT / "docs" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "WARNING" not in done.stderr
    return folder


def test_every_public_name_has_its_place_in_the_built_reference(site):
    rooms = load("reference_pages").public_names()
    assert sum(map(len, rooms.values())) > 50
    for room, names in rooms.items():
        page = (site / "reference" / f"{room}.html").read_text(encoding="utf-8")
        missing = [typed for typed, defined in names if f'id="{defined}"' not in page]
        assert missing == [], room


def test_no_page_fetches_anything_from_elsewhere(site):
    fetched = re.compile(r"<(?:script|link|img|iframe|source)\b[^>]*?(?:src|href)=\"?((?:https?:)?//[^\"\s>]+)")
    for page in site.rglob("*.html"):
        assert fetched.findall(page.read_text(encoding="utf-8")) == [], page.name


def test_every_page_stands_in_the_navigation():
    listed = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    pages = [path.relative_to(ROOT / "docs").as_posix() for path in (ROOT / "docs").rglob("*.md")]
    assert [page for page in pages if page not in listed] == []


def test_every_page_says_something():
    assert [path.name for path in PAGES if len(path.read_text(encoding="utf-8").split()) < 80] == []


def snippets() -> list[tuple[str, ast.Module]]:
    found = []
    for page in PAGES:
        for number, text in enumerate(re.findall(r"^```python\n(.*?)^```", page.read_text("utf-8"), re.S | re.M)):
            found.append((f"{page.name}, example {number + 1}", ast.parse(text)))
    return found


@pytest.mark.parametrize(("where", "tree"), snippets(), ids=lambda value: value if isinstance(value, str) else "")
def test_an_example_uses_names_and_arguments_that_exist(where, tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            resolve(node)
        if isinstance(node, ast.Call):
            arguments_exist(node, where)


def resolve(node: ast.expr):
    """Return what `mq.x`, `corpus.x` or `study.corpus.x` is; None for what cannot be known without running it."""
    if isinstance(node, ast.Name):
        return mq if node.id == "mq" else getattr(mq, USUAL_NAMES[node.id]) if node.id in USUAL_NAMES else None
    if isinstance(node, ast.Attribute):
        owner = resolve(node.value)
        if owner is None:
            return None
        if inspect.isclass(owner) and node.attr in getattr(owner, "__dataclass_fields__", {}):
            return None
        assert hasattr(owner, node.attr), f"{ast.unparse(node)} does not exist"
        found = getattr(owner, node.attr)
        if isinstance(found, property | cached_property | CodedPart):
            return returned_by(found.fget if isinstance(found, property) else found.func)
        return found
    if isinstance(node, ast.Call):
        called = resolve(node.func)
        return called if inspect.isclass(called) else returned_by(called)
    return None


def returned_by(function):
    """Return the public class that a function's annotation names, or None."""
    annotation = getattr(function, "__annotations__", {}).get("return")
    name = str(getattr(annotation, "__name__", annotation)).split(" | ")[0].strip("'\"")
    if name == "ManuscriptTable":
        return mq.tables.ManuscriptTable
    return getattr(mq, name) if name in USUAL_NAMES.values() else None


def arguments_exist(node: ast.Call, where: str) -> None:
    called = resolve(node.func)
    if called is None or not callable(called):
        return
    known = inspect.signature(called).parameters
    if not any(one.kind is inspect.Parameter.VAR_KEYWORD for one in known.values()):
        unknown = [one.arg for one in node.keywords if one.arg and one.arg not in known]
        assert unknown == [], f"{where}: {ast.unparse(node.func)} has no {unknown}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_names_only_what_exists(page):
    text = page.read_text(encoding="utf-8")
    for name in re.findall(r"\bmq\.(\w+)", text):
        assert hasattr(mq, name), f"mq.{name}"
    for space, name in re.findall(r"\bmq\.([a-z]+)\.(\w+)", text):
        assert hasattr(getattr(mq, space), name), f"mq.{space}.{name}"
    commands = set(typer.main.get_command(app).commands)
    for name in re.findall(r"(?:^|`)medtw-qual (\w+)", text, re.M):
        assert name in commands, f"medtw-qual {name}"


def test_the_picture_of_the_rooms_shows_every_room_as_the_script_draws_it(tmp_path):
    rooms = load("draw_rooms")
    packages = {path.parent.name for path in (ROOT / "medtw_qual").glob("*/__init__.py")}
    shown = {*rooms.BOXES, *re.findall(r"\w+", " ".join(rooms.BANDS))}
    assert packages <= shown
    from medtw_qual._base.figure_style import save_figure

    save_figure(rooms.draw(), tmp_path / "rooms.svg", rooms.ALT)
    assert (tmp_path / "rooms.svg").read_bytes() == rooms.TARGET.read_bytes()


# What the tutorial tells of the example study, and how the notebook prints it.
CLAIMS = [
    ("726 records", "01", r"726 records"),
    ("552 units come out", "01", r"leaving 552 units"),
    ("A gives *isolation* about twice as often as B", "02", r"isolation +13\.3 +7\.0"),
    ("it is .85 for *finding family*", "03", r"finding_family +0\.85"),
    (".71 for *isolation*", "03", r"isolation +0\.71"),
    ("On 229 units the coders agreed; on 71 they did not", "03", r"agreed +229\D+71\b"),
    ("Three clusters", "04", r"Clusters\(3 clusters"),
    ("has it in 27% of its coded units", "05", r"culture_change +\d+ +0\.27"),
]


@pytest.mark.parametrize(("words", "notebook", "printed"), CLAIMS, ids=[one[0] for one in CLAIMS])
def test_the_tutorial_tells_what_the_notebooks_print(words, notebook, printed):
    assert words in " ".join((ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8").split())
    book = nbformat.read(next((ROOT / "notebooks").glob(f"{notebook}_*.ipynb")), as_version=4)
    outputs = [output for cell in book.cells if cell.cell_type == "code" for output in cell.outputs]
    shown = "\n".join(output.get("text") or output.get("data", {}).get("text/plain", "") for output in outputs)
    assert re.search(printed, shown)
