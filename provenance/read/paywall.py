"""Whether a page kept its article to itself: what is left of it is an advertisement, and evidence of nothing. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from provenance.read.jsonld import Thing, names

if TYPE_CHECKING:
    from lxml.html import HtmlElement

SUBSTANTIAL = 1_500
"""Letters that make a body, whatever stands under it: some 250 words. Teasers have one to three paragraphs."""
_DENSE = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
_DENSE_COUNTS = 3
"""A Chinese, Japanese or Korean character says as much as three letters."""

_ASKING = r"""
subscribe (?:now )?to (?:continue|keep|read|unlock)
to (?:continue|keep) reading
(?:this|the full) (?:article|story|content) is (?:for|only|available|exclusive|reserved)[^.]{0,40}(?:subscribers|members)
(?:for|exclusive to) (?:our )?subscribers
subscribers? only
unlock this article
you['’]ve reached your (?:free )?(?:article )?limit
(?:nur|exklusiv) für abonnent
abonnenten vorbehalten
jetzt (?:abonnieren und )?weiterlesen
um weiterzulesen
weiterlesen mit
réservée? (?:à nos|aux) abonné
il vous reste [\d,.\s]{1,6}\s?% de cet article
abonnez-vous pour (?:lire|continuer)
pour (?:lire la suite|continuer (?:à lire|la lecture))
(?:exclusivo|solo) para suscriptores
para (?:seguir|continuar) leyendo
suscr[ií]b[ae]te para (?:leer|seguir)
riservato agli abbonati
per continuare a leggere
abbonati per (?:leggere|continuare)
exclusivo para assinantes
para continuar lendo
assine para (?:ler|continuar)
(?:alleen|exclusief) voor abonnees
om verder te lezen
tylko dla (?:prenumeratorów|subskrybentów)
только для подписчиков
чтобы (?:читать дальше|продолжить чтение)
للمشتركين فقط
لمتابعة القراءة
会員限定
(?:続き|全文)[をは](?:読む|お読み)[^。]{0,20}(?:登録|会員)
残り\s?\d+文字
付费(?:阅读|内容)
(?:订阅|登录|訂閱|登入)[后後]?(?:继续|繼續)?(?:阅读|閱讀)
구독 후
유료 회원
회원 전용
"""
_PHRASES = re.compile("|".join(_ASKING.strip().split("\n")), re.I)
"""What pages say that keep the rest to subscribers; "Subscribe" alone stands on every page."""
_RIM = frozenset(("nav", "header", "footer", "aside", "script", "head"))
_LONGEST = 100_000
"""Characters that are searched."""


def is_paywalled(text: str, article: Thing, tree: HtmlElement) -> bool:
    """Whether a short text is what a paywall left: the markup says that it is not free, or the page asks for a subscription.

    A text with a substantial body is an article, whatever is sold under it.
    """
    if len(text) + (_DENSE_COUNTS - 1) * len(_DENSE.findall(text)) >= SUBSTANTIAL:
        return False
    said = article.get("isAccessibleForFree")
    free = [str(said), *names(said)]
    if any(value.lower().rsplit("/", 1)[-1] in ("false", "no") for value in free):
        return True
    return _PHRASES.search(_middle(tree)) is not None


def _middle(tree: HtmlElement) -> str:
    """The text of a page without its rim, where subscriptions are always sold."""
    from lxml import etree

    walk = etree.iterwalk(tree, events=("start", "end"))
    pieces: list[str] = []
    for event, element in walk:
        if event == "end":
            pieces.append(element.tail or "")
        elif element.tag in _RIM:
            walk.skip_subtree()
        else:
            pieces.append(element.text or "")
    return " ".join("".join(pieces).split())[:_LONGEST]
