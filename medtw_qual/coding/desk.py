"""The coding desk: a notebook widget on which one person codes a sample, blind, by keyboard."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from medtw_qual._base.extras import needs_extra
from medtw_qual.codebook.codebook import Codebook
from medtw_qual.coding.consensus_state import ConsensusState
from medtw_qual.coding.desk_state import SCREENING_LABELS, CodingState
from medtw_qual.coding.sample import Sample
from medtw_qual.coding.screening_log import SCREENING, everything
from medtw_qual.coding.unit_queue import DeskState
from medtw_qual.schemas import HasUnits

if TYPE_CHECKING:
    from collections.abc import Sequence

with needs_extra("desk"):
    import anywidget

_STATIC = Path(__file__).parent / "static" / "desk"
# Small files, each one idea; the later ones use the names of the earlier ones.
_PARTS = ("dom", "memory", "line", "codes", "passages", "overview", "desk", "keys")


def desk_module() -> str:
    """Return the desk's JavaScript: its parts one after the other, as the one module that a notebook can load."""
    return "\n".join((_STATIC / f"{part}.js").read_text(encoding="utf-8") for part in _PARTS)


class Desk(anywidget.AnyWidget):
    """A state shown in the browser.

    The widget has no synchronised field that holds a text or a decision: all goes by messages, so that nothing of the
    corpus is ever saved into a notebook's metadata.
    """

    _esm = desk_module()
    _css = _STATIC / "desk.css"

    def __init__(self, state: DeskState) -> None:
        super().__init__()
        self._state = state
        self.on_msg(self._answer)

    def _answer(self, _widget: object, message: Mapping[str, Any], _buffers: "Sequence[bytes]") -> None:
        self.send(self._state.respond(message))


class CodingDesk(Desk):
    """Code a sample in a notebook cell.

    Every decision is on the disk before the desk moves on. Closing the notebook, the browser or the computer loses
    nothing: the desk opens again at the first unit that is not decided. The coder sees one unit at a time, in an order
    of their own, and neither other coders' decisions nor anything that a machine computed.

    Keys: 1-9 give a code, 0 none of them, Enter saves, u undoes, s later, m memo, n new code, i cannot be coded,
    c context, ? rules, / finds a code, the left arrow goes back to what was decided, l lists it. A passage chosen with
    the mouse belongs to the code whose key comes next.

    Parameters
    ----------
    sample : Sample
        The sampled units, with those who code them.
    codebook : Codebook
        The codebook in the version that applies.
    coder : str
        The coder's short name, as in data/coders.csv.
    folder : str or Path
        Where the logs lie (data/codings); one file is added for this sitting.
    passages : bool
        Whether passages may be marked.
    recode : bool
        Show also the units that `recode_needed` lists: those decided before a code was added to the codebook, or by
        rules that have changed since. What was decided stands in the fields; Enter keeps it.
    changes : str or Path, optional
        The log of changes of the codebook (codebooks/changes.jsonl): decisions on merged, renamed and split codes come
        up in the terms of the present version.

    Raises
    ------
    InvalidArgument
        When the name cannot name a coder, or none of the sample's units is assigned to this coder.
    UnreadableFile
        When one of the coder's logs was edited by hand.
    """

    def __init__(
        self,
        sample: Sample,
        codebook: Codebook,
        coder: str,
        folder: str | Path = "data/codings",
        *,
        passages: bool = True,
        recode: bool = False,
        changes: str | Path | None = None,
    ) -> None:
        state = CodingState(sample, codebook, coder, folder, passages=passages, recode=recode, changes=changes)
        super().__init__(state)
        self._words = f"CodingDesk({state.coder}, {len(state.order)} units)"

    def __repr__(self) -> str:
        return self._words


class ScreeningDesk(Desk):
    """Decide, unit by unit, whether it belongs to the study: eligible, not, or unsure, with a reason where wanted.

    It is the coding desk with these three; `read_screening` gives what was decided to ``corpus.apply_screening``.

    Parameters
    ----------
    units : Sample or Corpus
        What is screened; of a corpus all units.
    coder : str
        The short name of the coder.
    folder : str or Path
        Where the screening logs lie; apart from the coding logs.
    """

    def __init__(self, units: Sample | HasUnits, coder: str, folder: str | Path = "data/screening") -> None:
        sample = units if isinstance(units, Sample) else everything(units)
        state = CodingState(sample, SCREENING, coder, folder, labels=SCREENING_LABELS)
        super().__init__(state)
        self._words = f"ScreeningDesk({state.coder}, {len(state.order)} units)"

    def __repr__(self) -> str:
        return self._words


class ConsensusDesk(Desk):
    """Meet over the units on which the coders differ, see both sides with their memos, and decide with a reason.

    Every decision goes to the log at once; `build_consensus` reads it. The codings stay as they were: agreement is
    always that of before the discussion.

    Parameters
    ----------
    codings : DataFrame
        `schemas.CODINGS`, of one round.
    corpus : Corpus or Sample
        Where the texts of the units are taken from.
    codebook : Codebook
        The codebook in the version that applies.
    decisions : str or Path
        The log (data/decisions/consensus.jsonl).
    decided_by : str
        Who decides: "KA, LB", or the third person.
    basis : {"discussed", "third person", "agreed", "single coded"}
        What the desk offers first.
    round : str or int, optional
        The round of coding; by default the only one there is.
    changes : str or Path, optional
        The log of changes of the codebook; default: the one that the codings were read with.

    Raises
    ------
    UnknownUnit
        When a coded unit is not in the corpus.
    InvalidArgument
        When nobody is named who decides, or rounds would be mixed.
    """

    def __init__(
        self,
        codings: pd.DataFrame,
        corpus: HasUnits,
        codebook: Codebook,
        decisions: str | Path = "data/decisions/consensus.jsonl",
        *,
        decided_by: str,
        basis: str = "discussed",
        round: str | int | None = None,
        changes: str | Path | None = None,
    ) -> None:
        state = ConsensusState(
            codings, corpus, codebook, decisions, decided_by, basis=basis, round_=round, changes=changes
        )
        super().__init__(state)
        self._words = f"ConsensusDesk({state.decided_by}, {len(state.units)} units)"

    def __repr__(self) -> str:
        return self._words
