"""Parts of a study that rest on what people decided: computed once, and anew when the files of the coding change."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Generic, TypeVar, overload

Part = TypeVar("Part")
States = Mapping[str, tuple[int, int]]

_BUSY = "_parts_being_computed"
_SEEN = "coding_seen"


class CodedPart(Generic[Part]):
    """A part that is kept until the files of the coding change; the desk writes while the notebook's kernel runs.

    Parameters
    ----------
    compute : callable
        Takes the study and returns the part. The study says by ``coding_states()`` what state its files are in.
    """

    def __init__(self, compute: Callable[[Any], Part]) -> None:
        self.func = compute  # as cached_property calls it: those who read annotations look there
        self.__doc__ = compute.__doc__
        self._name = compute.__name__

    @overload
    def __get__(self, study: None, owner: type) -> "CodedPart[Part]": ...
    @overload
    def __get__(self, study: object, owner: type) -> Part: ...
    def __get__(self, study: Any, owner: type) -> "CodedPart[Part] | Part":
        """Return the part, computed where it is not kept or the files have changed."""
        if study is None:
            return self
        kept = study.__dict__
        if not kept.get(_BUSY):
            _forget_stale_parts(study)
        if self._name not in kept:
            with one_state(study):
                kept[self._name] = self.func(study)
        return kept[self._name]  # type: ignore[no-any-return]

    def __set__(self, study: object, value: Part) -> None:
        """Refuse: parts are computed. (With this method, Python asks here before it looks at what is kept.)"""
        raise AttributeError(f"{self._name} is computed from the study's files.")


@contextmanager
def one_state(study: Any) -> Iterator[None]:  # noqa: ANN401 - a study; this room's classes know each other
    """Within this block the files of the coding are looked at as they were at its beginning: a run is of one state."""
    kept = study.__dict__
    if not kept.get(_BUSY):
        _forget_stale_parts(study)
    kept[_BUSY] = kept.get(_BUSY, 0) + 1
    try:
        yield
    finally:
        kept[_BUSY] -= 1


def coding_seen(study: Any) -> States:  # noqa: ANN401
    """Return the state of the files of the coding when they were last read; empty before that."""
    seen: States = study.__dict__.get(_SEEN, {})
    return seen


def _forget_stale_parts(study: Any) -> None:  # noqa: ANN401
    kept = study.__dict__
    now = study.coding_states()
    if kept.get(_SEEN, now) != now:
        for name in coded_parts(type(study)):
            kept.pop(name, None)
    kept[_SEEN] = now


def coded_parts(kind: type) -> list[str]:
    """Return the names of the parts of a class that rest on the coding."""
    return [name for base in kind.__mro__ for name, value in vars(base).items() if isinstance(value, CodedPart)]
