"""XML from other people's programs, opened so that nothing in it can reach outside the file."""

from typing import TYPE_CHECKING

from medtw_qual.errors import UnreadableFile

if TYPE_CHECKING:
    from lxml.etree import _Element


def parse_xml(content: bytes, name: str) -> "_Element":
    """Parse XML without entities, document types or the network, and return the root element.

    Parameters
    ----------
    content : bytes
    name : str
        The file's name, for messages.

    Raises
    ------
    UnreadableFile
        When it is not well-formed, or declares a document type: that is how a file reads another file (external
        entities) or grows without end (entity expansion), and no exchange format needs one.
    """
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise UnreadableFile(f"{name} is not valid XML: {error}.", "Export it again from the other program.") from error
    if root.getroottree().docinfo.doctype:
        raise UnreadableFile(
            f"{name} declares a document type, which could make it read other files.",
            "Do not open it; ask its sender for a plain export.",
        )
    return root


def take_out(element: "_Element") -> None:
    """Take an element, and what stands in it, out of its document; the outermost one stays."""
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)
