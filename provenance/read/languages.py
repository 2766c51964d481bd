"""Names and codes of languages, as inputs give them, to one code each. Pure."""

from __future__ import annotations

import re

_ISO_639_1 = """
    aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo es et eu
    fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km
    kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn nr nv ny oc oj om or
    os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts
    tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu
"""
_TWO = frozenset(_ISO_639_1.split())
_NAMES = """
    ar ara arabic العربية; bg bul bulgarian български; bn ben bengali; ca cat catalan català; cs ces cze czech čeština;
    da dan danish dansk; de deu ger german deutsch; el ell gre greek ελληνικά; en eng english; es spa spanish español castellano;
    et est estonian; fa fas per persian farsi فارسی; fi fin finnish suomi; fr fra fre french français; he heb iw hebrew עברית;
    hi hin hindi हिन्दी; hr hrv croatian hrvatski; hu hun hungarian magyar; id ind in indonesian; it ita italian italiano;
    ja jpn japanese 日本語; ko kor korean 한국어; lt lit lithuanian; lv lav latvian; nb nob no nor norwegian bokmål norsk;
    nl nld dut dutch nederlands; pl pol polish polski; pt por portuguese português; ro ron rum romanian română;
    ru rus russian русский; sk slk slo slovak; sl slv slovenian slovene; sr srp serbian српски; sv swe swedish svenska;
    th tha thai; tr tur turkish türkçe; uk ukr ukrainian українська; ur urd urdu; vi vie vietnamese; zh zho chi cmn chinese 中文
"""
_CODES = {name: names.split()[0] for names in _NAMES.split(";") for name in names.split()}
_TAG = re.compile(r"([a-z]{2,3})(?:[-_][a-z0-9]{1,8})*")


def code(name: str) -> str | None:
    """`en` for `en-US`, `EN_gb`, `eng` and `English`: ISO 639-1, or the three letters where there are no two; None for what is no
    language (`und`, `unknown`). Norwegian is `nb`, what nearly all of it is."""
    name = name.strip().casefold()
    if name in _CODES:
        return _CODES[name]
    tag = _TAG.fullmatch(name)
    if tag is None:
        return None
    primary = _CODES.get(tag[1], tag[1])
    return primary if primary in _TWO or (len(primary) == 3 and primary not in ("und", "mul", "mis", "zxx", "unk")) else None
