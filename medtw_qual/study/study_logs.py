"""Mending the logs of a study: which files they are, and what became of each."""

from pathlib import Path

from medtw_qual._base.log_copies import awaited_files, copies_of, group_copies
from medtw_qual._base.log_repair import LogRepair, repair_log
from medtw_qual.study.config import StudyConfig, read_config

_USUAL = ("data/memos", "data/screening", "codebooks/changes.jsonl")


def repair_study(folder: str | Path = ".") -> list[LogRepair]:
    """Mend every log of decisions of a study: codings, consensus, crosswalk, quotations, memos, codebook changes.

    Parameters
    ----------
    folder : str or Path
        The study.

    Returns
    -------
    list of LogRepair
        One for each log that was not sound.

    Raises
    ------
    StudyFault
        When the folder holds no study.
    """
    study = Path(folder)
    repairs = [repair_log(path, copies) for path, copies in sorted(_logs(study, read_config(study)).items())]
    return [repair for repair in repairs if repair.done or repair.lost]


def describe_repairs(folder: str | Path, repairs: list[LogRepair]) -> str:
    """Return what was mended, what was not, and where the old files are, in lines for the terminal."""
    lines = []
    for repair in repairs:
        lines += [*repair.done, *(f"NOT MENDED: {words}" for words in repair.lost)]
        lines += [f"  as it was before: {path.name}" for path in repair.kept]
    study = Path(folder)
    for place in sorted({path.parent for path in _logs(study, read_config(study))}):
        lines += [
            f"NOT MENDED: {name} is not here yet ({placeholder}): wait until the folder is synchronised."
            for name, placeholder in awaited_files(place, (".jsonl",))
        ]
    return "\n".join(lines) if lines else "Every log is whole: nothing was changed."


def _logs(study: Path, config: StudyConfig) -> dict[Path, list[Path]]:
    """Return each log of decisions with the copies of it."""
    declared = config.coding.source, config.coding.decisions, config.codebook.changes, config.reconciliation.decisions
    found: dict[Path, list[Path]] = {}
    for name in filter(None, [*declared, config.manuscript.quotations, *_USUAL]):
        place = study / name
        if place.is_dir():
            found |= group_copies(path for path in place.glob("*.jsonl") if not path.name.startswith("."))
        elif place.suffix == ".jsonl" and (place.is_file() or copies_of(place)):
            found[place] = copies_of(place)
    return found
