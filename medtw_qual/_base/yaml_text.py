"""YAML as people write it by hand: every scalar stays the text that was written, and a key is given once."""

from typing import Any

import yaml

# YAML 1.2.2, section 10.2.1: what stands for nothing; `Null` and `NULL` may be words here.
_NOTHING = ("", "~", "null")
_DEEPEST = 50


class _TextLoader(yaml.SafeLoader):
    """Reads scalars as text (``version: 1.10`` is not 1.1, ``id: no`` not false) and refuses keys given twice."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, Any]]] = {}  # noqa: RUF012 - read by the class above
    _depth = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise yaml.MarkedYAMLError(problem=f"lists in lists, more than {_DEEPEST} deep")
        node: yaml.Node | None = super().compose_node(parent, index)
        self._depth -= 1
        return node

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        lines: dict[str, int] = {}
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise yaml.MarkedYAMLError(problem="a key is a list or a mapping", problem_mark=key.start_mark)
            line = key.start_mark.line + 1
            if key.value in lines:
                raise yaml.MarkedYAMLError(
                    problem=f"the key {key.value!r} is given twice, in lines {lines[key.value]} and {line}"
                )
            lines[key.value] = line
        return {
            self.construct_object(key, deep=True): self.construct_object(value, deep=True) for key, value in node.value
        }


def _text_or_nothing(loader: _TextLoader, node: yaml.Node) -> str | None:
    written = str(loader.construct_scalar(node)) if isinstance(node, yaml.ScalarNode) else ""
    return None if getattr(node, "style", None) is None and written in _NOTHING else written


def _mapping(loader: _TextLoader, node: yaml.Node) -> dict[Any, Any]:
    if not isinstance(node, yaml.MappingNode):
        raise yaml.MarkedYAMLError(problem="no mapping", problem_mark=node.start_mark)
    return loader.construct_mapping(node, deep=True)


_TextLoader.add_constructor("tag:yaml.org,2002:str", _text_or_nothing)
_TextLoader.add_constructor("tag:yaml.org,2002:map", _mapping)
for _tag in ("null", "bool", "int", "float", "timestamp", "binary"):  # as an explicit tag; no other is known
    _TextLoader.add_constructor(f"tag:yaml.org,2002:{_tag}", _text_or_nothing)


def load_yaml(text: str) -> Any:  # noqa: ANN401 - YAML may hold anything
    r"""Read a YAML text: mappings, lists and texts, and None for nothing.

    Parameters
    ----------
    text : str
        The content of a file.

    Returns
    -------
    dict, list, str or None
        Numbers, dates and truth values are the texts that were written; ``<<`` is a key like any other.

    Raises
    ------
    yaml.YAMLError
        When the text is no YAML, a key is given twice (YAML 1.2.2, section 3.2.1.1), or lists are nested too deep.

    Examples
    --------
    >>> load_yaml("version: 1.10\nid: no\nat: 12:30:45\nparent:")
    {'version': '1.10', 'id': 'no', 'at': '12:30:45', 'parent': None}
    """
    return yaml.load(text, _TextLoader)  # a subclass of SafeLoader
