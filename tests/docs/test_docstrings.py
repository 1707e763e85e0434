"""Guards what help() and ? show: every public callable describes each of its parameters, under its own name."""

import inspect
import re

import pytest

import medtw_qual as mq

NAMESPACES = [name for name in dir(mq) if inspect.ismodule(getattr(mq, name)) and name != "errors"]


def public() -> dict[str, object]:
    """Return every public callable by what a reader types, each once."""
    named = {f"mq.{name}": getattr(mq, name) for name in dir(mq)}
    named |= {
        f"mq.{space}.{name}": getattr(getattr(mq, space), name)
        for space in NAMESPACES
        for name in getattr(mq, space).__all__
    }
    found: dict[str, object] = {}
    for label, value in named.items():
        if callable(value) and value not in found.values():
            found[label] = value
    return found


def methods() -> dict[str, object]:
    """Return the public methods of the public classes."""
    return {
        f"{label}.{name}": method
        for label, owner in public().items()
        if inspect.isclass(owner)
        for kind in owner.__mro__  # not getmembers: it would call the properties of a widget's class
        if kind.__module__.startswith("medtw_qual")
        for name, method in vars(kind).items()
        if not name.startswith("_") and inspect.isfunction(method)
    }


def described(docstring: str, section: str) -> dict[str, str]:
    """Return each parameter's description from a numpydoc section; several may share one."""
    text = inspect.cleandoc(docstring)
    found = re.search(rf"^{section}\n-+\n(.*?)(?=^\S[^\n]*\n-{{3,}}|\Z)", text, re.S | re.M)
    entries = re.findall(r"^(\S[^\n]*)\n((?:[ ]+[^\n]*\n|\n)*)", (found[1] if found else "") + "\n", re.M)
    return {
        name.strip().lstrip("*"): words.strip() for line, words in entries for name in line.split(" : ")[0].split(",")
    }


@pytest.mark.parametrize("label", [*public(), *methods()])
def test_every_parameter_is_described(label):
    value = (public() | methods())[label]
    is_method = label in methods()
    try:
        parameters = list(inspect.signature(value).parameters)[1 if is_method else 0 :]
    except ValueError:  # a class whose constructor is written in C
        parameters = []
    docstring = value.__doc__ or ""
    words = (
        described(docstring, "Attributes") | described(docstring, "Parameters")
        if inspect.isclass(value)
        else described(docstring, "Parameters")
    )
    assert [name for name in parameters if name not in words] == [], "not described"
    assert [name for name in parameters if not words[name]] == [], "named without a description"


def test_the_section_reader_sees_what_is_missing():
    found = described(
        "Do.\n\nParameters\n----------\na : int\n    From 0.\nb, c : str\nReturns\n-------\nint\n", "Parameters"
    )
    assert found == {"a": "From 0.", "b": "", "c": ""}
    assert described("Do.", "Parameters") == {}


def test_there_are_many():
    assert len(public()) > 100
    assert len(methods()) > 40
