"""Makes the reference pages from the package itself, so that no public name can be forgotten (a hook of mkdocs)."""

import ast
import importlib
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "medtw_qual"
NAMESPACES = (
    "corpus",
    "activity",
    "privacy",
    "codebook",
    "coding",
    "agreement",
    "clusters",
    "llm",
    "reconciliation",
    "manuscript",
    "tables",
    "plot",
    "exchange",
)
TOP = "study"  # the page of what stands on top and of a study itself
OPTIONAL = "distributed"  # not among mq's names: Dask is optional


def public_names() -> dict[str, list[tuple[str, str]]]:
    """Return, for each page, the public names as (what a reader types, where it is defined), each once."""
    rooms: dict[str, list[tuple[str, str]]] = {TOP: [], **{room: [] for room in NAMESPACES}, OPTIONAL: []}
    on_top = set()
    for node in ast.parse((PACKAGE / "__init__.pyi").read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ImportFrom) and node.module:
            for name in node.names:
                on_top.add(name.name)
                rooms[node.module.split(".")[0]].append((f"mq.{name.name}", f"medtw_qual.{node.module}.{name.name}"))
    for room in NAMESPACES:
        names = [name for name in importlib.import_module(f"medtw_qual.{room}").__all__ if name not in on_top]
        rooms[room] += [(f"mq.{room}.{name}", f"medtw_qual.{room}.{name}") for name in names]
    names = importlib.import_module(f"medtw_qual.{OPTIONAL}").__all__
    rooms[OPTIONAL] = [(f"medtw_qual.{OPTIONAL}.{name}", f"medtw_qual.{OPTIONAL}.{name}") for name in names]
    return rooms


def room_page(room: str, names: list[tuple[str, str]]) -> str:
    """Return a room's page: what the room is for, then each name with its docstring."""
    module = PACKAGE / room / "__init__.py"
    module = module if module.is_file() else PACKAGE / f"{room}.py"
    purpose = ast.get_docstring(ast.parse(module.read_text(encoding="utf-8"))) or ""
    lines = [f"# {room.replace('_', ' ').capitalize()}", "", purpose.split("\n\n")[0], ""]
    for typed, defined in names:
        lines += [f"::: {defined}", "    options:", f'      heading: "{typed}"', f'      toc_label: "{typed}"', ""]
    return "\n".join(lines if names else [*lines, "This room has no public names yet."])


def index_page(rooms: dict[str, list[tuple[str, str]]]) -> str:
    """Return the list of all names, in the order of a study, each with the first line of its docstring."""
    lines = [
        "# All names",
        "",
        "`import medtw_qual as mq` loads nothing heavy; each name is loaded when it is used.",
        "",
    ]
    for room, names in rooms.items():
        if names:
            lines += [f"## {room.replace('_', ' ').capitalize()}", "", "| name | what for |", "|---|---|"]
        for typed, defined in names:
            module, _, name = defined.rpartition(".")
            value = getattr(importlib.import_module(module), name)
            first = " ".join((value.__doc__ or "").strip().split("\n\n")[0].split()).replace("|", "\\|")
            lines.append(f"| [`{typed}`][{defined}] | {first} |")
        lines.append("")
    return "\n".join(lines)


def tables_page() -> str:
    """Return the tables of a study with the meaning of each column, as the schemas state them."""
    from medtw_qual.schemas import TABLES

    lines = [
        "# Columns of the tables",
        "",
        "Every intermediate result is a pandas DataFrame with these columns; steps may add more. Ids are text always.",
        "In text columns nothing known is the empty string; in the others it is a missing value.",
        "",
    ]
    for name, schema in TABLES.items():
        key = ", ".join(f"`{one}`" for one in schema.key)
        lines += [
            f"## {name}",
            "",
            f"One row per {key}." if key else "",
            "",
            "| column | kind | holds |",
            "|---|---|---|",
        ]
        for column in schema.columns:
            allowed = f" ({' / '.join(one for one in column.allowed if one)})" if column.allowed else ""
            optional = "" if column.required else "; optional"
            lines.append(f"| `{column.name}` | {column.kind}{optional} | {column.meaning}{allowed} |")
        lines.append("")
    return "\n".join(lines)


def errors_page() -> str:
    """Return the errors: each says what is wrong, where, and ends with the remedy."""
    return (
        "# Errors\n\nEach error says what is wrong, where, and ends with what to do. On the command line it is printed "
        "without a traceback, and the exit code is 2.\n\n::: medtw_qual.errors\n    options:\n"
        "      show_root_heading: false\n      show_root_toc_entry: false\n      filters: ['!^_', '!did_you_mean']\n"
    )


def command_page() -> str:
    """Return the commands with their arguments, as the program itself says."""
    import typer

    from medtw_qual.cli import app

    group = typer.main.get_command(app)
    lines = ["# Command line", "", group.help or "", ""]
    for name, command in group.commands.items():  # type: ignore[attr-defined]  # a group has commands
        arguments = " ".join(
            f"[{one.name.upper()}]" if not one.required else one.name.upper()
            for one in command.params
            if one.param_type_name == "argument"
        )
        lines += [f"## medtw-qual {name}", "", f"```text\nmedtw-qual {name} {arguments}".rstrip() + "\n```", ""]
        lines += [command.help or "", ""]
        for one in command.params:
            words = getattr(one, "help", "") or ""
            shown = (
                one.name.upper() if one.param_type_name == "argument" else " / ".join([*one.opts, *one.secondary_opts])
            )
            lines.append(f"- `{shown}`: {words}")
        lines.append("")
    lines.append(
        "Exit codes: 0, done; 1, `verify` found differences; 2, something has to be mended: the message says what."
    )
    return "\n".join(lines)


def study_page() -> str:
    """Return study.toml as `medtw-qual new` writes it, every key explained."""
    text = (PACKAGE / "template" / "study.toml").read_text(encoding="utf-8")
    return f"# study.toml\n\nAs `medtw-qual new` writes it, with every key there is.\n\n```toml\n{text}```\n"


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the reference to the pages that mkdocs found."""
    rooms = public_names()
    pages = {room: room_page(room, names) for room, names in rooms.items()}
    pages |= {
        "index": index_page(rooms),
        "columns": tables_page(),
        "errors": errors_page(),
        "command-line": command_page(),
        "study-toml": study_page(),
    }
    for name, content in pages.items():
        files.append(File.generated(config, f"reference/{name}.md", content=content))
    return files
