"""Made-up texts: hypothesis strategies over the hard corners of Unicode, and a seeded writer of English-like prose.

The prose has what the weights of words look at: function words, a vocabulary of real words used as often as in real text,
and made-up rare words and names that stand in no table. Two texts of different seeds share words, as unrelated articles do,
but no wording.
"""

from __future__ import annotations

import random

from hypothesis import strategies as st

_FUNCTION = "the of and to in a is that for it as was with be by on not he his but at are this have from or had an they which"
_CONTENT = """
family away until done business case live once stop took later open united face games able video body south research anyone
needs class wanted series special police soon further child building talking front current baby across self main department
points term miss include above likely county issues star higher takes gone added hands received became meeting value round
league central review character october blood lord january website currently increase sign began difficult parts whose
internet ways missing table europe products allowed married rock century limited spent ahead committee plans treatment
credit interesting particular travel positive conditions nature agree justice sold calling friday train german leader
product anymore floor opening successful dance ship band fighting operation sunday calls dream marriage supposed damage
facebook machine shown effective male worse characters lived rates drug mission therefore complex highest putting accept
exchange opened ride speech airport engine plays stopped appeared digital mostly score views click hearing pull
understanding rise weird happening option strength improve spirit customers helping produce completed host neither software
florida stick busy develop images roll variety discovered ordered strategy core guard mention shoot victory electric fuel
links plenty shape willing awards discussion industrial proposed supporting arts intelligence proof banks domestic launch
suddenly yellow contains girlfriend performed soft accepted boston grant measures relations squad angry emotional internal
listening relatively weak committed hits numerous task applications corporate faster millions revenue troops bowl dying
funding neck shirt vision charged iran orange struggle usual assembly conservative fail perfectly stands bomb facility
newspaper scottish adults bond danger enjoyed matches reasonable singing admit drawing replace tips afford chemical index
parent shift unlike combat depending frequently latter perspective suppose arrest crash electronic legislation pakistan
resistance staying baseball constant exciting messages sight anniversary constantly hardly marine puts secondary unknown
bills decade fantasy pilot representatives survive chances defeat opposed statements yards contain facing greek monthly
recommended solutions wheel cabinet gained junior philosophy settlement topic continuing ignore necessarily primarily rush
supplies consequences gate joining mirror recognition thin bedroom cloud element hills moral railway superior wash babies
cooking encourage governments losses palace rating successfully woods chase featured illinois mood pushing shadow checking
custom helpful opens rear swimming anger ceremony dressed establishment houston maps prayer solve banned deck evolution
lately priority steal actors enemies israeli organic rugby sudden assigned citizen damaged fitness lawyers observed
researchers angle commonly findings journalist pace rocks thirty bands fraud immigrants merely regret seed waves begun
frequency organisation roughly threatened apps concluded engines heroes knock operated referring stretch bears contribution
fame investors occurs rapidly swing arguments compensation difficulty intention periods proven teen communist duties
humanity manual pound romance trends amongst blocked database dynamic grave rocket stones vietnam cooperation estimates
oregon regime similarly visits beef coaching disabled fifty guaranteed loop regarded sole volunteers crucial expanded gulf
odds pump slip auction copper editing ignored moderate publications tokyo announce choosing controversy fails offense
removing terror aids boundaries emperor gathering jumped nevertheless powered strikes venue artificial consistently diverse
gather landed municipal poland securities suspension warrant asset burden coalition directions expense implemented quarters
rolls
"""
FUNCTION, CONTENT = _FUNCTION.split(), _CONTENT.split()
_FUNCTION_WEIGHTS = [1 / (i + 2) for i in range(len(FUNCTION))]
_CONTENT_WEIGHTS = [1 / (i + 30) for i in range(len(CONTENT))]
_SYLLABLES = [consonant + vowel for consonant in (*"bdfgklmnprstvz", "br", "dr", "kr", "tr") for vowel in (*"aeiou", "ei", "ou")]

SEPARATORS = " \t\n\r\u00a0\u1680\u2003\u2009\u200b\u2028\u202f\u3000.,;:!?\"'()-–—…„“”«»/\\=+<>|~©°€😀🏳"
INVISIBLE = "\u00ad\u200c\u200d\u200e\u200f\u202a\u202e\u2060\u2066\ufeff\ufe0f\U000e0061\U000e0101"
SPACED = "abzAZñÉßſµªøŁİıΣςσЖжёאבقلماहिकी09²½٣ⅷⅧ_‿ﬁﬀ０ｘＹ𝐀𐐀ﷺ한국가ễ"
UNSPACED = "中文字龍葛𠮷かがパｶ々ไทยก็ကမ္မာ་བོ\u2f00\u3220"
MARKS = "\u0301\u0308\u0327\u0307\u3099"

separators = st.text(st.sampled_from(SEPARATORS), min_size=1, max_size=3)
any_text = st.text(st.characters(exclude_categories=()), max_size=60)
"""Every code point, lone surrogates and NULs included."""
worldly_text = st.text(st.sampled_from(SEPARATORS + INVISIBLE + SPACED + UNSPACED + MARKS + "\x00\ud800"), max_size=60)
"""Texts dense in what makes splitting hard."""
hard_text = st.one_of(any_text, worldly_text)
spelt_text = st.lists(
    st.builds(str.__add__, st.sampled_from("aeouAEOUszgかはパखगय" + SEPARATORS), st.sampled_from(["", *MARKS])), max_size=40
).map("".join)
"""Letters with one mark at most, so that composed and decomposed spellings keep the marks' order."""


def rarity(rng: random.Random) -> str:
    """A made-up word that stands in no table of weights."""
    return "".join(rng.choices(_SYLLABLES, k=rng.randint(3, 4)))


def tokens(rng: random.Random, count: int, names: float = 0.1) -> list[str]:
    """Words as running English text holds them: half function words, a quarter common words, some rare ones, some names."""
    out = []
    for _ in range(count):
        draw = rng.random()
        if draw < names:
            out.append(rarity(rng).capitalize())
        elif draw < names + 0.15 * (1 - names):
            out.append(rarity(rng))
        elif draw < names + 0.4 * (1 - names):
            out.append(rng.choices(CONTENT, _CONTENT_WEIGHTS)[0])
        else:
            out.append(rng.choices(FUNCTION, _FUNCTION_WEIGHTS)[0])
    return out


def sentences(rng: random.Random, count: int, names: float = 0.1) -> list[str]:
    """Sentences of 8 to 24 words, each with a capital and a full stop."""
    out = []
    for _ in range(count):
        words = tokens(rng, rng.randint(8, 24), names)
        words[0] = words[0].capitalize()
        out.append(" ".join(words) + ".")
    return out


def prose(seed: int, count: int = 12, names: float = 0.1) -> str:
    """A text of `count` sentences; the same for the same seed."""
    return " ".join(sentences(random.Random(seed), count, names))


def edited(text: str, share: float, seed: int) -> str:
    """The text with that share of its words replaced by others, drawn at random."""
    rng = random.Random(seed)
    words = text.split()
    for i in rng.sample(range(len(words)), round(share * len(words))):
        words[i] = rng.choices(CONTENT, _CONTENT_WEIGHTS)[0]
    return " ".join(words)


def on_one_event(number: int, event: int, phrase: str = "") -> str:
    """A report of some 150 words that names what all reports of its event name, and has this phrase in its middle."""
    names = [rarity(random.Random(event * 20 + i)).capitalize() for i in range(12)]
    rng = random.Random(number)
    words = prose(number, 12, names=0).split()
    for known in zip(names[::2], names[1::2], strict=True):
        words.insert(rng.randrange(1, len(words)), " ".join(known))
    middle = len(words) // 2
    return " ".join([*words[:middle], rarity(rng), phrase, rarity(rng), *words[middle:]])
