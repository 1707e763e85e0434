"""Prints the lines of requirements.lock that a user needs: all parts of the package, no tools for tests."""

from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]


def needed(name: str, extras: frozenset[str], seen: set[tuple[str, frozenset[str]]]) -> Iterator[str]:
    """Yield the names of all packages that a package needs on this computer, itself included."""
    key = (canonicalize_name(name), extras)
    if key in seen:
        return
    seen.add(key)
    yield key[0]
    for line in distribution(name).requires or []:
        requirement = Requirement(line)
        wanted = requirement.marker is None or any(
            requirement.marker.evaluate({"extra": extra}) for extra in ("", *extras)
        )
        if wanted:
            yield from needed(requirement.name, frozenset(requirement.extras), seen)


def users_lock(lock: str) -> str:
    """Return those pins of a lock that ``medtw-qual[all]`` needs, in the order of the lock."""
    names = set(needed("medtw-qual", frozenset({"all"}), set()))
    lines = [line for line in lock.splitlines() if canonicalize_name(line.partition("==")[0]) in names]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(users_lock((ROOT / "requirements.lock").read_text(encoding="utf-8")), end="")
