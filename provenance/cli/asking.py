"""The commands that only read: trace, explain, report, stats, dedupe, query. They never make a store, and never change one."""

from __future__ import annotations

import contextlib
import dataclasses
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from provenance.cli import console, kernels
from provenance.cli.options import UNREADABLE, Common, common, jobs_option, listing
from provenance.model import UsageError
from provenance.report import EXCHANGE, FORMATS

if TYPE_CHECKING:
    from provenance.model import Document, Problem
    from provenance.store.queries import NamedQuery

MAILED = ("text", "md")
"""Formats of a digest that, with -q, is not written where there is no news: cron mails what is written."""
NO_SOURCE = 4
"""Exit code of `trace -e` when no text has a source in the store."""


@click.command(short_help="Where does a text come from that is not in the store?")
@click.argument("file", default="-", metavar="[FILE|-]", type=click.Path(allow_dash=True, readable=False))
@click.option("--date", metavar="DATE", help="When the text was published; what is dated later cannot be its source.")
@click.option("--limit", type=click.IntRange(min=1), default=10, show_default=True, help="Sources named for a text.")
@click.option("-e", "--exit-code", is_flag=True, help=f"Exit with {NO_SOURCE} when nothing in the store shares a passage.")
@listing
@common
def trace(file: str, date: str | None, limit: int, exit_code: bool, style: str | None, common: Common) -> None:
    """Look a text up: which documents of the store share passages with it, and which of them is likely its source. FILE is
    a text, or JSONL or CSV with many; without it, standard input is read. The store stays as it is.

    As JSON, CSV or a table the answer has a row for each text, as it comes: the share of its words that stands in the store,
    and word for word; how many documents have them, and the best of these. So a training corpus is checked against a test set.
    """
    kernels.keep(common.db)
    from provenance.cli.listing import formatted
    from provenance.pipeline import trace as pipeline
    from provenance.report import tracing

    if file == "-" and sys.stdin is not None and sys.stdin.isatty() and not common.quiet:
        console.note("Reading the text from the terminal; end it with Ctrl-D.")
    console.announce_compiling(common.quiet)
    problems: list[Problem] = []
    tally = tracing.Tally()
    traces = tally.count(pipeline.trace(common.db, _texts(file, date, problems), limit=limit))
    if not console.terminal():
        traces = console.shown(traces, console.progress(common.quiet), "trace", None)
    if style:
        console.say(formatted(style, tracing.COLUMNS, tracing.rows(traces)))
    else:
        console.say(tracing.text(traces, width=console.columns(), colour=console.colour()))
    for problem in problems:
        console.note(f"{problem.uri}: {problem.message}")
    if tally.texts > 1 and not common.quiet:
        console.note(tally.sentence())
    if problems:
        click.get_current_context().exit(UNREADABLE)
    if exit_code and not tally.found:
        click.get_current_context().exit(NO_SOURCE)


def _texts(file: str, date: str | None, problems: list[Problem]) -> Iterator[Document]:
    """The texts to look up, dated where `date` says so; what cannot be read is added to `problems`."""
    from provenance import read
    from provenance.model import Problem

    published_at = None if date is None else read.parse_date(date)
    if date is not None and published_at is None:
        raise UsageError(f"trace --date {date}: not a date that is understood; 2025-03-04 and 2025-03-04T10:00 are")
    for item in read.read([file], None, console.stdin()):
        if isinstance(item, Problem):
            problems.append(item)
        elif published_at is None:
            yield item
        else:
            yield dataclasses.replace(item, published_at=published_at, published_from="given")


@click.command(short_help="Two documents side by side: what they share, and why one is thought the source.")
@click.argument("a")
@click.argument("b")
@click.option("--json", "as_json", is_flag=True, help="All of it as a JSON object.")
@common
def explain(a: str, b: str, as_json: bool, common: Common) -> None:
    """Show the passages that documents A and B share, side by side with the changed words marked, and then the reasons: what
    each signal says for and against, how probable each direction is, and which other sources were weighed and lost.

    A and B are uris, or the ends of uris where only one document's ends so.
    """
    from provenance.report import as_pair, explaining
    from provenance.report.words import dump
    from provenance.store import Store

    with Store.open(common.db) as store:
        explanation = explaining.gather(store, a, b)
    if as_json:
        console.say(dump(dataclasses.asdict(explanation), indent=2) + "\n")
    else:
        console.say(as_pair.render(explanation, width=console.columns(), colour=console.colour()))


@click.command(short_help="Families of related documents: who likely had it first, and who from whom.")
@click.option("--family", type=int, metavar="ID", help="This family, whole.")
@click.option("--site", metavar="SITE", help="What this site takes from others, and others from it.")
@click.option("--document", metavar="URI", help="This document: where it comes from, what comes from it.")
@click.option(
    "--since", metavar="last|RUN|DATE", help="Only what changed since the scan before, from a run on, or from a date on."
)
@click.option(
    "-f",
    "--format",
    "format_",
    type=click.Choice([*FORMATS, *EXCHANGE]),
    default=FORMATS[0],
    show_default=True,
    help="How to write it: for people, or, of all families, for other programs.",
)
@click.option(
    "-o", "--output", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path), help="Write to FILE, whole or not at all."
)
@common
def report(
    family: int | None,
    site: str | None,
    document: str | None,
    since: str | None,
    format_: str,
    output: Path | None,
    common: Common,
) -> None:
    """Say what the store holds: families drawn as trees, where each likely began, how probable every derivation is, what
    stays undecided, and the passages that tell most. Without options, the largest families.

    A probability is meant as one: of derivations at 0.8, about eight in ten are right. A source that is not among the
    documents is shown as unseen.

    As html it is one page for the browser, which needs no network: every family drawn over time, and every derivation with
    its two texts side by side. Of more than 200 families, or very long ones, FILE is the index, and each family has a page
    in a folder beside it (report_files for report.html), where pages of families that are no more are removed.

    With --since and -q nothing is written where nothing changed and nothing new could not be read, so that a nightly job mails
    only news.

    csv (a row a derivation), dot (Graphviz), graphml and prov (W3C PROV-JSON) are for other programs: they hold the lineage of
    all families that were asked for.
    """
    from provenance.report import exchange, render
    from provenance.report.gathering import Selection, gather
    from provenance.store import Store

    console.refuse_same_file(output, common.db)
    asked = {"family": family, "site": site, "document": document, "since": since}
    if format_ == "html":
        _report_html(asked, output, common)
        return
    looks = {"width": console.columns(), "colour": console.colour()}
    if output is not None:
        looks = {"width": console.PIPE_WIDTH, "colour": False}
    with Store.open(common.db) as store:
        if format_ in EXCHANGE:
            chunks = exchange(Selection(store, **asked), format_)
        else:
            found = gather(store, **asked)
            if common.quiet and output is None and format_ in MAILED and found.news is not None and found.news.none:
                return
            chunks = render(found, format_, **looks)
        if output is None:
            console.say(chunks)
            return
        console.write_whole(output, chunks)
    if not common.quiet:
        console.note(f"The report is in {output}")


def _report_html(asked: Mapping[str, Any], output: Path | None, common: Common) -> None:
    """The pages of the report; the folder of further pages is made when there is one. The first page comes last."""
    from provenance.report import dossier
    from provenance.report.html import page
    from provenance.store import Store

    if output is None and console.terminal():
        raise UsageError("report -f html: say where to put the page, as in -o report.html")
    index = Path("report.html") if output is None else output
    folder = index.with_name(f"{index.stem}_files")
    pages = set()
    with Store.open(common.db) as store:
        for name, found in dossier.pages(store, index.name, folder.name, **asked):
            if output is None:
                if name:
                    raise UsageError("report -f html: this is more than one page; say where to put them, as in -o report.html")
                console.say(page(found))
                return
            if name:
                console.make_folder(folder)
                pages.add(name)
            console.write_whole(folder / name if name else output, page(found))
    # A page that stays may hold what was forgotten.
    console.remove_others(folder, dossier.PAGE, pages)
    if not common.quiet:
        also = f", with {len(pages):,} pages of families in {folder}" if pages else ""
        console.note(f"The report is in {output}{also}")


@click.command(short_help="What is in the store, how large it is, and how the last runs went.")
@listing
@common
def stats(style: str | None, common: Common) -> None:
    """Count documents, passages, families and derivations, say how much room each part takes, how many keys of templates
    were cut short by their cap, and how the last runs ended. Reads every text once for its size.
    """
    from provenance.cli.listing import formatted
    from provenance.report import counting
    from provenance.store import Store

    with Store.open(common.db) as store:
        counts = counting.gather(store)
    if style:
        console.say(formatted(style, ["name", "value"], counting.rows(counts)))
    else:
        console.say(counting.text(counts, width=console.columns(), colour=console.colour()))


@click.command(short_help="The corpus without its duplicates, and what stands for each.")
@click.option(
    "--level",
    type=click.Choice(["exact", "near", "passage"]),
    default="near",
    show_default=True,
    help="Drop exact copies; near-duplicates, too; or also cut passages that another document has.",
)
@click.option(
    "--keep",
    type=click.Choice(["earliest", "longest", "origin"]),
    default="earliest",
    show_default=True,
    help="Which one stays: the earliest by a trusted date, the longest, or that at which its family begins.",
)
@click.option("--mark", is_flag=True, help="At level passage, leave the passages in and list their places in the field `reused`.")
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
    help="Write to FILE, whole or not at all; without it, or as -, to standard output.",
)
@click.option(
    "--manifest",
    "manifest_",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where to say what was dropped, and why; with -o, OUTPUT.manifest.jsonl by default.",
)
@jobs_option
@common
def dedupe(
    level: str, keep: str, mark: bool, output: Path | None, manifest_: Path | None, jobs: int | None, common: Common
) -> None:
    """Write the corpus as JSONL, with all that its inputs held, and without what repeats other documents.

    Near-duplicates have four fifths of the words of either aligned with the other, in copied or edited passages; excerpts,
    rewrites, quotations and boilerplate are none. At level passage, what else was copied or edited is cut from the document
    that is not preferred, and what is left stands in paragraphs of its own. Nothing is dropped for a document that is itself
    dropped, and deduplicating the result drops nothing.

    The manifest has a row for each document that is dropped and each passage that is cut: which one stands for it and where,
    how much they share, how the store thinks they are related, and the ids of the matches that show it.
    """
    kernels.keep(common.db)
    from provenance.pipeline import analyst, manifest
    from provenance.pipeline import dedupe as pipeline
    from provenance.report.words import deduplication, dump

    output = None if output == Path("-") else output
    if mark and level != "passage":
        raise UsageError("dedupe --mark: only passages are marked; give --level passage too")
    if output and not manifest_:
        manifest_ = output.with_name(output.name + ".manifest.jsonl")
    console.refuse_same_file(output, manifest_, common.db)
    console.announce_compiling(common.quiet)
    progress = console.progress(common.quiet)
    options = {"level": level, "order": keep, "mark": mark, "jobs": jobs or analyst.cores()}
    with pipeline.dedupe(common.db, **options, progress=progress) as found, contextlib.ExitStack() as files:
        counts = found.counts()
        write = files.enter_context(console.whole(output)) if output else console.say
        lines = (dump(row) + "\n" for row in manifest.corpus(found))
        for line in console.shown(lines, progress, "write", counts.kept) if output else lines:
            write(line)
        if manifest_:
            console.write_whole(manifest_, (dump(row) + "\n" for row in manifest.manifest(found)))
    if not common.quiet:
        where = f"; the corpus is in {output}" if output else ""
        why = f"; what was dropped, and why, in {manifest_}" if manifest_ else ""
        console.note(deduplication(dataclasses.asdict(counts), mark=mark) + where + why)


def _complete_query(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    from provenance.store import NAMED_QUERIES

    return [name for name in NAMED_QUERIES if name.startswith(incomplete)]


@click.command(short_help="Ask the store anything: SQL, or a named query.")
@click.argument("sql", required=False, metavar="[SQL|NAME]", shell_complete=_complete_query)
@click.option(
    "-p", "--param", "parameters", multiple=True, metavar="NAME=VALUE", help="A value for :NAME in the SQL; repeatable."
)
@click.option(
    "--datasette", "for_datasette", is_flag=True, help="Print metadata for Datasette: titles, facets, and the named queries."
)
@listing
@common
def query(sql: str | None, parameters: tuple[str, ...], for_datasette: bool, style: str | None, common: Common) -> None:
    """Run one SELECT on the store, or a query that it knows by name; without argument, list the names. Only reading is
    allowed. The tables and views are described in the README. The answer is a table unless you ask for another form.

    To look around the store in a browser: provenance query --datasette --db news.db | datasette news.db -m -
    """
    from provenance.cli.listing import formatted
    from provenance.store import NAMED_QUERIES, Store

    if for_datasette:
        from provenance.report.datasette import metadata
        from provenance.report.words import dump

        console.say(dump(metadata(common.db.stem), indent=2) + "\n")
        return
    style = style or "table"
    if sql is None:
        rows = ([name, " ".join(named.parameters), named.help] for name, named in NAMED_QUERIES.items())
        console.say(formatted(style, ["name", "parameters", "answers"], rows))
        return
    values = _values(parameters)
    if sql in NAMED_QUERIES:
        sql = _checked(sql, NAMED_QUERIES[sql], values)
    with Store.open(common.db) as store:
        columns, rows = store.query(sql, values)
        # Closed before the store also when the reader of a pipe goes away in the middle.
        with contextlib.closing(rows):
            console.say(formatted(style, columns, rows))


def _values(parameters: Iterable[str]) -> dict[str, str | int]:
    """NAME=VALUE as SQL gets them. A whole number is one, so that it can stand behind LIMIT."""
    values: dict[str, str | int] = {}
    for parameter in parameters:
        name, sign, value = parameter.partition("=")
        if not sign or not name.isidentifier():
            raise UsageError(f"-p {parameter}: give a name and a value, as in -p uri=https://example.org/a")
        values[name] = int(value) if value.isdecimal() and value == str(int(value)) and len(value) < 19 else value
    return values


def _checked(name: str, query: NamedQuery, values: Mapping[str, str | int]) -> str:
    if missing := [wanted for wanted in query.parameters if wanted not in values]:
        raise UsageError(f"query {name}: needs " + " ".join(f"-p {wanted}=..." for wanted in missing))
    return query.sql
