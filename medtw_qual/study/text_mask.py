"""Keeping people's words out of saved notebooks: tables are shown with their text masked until show_text = true.

A notebook that is committed or mailed carries every table it displayed. So where study.toml does not say
``show_text = true``, opening a study masks people's words in every table, row, column, index and array that a notebook
displays; the tables themselves stay as they are. What a cell *prints* is not masked: display tables, print no posts.

What is masked is decided by what is in a cell, not by the name of its column: a table may be turned, renamed, counted
or joined. Only columns that hold the program's own words by their name (a step of the flow, a code's definition) are
shown as they are.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

import regex

from medtw_qual._base.notebook import notebook_shell
from medtw_qual.schemas import TABLES

if TYPE_CHECKING:
    import pandas as pd

# Columns that hold words of posts or profiles, or that quote them: masked whatever is in the cell.
MASKED_COLUMNS = frozenset({
    "text", "texts", "original", "found", "context", "alt_text", "profile", "handle", "memo", "memos", "reason",
    "passage", "quotation", "exemplar", "exemplars", "name", "central", "central_posts", "borderline",
    "borderline_posts", "urls", "media", "mentions", "location",
})  # fmt: skip
# Columns in which the program, or the team, says something about the study: shown whatever is in the cell.
_OWN_WORDS = frozenset({
    "key_words", "words", "word", "undefined", "title", "label", "labels", "method", "measure", "coefficient", "level",
    "what", "theme", "themes", "code_name", "group", "remark", "remarks", "command", "attribute", "characteristic",
    "value_label", "coders", "kind", "unit", "note", "notes", "why", "design", "encoder", "model", "item", "answer",
    "section", "where", "recommendation", "condition", "test", "probe", "table", "file", "files", "column", "columns",
    "decided_by", "central_idea", "source", "verdict", "interval", "asks", "worth",
})  # fmt: skip
_SHOWN = (frozenset(column.name for schema in TABLES.values() for column in schema.columns) | _OWN_WORDS) - (
    MASKED_COLUMNS
)
# Two words in a row, four letters of a script without spaces, a handle or an address: somebody's words, until shown.
_WORDS = regex.compile(
    r"\p{L}[\p{L}\p{M}'’-]*[^\p{L}\p{N}]*\s[^\p{L}\p{N}]*\p{L}|[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}]{4}"
    r"|[@＠]\w|://"
)
_PERSONS = {"author_id", "post_id", "unit_id"}


def mask_table(table: "pd.DataFrame") -> "pd.DataFrame":
    """Return a copy in which cells, row names and column names that hold people's words say only how long these are.

    Parameters
    ----------
    table : DataFrame
        Any table.

    Examples
    --------
    >>> import pandas as pd
    >>> mask_table(pd.DataFrame({"unit_id": ["1"], "text": ["Grateful for you all"]})).loc[0, "text"]
    '[masked: 20 characters]'
    >>> mask_table(pd.DataFrame({"Post": ["Grateful for you all"], "n": [7]})).to_numpy().tolist()
    [['[masked: 20 characters]', 7]]
    """
    import pandas as pd

    names = set(map(str, table.columns))
    shown: set[str] = set() if "author_id" in names else {"name"}  # a code's name is nobody's
    if {"step", "kept"} <= names:
        shown |= {"reason"}  # the flow table's reasons are the program's own words
    rule = _rule_of(shown, of_persons=bool(names & _PERSONS))
    columns = [_mask_values(table.iloc[:, place], rule(name)) for place, name in enumerate(table.columns)]
    masked = pd.concat(columns, axis=1) if columns else table.copy()
    masked.index, masked.columns = mask_index(table.index), mask_index(table.columns)
    return masked


def mask_series(values: "pd.Series") -> "pd.Series":
    """Return a copy of a column or row in which people's words say only how long they are."""
    masked = _mask_values(values, _rule_of({"name"}, of_persons=False)(values.name))
    masked.index, masked.name = mask_index(values.index), _mask_cell(values.name)
    return masked


def mask_index(index: "pd.Index") -> "pd.Index":
    """Return an index whose labels say only how long people's words are.

    Examples
    --------
    >>> import pandas as pd
    >>> list(mask_index(pd.Index(["unit_id", "so tired tonight"])))
    ['unit_id', '[masked: 16 characters]']
    """
    import pandas as pd

    if isinstance(index, pd.MultiIndex):
        levels = [mask_index(index.get_level_values(place)) for place in range(index.nlevels)]
        return pd.MultiIndex.from_arrays(levels, names=index.names)
    if not _may_hold_text(index.dtype):
        return index
    rule = _rule_of({"name"}, of_persons=False)(index.name)
    return pd.Index([rule(label) for label in index], dtype="object", name=_mask_cell(index.name))


_Mask = Callable[[Any], Any]


def _rule_of(shown: set[str], *, of_persons: bool) -> Callable[[object], _Mask]:
    """Return what says, by a column's name, how its cells are masked."""

    def rule(name: object) -> _Mask:
        last = name[-1] if isinstance(name, tuple) and name else name
        if last in shown:
            return _mask_nothing
        if last in MASKED_COLUMNS or str(last).endswith(("_text", "_texts")):  # central_texts of the clusters ...
            return _mask_all
        if last in _SHOWN:
            return _mask_nothing
        # in a table of people or posts, a column that no table of this program has may be a name or a profile
        return _mask_all_text if of_persons else _mask_cell

    return rule


def _mask_nothing(cell: object) -> object:
    return cell


def _mask_all(cell: object) -> object:
    return f"[masked: {len(str(cell))} characters]" if len(str(cell)) else ""


def _mask_all_text(cell: object) -> object:
    return _mask_all(cell) if isinstance(cell, str) else _mask_cell(cell)


def _mask_cell(cell: Any) -> Any:  # noqa: ANN401 - any value of a table
    """Mask a cell that holds words; lists and mappings count as the words in them."""
    if isinstance(cell, str):
        return _mask_all(cell) if _WORDS.search(cell) else cell
    if isinstance(cell, dict):
        words: Iterable[object] = [*cell, *cell.values()]
    elif isinstance(cell, list | tuple | set | frozenset) or type(cell).__name__ == "ndarray":
        words = cell
    else:
        return cell
    return _mask_all(cell) if any(_mask_cell(entry) is not entry for entry in words) else cell


def _may_hold_text(dtype: object) -> bool:
    import pandas as pd

    return not (pd.api.types.is_numeric_dtype(dtype) or pd.api.types.is_datetime64_any_dtype(dtype))


def _mask_values(values: "pd.Series", mask: _Mask) -> "pd.Series":
    import pandas as pd

    if mask is _mask_nothing or (mask is not _mask_all and not _may_hold_text(values.dtype)):
        return values
    return pd.Series([mask(cell) for cell in values], index=values.index, name=values.name, dtype="object")


def mask_in_notebook() -> bool:
    """Mask people's words in every table, row, column, index and array that this notebook displays from now on.

    Returns
    -------
    bool
        True in a notebook; False elsewhere: then there is nothing to do.
    """
    shell = notebook_shell()
    if shell is None:
        return False
    import pandas as pd

    html, plain = (shell.display_formatter.formatters[kind] for kind in ("text/html", "text/plain"))
    html.for_type(pd.DataFrame, lambda table: mask_table(table)._repr_html_())
    html.for_type_by_name(*_STYLER, lambda style: mask_table(style.data)._repr_html_())
    for kind, mask in _text_of_kinds().items():
        plain.for_type(kind, lambda shown, p, cycle, mask=mask: p.text(mask(shown)))
    return True


_STYLER = ("pandas.io.formats.style", "Styler")


def _text_of_kinds() -> dict[type, Callable[[Any], str]]:
    """What each kind of table, column, index and array is shown as, in plain text; each of their subclasses too.

    IPython takes a class's own ``__repr__`` before what was said of the class above it.
    """
    import numpy as np
    import pandas as pd
    from pandas.api.extensions import ExtensionArray

    masks: dict[type, Callable[[Any], str]] = {
        pd.DataFrame: lambda table: repr(mask_table(table)),
        pd.Series: lambda values: repr(mask_series(values)),
        pd.Index: lambda index: repr(mask_index(index)),
        ExtensionArray: _masked_array,
        np.ndarray: _masked_array,
    }
    return {kind: mask for base, mask in masks.items() for kind in (base, *_below(base))}


def _below(base: type) -> Iterator[type]:
    kinds: list[type] = type.__subclasses__(base)
    for kind in kinds:
        yield kind
        yield from _below(kind)


def _masked_array(array: Any) -> str:  # noqa: ANN401 - an array of numpy or pandas
    import pandas as pd

    if not _may_hold_text(array.dtype):
        return repr(array)
    if array.ndim != 1:
        return f"[masked: an array of shape {array.shape}]"
    return repr(mask_index(pd.Index(array)).to_numpy())


def show_in_notebook() -> None:
    """Show tables as they are again."""
    shell = notebook_shell()
    if shell is None:
        return
    import pandas as pd

    html, plain = (shell.display_formatter.formatters[kind] for kind in ("text/html", "text/plain"))
    html.pop(pd.DataFrame, None)
    html.pop(".".join(_STYLER), None)
    for kind in _text_of_kinds():
        plain.pop(kind, None)
