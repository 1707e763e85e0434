"""Tables that describe a corpus: its size and period, its authors, their codes by group, its hashtags."""

from dataclasses import replace

import pandas as pd

from medtw_qual.codebook import Codebook
from medtw_qual.coding import code_matrix
from medtw_qual.corpus import Corpus
from medtw_qual.corpus.text_entities import comparable
from medtw_qual.errors import InvalidArgument, did_you_mean
from medtw_qual.manuscript.code_counts import multiple_codes_note
from medtw_qual.manuscript.manuscript_table import ManuscriptTable, Spanner, TableColumn
from medtw_qual.manuscript.number_format import rounded

_NOT_KNOWN = "not known"
_OTHER = "other"
# Fewer people than this in a cell may be recognised: their groups are printed together.
SMALLEST_GROUP = 5


def corpus_table(corpus: Corpus, *, shares: bool = True, number: str | int = "", title: str = "") -> ManuscriptTable:
    """Make the table that describes a corpus: how much, by how many, when, of what kind.

    Parameters
    ----------
    corpus : Corpus
        The corpus, after the steps that select its units.
    shares : bool
        Whether percentages stand behind the counts; False for a reflexive study.
    number, title : str
        Number and title in print; by default no number, and a title that says what the table shows.

    Returns
    -------
    ManuscriptTable
        Body: what, value (as printed), n, of; shares are of the posts.
    """
    units, posts = corpus.units, corpus.posts
    per_author = units[units["author_id"] != ""].groupby("author_id").size()
    words = units["text"].str.split().str.len()
    times = units["created_at"].dropna()
    rows: list[tuple[str, str, int | None, int | None]] = [
        ("Units of analysis", rounded(len(units), 0), len(units), None),
        ("Posts", rounded(len(posts), 0), len(posts), None),
        _author_row(units, len(per_author)),
        ("First and last post", f"{times.min():%Y-%m-%d} to {times.max():%Y-%m-%d}" if len(times) else "", None, None),
        ("Units per author, median (range)", _median_and_range(per_author), None, None),
        ("Words per unit, median (range)", _median_and_range(words), None, None),
        _share_row("Units that are threads", (units["n_posts"] > 1), len(units)),
        _share_row("Posts that answer another", posts["is_reply"], len(posts)),
        _share_row("Posts that quote another", posts["is_quote"], len(posts)),
        _share_row("Posts with pictures or films", posts["media"].map(len) > 0, len(posts)),
        _share_row("Posts that the source cut short", posts["text_complete"].eq(False), len(posts)),
    ]
    if not shares:
        rows = [(what, value if of is None else rounded(n or 0, 0), n, of) for what, value, n, of in rows]
    body = pd.DataFrame(rows, columns=["what", "value", "n", "of"]).astype({"n": "Int64", "of": "Int64"})
    return ManuscriptTable(
        str(number),
        title or "The Corpus",
        body,
        columns=(TableColumn(("what",), "Characteristic", width=34), TableColumn(("value",), "Value", width=24)),
        notes=("n (%) where shares are given. Times are UTC." if shares else "Times are UTC.",),
    )


def _author_row(units: pd.DataFrame, known: int) -> tuple[str, str, int | None, int | None]:
    """How many authors there are, as far as they are known: not known is neither none nor one more."""
    unknown = int((units["author_id"] == "").sum())
    if not known and unknown:
        return "Authors", "not known", None, None
    value = rounded(known, 0) + (f" (not known: of {rounded(unknown, 0)} units)" if unknown else "")
    return "Authors", value, known, None


def _median_and_range(values: pd.Series) -> str:
    if values.empty:
        return ""
    median = float(values.median())
    middle = rounded(median, 0 if median == int(median) else 1)
    return f"{middle} ({rounded(int(values.min()), 0)}–{rounded(int(values.max()), 0)})"


def _share_row(what: str, holds: pd.Series, of: int) -> tuple[str, str, int | None, int | None]:
    n = int(holds.fillna(False).astype(bool).sum())
    return what, f"{rounded(n, 0)} ({rounded(n / of, 1, scale=100) if of else '0.0'})", n, of


def author_table(
    corpus: Corpus,
    attributes: list[str],
    *,
    smallest: int = SMALLEST_GROUP,
    number: str | int = "",
    title: str = "",
) -> ManuscriptTable:
    """Make the table of who wrote the corpus.

    Parameters
    ----------
    corpus : Corpus
        The corpus, after the steps that select its units.
    attributes : list of str
        Columns of ``corpus.authors``, such as role or country.
    smallest : int
        Groups of fewer authors are printed together as "other", so that nobody is recognised; 1 prints all.
    number, title : str
        Number and title in print; by default no number, and a title that says what the table shows.

    Returns
    -------
    ManuscriptTable
        Body: attribute, value, n_authors, share_of_authors, n_units, share_of_units. Shares are of all authors and
        units, those of whom nothing is known included.

    Raises
    ------
    InvalidArgument
        When the authors have no such attribute.
    """
    writers = corpus.units[["unit_id", "author_id"]].merge(
        _grouped(corpus, attributes, smallest), on="author_id", how="left"
    )
    writers["author_id"] = writers["author_id"].where(writers["author_id"] != "")  # the unknown are not one person
    n_authors, n_units = writers["author_id"].nunique(), len(writers)
    rows: list[tuple[str, str, int, float, int, float]] = []
    for attribute in attributes:
        values = writers[attribute].fillna(_NOT_KNOWN)
        counts = writers.groupby(values)["author_id"].nunique()
        units = values.value_counts()
        rows.append((attribute, attribute.replace("_", " ").capitalize(), n_authors, 1.0, n_units, 1.0))
        for value in sorted(counts.index, key=lambda group: (*_last_known(group)[:1], -counts[group], group)):
            people, written = int(counts[value]), int(units[value])
            rows.append((attribute, value, people, people / n_authors, written, written / n_units))
    columns = ["attribute", "value", "n_authors", "share_of_authors", "n_units", "share_of_units"]
    body = pd.DataFrame(rows, columns=columns)
    heads = [
        row for row in range(len(body)) if row == 0 or body["attribute"].iloc[row] != body["attribute"].iloc[row - 1]
    ]
    return ManuscriptTable(
        str(number),
        title or "Authors of the Corpus",
        body,
        columns=(
            TableColumn(("value",), "Attribute", width=34),
            TableColumn(("n_authors", "share_of_authors"), "Authors, n (%)", "count (percent)"),
            TableColumn(("n_units", "share_of_units"), "Units, n (%)", "count (percent)"),
        ),
        notes=(
            f"N = {n_authors:,} authors of {n_units:,} units. Each author has one value of an attribute.",
            f"Groups of fewer than {smallest} authors are printed together." if smallest > 1 else "",
        ),
        indents=tuple(0 if row in heads else 1 for row in range(len(body))),
        strong=tuple(heads),
    )


def _grouped(corpus: Corpus, attributes: list[str], smallest: int) -> pd.DataFrame:
    """Authors with their attributes, rare values put together."""
    for attribute in attributes:
        if attribute not in corpus.authors:
            known = [str(name) for name in corpus.authors.columns if name != "author_id"]
            raise InvalidArgument(
                f"The authors have no attribute {attribute!r}.{did_you_mean(attribute, known)}",
                f"Add it with corpus.with_attributes(...), or name one of: {', '.join(known)}.",
            )
    table = corpus.authors[["author_id", *attributes]].copy()
    active = table["author_id"].isin(corpus.units["author_id"])
    for attribute in attributes:
        values = table[attribute].astype("object").where(table[attribute].notna(), "").map(str)
        values = values.where(values.str.strip() != "", _NOT_KNOWN)
        counts = values[active].value_counts()
        rare = {value for value, count in counts.items() if count < smallest and value != _NOT_KNOWN}
        table[attribute] = values.where(~values.isin(rare), _OTHER) if len(rare) > 1 or smallest > 1 else values
    return table


def _last_known(group: str) -> tuple[int, str]:
    """Order of groups: by name, then the small ones together, then those of whom nothing is known."""
    return {_OTHER: 1, _NOT_KNOWN: 2, "": 2}.get(group, 0), group


def matrix_table(
    consensus: pd.DataFrame,
    corpus: Corpus,
    codebook: Codebook,
    by: str,
    *,
    smallest: int = SMALLEST_GROUP,
    number: str | int = "",
    title: str = "",
) -> ManuscriptTable:
    """Make the matrix of codes by an attribute of the authors, or by day, week, month or year.

    Parameters
    ----------
    consensus : DataFrame
        `schemas.CONSENSUS`.
    corpus : Corpus
        The corpus, after the steps that select its units.
    codebook : Codebook
        The codebook in the version that applies.
    by : str
        As for `code_matrix`.
    smallest : int
        Groups of fewer authors are put together as "other"; 1 keeps all. Periods are never put together.
    number, title : str
        Number and title in print; by default no number, and a title that says what the table shows.

    Returns
    -------
    ManuscriptTable
        Body: code, name, and for each group ``<group> n_units``, ``<group> share``, ``<group> n_authors``. Shares are
        of the group's units that were judged for the code.
    """
    if by in corpus.authors:
        grouped = corpus.authors.drop(columns=by).merge(_grouped(corpus, [by], smallest), on="author_id")
        corpus = replace(corpus, authors=grouped)
    counted = code_matrix(consensus, corpus, by=by, codebook=codebook)
    groups = sorted(counted["group"].unique(), key=_last_known)
    body = pd.DataFrame({"code": [code for code in codebook.ids if code in set(counted["code"])]})
    body["name"] = [codebook[code].name for code in body["code"]]
    columns = [TableColumn(("name",), "Code", width=22)]
    spanners, sizes = [], []
    for group in groups:
        label = str(group) or _NOT_KNOWN
        here = counted[counted["group"] == group].set_index("code").reindex(body["code"])
        for part in ("n_units", "share", "n_authors"):
            body[f"{label} {part}"] = here[part].to_numpy()
        spanners.append(Spanner(label, len(columns), len(columns) + 1))
        columns.append(TableColumn((f"{label} n_units", f"{label} share"), "Units (%)", "count (percent)"))
        columns.append(TableColumn((f"{label} n_authors",), "Authors", "whole"))
        sizes.append(f"{label} {int(here['of_units'].max()):,} units by {int(here['of_authors'].max()):,}")
    return ManuscriptTable(
        str(number),
        title or f"Codes by {by.replace('_', ' ').capitalize()}",
        body,
        columns=tuple(columns),
        spanners=tuple(spanners),
        notes=(
            f"Units judged and their authors: {'; '.join(sizes)}. %: of the group’s units.",
            multiple_codes_note(consensus),
            "A code with sub-codes includes them." if any(c.parent for c in codebook.codes) else "",
            "Counts describe the coded sample; they are no test of a difference.",
        ),
    )


def hashtag_table(
    corpus: Corpus,
    *,
    most: int = 20,
    smallest: int = 3,
    shares: bool = True,
    number: str | int = "",
    title: str = "",
) -> ManuscriptTable:
    """Make the table of hashtags: how many posts and authors used each, and when it first occurs in this corpus.

    Parameters
    ----------
    corpus : Corpus
        The corpus, after the steps that select its units.
    most : int
        How many are shown, the most used first.
    smallest : int
        Hashtags of fewer authors are left out, since they lead to them; the note says how many.
    shares : bool
        Whether percentages stand behind the counts; False for a reflexive study.
    number, title : str
        Number and title in print; by default no number, and a title that says what the table shows.

    Returns
    -------
    ManuscriptTable
        Body: hashtag (as most often written), n_posts, share, n_authors, first_used. Capital and small letters are one
        hashtag; a post counts once for each.
    """
    table, tagged = _count_tags(corpus)
    common = table[table["n_authors"] >= smallest]
    shown = common.head(most).reset_index(drop=True)
    body = pd.DataFrame(
        {
            "hashtag": shown["hashtag"].astype("str"),
            "n_posts": shown["n_posts"].astype("Int64"),
            "share": shown["n_posts"] / len(corpus.posts) if len(corpus.posts) else 0.0,
            "n_authors": shown["n_authors"].astype("Int64"),
            "first_used": ["" if pd.isna(time) else f"{time:%Y-%m-%d}" for time in shown["first"]],
        }
    )
    return ManuscriptTable(
        str(number),
        title or "Hashtags in the Corpus",
        body,
        columns=(
            TableColumn(("hashtag",), "Hashtag", width=24),
            TableColumn(("n_posts", "share"), "Posts, n (%)", "count (percent)")
            if shares
            else TableColumn(("n_posts",), "Posts", "whole"),
            TableColumn(("n_authors",), "Authors", "whole"),
            TableColumn(("first_used",), "First in this corpus"),
        ),
        notes=(
            f"{tagged:,} of {len(corpus.posts):,} posts carry a hashtag; {'%: of all posts; ' * shares}several per post"
            " possible.",
            f"{len(shown):,} of {len(table):,} hashtags are shown"
            + (
                f"; {len(table) - len(common):,} used by fewer than {smallest} authors are left out."
                if smallest > 1
                else "."
            ),
        ),
    )


def _count_tags(corpus: Corpus) -> tuple[pd.DataFrame, int]:
    """Return each hashtag with its posts, authors and first use, the most used first; and how many posts have any."""
    used = (
        corpus.posts[["post_id", "author_id", "created_at", "hashtags"]].explode("hashtags").dropna(subset="hashtags")
    )
    used = used.assign(
        key=[comparable(str(tag)) for tag in used["hashtags"]],
        author_id=used["author_id"].where(used["author_id"] != ""),  # an author who is not known is not counted
    )
    written = used.groupby("key")["hashtags"].agg(lambda forms: forms.value_counts().sort_index().idxmax())
    table = used.groupby("key").agg(
        n_posts=("post_id", "nunique"), n_authors=("author_id", "nunique"), first=("created_at", "min")
    )
    table = table.assign(hashtag=[f"#{tag}" for tag in written.reindex(table.index)]).reset_index()
    return table.sort_values(["n_posts", "n_authors", "key"], ascending=[False, False, True]), used["post_id"].nunique()
