"""The generator of planted copies does what its names say, the same for the same seed."""

from __future__ import annotations

import random

import pytest

from tests import planting
from tests.strategies import prose

ARTICLES = {f"article:{n}": prose(n, 12) for n in range(len(planting.KINDS) * 4)}


@pytest.fixture
def planted(monkeypatch):
    monkeypatch.setattr(planting, "COPIES", 4)
    return planting.plant(ARTICLES, 3)


def test_every_kind_has_its_copies_from_sources_of_its_own(planted):
    """No source is used twice, and the same seed gives the same copies."""
    sources = [source for copies in planted.values() for source, _ in copies.values()]
    assert len(sources) == len(set(sources)) == 4 * len(planting.KINDS)
    assert planted == planting.plant(ARTICLES, 3)
    assert planted != planting.plant(ARTICLES, 4)


@pytest.mark.parametrize("share", [0.02, 0.05, 0.1, 0.2])
def test_the_share_of_words_changed_is_the_one_asked_for(share):
    """Words are replaced where they stand; a replacement may by chance be the word itself."""
    text = prose(1, 40)
    other = planting.changed(text, share, ["zzyzx"], random.Random(1))
    before, after = text.split(), other.split()
    assert len(before) == len(after)
    assert sum(x != y for x, y in zip(before, after, strict=True)) == round(share * len(before))


def test_a_half_is_a_half(planted):
    """The half kept is one end of its source."""
    for source, text in planted["half kept"].values():
        assert ARTICLES[source].startswith(text) or ARTICLES[source].endswith(text)
        assert 0.4 < len(text.split()) / len(ARTICLES[source].split()) < 0.6


def test_an_embedded_paragraph_stands_in_another_article(planted):
    """The copy holds PARAGRAPH_WORDS words of its source, and an article that is not the source around them."""
    for source, text in planted["paragraph embedded"].values():
        words = ARTICLES[source].split()
        runs = {" ".join(words[i : i + planting.PARAGRAPH_WORDS]) for i in range(len(words))}
        assert any(run in " ".join(text.split()) for run in runs if len(run.split()) == planting.PARAGRAPH_WORDS)
        assert ARTICLES[source] not in text
