"""A study folder: described by study.toml, run from raw posts to the tables of a manuscript, and verified."""

from medtw_qual.study.study import Study, open_study

__all__ = ["Study", "open_study"]
