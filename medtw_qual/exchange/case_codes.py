"""Cases that a program writes a second time as codes (NVivo does): they are whom a text is from, not what it says."""

from typing import TYPE_CHECKING

from medtw_qual._base.xml import take_out
from medtw_qual.codebook.qdc_format import plain_guid
from medtw_qual.codebook.refi_repairs import label, local
from medtw_qual.exchange.refi_project import Skipped

if TYPE_CHECKING:
    from lxml.etree import _Element

_REFERENCE = {"PlainTextSelection": "SelectionRef", "TextSource": "SourceRef"}


def turn_case_codes_into_cases(root: "_Element", skipped: Skipped) -> None:
    """Take codes out of the codebook that bear a case's GUID; their codings become the case's references.

    A code below such a code moves up; a folder that holds nothing but cases goes with them.
    """
    cases = {plain_guid(case.get("guid") or ""): case for case in root.iter() if local(case) == "Case"}
    twins = [code for code in root.iter() if local(code) == "Code" and plain_guid(code.get("guid") or "") in cases]
    for code in twins:
        case = cases[plain_guid(code.get("guid") or "")]
        if not any(local(child) == "Description" for child in case):
            for child in [one for one in code if local(one) == "Description" and (one.text or "").strip()]:
                case.insert(0, child)
        _take_out_of_codebook(code)
    if twins:
        _move_codings(root, cases, skipped)


def _take_out_of_codebook(code: "_Element") -> None:
    above = code.getparent()
    for child in [one for one in code if local(one) == "Code"]:
        code.addprevious(child)
    take_out(code)
    while above is not None and local(above) == "Code" and above.get("isCodable") == "false":
        folder, above = above, above.getparent()
        if any(local(child) == "Code" for child in folder):
            return
        take_out(folder)


def _move_codings(root: "_Element", cases: "dict[str, _Element]", skipped: Skipped) -> None:
    for coding in [one for one in root.iter() if local(one) == "Coding"]:
        target = next((plain_guid(one.get("targetGUID") or "") for one in coding if local(one) == "CodeRef"), "")
        marked = coding.getparent()
        if target not in cases or marked is None or local(marked) not in _REFERENCE:
            continue
        case = cases[target]
        known = {plain_guid(one.get("targetGUID") or "") for one in case}
        if plain_guid(marked.get("guid") or "") not in known:
            namespace = str(coding.tag).rpartition("}")[0] + "}"
            reference = case.makeelement(
                f"{namespace}{_REFERENCE[local(marked)]}", {"targetGUID": marked.get("guid", "")}
            )
            case.append(reference)
        skipped.add(
            "coding", label(case), "it is a case, which the program writes as a code too: whom the text is from"
        )
        take_out(coding)
