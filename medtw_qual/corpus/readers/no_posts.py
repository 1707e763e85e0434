"""Files that researchers hold and that contain no posts (ids, compliance results, counts): said, with what to do."""

from typing import NoReturn

from medtw_qual._base.errors import UnreadableFile
from medtw_qual.corpus.glimpse import Glimpse
from medtw_qual.corpus.intake import Intake
from medtw_qual.corpus.readers.protocol import Mapped, Reader
from medtw_qual.corpus.sources import Source

_ID_HEADERS = {"id", "tweet_id", "tweetid", "post_id", "status_id", "id_str"}


def _is_ids(source: Source, glimpse: Glimpse) -> str:
    if glimpse.kind == "ids":
        return "every line is a number"
    if len(glimpse.header) == 1 and glimpse.header[0].lower() in _ID_HEADERS:
        return "its only column holds ids"
    return ""


def _refuse_ids(source: Source, glimpse: Glimpse, mapped: Mapped, intake: Intake) -> NoReturn:
    raise UnreadableFile(
        f"{source.name} holds ids only: these are ids without words (a dehydrated collection).",
        "Hydrate them first, with access to the platform's API: twarc2 hydrate ids.txt posts.jsonl; then read"
        " posts.jsonl. Posts deleted since will be missing, and should be.",
    )


def _is_compliance(source: Source, glimpse: Glimpse) -> str:
    return "its lines are compliance results" if any({"id", "action"} <= set(o) for o in glimpse.objects) else ""


def _refuse_compliance(source: Source, glimpse: Glimpse, mapped: Mapped, intake: Intake) -> NoReturn:
    raise UnreadableFile(
        f"{source.name} is a compliance file: it says which posts must be deleted and holds none itself.",
        f'Read your posts and then call corpus.drop_posts("{source.name}").',
    )


def _is_counts(source: Source, glimpse: Glimpse) -> str:
    for one in glimpse.objects:
        data = one.get("data")
        if (
            isinstance(data, list)
            and data
            and isinstance(data[0], dict)
            and {"start", "end", "tweet_count"} <= set(data[0])
        ):
            return "its lines are counts per hour or day"
    return ""


def _refuse_counts(source: Source, glimpse: Glimpse, mapped: Mapped, intake: Intake) -> NoReturn:
    raise UnreadableFile(
        f"{source.name} holds counts per hour or day and no posts.", "Read the file that the search itself wrote."
    )


IDS = Reader("ids", "a list of ids", _is_ids, _refuse_ids)
COMPLIANCE = Reader("compliance", "a compliance file", _is_compliance, _refuse_compliance)
COUNTS = Reader("counts", "counts of posts", _is_counts, _refuse_counts)
