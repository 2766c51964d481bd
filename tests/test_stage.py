"""What tells an earlier version of a text from a later one, and what lineage makes of it."""

import dataclasses
import itertools

import numpy as np
import pytest

from provenance.lineage import Node, infer, signals
from provenance.lineage.family import Family
from provenance.lineage.stage import SILENT, announces, counts_on, links_securely, looks_back, stage
from provenance.lineage.wording import MANNER, Wording
from provenance.model import Match


def of(text):
    return stage(text, text.lower().replace(".", " ").replace(":", " ").split())


@pytest.mark.parametrize(
    ("measure", "more", "less"),
    [
        (announces, "TBD: the toll. XXX", "The toll stands at 12."),
        (looks_back, "Corrected: it clarifies what was deprecated.", "It says what is."),
        (counts_on, "As UPDATE 3 said, unlike PEP 484.", "As UPDATE 2 said, unlike PEP 484."),
        (links_securely, "See https://a.example and http://b.example", "See http://a.example and http://b.example"),
    ],
)
def test_versions_differ_in_what_they_say_of_themselves(measure, more, less):
    """Each measure sides with one version, with the same force whichever is asked first, and is silent on two that are alike."""
    assert measure(of(more), of(less)) > 0
    assert measure(of(less), of(more)) == -measure(of(more), of(less))
    assert measure(of(more), of(more)) == measure(SILENT, SILENT) == 0


def test_only_a_series_that_both_name_is_compared():
    """The highest number counts; an amount is no member of a series, and one that only one version names says nothing."""
    assert counts_on(of("Flight 12 and Flight 9"), of("Flight 10")) == 1
    assert counts_on(of("killed 40 on Flight 9"), of("killed 30 on Flight 9")) == 0
    assert counts_on(of("Version 7"), of("Chapter 3")) == 0


def test_a_text_without_links_is_not_the_older():
    """What it does not link says nothing of when it was written."""
    assert links_securely(of("https://a.example"), of("none")) == 0


def wording(phrases, says=SILENT):
    none = np.zeros(0, np.uint64)
    spread = np.array(sorted(phrases), np.uint64) * np.uint64(2**40)
    return Wording(none, none.astype(np.float32), none, none, none, spread, np.zeros(len(MANNER)), says)


def node(id, phrases, says=SILENT, site=None):
    return Node(id, f"{id:032d}", 200, 1000, site=site, wording=wording(phrases, says))


def matches(ids, shared=180):
    return [Match(a, b, 0, 1000, 0, 1000, shared, 0.95, "edited") for a, b in itertools.combinations(ids, 2)]


def test_what_both_ends_share_the_middle_has():
    """Of three undated versions, each made from the one before, the outer two are not taken for one another's source."""
    versions = [set(range(200)), set(range(20, 220)), set(range(40, 240))]
    nodes = [node(i, phrases) for i, phrases in enumerate(versions, 1)]
    pairs = {frozenset((p.a, p.b)): p.p_ab + p.p_ba for p in infer(nodes, matches((1, 2, 3))).pairs}
    assert pairs[frozenset((1, 3))] < 0.2 < 0.5 < min(pairs[frozenset((1, 2))], pairs[frozenset((2, 3))])


def test_the_version_that_looks_back_is_the_later():
    """Of two undated revisions the one that says what was corrected; but not where another site took it over."""
    weights = {"hindsight": 1.5, "draft": 1.0}
    first, second = node(1, range(50), of("A draft.")), node(2, range(50), of("Corrected. Updated."))
    said = [signal(Family([first, second], matches((1, 2))), 0, 1, weights) for signal in (signals.hindsight, signals.draft)]
    assert [weight.log_odds for weight in said] == [1.5, 0.5]
    abroad = [dataclasses.replace(one, site=site) for one, site in ((first, "a.example"), (second, "b.example"))]
    assert signals.hindsight(Family(abroad, matches((1, 2))), 0, 1, weights) is None
