"""A figure as SVG inside a page: its ids and style kept to itself, nothing in it that runs or is fetched."""

import io
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from medtw_qual._base.figure_style import figure_style
from medtw_qual._base.files import require_file
from medtw_qual._base.office import xml_safe
from medtw_qual._base.xml import take_out
from medtw_qual.errors import UnreadableFile

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_SVG = "{http://www.w3.org/2000/svg}"
_XLINK = "{http://www.w3.org/1999/xlink}href"
_RUNS_OR_LEAKS = {f"{_SVG}{name}" for name in ("script", "foreignObject", "metadata", "animate", "set", "a", "iframe")}
_LOCAL = re.compile(r"url\(\s*['\"]?#([^)'\"]+)['\"]?\s*\)")
_SELECTOR = re.compile(r"(^|})\s*([^{}@]+)\{")


def inline_svg(picture: "Figure | Path | str", alt: str, name: str) -> str:
    """Return a figure as an ``<svg>`` element for a page that holds several.

    Parameters
    ----------
    picture : matplotlib Figure, or path of an .svg file
        What is shown.
    alt : str
        What the figure shows, for readers who cannot see it.
    name : str
        Begins every id inside the figure, so that two figures in one page do not take each other's parts.

    Returns
    -------
    str
        The same text for the same figure every time; without scripts, links, metadata or outside addresses.

    Raises
    ------
    UnreadableFile
        When the file is not SVG.
    """
    from lxml import etree

    source = require_file(picture).read_bytes() if isinstance(picture, str | Path) else _drawn(picture)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    try:
        svg = etree.fromstring(source, parser)
    except etree.XMLSyntaxError as error:
        raise UnreadableFile(f"{name} is not SVG: {error}.", "Draw the figure again and save it as .svg.") from error
    for element in list(svg.iter()):
        if not isinstance(element.tag, str) or element.tag in _RUNS_OR_LEAKS:
            take_out(element)
        else:
            _tame(element, name)
    for size in ("width", "height"):
        svg.attrib.pop(size, None)
    svg.set("role", "img")
    svg.set("aria-label", " ".join(xml_safe(alt).split()))
    svg.set("id", name)
    return str(etree.tostring(svg, encoding="unicode", with_tail=False))


def _drawn(figure: "Figure") -> bytes:
    buffer = io.BytesIO()
    with figure_style():
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": "medtw_qual"})
    return buffer.getvalue()


def _tame(element: Any, name: str) -> None:  # noqa: ANN401 - an lxml element
    """Give ids, references and style rules of one element the figure's name; take away what runs or is fetched."""
    for key, value in list(element.attrib.items()):
        if key.lower().startswith("on"):
            del element.attrib[key]
        elif key == "id":
            element.set("id", f"{name}-{value}")
        elif key in ("href", _XLINK):
            if value.startswith("#"):
                element.set(key, f"#{name}-{value[1:]}")
            elif not value.startswith("data:image/png;base64,"):
                del element.attrib[key]
        elif "url(" in value:
            element.set(key, _LOCAL.sub(lambda found: f"url(#{name}-{found.group(1)})", value))
    if element.tag == f"{_SVG}style" and element.text:
        element.text = _SELECTOR.sub(
            lambda found: f"{found.group(1)} #{name} {found.group(2).strip()} {{", element.text
        )
