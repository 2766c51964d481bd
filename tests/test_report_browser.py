"""The HTML report in a real browser: what a reader clicks, types and sees, and that the page asks nobody for anything.

Needs Chromium (Debian: apt-get install chromium; or CHROMIUM names it) and playwright, which is in the extra `dev`.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from provenance.report import dossier
from provenance.report.html import page
from provenance.store import Store
from tests import newsroom

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: pip install '.[dev]'")

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium")
OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: apt-get install chromium, or name one in CHROMIUM")


def written(folder: Path, families: list[list[newsroom.Text]]) -> Path:
    """A report on these families, as the command writes it."""
    db = newsroom.write(folder / "news.db", families)
    index = folder / "report.html"
    with Store.open(db) as store:
        for name, found in dossier.pages(store, index.name, "report_files"):
            target = folder / "report_files" / name if name else index
            target.parent.mkdir(exist_ok=True)
            target.write_text("".join(page(found)), encoding="utf-8")
    return index


@pytest.fixture(scope="module")
def report(tmp_path_factory) -> Path:
    """Six families of three texts, one of forty, one of hostile texts."""
    families = [*(newsroom.family(n) for n in range(6)), newsroom.family(9, 40, 6), newsroom.hostile()]
    return written(tmp_path_factory.mktemp("browser"), families)


@pytest.fixture(scope="module")
def browser() -> Iterator[sync_api.Browser]:
    with sync_api.sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=[*OPTIONS, "--no-first-run"])
        yield opened
        opened.close()


@pytest.fixture
def visit(browser, report) -> Iterator[Callable[..., sync_api.Page]]:
    """Opens the report. At the end no page has complained, or asked for anything but files."""
    contexts, troubles = [], []

    def opened(fragment: str = "", path: Path = report, **options) -> sync_api.Page:
        context = browser.new_context(**({"viewport": {"width": 1280, "height": 900}} | options))
        contexts.append(context)
        tab = context.new_page()
        tab.on("console", lambda message: troubles.append(message.text))
        tab.on("pageerror", lambda error: troubles.append(str(error)))
        tab.on("request", lambda request: None if request.url.startswith("file:") else troubles.append(request.url))
        tab.goto(path.as_uri() + fragment)
        return tab

    yield opened
    for context in contexts:
        context.close()
    assert troubles == []


def rows(tab: sync_api.Page) -> list[str]:
    """The families that the index shows."""
    return tab.locator("#index tbody tr:visible th a").all_inner_texts()


def test_the_overview_leads_to_a_family_and_back(visit):
    """A click shows one family alone, at its top; the browser's way back shows the overview again."""
    tab = visit()
    tab.get_by_role("link", name="Story 2 told for the 1. time").click()
    assert tab.locator("article:visible").count() == 1
    assert tab.get_by_role("heading", name="Story 2 told for the 1. time").is_visible()
    assert not tab.locator("#overview").is_visible()
    assert tab.evaluate("scrollY") == 0
    tab.go_back()
    assert tab.locator("#overview").is_visible()
    assert tab.locator("article:visible").count() == 0


def test_search_filters_the_families(visit):
    """What is typed leaves the families that have all its words in a title, a site or an address, and counts them."""
    tab = visit()
    tab.keyboard.press("/")
    tab.keyboard.type("STORY S2.example/3")
    assert rows(tab) == ["Story 3 told for the 1. time"]
    assert tab.locator("#found").inner_text() == "1 of 8"
    tab.locator("#search").fill("https://s1.example/9/")
    assert rows(tab) == ["Story 9 told for the 1. time"]
    tab.keyboard.press("Escape")
    assert len(rows(tab)) == 8


def test_columns_sort(visit):
    """A click on a heading sorts by it, a second one the other way round; the heading says so."""
    tab = visit()
    header = tab.locator("th", has=tab.get_by_role("button", name="Newest"))
    header.get_by_role("button").click()
    newest = [cell.get_attribute("data-value") for cell in tab.locator("#index td[data-label=Newest]").all()]
    assert newest == sorted(newest, reverse=True)
    assert header.get_attribute("aria-sort") == "descending"
    header.get_by_role("button").press("Enter")
    newest = [cell.get_attribute("data-value") for cell in tab.locator("#index td[data-label=Newest]").all()]
    assert newest == sorted(newest)
    assert tab.locator("th[aria-sort]").count() == 1


def test_the_keyboard_walks_the_families(visit):
    """j and k go from family to family, Enter opens one, and Escape leads back to where one was."""
    tab = visit()
    for key in "jjk":
        tab.keyboard.press(key)
    tab.keyboard.press("Enter")
    assert tab.locator("article:visible h2").inner_text() == "Story 9 told for the 1. time"
    tab.keyboard.press("j")
    tab.wait_for_function("location.hash === document.querySelectorAll('#index a')[1].hash")
    tab.keyboard.press("Escape")
    assert tab.locator("#overview").is_visible()
    assert tab.evaluate("document.activeElement.hash") == tab.evaluate("document.querySelectorAll('#index a')[1].hash")


def test_a_line_of_the_drawing_opens_its_texts(visit):
    """A click on a derivation opens the two texts behind it, and puts the keyboard there."""
    tab = visit("#family-2")
    second = tab.locator("#pair-2-2")
    assert not second.is_visible()
    tab.locator("a.line[href='#pair-2-2'] text").click()
    second.wait_for(state="visible")
    assert tab.evaluate("document.activeElement.id") == "pair-2-2"
    assert second.locator(".row.shared").count() > 3


def test_hovering_lights_both_sides(visit):
    """Under the pointer a passage lights up on both sides and in the list, and goes out behind it."""
    tab = visit("#family-2")
    tab.locator("#pair-2-1 .cell.b").nth(2).hover()
    assert tab.locator("#pair-2-1 .passages .lit").count() == 1
    assert tab.locator("#pair-2-1 .row.lit").count() == tab.locator("#pair-2-1 .row[data-passage='1']").count()
    tab.locator("#pair-2-1 .verdict").hover()
    assert tab.locator(".lit").count() == 0


def test_the_table_says_what_the_drawing_says(visit):
    """Behind the drawing stands a table with all texts, also those that are folded in the drawing."""
    tab = visit("#family-7")
    assert "more from here" in tab.locator("article:visible svg").first.inner_html()
    tab.get_by_text("The same as a table").locator("visible=true").click()
    assert tab.locator("article:visible .lineage-table tbody tr").count() == 40


def test_hostile_texts_stay_text(visit):
    """Scripts, handlers and images in titles, texts and addresses do nothing, whatever one opens."""
    tab = visit("#family-8")
    tab.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")
    tab.locator("article:visible .row").first.hover()
    tab.locator("article:visible svg").first.hover()
    assert tab.title() == "What the documents share"
    assert tab.locator("img, iframe, object, embed, form, textarea, link").count() == 0
    assert tab.locator("script").count() == 1
    assert tab.locator("a[href^='javascript' i], a[href^='data' i]").count() == 0


@pytest.mark.parametrize("fragment", ["", "#family-7", "#family-8"])
def test_nothing_is_wider_than_the_screen(visit, fragment):
    """On a small screen the page does not scroll sideways; only drawings and tables do, within themselves."""
    tab = visit(fragment)
    tab.evaluate("document.querySelectorAll('article:target details').forEach(each => { each.open = true; })")
    for width in (320, 390, 800):
        tab.set_viewport_size({"width": width, "height": 800})
        assert tab.evaluate("document.documentElement.scrollWidth") <= width


def test_it_reads_without_a_script(visit):
    """Without JavaScript the links lead on, the details open, and what needs a script is not there."""
    tab = visit(java_script_enabled=False)
    assert not tab.locator("#search").is_visible()
    tab.get_by_role("link", name="Story 2 told for the 1. time").click()
    assert tab.locator("article:visible").count() == 1
    tab.locator("article:visible summary").last.click()
    assert tab.locator("#pair-3-2 .verdict").is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_light_and_dark(visit, scheme):
    """The page follows the reader's setting."""
    colour = visit(color_scheme=scheme).evaluate("getComputedStyle(document.body).backgroundColor")
    red = int(colour.removeprefix("rgb(").split(",")[0])
    assert (red > 200) == (scheme == "light")


def test_print_has_what_one_sees(visit):
    """Printed, the page has the family with its texts, and nothing that is only for the screen."""
    tab = visit("#family-2")
    tab.emulate_media(media="print")
    assert tab.locator("#pair-2-1 .row").first.is_visible()
    assert not tab.locator(".up").is_visible()
    assert len(tab.pdf(format="A4")) > 10_000


def test_focus_can_be_seen(visit):
    """Whoever goes by keyboard sees where they are, and first of all may skip the head."""
    tab = visit()
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.className") == "skip"
    tab.keyboard.press("Tab")
    assert tab.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_every_control_has_a_name(visit):
    """Whatever takes the keyboard has a name for those who do not see it."""
    tab = visit("#family-2")
    nameless = tab.evaluate(
        """[...document.querySelectorAll('a, button, input, summary, [tabindex="0"]')].filter(each => !(
            each.matches('[aria-label], [aria-labelledby]') || each.textContent.trim() || each.labels?.length
        )).map(each => each.outerHTML)"""
    )
    assert nameless == []


def test_two_hundred_families_open_at_once(visit, tmp_path):
    """A page of 200 families costs the browser less than two seconds of work to open, and is far smaller than 20 MB."""
    index = written(tmp_path, [newsroom.family(n, 4) for n in range(200)])
    assert index.stat().st_size < 20_000_000
    assert not (tmp_path / "report_files").exists()
    tab = visit(path=index)
    session = tab.context.new_cdp_session(tab)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})  # the time that others use of the machine does not count
    tab.reload()
    work = {metric["name"]: metric["value"] for metric in session.send("Performance.getMetrics")["metrics"]}
    assert 0 < work["TaskDuration"] < 2
    assert len(rows(tab)) == 200
