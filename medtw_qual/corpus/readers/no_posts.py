"""Files that researchers hold and that contain no posts (ids, compliance results, counts): said, with what to do."""

from typing import NoReturn

from medtw_qual.corpus.post_collector import PostCollector
from medtw_qual.corpus.readers.reader_protocol import ColumnMapping, SourceReader
from medtw_qual.corpus.source_files import Source
from medtw_qual.corpus.source_preview import SourcePreview
from medtw_qual.errors import UnreadableFile

_ID_HEADERS = {"id", "tweet_id", "tweetid", "post_id", "status_id", "id_str"}


def _is_ids(source: Source, preview: SourcePreview) -> str:
    if preview.kind == "ids":
        return "every line is a number"
    if len(preview.header) == 1 and preview.header[0].lower() in _ID_HEADERS:
        return "its only column holds ids"
    return ""


def _refuse_ids(source: Source, preview: SourcePreview, mapped: ColumnMapping, collector: PostCollector) -> NoReturn:
    raise UnreadableFile(
        f"{source.name} holds ids only: these are ids without words (a dehydrated collection).",
        "Hydrate them first, with access to the platform's API: twarc2 hydrate ids.txt posts.jsonl; then read"
        " posts.jsonl. Posts deleted since will be missing, and should be.",
    )


def _is_compliance(source: Source, preview: SourcePreview) -> str:
    return "its lines are compliance results" if any({"id", "action"} <= set(o) for o in preview.objects) else ""


def _refuse_compliance(
    source: Source, preview: SourcePreview, mapped: ColumnMapping, collector: PostCollector
) -> NoReturn:
    raise UnreadableFile(
        f"{source.name} is a compliance file: it says which posts must be deleted and holds none itself.",
        f'Read your posts and then call corpus.drop_posts("{source.name}").',
    )


def _is_counts(source: Source, preview: SourcePreview) -> str:
    for record in preview.objects:
        data = record.get("data")
        if (
            isinstance(data, list)
            and data
            and isinstance(data[0], dict)
            and {"start", "end", "tweet_count"} <= set(data[0])
        ):
            return "its lines are counts per hour or day"
    return ""


def _refuse_counts(source: Source, preview: SourcePreview, mapped: ColumnMapping, collector: PostCollector) -> NoReturn:
    raise UnreadableFile(
        f"{source.name} holds counts per hour or day and no posts.", "Read the file that the search itself wrote."
    )


IDS = SourceReader("ids", "a list of ids", _is_ids, _refuse_ids)
COMPLIANCE = SourceReader("compliance", "a compliance file", _is_compliance, _refuse_compliance)
COUNTS = SourceReader("counts", "counts of posts", _is_counts, _refuse_counts)
