"""Protecting the people in the posts: pseudonyms, a screen for details, exports that cannot be joined, deletions."""

from medtw_qual.corpus.privacy.deletion_effects import deletion_effect, without_lost_units
from medtw_qual.corpus.privacy.exports import export_codes, export_ids
from medtw_qual.corpus.privacy.flags import privacy_flags as flags
from medtw_qual.corpus.privacy.pseudonyms import pseudonymise
from medtw_qual.corpus.privacy.random_keys import draw_unit_keys

pseudonymize = pseudonymise

__all__ = [
    "deletion_effect",
    "draw_unit_keys",
    "export_codes",
    "export_ids",
    "flags",
    "pseudonymise",
    "pseudonymize",
    "without_lost_units",
]


def __dir__() -> list[str]:
    """List the public names only, for those who look with the tabulator key."""
    return sorted(__all__)
