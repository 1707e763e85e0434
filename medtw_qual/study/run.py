"""Running a study: from the raw posts to results/, whole or not at all."""

import platform
import shutil
import sys
import tempfile
import time
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import orjson
from tqdm import tqdm

import medtw_qual
from medtw_qual._base.files import write_text
from medtw_qual._base.progress import progress_shown
from medtw_qual.study.input_files import input_hashes
from medtw_qual.study.outputs import MANIFEST, Outputs
from medtw_qual.study.stages import STAGES
from medtw_qual.study.study import Study, open_study
from medtw_qual.study.summary import summarise

RESULTS = "results"
_LONGEST_RUN = 7 * 24 * 3600  # seconds: the longest that a batch system usually lets a job run
# The libraries on which a number may depend; a difference in one of them is the first thing to look at.
LIBRARIES = (
    "numpy", "scipy", "pandas", "scikit-learn", "torch", "transformers", "sentence-transformers", "tokenizers",
    "statsmodels", "matplotlib", "python-docx", "openpyxl", "great-tables",
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
    target = study.folder / RESULTS
    _clear_up_after_killed_runs(study.folder)
    scratch = Path(tempfile.mkdtemp(prefix=f".{RESULTS}-", suffix=".part", dir=study.folder))
    try:
        started = datetime.now(UTC)
        outputs = write_results(study, scratch)
        _write_manifest(study, outputs, started)
        _replace_folder(target, scratch)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return summarise(study, target)


def write_results(study: Study, folder: Path) -> Outputs:
    """Compute every stage and write its files into `folder`; the manifest is not among them."""
    outputs = Outputs(folder, study.mark)
    with tqdm(STAGES, unit="stage", leave=False, disable=not progress_shown()) as bar:
        for stage in bar:
            bar.set_description(stage.title)
            stage.write(study, outputs)
    return outputs


def _clear_up_after_killed_runs(folder: Path) -> None:
    """Remove what runs left that were killed; a younger folder may belong to a run that is still going on."""
    for left in folder.glob(f".{RESULTS}-*.part"):
        if time.time() - left.stat().st_mtime > _LONGEST_RUN:
            shutil.rmtree(left, ignore_errors=True)


def _embedded_on(study: Study, scheduler: str) -> Study:
    """Let the cluster's workers make the vectors that the later stages read; stored vectors stay the authority."""
    from medtw_qual.distributed import embed_on

    declared = study.config.clusters
    if declared.vectors:
        print(f"The vectors stand in {declared.vectors}: nothing to embed, {scheduler} was not asked.", file=sys.stderr)
        return study
    return study.with_vectors(embed_on(scheduler, study.corpus, declared.model or None, declared.precision))


def _replace_folder(target: Path, new: Path) -> None:
    """Put `new` where `target` is; the old folder goes only when the new one stands."""
    old = target.with_name(f".{target.name}-old.part")
    shutil.rmtree(old, ignore_errors=True)
    if target.exists():
        target.rename(old)
    new.chmod(0o755)
    new.rename(target)
    shutil.rmtree(old, ignore_errors=True)


def computer() -> dict[str, str]:
    """Return on what a result may depend beside its inputs: the system, Python and the libraries, with versions."""
    system = f"{platform.system()} {platform.machine()}"
    return {"system": system, "Python": platform.python_version()} | {name: version(name) for name in LIBRARIES}


def _write_manifest(study: Study, outputs: Outputs, started: datetime) -> None:
    codebook = study.codebook
    manifest = {
        "study": study.config.title,
        "notice": study.notice,
        "started": started.isoformat(timespec="seconds"),
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "medtw_qual": medtw_qual.__version__,
        "computer": computer(),
        "parameters": study.parameters,
        "encoder": dict(study.vectors.encoder),
        "hashes": {
            "codebook": codebook.hash if codebook else "",
            "assignments": study.clusters.assignments_hash,
        },
        "inputs": input_hashes(study),
        "outputs": outputs.hashes(),
    }
    options = orjson.OPT_INDENT_2 | orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_NON_STR_KEYS
    write_text(outputs.folder / MANIFEST, orjson.dumps(manifest, option=options).decode() + "\n")
