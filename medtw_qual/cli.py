"""The command line: new, run, verify, agreement, repair, lab.

Exit codes: 0, done; 1, verify found differences, or repair what it cannot mend; 2, something has to be mended first and
the message says what; 130, stopped with Ctrl-C.
"""

import errno
import sys
from pathlib import Path
from typing import Annotated, Any, NoReturn, cast

import typer

from medtw_qual._base.extras import needs_extra
from medtw_qual.errors import MedtwQualError

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Qualitative analysis of a community's posts, from raw exports to the tables of a manuscript.",
)

_OF_THE_DISK = (errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EPERM, errno.EROFS)
_STOPPED = 130  # what a shell expects of a program that Ctrl-C ended


def _folder_of(study: Path) -> Path:
    """Take the study.toml of a study for the study: people name the file that they edit."""
    return study.parent if study.name == "study.toml" else study


StudyFolder = Annotated[Path, typer.Argument(help="The study's folder: the one with study.toml.", callback=_folder_of)]


def _say_version(asked: bool) -> None:
    if asked:
        from medtw_qual import __version__

        typer.echo(f"medtw-qual {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", help="Say which version this is.", callback=_say_version, is_eager=True)
    ] = False,
) -> None:
    """Keep what the program says of itself apart from what it does."""


@app.command()
def new(folder: Annotated[Path, typer.Argument(help="The folder to make; it must not exist or be empty.")]) -> None:
    """Make a study folder that runs as it is: notebooks, an explained study.toml, and notes on data."""
    from medtw_qual.study.study_template import create_study

    made = create_study(folder)
    typer.echo(
        f"Made the study {folder} ({len(made)} files).\n"
        f"Next: put your posts into {folder}/data, then: cd {folder}; medtw-qual run"
    )


@app.command()
def run(
    study: StudyFolder = Path(),
    scheduler: Annotated[str, typer.Option(help="Address of a Dask scheduler (tcp://...) for large collections.")] = "",
) -> None:
    """Do the main job: from the raw posts to results/ with every table, figure, the report and the methods text."""
    from medtw_qual.study.run import run_study

    summary = run_study(study, scheduler=scheduler)
    typer.echo(summary)


@app.command()
def ask(study: StudyFolder = Path()) -> None:
    """Let the language model that study.toml names below [llm] code; what has an answer is not asked again."""
    from medtw_qual.study.model_steps import ask_model
    from medtw_qual.study.model_trials import ask_tests, ask_variants
    from medtw_qual.study.study import open_study

    opened = open_study(study)
    typer.echo(str(ask_model(opened)))
    for name, run in ask_variants(opened).items():
        typer.echo(f"Variant {name!r}: {run}")
    tests = ask_tests(opened)
    if tests is not None:
        typer.echo("Does the model follow the codebook?")
        typer.echo(tests[["test", "passed", "n"]].to_string(index=False))


@app.command()
def verify(
    study: StudyFolder = Path(),
    notebooks: Annotated[bool, typer.Option(help="Run the study's notebooks again too.")] = True,
) -> None:
    """Recompute results/ beside the old ones and say what, if anything, differs."""
    from medtw_qual.study.verification import verify_study

    report = verify_study(study, notebooks=notebooks)
    typer.echo(report.text)
    if report.differences:
        raise typer.Exit(1)


@app.command()
def agreement(
    file: Annotated[
        Path, typer.Argument(help="A table of units x coders (.csv, .tsv, .xlsx, .ods ...), or a folder of logs.")
    ],
    codebook: Annotated[Path | None, typer.Option(help="The codebook, for a folder of coding logs.")] = None,
    level: Annotated[str, typer.Option(help="nominal, ordinal, interval or ratio.")] = "nominal",
    categories: Annotated[str | None, typer.Option(help="All categories in order: low,medium,high.")] = None,
    sets: Annotated[str | None, typer.Option(help="The sign between several codes in a cell, such as ';'.")] = None,
    groups: Annotated[str | None, typer.Option(help="The column with each unit's author or thread.")] = None,
    sheet: Annotated[str | None, typer.Option(help="The sheet of a workbook.")] = None,
) -> None:
    """Print how well coders agree, with intervals."""
    from medtw_qual.study.agreement_report import agreement_report

    declared = [word.strip() for word in categories.split(",")] if categories else None
    typer.echo(
        agreement_report(
            file, codebook, level=cast("Any", level), categories=declared, sets=sets, groups=groups, sheet=sheet
        )
    )


@app.command()
def repair(study: StudyFolder = Path()) -> None:
    """Mend logs of decisions that were cut off, copied or edited; the old files are kept, what is lost is said."""
    from medtw_qual.study.study_logs import describe_repairs, repair_study

    repairs = repair_study(study)
    typer.echo(describe_repairs(study, repairs))
    if any(found.lost for found in repairs):
        raise typer.Exit(1)


@app.command()
def lab(study: StudyFolder = Path()) -> None:
    """Open the study's notebooks in JupyterLab."""
    from medtw_qual.study import open_study

    folder = open_study(study).folder
    with needs_extra("desk"):
        from jupyterlab.labapp import main as lab_main  # heavy, and only for this command

    sys.exit(lab_main([str(folder / "notebooks"), f"--ServerApp.root_dir={folder}"]))


def main() -> NoReturn:
    """Run a command; what goes wrong is said in one message on standard error, without a traceback."""
    try:
        app()
    except SystemExit as ended:
        if ended.code == _STOPPED:
            typer.echo("medtw-qual: stopped. Nothing is half written: what was there before is unchanged.", err=True)
        raise
    except MedtwQualError as error:
        typer.echo(f"medtw-qual: {error}", err=True)
        sys.exit(2)
    except (
        OSError
    ) as error:  # a full disk, a read-only folder, a scheduler that is gone: the system's own words say which
        remedy = " Mend the disk or the folder's permissions and start again." if error.errno in _OF_THE_DISK else ""
        typer.echo(f"medtw-qual: {error}.{remedy}", err=True)
        sys.exit(2)
    sys.exit(0)
