"""The codebook of a project, and what became of the codes that were sent out."""

from collections.abc import Collection, Mapping
from typing import Any

from medtw_qual.codebook.code_names import one_line
from medtw_qual.codebook.codebook import Code, Codebook
from medtw_qual.codebook.qdc_format import codes_and_themes, guid
from medtw_qual.exchange.project_description import description_of, sent_codes, sent_names, themes_of
from medtw_qual.exchange.refi_project import Skipped


def read_project_codebook(model: Any, stem: str, skipped: Skipped) -> tuple[Codebook, dict[str, str]]:  # noqa: ANN401
    """The project's codes; in the order and with the head that this package wrote, where it did."""
    roots = model.code_book.codes.code if model.code_book else []
    sets = [group for group in (model.sets.set if model.sets else []) if group.member_code or not group.member_source]
    head = description_of(model.description)
    sent = sent_codes(head)
    own = {guid(head["name"], "code", code): code for code in sent} if head else {}
    codes, themes, ids = codes_and_themes(roots, sets, "target_guid", stem, own, skipped.add)
    if head:
        order = {code: place for place, code in enumerate(sent)}
        codes.sort(key=lambda code: order.get(code.id, len(order)))
        met = {theme.id for theme in themes}
        outlined = [] if sets else themes_of(head, [code.id for code in codes])
        themes_sent = [theme for theme in outlined if theme.id not in met]
        themes += themes_sent
        for theme in themes_sent:
            skipped.add("set", theme.name, "the program keeps no sets: the theme is the one that was sent out")
    _list_changes(codes, sent, sent_names(head), skipped)
    book = Codebook(
        name=head.get("name") or one_line(model.name) or stem,
        version=head.get("version", ""),
        title=head.get("title", ""),
        codes=tuple(codes),
        themes=tuple(themes),
        unit_of_coding=head.get("unit_of_coding", ""),
        multiple_codes=head.get("multiple_codes", "yes") == "yes",
        inductive=head.get("inductive", "no") == "yes",
        source_file=f"{stem}.qdpx",
    )
    return book, ids


def _list_changes(codes: Collection[Code], sent: Collection[str], names: Mapping[str, str], skipped: Skipped) -> None:
    """What became of the codes that were sent out."""
    if not sent:
        return
    back = {code.id for code in codes}
    for own in sent:
        if own not in back:
            skipped.add("code", own, "it was sent out and has not come back: deleted, or merged with another")
    for code in codes:
        former = names.get(code.id, code.name)
        if code.id in sent and one_line(code.name) != former:
            skipped.add("renamed code", code.name, f"it was sent out as {former!r}; its id is still {code.id!r}")
        if code.id not in sent:
            skipped.add(
                "new code", code.name, "it was not sent out; where nobody gave it, it is not coded, never absent"
            )
