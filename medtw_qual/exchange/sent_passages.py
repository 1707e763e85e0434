"""Passages that were sent out, known again by their GUIDs, which say where they lay."""

from typing import Any

from medtw_qual.codebook.code_names import one_line
from medtw_qual.codebook.qdc_format import guid, plain_guid
from medtw_qual.exchange.positions import Counting, PositionReader
from medtw_qual.exchange.project_description import description_of


def passage_guid(project: str, unit: str, user: str, start: int, end: int) -> str:
    """The GUID of a user's passage in a unit: the same for the same place, counted in code points."""
    return guid(project, "passage", unit, user, f"{start}-{end}")


class SentPassages:
    """Finds how a passage that this package wrote is counted, whatever a program did to the others.

    A program that hands numbers on as it found them, and counts otherwise itself, gives back a project with two ways of
    counting.
    """

    def __init__(self, model: Any) -> None:  # noqa: ANN401 - pyrefiqda's project
        self.project = one_line(model.name) if description_of(model.description) else ""
        self.users = {plain_guid(user.guid): one_line(user.name) for user in (model.users.user if model.users else [])}

    def place(
        self,
        selection: Any,  # noqa: ANN401
        unit: str,
        reader: PositionReader,
        counting: Counting,
    ) -> tuple[int, int, Counting] | None:
        """Place and way of counting of a passage that was sent out; None for any other, and where all ways agree."""
        user = self.users.get(plain_guid(selection.creating_user or ""), "")
        if not self.project or not unit or not user or len(reader.ways()) == 1:
            return None
        own = plain_guid(selection.guid)
        for way in dict.fromkeys((counting, *reader.ways())):
            start, end = (reader.place(edge, way) for edge in (selection.start_position, selection.end_position))
            if passage_guid(self.project, unit, user, start, end) == own:
                return start, end, way
        return None
