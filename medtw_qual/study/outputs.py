"""What a run writes: tables in every format, figures with their description, and a list of it all for the report."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from medtw_qual._base.figure_style import save_figure
from medtw_qual._base.files import write_text
from medtw_qual._base.hashing import hash_file

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from medtw_qual.manuscript import HeatTable, ReportSection
    from medtw_qual.tables import ManuscriptTable

MANIFEST = "manifest.json"
# What the report offers of each table and figure; the other formats lie beside these.
_TABLE_FILES = {"Word": ".docx", "Excel": ".xlsx", "CSV": ".csv", "LaTeX": ".tex"}
_FIGURE_FILES = {"PDF": ".pdf", "PNG": ".png", "SVG": ".svg"}


@dataclass(frozen=True, eq=False)
class Outputs:
    """A results folder while it is being written.

    Attributes
    ----------
    folder : Path
        Where the study lies.
    mark : str
        What every description of a figure says, such as "Invented data"; empty: nothing.
    sections : list of ReportSection
        What the report will show, in order.
    """

    folder: Path
    mark: str = ""
    sections: list["ReportSection"] = field(default_factory=list)

    def begin(self, title: str, text: str, files: "Mapping[str, str] | None" = None) -> None:
        """Begin a section of the report; tables and figures that follow belong to it."""
        from medtw_qual.manuscript import ReportSection

        self.sections.append(ReportSection(title, text, files=files or {}))

    def table(self, name: str, table: "ManuscriptTable", appendix: bool = False) -> None:
        """Number a table (1, 2 ...; A1, A2 ... in the appendix) and save it under one name in every format."""
        from medtw_qual.manuscript import ReportTable
        from medtw_qual.manuscript.writers import WRITERS

        saved = [shown for section in self.sections for shown in section.tables if isinstance(shown, ReportTable)]
        before = [shown for shown in saved if shown.table.number.startswith("A") is appendix]
        numbered = table.replace(number=f"{'A' if appendix else ''}{len(before) + 1}")
        for suffix in WRITERS:
            numbered.save(self.folder / "tables" / f"{name}{suffix}")
        section = self.sections[-1]
        files = {label: f"tables/{name}{suffix}" for label, suffix in _TABLE_FILES.items()}
        self.sections[-1] = replace(section, tables=(*section.tables, ReportTable(numbered, files)))

    def figure(self, name: str, figure: "Figure", caption: str, facts: str) -> None:
        """Save a figure as .svg, .pdf and .png; what it shows stands beside it in words, facts included."""
        from medtw_qual.manuscript import ReportFigure

        alt = " ".join(filter(None, [caption, facts, self.mark and f"{self.mark}."]))
        saved = save_figure(figure, self.folder / "figures" / name, alt)
        drawn = next(
            path for path in saved if path.suffix == ".svg"
        )  # the report shows the saved file, not a new drawing
        section = self.sections[-1]
        files = {label: f"figures/{name}{suffix}" for label, suffix in _FIGURE_FILES.items()}
        self.sections[-1] = replace(section, figures=(*section.figures, ReportFigure(drawn, caption, alt, files)))

    def heat_table(self, table: "HeatTable") -> None:
        """Show a table of shaded cells in the report; its figures stand in a table that is saved too."""
        section = self.sections[-1]
        self.sections[-1] = replace(section, heat_tables=(*section.heat_tables, table))

    def frame(self, title: str, content: str) -> None:
        """Show a piece with a script of its own in the report, folded until somebody wants it."""
        from medtw_qual.manuscript import ReportFrame

        section = self.sections[-1]
        self.sections[-1] = replace(section, frames=(*section.frames, ReportFrame(title, content)))

    def text(self, name: str, text: str) -> None:
        """Save a text file."""
        write_text(self.folder / name, text)

    def hashes(self) -> dict[str, str]:
        """Return path and SHA-256 of every file written so far, the manifest excepted."""
        return hash_folder(self.folder)


def hash_folder(folder: Path, leave_out: Sequence[str] = (MANIFEST,)) -> dict[str, str]:
    """Return the SHA-256 of every file below a folder, by its path with forward slashes, in order.

    Raises
    ------
    OSError
        When a file cannot be read.
    """
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name not in leave_out)
    return {path.relative_to(folder).as_posix(): hash_file(path) for path in files}
