"""Answers to surveys: which column is what in exports of Qualtrics, REDCap, LimeSurvey, Google Forms, SurveyMonkey."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

# What these services store beside the answers and what leads to a person (names in small letters).
_PERSONAL = {
    "ipaddress", "ip address", "recipientemail", "recipientfirstname", "recipientlastname", "locationlatitude",
    "locationlongitude", "email", "email address", "first name", "last name", "ipaddr", "refurl", "externalreference",
}  # fmt: skip


@dataclass(frozen=True)
class Survey:
    """One service's export.

    Attributes
    ----------
    name : str
    ident : str
        The column with the answer's id; "" where the service writes none (then the row's number stands for it).
    instance : str
        A column that numbers repeated answers of one person; "" where there is none.
    times : tuple of str
        Columns with a time, the first that is there counts.
    """

    name: str
    ident: str
    times: tuple[str, ...]
    instance: str = ""


def survey_of(header: Collection[str]) -> Survey | None:
    """Return the service whose export has this header, or None.

    Examples
    --------
    >>> survey_of(["StartDate", "ResponseId", "Q5"]).name
    'Qualtrics'
    >>> survey_of(["Timestamp", "What are you grateful for?"]).ident
    ''
    >>> survey_of(["id", "text"])
    """
    names = set(header)
    first = next(iter(header), "")
    if "ResponseId" in names and names & {"StartDate", "RecordedDate", "EndDate"}:
        return Survey("Qualtrics", "ResponseId", ("RecordedDate", "EndDate", "StartDate"))
    if "record_id" in names and (
        any(name.endswith("_complete") for name in names) or names & {"redcap_event_name", "redcap_survey_identifier"}
    ):
        times = tuple(name for name in header if name.endswith("_timestamp"))
        return Survey("REDCap", "record_id", times, "redcap_repeat_instance")
    if "Respondent ID" in names and names & {"Collector ID", "CollectorID"}:
        return Survey("SurveyMonkey", "Respondent ID", ("Start Date", "Date Created", "End Date"))
    if names >= {"id", "submitdate"}:
        return Survey("LimeSurvey", "id", ("submitdate", "startdate"))
    if names >= {"Response ID", "Date submitted"}:
        return Survey("LimeSurvey", "Response ID", ("Date submitted", "Date started"))
    if first in ("Timestamp", "Zeitstempel", "Horodateur", "Marca temporal", "Carimbo de data/hora"):
        return Survey("Google Forms", "", (first,))
    return None


def personal_columns(header: Collection[str]) -> list[str]:
    """Return the columns of a survey that lead to a person.

    Examples
    --------
    >>> personal_columns(["ResponseId", "IPAddress", "Q5"])
    ['IPAddress']
    """
    return [name for name in header if name.strip().lower() in _PERSONAL]


def answer_id(survey: Survey, row: Mapping[str, str], number: int) -> str:
    """Return the id of an answer; without a column of its own it is the number of its row.

    Examples
    --------
    >>> answer_id(Survey("REDCap", "record_id", (), "redcap_repeat_instance"), {"record_id": "7"}, 1)
    '7'
    """
    if not survey.ident:
        return f"answer {number}"
    given = row.get(survey.ident, "").strip()
    instance = row.get(survey.instance, "").strip() if survey.instance else ""
    return f"{given}-{instance}" if given and instance else given
