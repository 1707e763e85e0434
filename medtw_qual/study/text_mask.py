"""Keeping people's words out of saved notebooks: tables are shown with their text masked until show_text = true.

A notebook that is committed or mailed carries every table it displayed. So where study.toml does not say
``show_text = true``, opening a study masks the columns that hold people's words in the tables that a notebook displays;
the tables themselves stay as they are. What a cell *prints* is not masked: display tables, do not print posts.
"""

from typing import TYPE_CHECKING

from medtw_qual._base.notebook import notebook_shell

if TYPE_CHECKING:
    import pandas as pd

# Columns that hold words of posts or profiles, or that quote them.
MASKED_COLUMNS = frozenset({
    "text", "texts", "original", "found", "context", "alt_text", "profile", "handle", "memo", "memos", "reason",
    "passage", "quotation", "exemplar", "exemplars", "name", "central", "central_posts", "borderline",
    "borderline_posts", "urls", "media",
})  # fmt: skip


def mask_table(table: "pd.DataFrame") -> "pd.DataFrame":
    """Return a copy in which the columns that hold people's words say only how long these are.

    Examples
    --------
    >>> import pandas as pd
    >>> mask_table(pd.DataFrame({"unit_id": ["1"], "text": ["Grateful for you all"]})).loc[0, "text"]
    '[masked: 20 characters]'
    """
    shown: set[str] = set() if "author_id" in table else {"name"}  # a code's name is nobody's
    if {"step", "kept"} <= set(table.columns):
        shown |= {"reason"}  # the flow table's reasons are the program's own words
    hidden = [str(name) for name in table.columns if _holds_words(name) and name not in shown]
    return table.assign(**{name: _mask(table[name]) for name in hidden})


def _holds_words(column: object) -> bool:
    return column in MASKED_COLUMNS or str(column).endswith(("_text", "_texts"))  # central_texts of the clusters ...


def _mask(values: "pd.Series") -> "pd.Series":
    return values.map(lambda value: f"[masked: {len(str(value))} characters]" if len(str(value)) else "").astype("str")


def mask_in_notebook() -> bool:
    """Mask people's words in every table that this notebook displays from now on.

    Returns
    -------
    bool
        True in a notebook; False elsewhere: then there is nothing to do.
    """
    shell = notebook_shell()
    if shell is None:
        return False
    import pandas as pd

    formatters = shell.display_formatter.formatters
    formatters["text/html"].for_type(pd.DataFrame, lambda table: mask_table(table)._repr_html_())
    formatters["text/plain"].for_type(pd.DataFrame, lambda table, p, cycle: p.text(repr(mask_table(table))))
    formatters["text/plain"].for_type(pd.Series, lambda values, p, cycle: p.text(repr(_mask_series(values))))
    return True


def show_in_notebook() -> None:
    """Show tables as they are again."""
    shell = notebook_shell()
    if shell is None:
        return
    import pandas as pd

    for kind, types in (("text/html", (pd.DataFrame,)), ("text/plain", (pd.DataFrame, pd.Series))):
        for type_ in types:
            shell.display_formatter.formatters[kind].pop(type_, None)


def _mask_series(values: "pd.Series") -> "pd.Series":
    return _mask(values) if values.name != "name" and _holds_words(values.name) else values
