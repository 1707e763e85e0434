"""What this room asks of the objects of the rooms below it; anything of this shape will do, a colleague's own too."""

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
import pandas as pd


class ClustersLike(Protocol):
    """A clustering: who is in which cluster, under a hash that decisions are tied to."""

    @property
    def assignments(self) -> pd.DataFrame:
        """One row per unit: unit_id, cluster, strength."""
        ...

    @property
    def assignments_hash(self) -> str:
        """Hash of the assignments."""
        ...

    @property
    def units(self) -> pd.DataFrame:
        """The clustered units with their text."""
        ...

    def summary(self) -> pd.DataFrame:
        """One row per cluster: size, key words, central posts."""
        ...


class SampleLike(Protocol):
    """A sample: which units were drawn, with which probability, from how many."""

    @property
    def table(self) -> pd.DataFrame:
        """One row per sampled unit: unit_id, stratum, inclusion_probability."""
        ...

    @property
    def population(self) -> int:
        """Units in the corpus it was drawn from; 0 or less: unknown."""
        ...


class VectorsLike(Protocol):
    """Vectors of units: one row of `array` per entry of `unit_ids`."""

    @property
    def unit_ids(self) -> Sequence[str]:
        """The units, in the order of the rows."""
        ...

    @property
    def array(self) -> np.ndarray[Any, Any]:
        """Rows of unit length."""
        ...
