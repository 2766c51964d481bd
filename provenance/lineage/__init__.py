"""Matches, dates and cues of one family -> directed derivations with probabilities, unseen sources, and what stays undecided.
Pure.

Only the standard library, numpy, `model` and `cues` may enter; no store, no I/O, no clock, no randomness. Everything is
ordered by the hashes of the texts, so neither ids nor the order of arrival can change a result.
"""

from provenance.lineage.groups import families
from provenance.lineage.infer import infer
from provenance.lineage.nodes import Direction, Node, Result, UnseenSource

__all__ = ["Direction", "Node", "Result", "UnseenSource", "families", "infer"]
