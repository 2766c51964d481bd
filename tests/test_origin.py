"""Which text reads like the original: the wording of texts, and what it is worth."""

import numpy as np
import pytest

from provenance import lineage
from provenance.lineage import Node, model, signals, wording
from provenance.lineage.family import Family
from provenance.lineage.origin import FUNCTION, KINDS, MEASURES, OF_KIND, PLACE, REASONS, Origin
from provenance.lineage.ties import RELATIONS, gates
from provenance.lineage.wording import FUNCTION_WORDS, MANNER
from provenance.model import Match
from provenance.pipeline.analyst import Analyst
from provenance.pipeline.engine import Engine
from provenance.pipeline.finish import words_of

SOURCE = (
    'Mayor Ilse Brandt said on Monday: "We can\'t close the Harrow bridge again." Engineers from Kestrel found 14 cracked '
    "bolts in its eastern span and want 200,000 crowns to mend them before the winter ferry stops."
)
TOLD = (
    "The mayor emphasized that another closure of the bridge would be unacceptable. Engineering specialists had discovered "
    "numerous fractured fastenings throughout the eastern span, which necessitate considerable expenditure before the winter "
    "ferry stops."
)


def node(number: int, text: str) -> Node:
    analysis = Analyst(Engine(1)).analyse([text])[0]
    return Node(number, analysis.digest, analysis.words, len(text), wording=wording(*words_of(text, analysis)))


def family(one: str, two: str, similarity: float = 0.65, words: int = 22) -> Family:
    return Family([node(1, one), node(2, two)], [Match(1, 2, 0, len(one), 0, len(two), words, similarity, "rewrite")])


def test_wording_counts_what_gets_lost():
    """Names inside sentences, numbers, quotation marks and contractions are counted; sentence heads are no names."""
    mine, told = node(1, SOURCE).wording, node(2, TOLD).wording
    mine_is, told_is = (dict(zip(MANNER, some.manner.tolist(), strict=True)) for some in (mine, told))
    assert mine_is["names"] > told_is["names"] == 0
    assert mine_is["quotes"] > told_is["quotes"] == 0
    assert mine_is["apostrophes"] > told_is["apostrophes"] == 0
    assert mine_is["said"] > told_is["said"] == 0
    assert told_is["letters"] > mine_is["letters"]
    assert len(mine.facts) > len(told.facts)


def test_manner_is_the_same_in_any_script():
    """A sign that is not ASCII, and is neither a letter nor a mark of speech, changes nothing of how a text is written."""
    text = SOURCE + " That, it said, was hardly likely; nobody really would. Asked daily, they only smiled."
    plain, other = node(1, text).wording.manner, node(2, text.replace("; ", " \u2022 ")).wording.manner
    assert plain.tolist() == other.tolist()
    assert dict(zip(MANNER, plain.tolist(), strict=True))["adverbs"] == pytest.approx(10 * 5 / node(1, text).words)


def test_arrays_are_sorted_and_distinct():
    """What is compared by merging is in order, once each, and of a length with its bits."""
    mine = node(1, SOURCE + " " + SOURCE).wording
    for array in (mine.stems, mine.words, mine.facts, mine.phrases):
        assert (np.diff(array) > 0).all()
    assert len(mine.stems) == len(mine.bits)
    assert np.isin(mine.facts, mine.words).all()


def test_measures_of_a_pair_mirror_each_other():
    """What speaks for the one as original speaks as much against the other."""
    found = family(SOURCE, TOLD)
    one, two = Origin(found, model.weights()).features
    assert one.shape == (len(KINDS), len(MEASURES))
    assert np.count_nonzero(one) > len(MEASURES) // 2
    assert one == pytest.approx(-two)


def test_a_part_of_a_text_reads_as_the_whole_does():
    """Where one text lies word for word in the other, neither reads like the original, however short it is."""
    part = SOURCE[: len(SOURCE) // 2]
    end = len(part)
    found = Family([node(1, SOURCE), node(2, part)], [Match(1, 2, 0, end, 0, end, len(part.split()), 1.0, "verbatim")])
    beside = {name: np.array([f[:, MEASURES.index(name)] for f in Origin(found, {}).features]) for name in MEASURES}
    assert [name for name, values in beside.items() if np.any(values) and name not in PLACE] == []
    assert not np.any(beside["phrases"])


def test_function_words_are_one_reason():
    """What the small words say is told together, and is the sum of what each is worth."""
    origin = Origin(family(SOURCE, TOLD), model.weights())
    odds, weights = dict(origin.score(0)), model.weights()
    assert tuple(odds) == REASONS
    of_words = sum(
        weights.get(f"origin.{word}.{kind}", 0.0) * origin.features[0][KINDS.index(kind), MEASURES.index(word)]
        for word in FUNCTION_WORDS
        for kind in KINDS
    )
    assert odds[FUNCTION] == pytest.approx(of_words) != 0


def test_the_text_with_the_facts_reads_like_the_original():
    """With the weights of the package, quotation, names and numbers speak for the text that has them."""
    found = family(SOURCE, TOLD)
    origin = Origin(found, model.weights())
    odds = [sum(value for _, value in origin.score(b)) for b in range(2)]
    source = next(b for b in range(2) if found.nodes[b].id == 1)
    assert odds[source] > 0 > odds[1 - source]


@pytest.mark.parametrize(
    ("similarity", "share", "relation"), [(0.5, 0.9, "rewrite"), (0.95, 0.3, "cut"), (0.95, 0.9, "revision")]
)
def test_gates_tell_what_was_made_of_a_text(similarity, share, relation):
    """Told in other words, cut, or worked on: the gates sum to one and the right one is widest."""
    words = round(100 * share)
    text = " ".join(f"w{i}" for i in range(100))
    one, two = node(1, text), node(2, text + " end")
    span = round(words / similarity)
    end = min(len(text), 4 * span)
    found = Family([one, two], [Match(1, 2, 0, end, 0, end, words, similarity, "edited")])
    weights = gates(found.pair[0, 1])
    assert sum(weights) == pytest.approx(1)
    assert RELATIONS[int(np.argmax(weights))] == relation


def test_wording_tells_no_direction_of_what_is_hardly_related():
    """Two texts that share little, and loosely, may be told from two sources: which one reads better decides nothing."""
    loose = family(SOURCE, TOLD, similarity=0.35, words=9)
    assert not np.any(Origin(loose, model.weights()).features)
    result = lineage.infer(loose.nodes, [Match(1, 2, 0, len(SOURCE), 0, len(TOLD), 9, 0.35, "rewrite")])
    assert not any(row.chosen for row in result.derivations)


def copies() -> Family:
    """A text of a hundred words, three that each took another fifty of them, and one that lies in another's."""
    parts = [" ".join(f"w{i}" for i in range(start, start + 50)) for start in (0, 25, 50)]
    texts = [" ".join(f"w{i}" for i in range(100)), *parts, f"{parts[0]} end"]
    nodes = [node(i, text) for i, text in enumerate(texts, 1)]
    held = [(0, 100), (0, 50), (25, 75), (50, 100), (0, 50)]
    matches = []
    for i, (a, b) in enumerate(held):
        for j, (c, d) in enumerate(held[:i]):
            low, high = max(a, c), min(b, d)
            if low < high:
                first, last = f"w{low} ", f"w{high - 1}"
                ends = [(texts[k].index(first), texts[k].index(last) + len(last)) for k in (j, i)]
                matches.append(Match(j + 1, i + 1, *ends[0], *ends[1], high - low, 1.0, "verbatim"))
    return Family(nodes, matches)


def test_third_documents_side_with_the_source():
    """What a text's copies share with third documents, it holds; of any of its copies some other has more in common with it."""
    found = copies()
    origin = Origin(found, {})
    place = {found.nodes[b].id: b for b in range(found.size)}
    for name in ("attested", "rival"):
        value = [float(features[:, MEASURES.index(name)].sum()) for features in origin.features]
        assert value[place[1]] > max(value[place[id]] for id in (2, 3, 4, 5))


def test_phrases_are_runs_of_words_whatever_stands_around():
    """Two texts have the phrases of a passage in common, and no others."""
    one, two = node(1, "one a b c d e f two").wording, node(2, "three a b c d e f four").wording
    assert len(np.intersect1d(one.phrases, two.phrases)) == 3
    assert len(one.phrases) == 5
    assert not len(node(3, "a b c").wording.phrases)


def test_two_texts_tell_less_than_many():
    """The same difference weighs more where several relatives show it."""
    texts = [SOURCE, *(f"{TOLD} Version {word}." for word in ("one", "two", "three", "four"))]
    nodes = [node(i, text) for i, text in enumerate(texts, 1)]
    matches = [
        Match(i, j, 0, nodes[i - 1].length, 0, nodes[j - 1].length, 22, 0.65, "rewrite")
        for i in range(1, 6)
        for j in range(i + 1, 6)
    ]
    key = KINDS.index("rewrite"), MEASURES.index("quotes")
    many = Family(nodes, matches)
    few = Family(nodes[:2], matches[:1])
    of = {found: next(b for b in range(found.size) if found.nodes[b].id == 1) for found in (many, few)}
    assert Origin(many, model.weights()).features[of[many]][key] > Origin(few, model.weights()).features[of[few]][key] > 0


def test_texts_without_wording_say_nothing():
    """A text of which no words are at hand is weighed by the other signals alone."""
    found = Family([Node(1, "a", 20, 100), Node(2, "b", 20, 100)], [Match(1, 2, 0, 90, 0, 90, 18, 0.9, "edited")])
    assert not np.any(Origin(found, model.weights()).features)


def test_the_model_names_every_signal():
    """The file in the package has a weight for every signal and a version, which a store pins."""
    weights = model.weights()
    assert set(signals.SIGNALS) - {"origin", "inherited"} | {"credit.inherited"} <= weights.keys()
    assert {f"origin.{measure}.{kind}" for kind, some in OF_KIND.items() for measure in some} <= weights.keys()
    assert lineage.version() == model.version() == str(model.version())
    assert all(np.isfinite(value) for value in weights.values())
