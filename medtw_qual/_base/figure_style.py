"""One style for every figure: readable in print and in grey, the same bytes every time."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING, Any

from medtw_qual._base.extras import needs_extra
from medtw_qual._base.files import atomic_path, write_text
from medtw_qual._base.notebook import notebook_shell

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# Okabe and Ito (2008), "Color universal design": distinguishable with every common colour vision; ordered here so that
# neighbours differ in lightness too and survive a grey printer.
PALETTE = ("#0072B2", "#E69F00", "#000000", "#56B4E9", "#D55E00", "#009E73", "#CC79A7", "#F0E442")
GREY_MAP = "Greys"

STYLE: dict[str, Any] = {
    "figure.dpi": 100,
    "savefig.dpi": 300,
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "axes.titlesize": 10,
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "figure.constrained_layout.use": True,
    "svg.hashsalt": "medtw_qual",
    "svg.fonttype": "none",
    "pdf.fonttype": 42,
}

_NO_DATE = {
    ".svg": {"Date": None, "Creator": "medtw_qual"},
    ".pdf": {"CreationDate": None, "Creator": "medtw_qual", "Producer": None},
    ".png": {"Software": None},
}


@contextmanager
def figure_style() -> Iterator[None]:
    """Draw in the package's style inside this block; the user's own settings return afterwards."""
    import matplotlib as mpl
    from cycler import cycler

    _show_in_notebook()
    settings: Any = {**STYLE, "axes.prop_cycle": cycler(color=PALETTE)}
    with mpl.rc_context(settings):
        yield


def _show_in_notebook() -> None:
    """Let a notebook show figures as pictures: without pyplot's inline backend it would print their size only.

    A format that the researcher chose (``%config InlineBackend.figure_formats``) stays.
    """
    shell = notebook_shell()
    if shell is None:
        return
    from matplotlib.figure import Figure

    with needs_extra("desk"):
        from IPython.core.pylabtools import select_figure_formats

    formatters = shell.display_formatter.formatters
    if not any(Figure in formatters[kind].type_printers for kind in ("image/png", "image/svg+xml", "image/jpeg")):
        select_figure_formats(shell, {"png"})  # type: ignore[no-untyped-call]  # IPython ships no types for it


def printed_name(code: str, names: Mapping[str, str] | None = None, width: int = 26) -> str:
    """Return a code's name as a figure prints it: its name in the codebook, or its id in words, on lines of `width`.

    Examples
    --------
    >>> printed_name("culture_change")
    'culture change'
    >>> print(printed_name("culture_change", {"culture_change": "Changing the culture of medicine"}))
    Changing the culture of
    medicine
    """
    return fill((names or {}).get(code, code.replace("_", " ")), width, break_long_words=False)


def mark_figure(figure: "Figure", words: str) -> "Figure":
    """Write a few words below a figure, such as "Invented data", and return it; a figure that has them stays as it is.

    Parameters
    ----------
    figure : matplotlib Figure
    words : str
        Empty: nothing is written.
    """
    below = figure.get_supxlabel()
    if not words or words in below or any(words in text.get_text() for text in figure.texts):
        return figure
    if not figure.get_constrained_layout():  # a figure whose places are fixed makes no room for a label
        figure.text(0.99, 0.995, words, ha="right", va="top", fontsize=8, color="0.25")
    else:
        figure.supxlabel("\n".join(filter(None, [below, words])), fontsize=8, color="0.25")
    return figure


@contextmanager
def _laid_out(figure: "Figure") -> Iterator[None]:
    """Place everything once, and keep it there while the figure is saved in several formats.

    matplotlib would otherwise draw the figure and solve its layout again before every save: half of the time of saving
    three formats. Afterwards the figure lays itself out again when it changes.
    """
    engine = figure.get_layout_engine()
    figure.draw_without_rendering()
    figure.set_layout_engine("none")
    try:
        yield
    finally:
        figure.set_layout_engine(engine)


def save_figure(figure: "Figure", path: str | Path, alt: str) -> list[Path]:
    """Save a figure and, beside it, its description in words for readers who cannot see it.

    Parameters
    ----------
    figure : matplotlib Figure
    path : str or Path
        With suffix .svg, .pdf or .png (300 dpi), or without one: then all three are written.
    alt : str
        What the figure shows, in a sentence or two; saved as ``<name>.alt.txt``.

    Returns
    -------
    list of Path
        The files written. Two saves of one figure are equal byte for byte: no date goes into them.
    """
    target = Path(path)
    targets = [target] if target.suffix in _NO_DATE else [target.with_name(target.name + suffix) for suffix in _NO_DATE]
    with figure_style(), _laid_out(figure):
        for file in targets:
            with atomic_path(file) as temporary:
                figure.savefig(temporary, metadata=_NO_DATE[file.suffix])
    described = targets[0].with_suffix(".alt.txt")
    return [*targets, write_text(described, alt.strip() + "\n")]
