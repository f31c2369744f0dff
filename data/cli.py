"""The `chorus` command: check, import, build, publish, serve."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from data.errors import ChorusError, ImportFileError
from data.settings import Settings, read_settings

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Real survey files in, a protected release out.",
)
release = typer.Typer(
    no_args_is_help=True, help="Build, publish and withdraw releases."
)
app.add_typer(release, name="release")
# Without markup: "[launch_date]" in a message is a column, not a style.
out = Console(highlight=False, soft_wrap=True, markup=False)
err = Console(stderr=True, highlight=False, soft_wrap=True, markup=False)

# Imported, but some rows were set aside: neither success nor refusal.
ROWS_SET_ASIDE = 8
MOST_FINDINGS = 12

Files = Annotated[list[Path], typer.Argument(help="Files as your tools export them.")]
MappingOption = Annotated[
    Path | None, typer.Option(help="YAML that says which column is what.")
]
WaveOption = Annotated[
    str | None, typer.Option(help="Wave a OneRoster file belongs to, as 2026-27F.")
]


def main() -> None:
    """Run the command; print one line and an exit code for anything refused."""
    try:
        code = app(standalone_mode=False)
    except ChorusError as error:
        err.print(f"chorus: {error}", style="bold")
        sys.exit(error.exit_code)
    except (typer.Abort, KeyboardInterrupt):
        err.print("chorus: stopped; nothing was half-written")
        sys.exit(130)
    except Exception as error:
        # Usage errors print themselves; anything else is a bug and says so.
        show = getattr(error, "show", None)
        if show is None:
            raise
        show()
        sys.exit(2)
    # Typer hands back the code of typer.Exit instead of raising it.
    if isinstance(code, int) and code:
        sys.exit(code)


@app.command()
def check(files: Files, mapping: MappingOption = None, wave: WaveOption = None) -> None:
    """Say what each file is and what importing it would do; write nothing."""
    from data.ingest.warehouse import open_scratch  # noqa: PLC0415 - starts fast

    settings = read_settings()
    with open_scratch(settings) as connection:
        _take_in(
            connection, settings, files, mapping, wave, accept=False, verb="would be"
        )


@app.command(name="import")
def import_(
    files: Files,
    mapping: MappingOption = None,
    wave: WaveOption = None,
    accept_header: Annotated[
        bool, typer.Option(help="The columns changed and the mapping still holds.")
    ] = False,
) -> None:
    """Import files into the warehouse, each whole or not at all."""
    from data.ingest.warehouse import open_warehouse  # noqa: PLC0415 - starts fast

    settings = read_settings()
    with open_warehouse(settings) as connection:
        _take_in(
            connection,
            settings,
            files,
            mapping,
            wave,
            accept=accept_header,
            verb="were",
        )


def _take_in(
    connection: object,
    settings: Settings,
    files: list[Path],
    mapping: Path | None,
    wave: str | None,
    *,
    accept: bool,
    verb: str,
) -> None:
    from data.ingest.door import import_file  # noqa: PLC0415 - starts fast

    refused: ImportFileError | None = None
    set_aside = False
    for number, path in enumerate(files, 1):
        try:
            with _working(f"reading {path.name} ({number} of {len(files)})"):
                report = import_file(
                    connection,  # type: ignore[arg-type]
                    settings,
                    path,
                    mapping_file=mapping,
                    wave=wave,
                    accept_header=accept,
                )
        except ImportFileError as error:
            err.print(f"chorus: {error}", style="bold")
            refused = error
            continue
        if report.already_imported:
            out.print(f"{report.name}: imported before; nothing changed")
            continue
        out.print(
            f"{report.name}: {report.format}, {report.encoding}; "
            f"{report.rows_read:,} rows read, {report.kept:,} {verb} kept, "
            f"{report.dropped:,} dropped, {report.refused:,} refused"
            + (f"; {report.note}" if report.note else "")
        )
        if verb == "would be":
            for column, reading in report.columns:
                out.print(f"    {column} → {reading}")
        for finding in report.findings[:MOST_FINDINGS]:
            out.print(f"  {finding.sentence(report.name)}")
        flagged = report.count("flagged")
        set_aside = set_aside or bool(report.refused or flagged)
    if refused:
        raise typer.Exit(refused.exit_code)
    if set_aside:
        raise typer.Exit(ROWS_SET_ASIDE)


@app.command()
def demo(
    schools: Annotated[int, typer.Option(help="30, 168, 1860 or 10000.")] = 30,
    waves: Annotated[int, typer.Option(help="Latest waves to make.")] = 9,
) -> None:
    """Make the made-up district, import it, build and publish its release."""
    settings = read_settings()
    if (settings.releases / "pointer.json").exists():
        return
    from data.district.schools import WAVES  # noqa: PLC0415 - starts fast
    from data.district.writer import NAME, write_district  # noqa: PLC0415
    from data.ingest.door import import_file  # noqa: PLC0415
    from data.ingest.warehouse import open_warehouse  # noqa: PLC0415
    from data.publish.build import build_release  # noqa: PLC0415
    from data.publish.shelf_moves import publish_release  # noqa: PLC0415

    with _working("making Alder Valley Unified, a made-up district") as say:
        files = write_district(
            settings.incoming, schools=schools, waves=waves, progress=say
        )
        with open_warehouse(settings) as connection:
            for number, (path, mapping) in enumerate(files, 1):
                say(f"importing {path.name} ({number} of {len(files)})")
                import_file(connection, settings, path, mapping_file=mapping)
            release_id = build_release(
                connection, settings, wave=WAVES[-1], district=NAME, progress=say
            )
    publish_release(settings.releases, release_id)
    out.print(f"Published {release_id} of {NAME}, which is made up.")


@app.command()
def serve(
    port: Annotated[int, typer.Option()] = 8050,
    host: Annotated[str, typer.Option()] = "127.0.0.1",
    workers: Annotated[int, typer.Option()] = 2,
    threads: Annotated[int, typer.Option()] = 8,
) -> None:
    """Serve the current release with gunicorn until stopped."""
    settings = read_settings()
    settings.releases.mkdir(parents=True, exist_ok=True)
    out.print(f"Chorus serves http://{host}:{port} – stop it with Ctrl-C")
    command = [
        sys.executable, "-m", "gunicorn", "app:server",
        "--bind", f"{host}:{port}", "--workers", str(workers),
        "--threads", str(threads), "--worker-class", "gthread",
        "--chdir", str(Path(__file__).resolve().parent.parent),
        "--access-logfile", "-" if os.environ.get("CHORUS_ACCESS_LOG") else "/dev/null",
        "--log-level", "warning", "--preload", "--keep-alive", "30",
    ]  # fmt: skip
    os.execv(sys.executable, command)  # noqa: S606 - becomes the server, no shell


@release.command("build")
def build(
    wave: Annotated[str, typer.Option(help="Latest wave in it, as 2026-27F.")],
    district: Annotated[str, typer.Option(help="Name printed on every page.")],
    notes: Annotated[Path | None, typer.Option(help="What changed, as text.")] = None,
    publish_it: Annotated[
        bool, typer.Option("--publish", help="Make it current at once.")
    ] = False,
) -> None:
    """Build the next version of a wave as a draft."""
    from data.ingest.warehouse import open_warehouse  # noqa: PLC0415 - starts fast
    from data.publish.build import build_release  # noqa: PLC0415

    settings = read_settings()
    text = notes.read_text(encoding="utf-8") if notes else ""
    with open_warehouse(settings) as connection, _working("building") as say:
        release_id = build_release(
            connection, settings, wave=wave, district=district, notes=text, progress=say
        )
    if publish_it:
        publish(release_id)
        return
    out.print(
        f'Built {release_id}; look at it, then "chorus release publish {release_id}"'
    )


@release.command("list")
def list_() -> None:
    """List every release and its state."""
    from data.publish.shelf_moves import list_releases  # noqa: PLC0415 - starts fast

    lines = list_releases(read_settings().releases)
    for line in lines:
        out.print(f"{line.release_id:16} {line.state:12} {line.since}")
    if not lines:
        out.print('No release yet; "chorus release build --wave …" makes one.')


@release.command("publish")
def publish(release_id: str) -> None:
    """Make a draft the current release."""
    from data.publish.shelf_moves import publish_release  # noqa: PLC0415 - starts fast

    publish_release(read_settings().releases, release_id)
    out.print(f"{release_id} is current; workers follow within a second")


@release.command("withdraw")
def withdraw(
    release_id: str,
    reason: Annotated[str, typer.Option(help="Printed on the release's page.")],
) -> None:
    """Take a release back; the one before it becomes current."""
    from data.publish.shelf_moves import withdraw_release  # noqa: PLC0415 - starts fast

    current = withdraw_release(read_settings().releases, release_id, reason=reason)
    out.print(f"{release_id} is withdrawn; current is {current or 'none'}")


@app.command("check-files", hidden=True)
def check_files() -> None:
    """Refuse a commit that holds a data file not entered in data/FILES.csv."""
    root = Path(__file__).resolve().parent.parent
    listed = subprocess.run(  # noqa: S603 - fixed words, our own checkout
        ["git", "-C", str(root), "ls-files", "-z"],  # noqa: S607
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\0")
    register = (root / "data" / "FILES.csv").read_text(encoding="utf-8").splitlines()
    known = {line.split(",")[0] for line in register[1:]}
    kinds = {".csv", ".parquet", ".xlsx", ".duckdb", ".db", ".zip", ".txt", ".tsv"}
    stray = [f for f in listed if Path(f).suffix in kinds and f not in known]
    if stray:
        raise ChorusError(
            f"{stray[0]} is not entered in data/FILES.csv; only the made-up district "
            "and small fixtures may be"
        )


class _working:  # noqa: N801 - reads as a phrase: with _working("building") as say
    """Shows a bar with what is being done and for how long, on a terminal.

    The steps are single statements whose length nobody knows beforehand, so the
    bar pulses; what it names moves on.
    """

    def __init__(self, what: str) -> None:
        columns = (BarColumn(bar_width=24), TextColumn("{task.description}"))
        self._progress = Progress(
            *columns, TimeElapsedColumn(), console=err, transient=True
        )
        self._task = self._progress.add_task(what, total=None)

    def __enter__(self) -> Callable[[str], None]:
        if err.is_terminal:
            self._progress.start()
        return self._say

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def _say(self, what: str) -> None:
        self._progress.update(self._task, description=what)


if __name__ == "__main__":
    main()
