"""Running a study: from the raw posts to results/, whole or not at all."""

import platform
import shutil
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import orjson
from tqdm import tqdm

import medtw_qual
from medtw_qual._base.files import write_text
from medtw_qual._base.progress import progress_shown
from medtw_qual._base.utc_times import format_time, utc_now
from medtw_qual.study.coded_part import one_state
from medtw_qual.study.input_files import input_hashes
from medtw_qual.study.interruption import noticing_interrupts
from medtw_qual.study.outputs import MANIFEST, Outputs
from medtw_qual.study.results_folder import RESULTS, ResultsFolder
from medtw_qual.study.stages import STAGES
from medtw_qual.study.study import Study, open_study
from medtw_qual.study.summary import summarise

# The libraries on which a number may depend; a difference in one of them is the first thing to look at.
LIBRARIES = (
    "numpy", "scipy", "pandas", "scikit-learn", "onnxruntime", "torch", "transformers", "sentence-transformers",
    "tokenizers", "matplotlib", "python-docx", "openpyxl",
)  # fmt: skip


def run_study(folder: str | Path = ".", scheduler: str = "") -> str:
    """Run a study and put everything it says into results/.

    The old results stay until the new ones are whole; whatever stops a run, nothing is left half written.

    Parameters
    ----------
    folder : str or Path
        The study.
    scheduler : str
        Address of a Dask scheduler whose workers embed the corpus, unless study.toml names stored vectors; empty:
        this computer does.

    Returns
    -------
    str
        A short summary for people.
    """
    study = open_study(folder)
    if scheduler:
        study = _embedded_on(study, scheduler)
    results = ResultsFolder.of_study(study.folder)
    scratch = results.prepare()
    try:
        started = datetime.now(UTC)
        before = input_hashes(study)
        with noticing_interrupts() as check:
            outputs = write_results(study, scratch, check)
            notes = changed_meanwhile(before, input_hashes(study))
            _write_manifest(study, outputs, started, before)
            check()
        notes += results.replace(scratch)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return "\n".join([summarise(study, study.folder / RESULTS), *notes])


def write_results(study: Study, folder: Path, check: Callable[[], None] = lambda: None) -> Outputs:
    """Compute every stage and write its files into `folder`; the manifest is not among them.

    Before each stage `check` is called, which may stop the run.
    """
    outputs = Outputs(folder, study.mark)
    with one_state(study), tqdm(STAGES, unit="stage", leave=False, disable=not progress_shown()) as bar:
        for stage in bar:
            check()
            bar.set_description(stage.title)
            stage.write(study, outputs)
    return outputs


def _embedded_on(study: Study, scheduler: str) -> Study:
    """Let the cluster's workers make the vectors that the later stages read; stored vectors stay the authority."""
    from medtw_qual.distributed import embed_on

    declared = study.config.clusters
    if declared.vectors:
        print(f"The vectors stand in {declared.vectors}: nothing to embed, {scheduler} was not asked.", file=sys.stderr)
        return study
    return study.with_vectors(embed_on(scheduler, study.corpus, declared.model or None, declared.precision))


def computer() -> dict[str, str]:
    """Return on what a result may depend beside its inputs: the system, Python and the libraries, with versions."""
    system = f"{platform.system()} {platform.machine()}"
    return {"system": system, "Python": platform.python_version()} | {name: _version(name) for name in LIBRARIES}


def _version(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:
        return "not installed"


def changed_meanwhile(before: dict[str, str], after: dict[str, str]) -> list[str]:
    """Say which inputs changed while a run was reading them: its results may rest on either.

    Examples
    --------
    >>> changed_meanwhile({"study.toml": "a"}, {"study.toml": "b"})
    ['study.toml changed while the run was going on: run again.']
    """
    changed = sorted(name for name in {*before, *after} if before.get(name) != after.get(name))
    return [f"{name} changed while the run was going on: run again." for name in changed]


def _write_manifest(study: Study, outputs: Outputs, started: datetime, inputs: dict[str, str]) -> None:
    codebook = study.codebook
    manifest = {
        "study": study.config.title,
        "notice": study.notice,
        "started": format_time(started),
        "finished": utc_now(),
        "medtw_qual": medtw_qual.__version__,
        "computer": computer(),
        "parameters": study.parameters,
        "encoder": {} if study.vectors_missing else dict(study.vectors.encoder),
        "hashes": {
            "codebook": codebook.hash if codebook else "",
            "assignments": "" if study.vectors_missing else study.clusters.assignments_hash,
        },
        "inputs": inputs,
        "logs": study.log_heads,
        "outputs": outputs.hashes(),
    }
    options = orjson.OPT_INDENT_2 | orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_NON_STR_KEYS
    write_text(outputs.folder / MANIFEST, orjson.dumps(manifest, option=options).decode() + "\n")
