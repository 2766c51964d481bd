"""The world's news agencies: what they are called, abbreviated, and where they publish. Data; imports the standard library only.

Agencies are credited in every paper, mostly without having a page in the corpus, so their names cannot be learnt from it.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import NamedTuple


class Agency(NamedTuple):
    """One agency under its usual name, which stands for all the others."""

    name: str
    names: tuple[str, ...]
    """Other names in full; they mean the agency wherever they stand."""
    short: tuple[str, ...]
    """Abbreviations that mean little else, as they are written."""
    ambiguous: tuple[str, ...]
    """Names that mean other things as well (PA is Pennsylvania, PTI a party, Bloomberg a man): they count only where nothing but
    a source can stand, in the parenthesis of a dateline and in a byline."""
    hosts: tuple[str, ...]


_TABLE = """
    Reuters | Thomson Reuters, Reuters News Agency, 路透社, 路透 | | | reuters.com
    Associated Press | 美联社, 美聯社, AP通信 | | AP | apnews.com, ap.org
    Agence France-Presse | France-Presse, 法新社, AFP通信 | AFP | | afp.com
    dpa | Deutsche Presse-Agentur | dpa, DPA | | dpa.com, dpa-international.com
    EFE | Agencia EFE | EFE | | efe.com
    ANSA | Agenzia ANSA | ANSA | | ansa.it
    TASS | ITAR-TASS, 塔斯社 | TASS | | tass.com, tass.ru
    Interfax | Interfax News Agency, 国际文传电讯社 | | | interfax.com, interfax.ru
    Xinhua | Xinhua News Agency, 新华社, 新華社 | | | xinhuanet.com, news.cn
    Kyodo | Kyodo News, Kyodo News Agency, 共同社, 共同通信 | | | kyodonews.net, kyodonews.jp
    Press Trust of India | | | PTI | ptinews.com
    Asian News International | | | ANI | aninews.in
    Indo-Asian News Service | | IANS | | ians.in, ianslive.in
    Press Association | PA Media, PA News Agency | | PA | pa.media, pressassociation.com
    The Canadian Press | La Presse Canadienne | | CP | thecanadianpress.com
    UPI | United Press International | UPI | | upi.com
    Bloomberg | Bloomberg News | | Bloomberg | bloomberg.com
    APA | Austria Presse Agentur | | APA | apa.at
    Keystone-SDA | Keystone-ATS, Schweizerische Depeschenagentur | | SDA, ATS | keystone-sda.ch, sda.ch
    ANP | Algemeen Nederlands Persbureau | | ANP | anp.nl
    Belga | Belga News Agency, Agence Belga | | | belga.be, belganewsagency.eu
    NTB | Norsk Telegrambyrå | | NTB | ntb.no
    TT | TT Nyhetsbyrån, Tidningarnas Telegrambyrå | | TT | tt.se
    Ritzau | Ritzaus Bureau | | | ritzau.dk, ritzau.com
    STT | Suomen Tietotoimisto | | STT | stt.fi
    PAP | Polska Agencja Prasowa, Polish Press Agency | | PAP | pap.pl
    ČTK | Česká tisková kancelář, Czech News Agency | ČTK | CTK | ctk.cz, ctk.eu, ceskenoviny.cz
    MTI | Magyar Távirati Iroda | | MTI | mti.hu
    Anadolu | Anadolu Agency, Anadolu Ajansı | | AA | aa.com.tr
    Yonhap | Yonhap News, Yonhap News Agency, 연합뉴스, 韩联社 | | | yna.co.kr
    Jiji | Jiji Press, 時事通信, 时事社 | | | jiji.com
    Antara | Antara News | | | antaranews.com
    Bernama | | | | bernama.com
    SAPA | South African Press Association | | SAPA | sapa.org.za
    MENA | Middle East News Agency | | MENA | mena.org.eg
    WAFA | Palestinian News Agency | | WAFA | wafa.ps
    IRNA | Islamic Republic News Agency | IRNA | | irna.ir
    Ukrinform | | | | ukrinform.net, ukrinform.ua, ukrinform.com
    Unian | | | | unian.ua, unian.net, unian.info
"""


def _agency(line: str) -> Agency:
    name, *lists = (field.strip() for field in line.split("|"))
    return Agency(name, *(tuple(item.strip() for item in field.split(",") if item.strip()) for field in lists))


AGENCIES = tuple(_agency(line) for line in _TABLE.strip().splitlines())


@functools.cache
def _names() -> tuple[Mapping[str, Agency], Mapping[str, Agency], Mapping[str, Agency]]:
    """By name in full, folded and without article; by abbreviation as written; by ambiguous name as written."""
    short = {name: agency for agency in AGENCIES for name in agency.short}
    ambiguous = {name: agency for agency in AGENCIES for name in agency.ambiguous}
    full = {name: agency for agency in AGENCIES for name in (agency.name, *agency.names) if name not in short | ambiguous}
    return {_folded(name): agency for name, agency in full.items()}, short, ambiguous


def _folded(name: str) -> str:
    return name.casefold().removeprefix("the ")


def in_text(name: str) -> Agency | None:
    """The agency that a name means wherever it stands: in full, or by an abbreviation that means nothing else."""
    full, short, _ = _names()
    return short.get(name) or full.get(_folded(name))


def as_source(name: str) -> Agency | None:
    """The agency that a name means where only a source can stand. Agencies sign in lower case, too; two letters do not."""
    _, short, ambiguous = _names()
    capitals = name.upper() if len(name) > 2 and name.islower() else name
    return in_text(name) or short.get(capitals) or ambiguous.get(capitals)


def at_host(host: str) -> Agency | None:
    """The agency whose site this is, or a part of it."""
    labels = host.casefold().split(".")
    return next((found for i in range(len(labels) - 1) if (found := _hosts().get(".".join(labels[i:])))), None)


@functools.cache
def _hosts() -> Mapping[str, Agency]:
    return {host: agency for agency in AGENCIES for host in agency.hosts}
