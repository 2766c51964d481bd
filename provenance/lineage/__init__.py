"""Matches, dates and cues of one family -> directed derivations with probabilities, unseen sources, and what stays undecided.
Pure.

Method. Named signals (signals.py) give each "b derives directly from a" its log odds: overlap, closeness, dates by class,
credit, lengths, attestation by third documents, versions of one address, and where b branches off among its elders; measures of
wording (origin.py) say which text reads like an original. Their weights are fitted (model.py). They are the log-linear scores
of a distribution over trees with a virtual root (tree.py: matrix-tree marginals after Tutte and Koo
et al. 2007, maximum branching after Chu-Liu and Edmonds), a mixture over which text is the family's centre (infer.py). Groups of
texts that look like siblings of a lost source (unseen.py) add a node for it, weighed by how likely it is. What the marginals do
not decide is left undecided (outcome.py); passages that a chosen parent does not explain may have further parents.

Only the standard library, numpy, `model` and `cues` may enter; no store, no I/O, no clock, no randomness. Everything is
ordered by the hashes of the texts, so neither ids nor the order of arrival can change a result.
"""

from provenance.lineage.evidence import merge
from provenance.lineage.groups import LITTLE, families
from provenance.lineage.infer import infer
from provenance.lineage.model import version
from provenance.lineage.nodes import Direction, Node, Result, UnseenSource
from provenance.lineage.readings import numbered, readings
from provenance.lineage.wording import Wording, wording

__all__ = [
    "LITTLE",
    "Direction",
    "Node",
    "Result",
    "UnseenSource",
    "Wording",
    "families",
    "infer",
    "merge",
    "numbered",
    "readings",
    "version",
    "wording",
]
