"""The tables of a study: their columns, keys and what each column means.

Every step takes and returns these tables as pandas DataFrames; on disk they are CSV or Parquet. Ids are strings always.
In text columns nothing known is the empty string; in the others it is a missing value.
"""

from typing import TYPE_CHECKING, Protocol

from medtw_qual._base.table_files import Column, TableSchema

if TYPE_CHECKING:
    import pandas as pd

STATUS = ("present", "absent", "impossible")
BASIS = ("agreed", "discussed", "third person", "single coded", "majority", "unanimous")
CODER_KINDS = ("person", "model")
CROSSWALK_DECISIONS = ("same", "part", "unrelated", "new code")
QUOTATION_DECISIONS = ("permission", "published source", "paraphrased", "composite", "withheld")

POSTS = TableSchema(
    "posts",
    (
        Column("post_id", "id", "the platform's id of the post"),
        Column("author_id", "text", "the platform's id of the account that wrote it"),
        Column("created_at", "time", "when it was posted, UTC"),
        Column("text", "text", "the author's own words"),
        Column("context", "text", "the words of the quoted or answered post, where the source has them"),
        Column("is_reply", "flag", "it answers a post"),
        Column("is_quote", "flag", "it quotes a post"),
        Column("is_repost", "flag", "it passes on somebody's post without own words"),
        Column("conversation_id", "text", "id of the post that began the conversation"),
        Column("reply_to_id", "text", "id of the post it answers"),
        Column("lang", "text", "the platform's own language tag"),
        Column("hashtags", "list", "hashtags without #, as written"),
        Column("mentions", "list", "handles without @, as written"),
        Column("urls", "list", "links, expanded where the source has them"),
        Column("media", "list", "kinds or addresses of pictures and films"),
        Column("alt_text", "list", "descriptions of the media"),
        Column("likes", "whole", "likes when collected"),
        Column("reposts", "whole", "reposts when collected"),
        Column("source_format", "text", "the reader that read it"),
        Column("source_file", "text", "name of the file it came from"),
        Column("text_complete", "flag", "false where the source cut the text"),
    ),
    ("post_id",),
)

AUTHORS = TableSchema(
    "authors",
    (
        Column("author_id", "id", "the platform's id of the account"),
        Column("handle", "text", "user name without @", required=False),
        Column("name", "text", "display name", required=False),
        Column("profile", "text", "profile text", required=False),
        Column("followers", "whole", "followers when collected", required=False),
    ),
    ("author_id",),
)

UNITS = TableSchema(
    "units",
    (
        Column("unit_id", "id", "id of the post, or of a thread's first post"),
        Column("text", "text", "the author's own words; a thread's posts joined by blank lines"),
        Column("context", "text", "the words of the quoted or answered post"),
        Column("created_at", "time", "time of the (first) post, UTC"),
        Column("author_id", "text", "who wrote it"),
        Column("n_posts", "whole", "posts in the unit"),
        Column("post_ids", "list", "the posts, each after the one it answers, else in time order"),
    ),
    ("unit_id",),
)

READING = TableSchema(
    "reading",
    (
        Column("file", "text", "name of the file, also of one that was not read"),
        Column("format", "text", "the reader that read it; empty where it was not read"),
        Column("why", "text", "why it was read as this format, or why it was not read"),
        Column("records", "whole", "records seen in it"),
        Column("posts", "whole", "posts taken from it that stay"),
        Column("without_author", "whole", "posts of it that name no author"),
        Column("without_time", "whole", "posts of it without a time"),
        Column("times_unread", "whole", "times that could not be read (left empty)"),
        Column("columns_used", "list", "columns that were read, of a table"),
        Column("columns_unused", "list", "columns that nobody reads"),
        Column("nothing_words", "list", "words that were taken for an empty cell, with their number"),
        Column("encoding", "text", "how its text is encoded, as recognised"),
        Column("sheets", "list", "sheets of a workbook that were read"),
        Column("sheets_unread", "list", "sheets of a workbook that were not read"),
        Column("rounded_ids", "list", "what was found of ids that lost digits"),
        Column("remarks", "list", "what else was mended, guessed or noticed"),
    ),
)

FLOW = TableSchema(
    "flow",
    (
        Column("step", "text", "the step, in the order taken"),
        Column("reason", "text", "why records left or were merged"),
        Column("counts_of", "text", "what is counted", allowed=("records", "posts", "units")),
        Column("before", "whole", "how many went in"),
        Column("dropped", "whole", "how many left"),
        Column("merged", "whole", "how many were joined into others"),
        Column("kept", "whole", "before - dropped - merged"),
    ),
)

CODEBOOK = TableSchema(
    "codebook",
    (
        Column("code", "id", "the code's short id"),
        Column("name", "text", "the code's name in print"),
        Column("parent", "text", "id of the code above it"),
        Column("brief", "text", "the code in one line"),
        Column("definition", "text", "full definition"),
        Column("include_when", "text", "when to use it"),
        Column("exclude_when", "text", "when not to"),
        Column("typical", "text", "a typical example"),
        Column("close_but_no", "text", "an example that looks like it and is not"),
        Column("source", "text", "where the code comes from"),
    ),
    ("code",),
)

CODERS = TableSchema(
    "coders",
    (
        Column("coder", "id", "the coder's short name, as in the codings"),
        Column("kind", "text", "person or model", allowed=CODER_KINDS),
        Column("training", "text", "how the coder was trained"),
        Column("note", "text", "standpoint, or the model's version and prompt"),
    ),
    ("coder",),
)

SAMPLE = TableSchema(
    "sample",
    (
        Column("unit_id", "id", "the sampled unit"),
        Column("stratum", "text", "the stratum it was drawn from"),
        Column("inclusion_probability", "number", "probability of being drawn, in (0, 1]; missing where unknown"),
        Column("round", "text", "pilot, training, reliability, main, or a number"),
        Column("coders", "list", "who is to code it"),
        Column("orders", "list", "its place in each of these coders' order, from 1, as text"),
        Column("cluster", "text", "the cluster (an author, say) it was drawn with", required=False),
        Column("text_hash", "text", "hash of the unit's words when the sample was saved", required=False),
    ),
    ("unit_id", "round"),
)

CODINGS = TableSchema(
    "codings",
    (
        Column("unit_id", "id", "the coded unit"),
        Column("coder", "id", "who coded it"),
        Column("round", "text", "in which round"),
        Column("code", "id", "the code that was considered"),
        Column("status", "text", "whether the code is there", allowed=STATUS),
        Column("memo", "text", "the coder's note on this unit"),
        Column("decided_at", "time", "when, UTC"),
        Column("codebook_hash", "text", "hash of the codebook it was coded against"),
        Column("start", "whole", "first code point of a marked passage", required=False),
        Column("end", "whole", "code point after its last", required=False),
        Column("coder_kind", "text", "person or model", required=False, allowed=("", *CODER_KINDS)),
        Column("text_hash", "text", "hash of the words that were coded, where the log has it", required=False),
    ),
)

CONSENSUS = TableSchema(
    "consensus",
    (
        Column("unit_id", "id", "the unit"),
        Column("code", "id", "the code"),
        Column("status", "text", "whether the code is there", allowed=STATUS),
        Column("basis", "text", "how it was settled", allowed=BASIS),
        Column("reason", "text", "why, where it was discussed"),
        Column("decided_by", "text", "by whom"),
        Column("decided_at", "time", "when, UTC"),
        Column("codebook_hash", "text", "hash of the codebook"),
    ),
    ("unit_id", "code"),
)

MEMOS = TableSchema(
    "memos",
    (
        Column("about", "text", "what it is about", allowed=("unit", "code", "theme", "study", "new code")),
        Column("key", "text", "id of the unit, code or theme"),
        Column("text", "text", "the memo"),
        Column("author", "text", "who wrote it"),
        Column("date", "time", "when, UTC"),
    ),
)

ASSIGNMENTS = TableSchema(
    "assignments",
    (
        Column("unit_id", "id", "the unit"),
        Column("cluster", "whole", "its cluster, numbered by size from 0; -1: in none"),
        Column("strength", "number", "how firmly it belongs, 0 to 1"),
    ),
    ("unit_id",),
)

CROSSWALK = TableSchema(
    "crosswalk",
    (
        Column("cluster", "whole", "the machine's cluster"),
        Column("code", "id", "the people's code"),
        Column("n", "whole", "coded units in both"),
        Column("share_of_cluster", "number", "of the cluster's coded units, the share with the code"),
        Column("share_of_code", "number", "of the code's units, the share in the cluster"),
        Column("over_representation", "number", "share_of_cluster over the code's share of all coded units"),
        Column("odds_ratio", "number", "odds of the code inside the cluster over those outside"),
        Column("low", "number", "lower limit of the odds ratio"),
        Column("high", "number", "upper limit of the odds ratio"),
        Column("stability", "number", "share of resampled clusterings in which the cell stands, 0 to 1"),
        Column("decision", "text", "what people decided", allowed=("", *CROSSWALK_DECISIONS)),
        Column("reason", "text", "why"),
        Column("decided_by", "text", "who"),
        Column("decided_at", "time", "when, UTC"),
        Column("assignments_hash", "text", "hash of the assignments"),
        Column("codebook_hash", "text", "hash of the codebook"),
    ),
    ("cluster", "code"),
)

PREDICTIONS = TableSchema(
    "predictions",
    (
        Column("unit_id", "id", "the unit"),
        Column("code", "id", "the code"),
        Column("probability", "number", "calibrated probability that the code is there"),
        Column("predicted", "flag", "whether the machine says yes"),
        Column("out_of_fold", "flag", "predicted by a model that had not seen the unit's coding"),
    ),
    ("unit_id", "code"),
)

PREVALENCE = TableSchema(
    "prevalence",
    (
        Column("code", "id", "the code"),
        Column("method", "text", "how it was estimated"),
        Column("group", "text", "the group or period; empty: the whole corpus"),
        Column("estimate", "number", "share of units with the code, 0 to 1"),
        Column("low", "number", "lower limit"),
        Column("high", "number", "upper limit"),
        Column("n", "whole", "coded units it rests on"),
        Column("note", "text", "what it is conditional on, or why it is undefined"),
    ),
)

QUOTATIONS = TableSchema(
    "quotations",
    (
        Column("unit_id", "id", "the unit"),
        Column("text", "text", "the words as printed"),
        Column("decision", "text", "what allows it", allowed=QUOTATION_DECISIONS),
        Column("reason", "text", "why"),
        Column("decided_by", "text", "who"),
        Column("decided_at", "time", "when, UTC"),
    ),
    ("unit_id",),
)

TABLES = {
    schema.name: schema
    for schema in (
        POSTS, AUTHORS, UNITS, READING, FLOW, CODEBOOK, CODERS, SAMPLE, CODINGS, CONSENSUS, MEMOS, ASSIGNMENTS,
        CROSSWALK, PREDICTIONS, PREVALENCE, QUOTATIONS,
    )
}  # fmt: skip


class HasUnits(Protocol):
    """Anything with a table of units: a corpus or a sample."""

    @property
    def units(self) -> "pd.DataFrame":
        """The units of analysis (`UNITS`)."""
        ...
