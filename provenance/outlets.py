"""One name for `reuters.com`, "Reuters" and "(Reuters)": which names mean which outlet, learnt from the corpus. Pure.

An outlet is what its host calls it (`harbourpost` of `www.harbourpost.example`), an agency its usual name ("Associated Press").
That needs no learning. What has to be learnt are names that the host does not hold: that `dunport.example` is the "Lundrith
Weekly". Pages say so in their markup, data sets by a name beside an address, and authors in their bylines.

A name that is learnt wrongly makes false parents, one that is missed costs a piece of evidence. So a name means one outlet or
none, and it is believed only of an outlet that goes by it nearly always. Names are compared by `cues.name_key`. Everything is
counted over all documents of the store, so that neither order nor batches nor earlier runs can change it.
"""

from __future__ import annotations

import dataclasses
import functools
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from provenance import agencies
from provenance.cues import Cue, affiliations, find, initials, is_host, is_medium_word, name_key, own_label, signed, stated

SOURCES = ("agency", "site", "markup", "byline")
"""How an alias is known, the surest first: from the list of agencies; because documents give it as their site, by host or by
name; from the markup of pages; from bylines."""

LEAST = 2
"""Documents of an outlet that must bear a name: one page may be a guest's, a template's or a forger's."""
MOST_OF = 0.75
"""Share of an outlet's documents with such a name that must bear this one. Sections name themselves ("Post Sport"), and portals
and copies the outlets of others: of these no name reaches it."""


class Naming(NamedTuple):
    """So many documents say the same of where they stand."""

    site: str | None
    host: str | None
    """Of the address, where `site` is a name."""
    name: str | None
    """The site's name in the markup."""
    author: str | None
    documents: int


class Alias(NamedTuple):
    """A name or host, as most write it, and the one outlet that it means."""

    alias: str
    outlet: str
    source: str
    documents: int
    """How many documents say so; 0 for the name of an agency that is no document's site."""


def of_host(host: str) -> str:
    """The outlet of a host; of one that is nothing but a suffix, the host."""
    agency = agencies.at_host(host)
    return agency.name if agency else name_key(own_label(host)) or host.casefold()


class Outlets:
    """What names mean. Unknown ones mean themselves."""

    def __init__(self, aliases: Iterable[Alias] = ()) -> None:
        self._learnt = meanings(alias for alias in aliases if alias.source in ("markup", "site", "byline"))

    def of_sites(self, sites: Iterable[str | None]) -> frozenset[str]:
        """The outlets of a text's sites, be those hosts or names."""
        found = (of_host(site) if is_host(site) else self._named(site, agencies.as_source(site)) for site in sites if site)
        return frozenset(found) - {""}

    def cues(self, text: str, author: str | None, extra: Mapping[str, Any]) -> tuple[Cue, ...]:
        """All cues of a document, from its text, its byline and its markup, with what they mean."""
        return tuple(map(self.resolved, (*find(text), *signed(author), *stated(extra))))

    def resolved(self, cue: Cue) -> Cue:
        """The cue with the outlet that it means; that of an agency by its usual name.

        An abbreviation that has other meanings is an agency's only where the cue shows a medium.
        """
        if cue.kind == "date":
            return cue
        if cue.kind == "link" or is_host(cue.name):
            return dataclasses.replace(cue, means=of_host(cue.name))
        agency = agencies.as_source(cue.name) if cue.outlet else agencies.in_text(cue.name)
        if agency:
            return dataclasses.replace(cue, name=agency.name, means=agency.name)
        return dataclasses.replace(cue, means=self._named(cue.name, None))

    def _named(self, name: str, agency: agencies.Agency | None) -> str:
        key = name_key(name)
        return agency.name if agency else self._learnt.get(key, key)


def keys_of(cues: Iterable[Cue], sites: Iterable[str]) -> set[str]:
    """The names of a text's cues and sites whose meaning is learnt, by key."""
    names = [cue.name for cue in cues if cue.kind not in ("date", "link")] + list(sites)
    return {name_key(name) for name in names if not is_host(name)} - {""}


def changed(before: Iterable[Alias], now: Iterable[Alias]) -> set[str]:
    """Keys of the names that mean another outlet now."""
    one, two = meanings(before), meanings(now)
    return {key for key in one.keys() | two.keys() if one.get(key, key) != two.get(key, key)}


def meanings(aliases: Iterable[Alias]) -> dict[str, str]:
    """Key of a name -> its outlet; hosts speak for themselves."""
    return {name_key(alias.alias): alias.outlet for alias in aliases if not is_host(alias.alias)}


def learn(namings: Iterable[Naming]) -> list[Alias]:
    """Every name and host that means one outlet, in order; the agencies' own whether or not the corpus has them."""
    claims = _Claims()
    for naming in namings:
        claims.add(naming)
    return sorted([*_of_agencies(claims.sites), *claims.hosts(), *claims.names()])


class _Claims:
    """Who goes by which name, and how often."""

    def __init__(self) -> None:
        self.sites: Counter[str] = Counter()
        """Documents by site, as they give it."""
        self._key = functools.cache(name_key)
        self._outlet = functools.cache(of_host)
        self._outlets: set[str] = set()
        """Those of which a host is known."""
        self._alone: Counter[str] = Counter()
        """Documents by the key of the name that they give as their site."""
        self._said: dict[str, dict[str, Counter[str]]] = {source: defaultdict(Counter) for source in ("site", "markup", "byline")}
        """For each source and outlet: documents by the key of the name they give."""
        self._spelt: dict[str, Counter[str]] = defaultdict(Counter)

    def add(self, naming: Naming) -> None:
        """Take in one row."""
        site, n = naming.site or "", naming.documents
        host = (naming.host or "").rpartition("@")[2]
        name = None
        if is_host(site):
            host = site
        elif key := self._key(site):
            name = site
            self._alone[key] += n
            self._spelt[key][site.strip()] += n
        if site:
            self.sites[site] += n
        if not is_host(host):
            return
        outlet = self._outlet(host)
        self._outlets.add(outlet)
        self._say("site", outlet, name, n)
        self._say("markup", outlet, naming.name, n)
        for part in affiliations(naming.author)[1:]:
            if _resembles(part, outlet):
                self._say("byline", outlet, part, n)

    def _say(self, source: str, outlet: str, name: str | None, n: int) -> None:
        if key := self._key(name or ""):
            self._said[source][outlet][key] += n
            self._spelt[key][(name or "").strip()] += n * (source != "site")  # those are counted as sites

    def hosts(self) -> list[Alias]:
        """Each host that a document has as its site."""
        counts: Counter[str] = Counter()
        for site, n in self.sites.items():
            if is_host(site):
                counts[site.casefold()] += n
        return [Alias(host, of_host(host), "site", n) for host, n in counts.items() if not agencies.at_host(host)]

    def names(self) -> list[Alias]:
        """The names that one outlet goes by and no other; a site that is known by name alone is an outlet of that name."""
        holders: dict[str, set[str]] = defaultdict(set)
        for outlet in self._outlets:
            holders[name_key(outlet)].add(outlet)
        usual = [
            (SOURCES.index(source), key, outlet, n)
            for source, outlets in self._said.items()
            for outlet, names in outlets.items()
            for key, n in names.items()
            if n >= MOST_OF * names.total()
        ]
        for _, key, outlet, _ in usual:
            holders[key].add(outlet)
        best: dict[str, Alias] = {}
        for rank, key, outlet, n in sorted(usual):
            if n >= LEAST and len(holders[key]) == 1 and self._may_be_learnt(key):
                best.setdefault(key, Alias(_usual(self._spelt[key]), outlet, SOURCES[rank], n))
        for key, n in self._alone.items():
            if len(holders[key] | {key}) == 1 and self._may_be_learnt(key):
                best.setdefault(key, Alias(_usual(self._spelt[key]), key, "site", n))
        return list(best.values())

    def _may_be_learnt(self, key: str) -> bool:
        """A word for any medium ("News", "The Times") names none, and agencies are known by their list alone."""
        spelt = self._spelt[key]
        return not is_medium_word(key) and not any(agencies.as_source(name) or is_host(name) for name in spelt)


def _usual(spelt: Mapping[str, int]) -> str:
    """How most write it."""
    return min(spelt, key=lambda name: (-spelt[name], name))


def _resembles(name: str, outlet: str) -> bool:
    """Whether a name in a byline may be the outlet's own: most name an agency or a paper that the text is taken from, and only
    the host can tell them apart. One holds the other, or the host is the name's initials."""
    key = name_key(name)
    held = min(len(key), len(outlet)) > 3 and (key in outlet or outlet in key)
    return held or (len(outlet) > 1 and outlet == initials(name))


def _of_agencies(sites: Mapping[str, int]) -> list[Alias]:
    """The agencies' names and hosts, and how many documents have each as their site."""
    known = {
        alias: Alias(alias, agency.name, "agency", 0)
        for agency in agencies.AGENCIES
        for alias in (agency.name, *agency.names, *agency.short, *agency.ambiguous, *agency.hosts)
    }
    folded = {alias.casefold(): alias for alias in known}
    for site, n in sorted(sites.items()):
        agency = agencies.at_host(site) if is_host(site) else agencies.as_source(site)
        if agency:
            alias = site if site in known else folded.get(site.casefold(), site)
            before = known.get(alias, Alias(alias, agency.name, "agency", 0))
            known[alias] = before._replace(documents=before.documents + n)
    return list(known.values())
