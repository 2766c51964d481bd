"""What goes into lineage and what comes out. Only the standard library, numpy, `cues` and `model` may enter here."""

from __future__ import annotations

import dataclasses

import numpy as np

from provenance.cues import Cue
from provenance.lineage.wording import Wording
from provenance.model import Derivation


@dataclasses.dataclass(frozen=True, slots=True)
class Node:
    """One text of a family, standing for all its exact copies."""

    id: int
    hash: str
    """Digest of the text. Orders everything, so that neither ids nor the order of arrival can decide a tie."""
    words: int
    """Words that lie in no span."""
    length: int
    """Code points of the text: what the matches' offsets run up to."""
    published_at: str | None = None
    """The earliest trusted date among the copies, as precise as known."""
    published_from: str = "none"
    site: str | None = None
    copied_by: tuple[str, ...] = ()
    """Further sites on which exact copies of it stand: who credits one of them may mean this text."""
    outlets: frozenset[str] = frozenset()
    """The outlets that these sites are, by the names that cues resolve to (`Cue.means`)."""
    title: str | None = None
    cues: tuple[Cue, ...] = ()
    uri: str = ""
    original: str | None = None
    """The address that the page itself gives as the original's; its own or that of the text it was taken from."""
    version_of: int | None = None
    """The id of the next version of the same uri, if this text was replaced by one."""
    dirt: tuple[tuple[int, int], ...] = ()
    """What stands in the document and is not its text, disjoint and in order: no share counts it."""
    wording: Wording | None = None
    readings: np.ndarray | None = None
    """Of its words beside the dirt: readings.py. Of all texts of a family by their hashes, or of all by their numbers."""

    @property
    def own_length(self) -> int:
        """Code points that are its text."""
        return self.length - sum(end - start for start, end in self.dirt)

    @property
    def figures(self) -> np.ndarray | None:
        """The numbers in it, as sorted hashes."""
        return None if self.wording is None else self.wording.figures

    @property
    def sites(self) -> tuple[str, ...]:
        """Every site on which this text stands, its own first."""
        return (self.site, *self.copied_by) if self.site else self.copied_by


@dataclasses.dataclass(frozen=True, slots=True)
class UnseenSource:
    """A text outside the corpus from which its children (ids, in order of their hashes) likely derive."""

    children: tuple[int, ...]
    probability: float
    credit: str | None
    """The outlet that the children name, as most of them write it."""


@dataclasses.dataclass(frozen=True, slots=True)
class Direction:
    """One linked pair of ids, a's hash before b's: who had the text from whom. The three probabilities sum to 1."""

    a: int
    b: int
    p_ab: float
    """b derives from a."""
    p_ba: float
    p_unseen: float
    """Neither had it directly from the other: a common source, unseen or not, stands between them."""
    decided: bool


@dataclasses.dataclass(frozen=True, slots=True)
class Result:
    """The lineage of one family. Every list is in order of text hashes."""

    derivations: tuple[Derivation, ...]
    """Of each child the chosen ones and at most three rivals, most probable first."""
    unseen: tuple[UnseenSource, ...]
    pairs: tuple[Direction, ...]
    depth: dict[int, int]
    """Steps from the nearest root along chosen derivations, for every id; a child of an unseen source is at 1."""
