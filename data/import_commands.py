"""`chorus check`, `draft`, `import`, `imports`, `undo`, `reread` and `forget`."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from data.errors import ImportFileError, SettingsError
from data.settings import read_settings
from data.terminal import ByOption, actor_of, err, out, working

if TYPE_CHECKING:
    from data.ingest.report import Report
    from data.ingest.undoing import Import

# Imported, but some rows were set aside: neither success nor refusal.
ROWS_SET_ASIDE = 8
Files = Annotated[list[Path], typer.Argument(help="Files as your tools export them.")]
MappingOption = Annotated[
    Path | None, typer.Option(help="YAML that says which column is what.")
]
SheetOption = Annotated[
    str | None, typer.Option(help="Sheet of a workbook, where several hold rows.")
]
WaveOption = Annotated[
    str | None, typer.Option(help="Wave a OneRoster file belongs to, as 2026-27F.")
]
NumberOption = Annotated[
    int, typer.Argument(help='Number of the import, as "chorus imports" lists it.')
]


def add_to(app: typer.Typer) -> None:
    """Add the commands to *app*, in the order its help lists them."""
    app.command()(check)
    app.command(name="import")(import_)
    app.command(name="draft")(draft_)
    app.command(name="imports")(imports_)
    app.command(name="undo")(undo_)
    app.command(name="reread")(reread_)
    app.command(name="forget")(forget_)


def check(
    files: Files,
    mapping: MappingOption = None,
    wave: WaveOption = None,
    sheet: SheetOption = None,
) -> None:
    """Say what each file is and what importing it would do; write nothing."""
    from data.ingest.door import import_file
    from data.ingest.warehouse import open_scratch

    settings = read_settings()
    with open_scratch(settings) as connection:

        def judge(path: Path) -> Report:
            return import_file(
                connection,
                settings,
                path,
                mapping_file=mapping,
                wave=wave,
                sheet=sheet,
            )

        _each([(p.name, partial(judge, p)) for p in files], verb="would be")


def import_(
    files: Files,
    mapping: MappingOption = None,
    wave: WaveOption = None,
    sheet: SheetOption = None,
    accept_header: Annotated[
        bool, typer.Option(help="The columns changed and the mapping still holds.")
    ] = False,
    replace: Annotated[
        bool,
        typer.Option(help="It stands in the place of what the same source brought."),
    ] = False,
    by: ByOption = "",
) -> None:
    """Import files into the warehouse, each whole or not at all."""
    from data.ingest.warehouse import open_warehouse
    from data.ledger.store import Ledger
    from data.publish.recorded import recorded_import
    from data.publish.retention import let_go

    settings = read_settings()
    actor = actor_of(settings, by)
    ledger = Ledger(settings.ledger)
    with open_warehouse(settings) as connection:
        let_go(connection, settings, ledger)

        def bring(path: Path) -> Report:
            return recorded_import(
                connection,
                settings,
                ledger,
                actor,
                path,
                mapping_file=mapping,
                wave=wave,
                sheet=sheet,
                accept_header=accept_header,
                replace=replace,
            )

        _each([(p.name, partial(bring, p)) for p in files], verb="were")


def _each(things: list[tuple[str, Callable[[], Report]]], *, verb: str) -> None:
    """Take every (name, how) and say what became of it, also where one is refused."""
    refused: ImportFileError | None = None
    set_aside = False
    for number, (called, take) in enumerate(things, 1):
        try:
            with working(f"reading {called} ({number} of {len(things)})"):
                report = take()
        except ImportFileError as error:
            err.print(f"chorus: {error}", style="bold")
            for line in error.details:
                err.print(f"  {line}")
            refused = error
            continue
        if report.already_imported:
            out.print(f"{report.name}: imported before; nothing changed")
            continue
        out.print(report.summary(verb))
        _say(report, is_check=verb == "would be")
        set_aside = set_aside or bool(report.set_aside or report.count("left out"))
    if refused:
        raise typer.Exit(refused.exit_code)
    if set_aside:
        raise typer.Exit(ROWS_SET_ASIDE)


def _say(report: Report, *, is_check: bool) -> None:
    """Print every reason with its count; in a check, every column code by code."""
    for remark in report.remarks:
        out.print(f"  {report.name}: {remark}")
    if is_check:
        for line in (s for column in report.columns for s in column.sentences()):
            out.print(f"    {line}")
    for finding in report.findings:
        out.print(f"  {finding.sentence(report.name)}")


def draft_(
    file: Annotated[Path, typer.Argument(help="A survey export.")],
    to: Annotated[
        Path | None, typer.Option(help="Where to write it; its own name and .yaml.")
    ] = None,
    sheet: SheetOption = None,
) -> None:
    """Propose the mapping of a survey export, and say what is left to settle."""
    from data.ingest.door import draft_mapping
    from data.ingest.warehouse import open_scratch

    place = to or file.with_suffix(".yaml")
    if place.exists():
        raise SettingsError(f"{place} is there already; name another with --to")
    settings = read_settings()
    with open_scratch(settings) as connection, working(f"reading {file.name}"):
        made = draft_mapping(connection, file, sheet=sheet)
    place.write_text(made.text, encoding="utf-8")
    out.print(f"{place} is written; look at it, then")
    out.print(f"  chorus check {file} --mapping {place}")
    for question in made.open:
        out.print(f"  to settle: {question}")
    if made.open:
        raise typer.Exit(ROWS_SET_ASIDE)


def imports_() -> None:
    """List every import with what counts of it today, and what was undone."""
    from data.ingest.undoing import imports
    from data.ingest.warehouse import open_warehouse
    from data.ledger.store import Ledger
    from data.publish.retention import let_go

    settings = read_settings()
    with open_warehouse(settings) as connection:
        let_go(connection, settings, Ledger(settings.ledger))
        found = imports(connection)
    for line in found:
        out.print(_listed(line))
    if not found:
        out.print("Nothing was imported yet.")


def _listed(line: Import) -> str:
    if line.undone_at:
        became = f"undone on {line.undone_at:%Y-%m-%d %H:%M}"
    elif line.responses:
        became = f"{line.responses:,} responses count"
    elif line.replaced_by:
        became = f"replaced by import {line.replaced_by}"
    else:
        became = f"{line.kept:,} rows kept"
    aside = f", {line.set_aside:,} set aside" if line.set_aside else ""
    return (
        f"{line.number:>5} {line.imported_at:%Y-%m-%d %H:%M} {line.name} "
        f"({line.format}, {line.mapping}): {line.rows_read:,} rows read, "
        f"{became}{aside}"
    )


def undo_(number: NumberOption, by: ByOption = "") -> None:
    """Take one import back whole; what it replaced counts again."""
    from data.ingest.warehouse import open_warehouse
    from data.ledger.store import Ledger
    from data.publish.taking_back import recorded_undo

    settings = read_settings()
    actor, ledger = actor_of(settings, by), Ledger(settings.ledger)
    with open_warehouse(settings) as connection:
        gone, releases = recorded_undo(connection, settings, ledger, actor, number)
    out.print(f"{gone.name} (import {number}) is taken back: {gone.kept:,} rows")
    _name(releases)


def reread_(
    number: Annotated[
        int | None, typer.Argument(help="Every import with rows set aside if left out.")
    ] = None,
    mapping: MappingOption = None,
    by: ByOption = "",
) -> None:
    """Read what was kept of an import again: a corrected mapping, rows set aside."""
    from data.ingest.undoing import imports
    from data.ingest.warehouse import open_warehouse
    from data.ledger.store import Ledger
    from data.publish.recorded import recorded_reread

    settings = read_settings()
    actor, ledger = actor_of(settings, by), Ledger(settings.ledger)
    with open_warehouse(settings) as connection:
        names = {i.number: i.name for i in imports(connection) if not i.undone_at}
        waiting = [
            i.number
            for i in imports(connection)
            if i.set_aside and not i.undone_at and not i.replaced_by
        ]

        def read(chosen: int) -> Report:
            return recorded_reread(
                connection, settings, ledger, actor, chosen, mapping_file=mapping
            )

        numbers = waiting if number is None else [number]
        _each([(names.get(n, str(n)), partial(read, n)) for n in numbers], verb="were")
    if not numbers:
        out.print("No import has rows set aside.")


def forget_(
    person: Annotated[str, typer.Argument(help="The id, as the export has it.")],
    by: ByOption = "",
) -> None:
    """Remove one person from responses, registers and kept exports, for good."""
    from data.ingest.forgetting import write_anew
    from data.ingest.warehouse import open_warehouse
    from data.ledger.store import Ledger
    from data.publish.taking_back import recorded_forgetting

    settings = read_settings()
    actor, ledger = actor_of(settings, by), Ledger(settings.ledger)
    with open_warehouse(settings) as connection:
        found, releases = recorded_forgetting(
            connection, settings, ledger, actor, person
        )
    write_anew(settings)
    out.print(
        f"Forgotten: {found.responses:,} responses, {found.rows:,} rows of registers "
        f"or set aside, in {found.originals:,} kept exports. The files you imported "
        "are yours to clear; a later import leaves this person out."
    )
    _name(releases)


def _name(releases: list[tuple[str, str]]) -> None:
    for release_id, state in releases:
        out.print(
            f"  {release_id} ({state}) was built with it and keeps its numbers until "
            "it is corrected"
        )
