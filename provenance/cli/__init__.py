"""The command line: options in, exit codes out. No logic, and nothing heavy is imported before a command's body runs.

root       the group: errors to exit codes, signals, what people typed
options    options that several commands share
listing    rows as JSON, CSV or a table
console    the terminal: colour, width, progress, writing a file whole
writing    scan, forget, rebuild, doctor
asking     trace, explain, report, stats, dedupe, query
"""

from __future__ import annotations

import sys

from provenance import collecting
from provenance.cli.asking import dedupe, explain, query, report, stats, trace
from provenance.cli.root import cli
from provenance.cli.writing import doctor, forget, rebuild, scan

__all__ = ["cli", "main"]

for _command in (scan, trace, explain, report, stats, dedupe, forget, rebuild, query, doctor):
    cli.add_command(_command)


def main() -> None:
    """What the installed command runs."""
    collecting.in_process()
    for stream in filter(None, (sys.stdout, sys.stderr)):  # a closed one is None
        # A terminal that cannot show a character gets its number; the answer never fails for it.
        stream.reconfigure(errors="backslashreplace")
    cli(prog_name="provenance")
