"""The made-up news corpus: seeded, of the mix that it says, and each article what its plan says."""

from __future__ import annotations

import itertools
import json
from collections import Counter
from statistics import mean

import pytest

from tests import articles
from tests.articles import article, plan

MANY = 6_000


@pytest.fixture(scope="module")
def plans():
    return [plan(3, n) for n in range(MANY)]


def test_the_same_for_the_same_seed(tmp_path):
    """An article follows from the seed and its number alone, wherever a stream of them begins."""
    first = list(articles.articles(3, 0, 30))
    assert list(articles.articles(3, 10, 20)) == first[10:]
    assert first[10:12] != list(articles.articles(4, 10, 2))
    size = articles.write(tmp_path / "in.jsonl", 3, 0, 30)
    assert [json.loads(line) for line in (tmp_path / "in.jsonl").read_text(encoding="utf-8").splitlines()] == first
    assert size == sum(len(row["text"].encode()) for row in first)


def test_the_mix_is_as_told(plans):
    """So many of each kind, and one in ten with a template: within four standard deviations of a binomial count."""
    kinds = Counter(one.kind for one in plans)
    for kind, share in (*articles.SHARES.items(), ("template", articles.TEMPLATED)):
        # An exact copy has the template of its origin, or none.
        count = sum(one.template is not None for one in plans) if kind == "template" else kinds[kind]
        expected = share * (1 - articles.SHARES["copy"] * (kind == "template"))
        assert abs(count - expected * MANY) < 4 * (MANY * expected * (1 - expected)) ** 0.5, kind


def test_what_derives_has_an_origin_before_it(plans):
    """Sources are origins, and earlier; what does not derive has none."""
    for n, one in enumerate(plans):
        assert (one.source is not None) == (one.kind in articles.DERIVED)
        if one.source is not None:
            assert one.source < n
            assert plans[one.source].kind == "origin"


def test_articles_are_of_two_kilobytes(plans):
    """On average, with a uri, a title, a site and a date each."""
    rows = list(articles.articles(3, 0, 200))
    assert 1_700 < mean(len(row["text"]) for row in rows) < 2_500
    assert len({row["id"] for row in rows}) == len(rows)
    assert all(row["title"] and row["source"] in row["id"] and row["date"] > "2015" for row in rows)


def shared(one: str, two: str, size: int) -> float:
    """Share of the runs of so many words of the first text that the second has."""
    runs = [
        set(zip(*(words[i:] for i in range(size)), strict=False)) for words in (one.casefold().split(), two.casefold().split())
    ]
    return len(runs[0] & runs[1]) / len(runs[0])


def test_what_is_derived_is_like_its_source(plans):
    """A copy is the text, an edit keeps most of its wording, an excerpt a part, and a rewrite less wording than words."""
    found: dict[str, list[tuple[float, float]]] = {kind: [] for kind in articles.DERIVED}
    for n, one in itertools.islice(((n, one) for n, one in enumerate(plans) if one.source is not None), 120):
        source, text = (article(3, number)["text"] for number in (one.source, n))
        found[one.kind].append((shared(source, text, 1), shared(source, text, 4)))
    words, wording = ({kind: mean(pair[side] for pair in pairs) for kind, pairs in found.items()} for side in (0, 1))
    assert words["copy"] > 0.97 > words["edit"] > 0.8
    assert 0.4 < wording["edit"] < 0.75
    assert 0.2 < wording["excerpt"] < 0.5
    assert wording["rewrite"] < 0.25
    assert words["rewrite"] > 0.5


def test_strangers_share_no_wording():
    """Two stories have no four words in a row in common, or hardly any."""
    texts = [article(3, n)["text"] for n in range(40) if plan(3, n).source is None and plan(3, n).template is None]
    assert mean(shared(one, two, 4) for one, two in itertools.pairwise(texts)) < 0.005
