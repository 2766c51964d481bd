"""The commands that change the store: scan, forget, rebuild, doctor."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import click

from provenance.cli import console, kernels
from provenance.cli.options import UNREADABLE, Common, common, jobs_option, listing
from provenance.model import UsageError
from provenance.report import words

if TYPE_CHECKING:
    from provenance.pipeline.summary import Summary

FIRST_PROBLEMS = 5
"""Problems that a scan names; -v names all, and the store keeps them."""


@click.command(short_help="Add documents to the store and find what they share.")
@click.argument("paths", nargs=-1, required=True, metavar="PATHS...|-", type=click.Path(allow_dash=True, readable=False))
@click.option("--format", "format_", metavar="NAME", help="Read every input as this format, whatever it is called.")
@click.option(
    "--text-key",
    metavar="KEY",
    help="The field that holds the text, where its name does not say so; a dotted path reaches into objects (article.body).",
)
@click.option(
    "--id-key", metavar="KEY", help="The field that names a document; a row seen again under its name is a new version."
)
@click.option("--date-key", metavar="KEY", help="The field that says when a text was published.")
@jobs_option
@click.option("-n", "--dry-run", is_flag=True, help="Read and count, and change nothing.")
@click.option("--json", "as_json", is_flag=True, help="The summary as a JSON object.")
@common
def scan(
    paths: tuple[str, ...],
    format_: str | None,
    text_key: str | None,
    id_key: str | None,
    date_key: str | None,
    jobs: int | None,
    dry_run: bool,
    as_json: bool,
    common: Common,
) -> None:
    """Read files, folders, quoted patterns, or standard input (-), add what is new to the store, which is made if it is
    missing, and find out what the documents share and who likely has it from whom.

    Scanning again what the store holds changes nothing. When the text of a document has changed, the earlier text stays as
    URI@DATE and the new one becomes its revision. What cannot be read is reported and does not stop the rest (exit code 3).
    """
    kernels.keep(common.db)
    from provenance import read
    from provenance.pipeline import analyst
    from provenance.pipeline import scan as pipeline

    options = read.Options(format_, text_key, id_key, date_key)
    console.announce_compiling(common.quiet or dry_run)
    try:
        summary = pipeline.scan(
            common.db,
            paths,
            options,
            jobs=jobs or analyst.cores(),
            dry_run=dry_run,
            progress=console.progress(common.quiet),
            stdin=console.stdin(),
            command=common.typed,
        )
    except KeyboardInterrupt:
        console.note("What was committed is kept; the next scan goes on from there.")
        raise
    _tell(summary, common, words.run_summary, as_json=as_json)


@click.command(short_help="Find everything anew in the stored texts.")
@click.option("--lineage-only", is_flag=True, help="Keep the passages and only infer anew who has them from whom: quick.")
@jobs_option
@common
def rebuild(lineage_only: bool, jobs: int | None, common: Common) -> None:
    """Compute keys, passages and lineage again from the texts in the store, with the parameters of this version.

    Needed after an update that changed them; the inputs are not read again. Without an update it changes nothing, except
    where a key had passed its cap.
    """
    kernels.keep(common.db)
    from provenance.pipeline import analyst
    from provenance.pipeline import rebuild as pipeline

    summary = pipeline.rebuild(
        common.db,
        lineage_only=lineage_only,
        jobs=jobs or analyst.cores(),
        progress=console.progress(common.quiet),
        command=common.typed,
    )
    _tell(summary, common, functools.partial(words.rebuild_summary, lineage_only=lineage_only))


def _tell(summary: Summary, common: Common, say: Callable[[Mapping[str, Any], str], str], *, as_json: bool = False) -> None:
    """What a run did, on stdout, as JSON or as `say` puts it; what it could not do, on stderr and in the exit code."""
    if as_json:
        console.say(words.dump(dataclasses.asdict(summary)) + "\n")
    elif not common.quiet:
        console.say(say(dataclasses.asdict(summary), str(common.db)))
        if summary.log:
            console.note(
                f"{common.db}: {words.size(summary.log)} bytes wait in the log beside it, as a reader still needs it or the "
                "disk is full; nothing is lost, and the next run moves it into the file"
            )
    for problem in summary.corrections:
        console.note(f"{problem.uri}: {problem.message}")
    if summary.failed:
        _tell_problems(summary, common)
        click.get_current_context().exit(UNREADABLE)


def _tell_problems(summary: Summary, common: Common) -> None:
    named = () if common.quiet else summary.problems if common.verbose else summary.problems[:FIRST_PROBLEMS]
    for problem in named:
        console.note(f"{problem.uri}: {problem.message}")
    if summary.failed > len(named):
        where = "" if summary.run_id is None else f"; `provenance query problems --db {common.db}` lists them"
        more = "more " if named else ""
        console.note(f"{summary.failed - len(named)} {more}inputs could not be read{where}")


@click.command(short_help="Remove documents and all that was inferred from them.")
@click.argument("uris", nargs=-1, required=True, metavar="URI...")
@click.option("-n", "--dry-run", is_flag=True, help="Say what would be removed, and change nothing.")
@listing
@common
def forget(uris: tuple[str, ...], dry_run: bool, style: str | None, common: Common) -> None:
    """Remove documents by uri, with their earlier versions, their passages and derivations. Their words leave the file as
    well: the full-text index and free pages are written anew, which takes time in proportion to the store.

    Where one of several identical texts goes, the next stands for the others. There is no way back but scanning again.
    """
    kernels.keep(common.db)
    from provenance.cli.listing import formatted
    from provenance.pipeline import forget as pipeline

    forgotten = pipeline.forget(common.db, uris, dry_run=dry_run, command=common.typed)
    if forgotten.purged:
        console.note("What an earlier forget, which was cut short, had left in the file is gone as well.")
    elif not forgotten.uris:
        raise UsageError(f"forget: not in the store: {', '.join(forgotten.missing)}; a uri is given whole here")
    for uri in forgotten.missing:
        console.note(f"{uri}: not in the store")
    if style:
        console.say(formatted(style, ["uri"], ([uri] for uri in forgotten.uris)))
    elif not common.quiet:
        console.say(words.forgotten_summary(forgotten, dry_run=dry_run))


@click.command(short_help="Check the environment and the store; print the remedy for each trouble.")
@click.option(
    "--repair", is_flag=True, help="Mend what follows from the texts (passages, index, lineage, full-text index), and say what."
)
@listing
@common
def doctor(repair: bool, style: str | None, common: Common) -> None:
    """Check that the environment works, that the store is whole (its file, and texts, passages, index and families against
    one another), and that its parameters are those of this version.

    --repair does the least that mends what is wrong, says what it did, and names what it cannot bring back: a text that is
    lost, or is not what was read. Every finding that is not in order comes with its remedy. Exit code 1 when something is broken.
    """
    kernels.keep(common.db)
    from provenance.cli.listing import formatted
    from provenance.pipeline import doctor as pipeline

    found = pipeline.doctor(common.db, repair=repair, command=common.typed)
    if style:
        console.say(formatted(style, ["level", "what", "remedy"], ([f.level, f.what, f.remedy] for f in found)))
    else:
        shown = [f for f in found if f.level != "ok"] if common.quiet else found
        console.say(words.findings(((f.level, f.what, f.remedy) for f in shown), colour=console.colour()))
    if any(finding.level == "error" for finding in found):
        click.get_current_context().exit(1)
