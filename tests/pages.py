"""Web pages as sites make them, with what is true of each: made up, the same for the same seed.

A page is an article (language, paragraphs, title, writer), a template (how a kind of site lays a page out, with the junk that
surrounds an article there), and a way to tell the date (twenty-two of them, some that tell none, some that lie).
"""

from __future__ import annotations

import dataclasses
import datetime
import json
import random
from collections.abc import Callable, Iterator
from html import escape

from tests.strategies import sentences

FETCHED = "2025-06-01T00:00:00Z"
"""When every page was fetched; true dates are before."""

_VOCABULARY = {
    "de": """
        der die das und in zu den mit von für auf ist im dem nicht ein eine als auch es an werden aus er hat dass sie
        nach wird bei einer um am sind noch wie einem über so zum war haben nur oder aber vor zur bis mehr durch Brücke
        Hafen Rathaus Stadt Minister Bürgermeisterin Bericht Jahre Kosten Wasser Schule Feuerwehr prüfen bauen warnen
        fordern erklärte größer möglich
    """,
    "fr": """
        le la les de des et à en un une du que est pour qui dans a par plus pas au sur ne se ce il sont avec ont été
        mais comme ou si leur y dont ses aux elle nous cette entre sans sous après deux même pont port mairie ville
        ministre maire rapport années coûts eau école pompiers vérifier construire élèves évacués déclaré près où déjà
        gênés façade
    """,
    "es": """
        de la que el en y a los del se las por un para con no una su al lo como más pero sus le ya o este sí porque esta
        entre cuando muy sin sobre también me hasta hay donde puente puerto alcaldía ciudad ministro alcaldesa informe
        años costes agua escuela bomberos revisar construir niños señaló mañana próxima inundación
    """,
    "it": """
        di e il la che in un per è una con non sono da del al le si dei come più anche ma gli ha nel alla della o su lo
        questo dopo essere tra hanno fino quando ponte porto comune città ministro sindaca relazione anni costi acqua
        scuola vigili verificare costruire perché già metà però università
    """,
    "pt": """
        de a o que e do da em um para é com não uma os no se na por mais as dos como mas foi ao ele das tem à seu sua ou
        ser quando muito há nos já está também só pelo até isso ponte porto câmara cidade ministro prefeita relatório
        anos custos água escola bombeiros construção inundação amanhã
    """,
    "nl": """
        de het een van en in is dat op te zijn met voor niet aan er om ook als dan maar uit bij nog naar heeft ze door
        over hij worden meer tot deze wordt kan brug haven stadhuis stad minister burgemeester verslag jaren kosten
        water school brandweer controleren bouwen geïnterviewd België
    """,
    "ru": """
        и в не на что с по это как он к из у за от так же для вы но мы бы то все она его их до был мост порт мэрия город
        министр мэр отчёт годы расходы вода школа пожарные проверить строить заявил завтра рядом возможно
    """,
    "ar": """
        في من على إلى أن عن التي هذا مع كان لم هذه بين بعد قد ما لا هو كل عند قبل الجسر الميناء المدينة الوزير البلدية
        التقرير السنوات التكاليف المياه المدرسة الإطفاء وقال وأضاف غدا
    """,
}
_CHARACTERS = {
    "zh": (
        "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多"
        "定行学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因"
        "由其些然前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解"
        "问意建月公无系军很情者最立代想已通并提直题党程展五果料象员革位入常文总次品式活设及管特件长求老头基资边流路级少"
        "图山统接知较将组见计别她手角期根论运农指"
    ),
    "ja": (
        "のにはをたがでてとしれさあるいもすからなこおよりやっど月日本人年大会社長中国時間者前後今事見行出思言分自気手目"
        "子何方場所話家力女男学校車金円県市町村区駅道路港橋水火山川海空風雨雪病院警察消防議員知首相政府発表説明調査報告"
        "工計画予算決定開始終了"
    ),
}
_OTHER = {
    "de": ("Ressorts", "Wir verwenden Cookies", "Alle akzeptieren", "Kommentare", "Lesen Sie auch", "Teilen", "Von"),
    "fr": ("Rubriques", "Nous utilisons des cookies", "Tout accepter", "Commentaires", "À lire aussi", "Partager", "Par"),
    "es": ("Secciones", "Usamos cookies", "Aceptar todo", "Comentarios", "Lea también", "Compartir", "Por"),
    "it": ("Sezioni", "Usiamo i cookie", "Accetta tutto", "Commenti", "Leggi anche", "Condividi", "Di"),
    "pt": ("Seções", "Usamos cookies", "Aceitar tudo", "Comentários", "Leia também", "Partilhar", "Por"),
    "nl": ("Rubrieken", "Wij gebruiken cookies", "Alles accepteren", "Reacties", "Lees ook", "Delen", "Door"),
    "ru": ("Разделы", "Мы используем файлы cookie", "Принять все", "Комментарии", "Читайте также", "Поделиться", "Автор:"),
    "ar": ("الأقسام", "نستخدم ملفات تعريف الارتباط", "قبول الكل", "التعليقات", "اقرأ أيضا", "مشاركة", "كتب:"),
    "zh": ("频道", "我们使用Cookie", "全部接受", "评论", "相关阅读", "分享", "作者："),
    "ja": ("カテゴリー", "Cookieを使用しています", "すべて同意", "コメント", "関連記事", "シェア", "記者："),
    "en": ("Sections", "We use cookies to improve your visit", "Accept all", "Comments", "Read next", "Share", "By"),
}
"""Of each language: sections, cookies, accept, comments, related, share, by."""
LANGUAGES = tuple(_OTHER)
_WRITERS = {"zh": "李明华", "ja": "佐藤花子", "ru": "Анна Петрова", "ar": "ليلى حداد"}


@dataclasses.dataclass(frozen=True)
class Made:
    """A page and what is true of it."""

    name: str
    markup: str
    url: str
    lang: str
    title: str
    author: str | None
    paragraphs: tuple[str, ...]
    junk: tuple[str, ...]
    """Sentences around the article that are none of it."""
    published_at: str | None
    site_name: str


def _spoken(rng: random.Random, lang: str, count: int) -> list[str]:
    """Sentences in a language, of words that are its own."""
    if lang == "en":
        return sentences(rng, count)
    if lang in _CHARACTERS:
        signs = _CHARACTERS[lang]
        return ["，".join("".join(rng.choices(signs, k=rng.randint(8, 22))) for _ in "ab") + "。" for _ in range(count)]
    words = _VOCABULARY[lang].split()
    spoken = (" ".join(rng.choices(words, k=rng.randint(9, 24))) for _ in range(count))
    return [text[0].upper() + text[1:] + "." for text in spoken]


@dataclasses.dataclass
class _Parts:
    """What a template puts together; texts are escaped already."""

    lang: str
    title: str
    writer: str
    paragraphs: list[str]
    site: str
    host: str
    url: str
    cookies: list[str]
    comments: list[str]
    related: list[str]
    rng: random.Random
    head: str = ""
    """What the way to tell the date puts into the head,"""
    stamp: str = ""
    """and under the headline."""
    thing: dict | None = None
    signed: bool = True

    @property
    def words(self) -> tuple[str, ...]:
        return _OTHER[self.lang]

    def nav(self) -> str:
        return "".join(f'<li><a href="/s/{i}">{self.words[0]} {i}</a></li>' for i in range(12))

    def body(self, tag: str = "p") -> str:
        out = [f"<{tag}>{text}</{tag}>" for text in self.paragraphs]
        if len(out) > 2:
            out[1] = out[1].replace(f"</{tag}>", f' <a href="https://source.example/{self.rng.randint(1, 99)}">…</a></{tag}>')
        return "\n".join(out)

    def remarks(self) -> str:
        return "".join(
            f'<li class="comment"><b class="comment-author">Reader {i}</b> <time class="comment-date" '
            f'datetime="2025-05-{i + 1:02}T09:00:00Z">{i + 1} May 2025</time><p>{text}</p></li>'
            for i, text in enumerate(self.comments)
        )

    def more(self) -> str:
        card = '<article class="card"><a href="/r/{0}"><h3>{1}</h3></a><time datetime="2025-05-2{0}">2{0} May</time></article>'
        return "".join(card.format(i, text) for i, text in enumerate(self.related))

    def banner(self) -> str:
        return (
            f'<div id="cookie-banner" class="cookie-consent" role="dialog"><p>{self.words[1]}. {self.cookies[0]}</p>'
            f"<button>{self.words[2]}</button></div>"
        )

    def ld(self) -> str:
        return f'<script type="application/ld+json">{json.dumps(self.thing)}</script>' if self.thing else ""

    def byline(self, tag: str, attributes: str) -> str:
        return f"<{tag} {attributes}>{self.words[6]} {self.writer}</{tag}>" if self.signed else ""


def _weblog(p: _Parts) -> str:
    return f"""<!DOCTYPE html>
<html lang="{p.lang}-XX"><head><meta charset="utf-8"><title>{p.title} | {p.site}</title>
<meta property="og:title" content="{p.title}"><meta property="og:site_name" content="{p.site}">
<meta property="og:url" content="{p.url}"><link rel="canonical" href="{p.url}">{p.head}{p.ld()}
<style>.post {{ color: #111 }}</style><script>var a = "<div>" + 1;</script></head>
<body class="single">{p.banner()}<header class="site-header"><a href="/">{p.site}</a><nav><ul>{p.nav()}</ul></nav></header>
<main><article class="post"><header class="entry-header"><h1 class="entry-title">{p.title}</h1>
<div class="entry-meta">{p.byline("a", 'rel="author" href="/a"')} {p.stamp}</div></header>
<div class="entry-content">{p.body()}
<div class="sharedaddy"><h3>{p.words[5]}</h3><ul><li><a href="#">Facebook</a></li><li><a href="#">WhatsApp</a></li></ul></div>
</div></article>
<section id="comments" class="comments-area"><h2>{p.words[3]}</h2><ol class="comment-list">{p.remarks()}</ol></section></main>
<aside class="widget-area sidebar"><section class="widget"><h2>{p.words[4]}</h2>{p.more()}</section></aside>
<footer>© 2025 {p.site}</footer></body></html>"""


def _newspaper(p: _Parts) -> str:
    share = "".join(f'<a class="share__item" href="https://social{i}.example/s">{p.words[5]} {i}</a>' for i in range(4))
    return f"""<!doctype html><html lang="{p.lang}"><head><meta charset="utf-8">{p.ld()}
<meta property="og:site_name" content="{p.site}"><meta property="og:type" content="article">
<meta property="og:title" content="{p.title}"><title>{p.title} - {p.site}</title>{p.head}</head><body>
<div class="header"><svg viewBox="0 0 9 9"><path d="M0 0"/></svg><nav class="main-nav"><ul>{p.nav()}</ul></nav></div>
<main id="content"><article class="article"><h1>{p.title}</h1>{p.byline("p", "class=byline")}{p.stamp}
<div class="share-bar">{share}</div><figure><img src="/i.jpg" alt=""><figcaption>Photo: Agency</figcaption></figure>
<div class="article__body">{p.body()}</div></article>
<section class="related-articles"><h2>{p.words[4]}</h2>{p.more()}</section>
<div class="comments"><h2>{p.words[3]}</h2><ul>{p.remarks()}</ul></div></main>
<footer class="footer"><ul>{p.nav()}</ul><p>© 2025 {p.site}. All rights reserved.</p></footer>{p.banner()}</body></html>"""


def _tables(p: _Parts) -> str:
    return f"""<HTML><HEAD><META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset=utf-8">
<META HTTP-EQUIV="Content-Language" CONTENT="{p.lang}"><TITLE>{p.title}</TITLE>{p.head}{p.ld()}
<META NAME="application-name" CONTENT="{p.site}"></HEAD>
<BODY BGCOLOR=white><TABLE WIDTH=100%><TR><TD COLSPAN=2><A HREF="/"><IMG SRC=logo.gif ALT="{p.site}"></A></TD></TR>
<TR><TD WIDTH=150 VALIGN=top CLASS=menu><UL>{p.nav()}</UL></TD><TD VALIGN=top><H1>{p.title}</H1>
{p.byline("DIV", "CLASS=author")}{p.stamp}
{p.body("P")}
</TD></TR></TABLE><HR><CENTER CLASS=footer><FONT SIZE=1>© 2025 {p.site}</FONT></CENTER></BODY></HTML>"""


def _soup(p: _Parts) -> str:
    def nest(inner: str, levels: int) -> str:
        return "".join(f'<div class="c{i} x-{p.rng.randint(0, 99)}">' for i in range(levels)) + inner + "</div>" * levels

    menu = "".join(f'<div class="menu-item"><a href="/m{i}">{p.words[0]} {i}</a></div>' for i in range(10))
    text = "".join(f'<div class="block-text"><p class="t">{text}</p></div>' for text in p.paragraphs)
    top = f'<h1 class="headline">{p.title}</h1>{p.byline("div", "class=author-name")}{p.stamp}'
    return f"""<!DOCTYPE html><html lang="{p.lang}"><head><meta charset=utf-8><title>{p.title}</title>
<meta property="og:title" content="{p.title}"><meta property="og:site_name" content="{p.site}">{p.head}{p.ld()}</head><body>
{nest(f'<div class="navigation menu">{menu}</div>', 4)}
{nest(f'<div class="story">{top}{text}</div>', 7)}
{nest(f'<div class="related-links"><h2>{p.words[4]}</h2>{p.more()}</div>', 3)}
{nest(f'<div class="comments"><ul>{p.remarks()}</ul></div>', 3)}
{p.banner()}<div class="footer">© 2025 {p.site}</div></body></html>"""


def _microdata(p: _Parts) -> str:
    return f"""<!DOCTYPE html><html lang="{p.lang}"><head><meta charset="utf-8"><title>{p.title} – {p.site}</title>
{p.head}{p.ld()}<meta property="og:site_name" content="{p.site}"></head><body><nav role="navigation"><ul>{p.nav()}</ul></nav>
<div itemscope itemtype="https://schema.org/NewsArticle"><h1 itemprop="headline">{p.title}</h1>
{p.byline("span", "itemprop=author")}{p.stamp}
<div itemprop="articleBody">{p.body()}</div></div>
<aside class="recommended"><h2>{p.words[4]}</h2>{p.more()}</aside>{p.banner()}<footer>© {p.site} 2025</footer></body></html>"""


def _xhtml(p: _Parts) -> str:
    return f"""<?xml version="1.0" encoding="utf-8"?>
<!-- made by a content management system -->
<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd">
<html xmlns="http://www.w3.org/1999/xhtml" xml:lang="{p.lang}"><head><title>{p.site}: {p.title}</title>
<script type="text/javascript" src="/a.js"/>{p.head}{p.ld()}<meta property="og:title" content="{p.title}"/>
<meta property="og:site_name" content="{p.site}"/></head>
<body><div id="nav"><ul>{p.nav()}</ul></div><div id="main"><h1>{p.title}</h1>{p.byline("p", "class=byline")}{p.stamp}
<a name="top"/>{p.body()}</div><div id="footer"><p>© 2025 {p.site}</p></div></body></html>"""


def _breaks(p: _Parts) -> str:
    text = "<br><br>\n".join(p.paragraphs)
    return f"""<html><head><meta charset="utf-8"><meta property="og:locale" content="{p.lang}_XX"><title>{p.title}</title>
{p.head}{p.ld()}<meta property="og:site_name" content="{p.site}"></head><body><div id="menu">{p.nav()}</div>
<div id="text"><h1>{p.title}</h1>{p.byline("span", "class=author")}{p.stamp}<div class="story-text">{text}</div></div>
<div id="comments">{p.remarks()}</div><div id="bottom">© 2025 {p.site}</div></body></html>"""


def _divisions(p: _Parts) -> str:
    return f"""<!doctype html><html lang="{p.lang}"><head><meta charset="utf-8"><title>{p.title} :: {p.site}</title>
{p.head}{p.ld()}<meta property="og:title" content="{p.title} - {p.site}">
<meta property="og:site_name" content="{p.site}"></head><body><header><nav>{p.nav()}</nav></header>
<main><h1>{p.title}</h1>{p.byline("div", "class=byline")}{p.stamp}
<div class="article-content">{p.body("div")}</div></main><aside class="related">{p.more()}</aside>{p.banner()}</body></html>"""


TEMPLATES: tuple[Callable[[_Parts], str], ...] = (_weblog, _newspaper, _tables, _soup, _microdata, _xhtml, _breaks, _divisions)


class _When:
    """A moment, written in the ways of the web."""

    def __init__(self, rng: random.Random) -> None:
        day = datetime.datetime(2006, 1, 1, tzinfo=datetime.UTC) + datetime.timedelta(minutes=rng.randrange(60 * 24 * 365 * 19))
        self.moment = day.replace(second=0)
        self.hours = rng.choice((-7, -5, 0, 1, 2, 3, 8, 9))
        self.here = self.moment + datetime.timedelta(hours=self.hours)
        self.changed = self.moment + datetime.timedelta(days=rng.randint(2, 60))

    @property
    def zoned(self) -> str:
        return f"{self.here:%Y-%m-%dT%H:%M:%S}{'-' if self.hours < 0 else '+'}{abs(self.hours):02}:00"

    @property
    def utc(self) -> str:
        return f"{self.moment:%Y-%m-%dT%H:%M:%SZ}"

    @property
    def day(self) -> str:
        return f"{self.moment:%Y-%m-%d}"


def _meta(name: str, value: str, by: str = "name") -> str:
    return f'<meta {by}="{name}" content="{value}">'


def _thing(p: _Parts, **fields: str) -> dict:
    return {"@context": "https://schema.org", "@type": "NewsArticle", "headline": p.title, "url": p.url} | fields


def _ld(p: _Parts, w: _When) -> str:
    p.thing = _thing(p, datePublished=w.zoned, dateModified=f"{w.changed:%Y-%m-%d}")
    return w.utc


def _ld_graph(p: _Parts, w: _When) -> str:
    site = {"@type": "WebSite", "name": p.site, "datePublished": "2003-01-01"}
    picture = {"@type": "ImageObject", "uploadDate": "2004-01-01", "datePublished": "2004-01-01"}
    article = _thing(p, datePublished=w.zoned) | {"@type": ["Article", "NewsArticle"], "image": picture}
    p.thing = {"@context": "https://schema.org", "@graph": [site, {"@type": "BreadcrumbList"}, article]}
    return w.utc


def _ld_others(p: _Parts, w: _When) -> str:
    other = _thing(p, datePublished="2012-12-12") | {"headline": "Another", "url": f"https://{p.host}/other"}
    p.thing = [other, _thing(p, datePublished=w.day)]
    return w.day


def _ld_broken(p: _Parts, w: _When) -> str:
    p.head = f"""<script type='application/ld+json'>
//<![CDATA[
{{"@type": "BlogPosting", "headline": "{p.title}",
"datePublished": "{w.zoned}", "keywords": ["a", "b",],}}
//]]></script>"""
    return w.utc


def _open_graph(p: _Parts, w: _When) -> str:
    p.head = _meta("article:published_time", w.zoned, "property") + _meta(
        "article:modified_time", f"{w.changed:%Y-%m-%d}", "property"
    )
    return w.utc


def _meta_named(name: str, form: Callable[[_When], str], truth: Callable[[_When], str]) -> Callable[[_Parts, _When], str]:
    def tell(p: _Parts, w: _When) -> str:
        p.head = _meta(name, form(w))
        return truth(w)

    tell.__name__ = f"meta {name}"
    return tell


def _itemprop_meta(p: _Parts, w: _When) -> str:
    p.stamp = _meta("datePublished", w.zoned, "itemprop") + _meta("dateModified", f"{w.changed:%Y-%m-%d}", "itemprop")
    return w.utc


def _itemprop_time(p: _Parts, w: _When) -> str:
    p.stamp = f'<time itemprop="dateModified" datetime="{w.changed:%Y-%m-%d}">x</time>'
    p.stamp += f'<time itemprop="datePublished" datetime="{w.day}">{w.here:%d.%m.}</time>'
    return w.day


def _pubdate(p: _Parts, w: _When) -> str:
    p.stamp = f'<time pubdate datetime="{w.zoned}">{w.here:%H:%M}</time>'
    return w.utc


def _time_class(p: _Parts, w: _When) -> str:
    p.stamp = (
        f'<time class="updated" datetime="{w.changed:%Y-%m-%d}">later</time>'
        f'<time class="entry-date published" datetime="{w.zoned}">{w.here:%d %B %Y}</time>'
    )
    return w.utc


def _time_plain(p: _Parts, w: _When) -> str:
    p.stamp = f'<p class="meta">Published <time datetime="{w.day}">{w.moment:%d %B}</time></p>'
    return w.day


def _visible(p: _Parts, w: _When) -> str:
    p.stamp = f'<div class="published">Published: {w.moment.day} {w.moment:%B %Y}</div>'
    return w.day


def _visible_zone(p: _Parts, w: _When) -> str:
    p.stamp = f'<span class="article-date">Published on {w.moment:%B} {w.moment.day}, {w.moment:%Y at %H:%M} UTC</span>'
    return w.utc


def _visible_han(p: _Parts, w: _When) -> str:
    p.stamp = f'<span class="date">发布时间：{w.moment.year}年{w.moment.month}月{w.moment.day}日</span>'
    return w.day


def _abbr(p: _Parts, w: _When) -> str:
    p.stamp = f'<abbr class="published" title="{w.zoned}">{w.here:%A}</abbr>'
    return w.utc


def _modified_only(p: _Parts, w: _When) -> None:
    p.head = _meta("article:modified_time", w.zoned, "property")
    p.thing = _thing(p, dateModified=w.zoned)


def _nothing(p: _Parts, w: _When) -> None:
    pass


def _epoch_first(p: _Parts, w: _When) -> str:
    p.thing = _thing(p, datePublished="1970-01-01T00:00:00+00:00")
    p.head = _meta("article:published_time", w.zoned, "property")
    return w.utc


def _future(p: _Parts, w: _When) -> None:
    p.head = _meta("article:published_time", "2031-01-01T00:00:00Z", "property")


def _impossible(p: _Parts, w: _When) -> str:
    p.head = _meta("article:published_time", "0000-00-00T00:00:00Z", "property") + _meta("dc.date", "2024-13-45")
    p.stamp = f'<time class="published" datetime="{w.day}">x</time>'
    return w.day


def _refined(p: _Parts, w: _When) -> str:
    p.thing = _thing(p, datePublished=w.day)
    p.head = _meta("article:published_time", w.utc, "property")
    return w.utc


WAYS: tuple[Callable[[_Parts, _When], str | None], ...] = (
    _ld, _ld_graph, _ld_others, _ld_broken, _open_graph,
    _meta_named("parsely-pub-date", lambda w: w.zoned, lambda w: w.utc),
    _meta_named("sailthru.date", lambda w: f"{w.moment:%Y-%m-%d %H:%M:%S}", lambda w: w.utc),
    _meta_named("DC.date.issued", lambda w: w.day, lambda w: w.day),
    _meta_named("dc.date", lambda w: f"{w.moment:%Y-%m}", lambda w: f"{w.moment:%Y-%m}"),
    _meta_named("citation_publication_date", lambda w: f"{w.moment:%Y/%m/%d}", lambda w: w.day),
    _meta_named("pubdate", lambda w: f"{w.moment:%a, %d %b %Y %H:%M:%S} GMT", lambda w: w.utc),
    _itemprop_meta, _itemprop_time, _pubdate, _time_class, _time_plain, _visible, _visible_zone, _visible_han, _abbr,
    _modified_only, _nothing, _epoch_first, _future, _impossible, _refined,
)  # fmt: skip


def made(seed: int, template: int, way: int, lang: str, length: tuple[int, int] = (5, 12)) -> Made:
    """The page of a seed, with this template, this way to tell the date and this language."""
    rng = random.Random(f"{seed} {template} {way} {lang}")
    dense = lang in _CHARACTERS
    paragraphs = [("" if dense else " ").join(_spoken(rng, lang, rng.randint(2, 5))) for _ in range(rng.randint(*length))]
    title = (_spoken(rng, lang, 1)[0].rstrip(".。"))[:60].strip()
    junk = [_spoken(rng, lang, 2) for _ in range(3)] + [_spoken(rng, lang, 5), _spoken(rng, lang, 5)]
    host = f"www.{rng.choice(('post', 'kurier', 'news', 'daily'))}{seed % 17}.example"
    parts = _Parts(
        lang=lang, title=escape(title), paragraphs=list(map(escape, paragraphs)), writer=_WRITERS.get(lang, "Jo Smith-Müller"),
        site=f"The {host.split('.')[1].title()}", host=host, url=f"https://{host}/a/{seed}-{rng.randint(10, 99)}",
        cookies=junk[0], comments=junk[3], related=[text[:70] for text in junk[4]], rng=rng, signed=rng.random() < 0.8,
    )  # fmt: skip
    published = WAYS[way](parts, _When(rng))
    markup = TEMPLATES[template](parts)
    name = f"{TEMPLATES[template].__name__}{WAYS[way].__name__} {lang} {seed}"
    author = parts.writer if parts.signed else None
    around = (*junk[0][:1], *junk[3], *(text[:70] for text in junk[4]))
    return Made(name, markup, parts.url, lang, title, author, tuple(paragraphs), around, published, parts.site)


def pages(count: int, length: tuple[int, int] = (5, 12)) -> Iterator[Made]:
    """So many pages: every template with every way to tell the date, the languages in turn."""
    for seed in range(count):
        template, way = seed % len(TEMPLATES), (seed // len(TEMPLATES)) % len(WAYS)
        yield made(seed, template, way, LANGUAGES[seed % len(LANGUAGES)], length)
