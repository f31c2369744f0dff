"""The `chorus` command: check, import, build, publish, serve."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from data import import_commands
from data.errors import (
    AuditFailed,
    AuditLogIncomplete,
    ChorusError,
    ImportFileError,
    ReleaseNotFound,
    SettingsError,
)
from data.model.private import keep_private
from data.model.shelf import read_pointer
from data.model.viewer import Role
from data.settings import Settings, read_settings
from data.terminal import ByOption, actor_of, err, out, working

if TYPE_CHECKING:
    from data.ledger.store import Ledger
    from data.publish.office import Office

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Real survey files in, a protected release out.",
)
release = typer.Typer(
    no_args_is_help=True, help="Build, publish and withdraw releases."
)
people = typer.Typer(no_args_is_help=True, help="Let people in, and out again.")
audit = typer.Typer(no_args_is_help=True, help="The log of who did what.")
app.add_typer(release, name="release")
app.add_typer(people, name="people")
app.add_typer(audit, name="audit")
DISK_ERROR = 6
WORKER_LOOKS_EVERY = 15
# A client has this long for its headers, and so much room for them.
HEADER_MS, LARGEST_HEADERS, BACKLOG = 10_000, 32_768, 1_024
# They promise to write nothing, and keep it.
WRITE_NOTHING = frozenset({"check", "draft", "explain", "packet", "check-files"})


def main() -> None:
    """Run the command; print one line and an exit code for anything refused."""
    keep_private()
    try:
        code = app(standalone_mode=False)
    except ChorusError as error:
        err.print(f"chorus: {error}", style="bold")
        sys.exit(error.exit_code)
    except (typer.Abort, KeyboardInterrupt):
        err.print("chorus: stopped; nothing was half-written")
        sys.exit(130)
    except OSError as error:
        err.print(f"chorus: {_of_the_machine(error)}", style="bold")
        sys.exit(DISK_ERROR)
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


def _of_the_machine(error: OSError) -> str:
    """Return in one line what the machine refused, and where."""
    place = error.filename or "a file"
    if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
        return f"no room left to write {place}; free some space and run this again"
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return (
            f"{place} cannot be read or written; let the user who runs Chorus do so "
            "(files and folder), then run this again"
        )
    return f"{place}: {error.strerror or error}"


@app.callback()
def start(context: typer.Context) -> None:
    """Settle what an earlier command was killed in the middle of."""
    command = context.invoked_subcommand or ""
    if command in WRITE_NOTHING:
        return
    settings = read_settings()
    try:
        _settle(settings)
    except ChorusError as error:
        # What was published is served, whatever became of the ledger.
        if command != "serve":
            raise
        err.print(f"chorus: {error}", style="bold")


def _settle(settings: Settings) -> None:
    """Complete the log from what the shelf and the warehouse say."""
    if not settings.has_ledger:
        return
    from data.ledger.store import Ledger

    ledger = Ledger(settings.ledger)
    if not _office(settings, ledger).settle() or not settings.warehouse.exists():
        return
    from data.errors import WarehouseLocked
    from data.ingest.warehouse import open_warehouse
    from data.publish.settling import settle_warehouse

    # Where another command holds it, that one is still at work.
    with suppress(WarehouseLocked), open_warehouse(settings) as connection:
        settle_warehouse(connection, settings.releases, ledger)


import_commands.add_to(app)


@app.command()
def demo(
    schools: Annotated[int, typer.Option(help="30, 168, 1860 or 10000.")] = 30,
    waves: Annotated[int, typer.Option(help="Latest waves to make.")] = 9,
) -> None:
    """Make the made-up district, import it, build and publish its release."""
    from data.publish.demo import make_demo

    with working("making Alder Valley Unified, a made-up district") as say:
        made = make_demo(read_settings(), schools=schools, waves=waves, progress=say)
    if made:
        out.print(f"Published {made} of Alder Valley Unified, which is made up.")


def _office(settings: Settings, ledger: Ledger | None = None) -> Office:
    from data.ledger.store import Ledger
    from data.publish.office import Office

    settings.home.mkdir(parents=True, exist_ok=True)
    return Office(settings.releases, ledger or Ledger(settings.ledger))


@app.command()
def serve(
    port: Annotated[int, typer.Option()] = 8050,
    host: Annotated[str, typer.Option()] = "127.0.0.1",
    workers: Annotated[int, typer.Option()] = 2,
    threads: Annotated[int, typer.Option()] = 8,
) -> None:
    """Serve the current release until stopped."""
    from data.model.private import check_private

    settings = read_settings()
    settings.releases.mkdir(parents=True, exist_ok=True)
    try:
        check_private(settings.home)
    except SettingsError as error:
        if settings.is_production:
            raise
        err.print(f"chorus: {error}")
    scheme = "https" if settings.tls else "http"
    out.print(f"Chorus serves {scheme}://{host}:{port} – stop it with Ctrl-C")
    command = [
        sys.executable, "-m", "granian", "--interface", "rsgi", "app:application",
        "--host", host, "--port", str(port), "--workers", str(workers),
        "--working-dir", str(Path(__file__).resolve().parent.parent),
        "--http", "1", "--http1-header-read-timeout", str(HEADER_MS),
        "--http1-buffer-size", str(LARGEST_HEADERS), "--backlog", str(BACKLOG),
        "--respawn-failed-workers", "--workers-kill-timeout", "8",
        "--log-level", "warning", "--no-ws",
        "--access-log" if os.environ.get("CHORUS_ACCESS_LOG") else "--no-access-log",
    ]  # fmt: skip
    os.environ["CHORUS_THREADS"] = str(threads)
    # Workers count together here; gone with the machine, as counts may be.
    os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", tempfile.mkdtemp())
    if settings.tls:
        command += [
            "--ssl-certificate",
            settings.tls[0],
            "--ssl-keyfile",
            settings.tls[1],
        ]
    os.execv(sys.executable, command)  # noqa: S606 - becomes the server, no shell


@app.command()
def packet(
    release_id: Annotated[str, typer.Argument(help="the current one if left out")] = "",
    lang: Annotated[str, typer.Option(help="en or es")] = "en",
    paper: Annotated[str, typer.Option(help="us-letter or a4")] = "us-letter",
    to: Annotated[Path, typer.Option(help="the file to write")] = Path("board.pdf"),
) -> None:
    """Write the board packet of a release as a PDF; it holds what the public reads."""
    from data.catalogue.languages import LANGUAGES

    if lang not in LANGUAGES:
        raise SettingsError(f"no language '{lang}'; choose {' or '.join(LANGUAGES)}")
    if paper not in {"us-letter", "a4"}:
        raise SettingsError(f"no paper '{paper}'; choose us-letter or a4")
    done = subprocess.run(  # noqa: S603 - our own module
        [
            sys.executable, "-m", "web.packet_file", release_id, lang, paper,
            str(to.resolve()),
        ],
        cwd=Path(__file__).resolve().parent.parent,
        check=False,
    )  # fmt: skip
    if done.returncode:
        raise typer.Exit(done.returncode)
    out.print(f"Board packet written to {to}")


def _notes_of(given: list[str]) -> dict[str, str]:
    """Return language → notes of "notes.md" and "es=notas.md".

    Raises:
        SettingsError: a file cannot be read, or one language has two.
    """
    from data.catalogue.languages import LANGUAGES, SOURCE

    found: dict[str, str] = {}
    for one in given:
        language, mark, name = one.partition("=")
        if not mark or language not in LANGUAGES:
            language, name = SOURCE, one
        if language in found:
            raise SettingsError(f"--notes names two files in {language}; give one each")
        try:
            found[language] = Path(name).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(
                f"--notes {one}: {name} cannot be read as UTF-8 text"
            ) from error
    return found


@release.command("build")
def build(
    wave: Annotated[str, typer.Option(help="Latest wave in it, as 2026-27F.")],
    district: Annotated[str, typer.Option(help="Name printed on every page.")],
    notes: Annotated[
        list[str] | None,
        typer.Option(
            help="File that says what changed; once more for each language, as "
            "es=notes-es.md."
        ),
    ] = None,
    corrects: Annotated[
        str | None, typer.Option(help="Release whose numbers were wrong.")
    ] = None,
    reason: Annotated[str, typer.Option(help="What was wrong; it is printed.")] = "",
    by: ByOption = "",
) -> None:
    """Build the next version of a wave as a draft, and attack it."""
    from data.ingest.warehouse import open_warehouse
    from data.ledger.store import Ledger
    from data.model.shelf import draft_folder
    from data.publish.checklist import findings_of
    from data.publish.hand_kept import take_in
    from data.publish.recorded import recorded_build

    if bool(corrects) != bool(reason.strip()):
        raise SettingsError("a correction needs both --corrects and --reason")
    settings = read_settings()
    written = _notes_of(notes or [])
    pair = (corrects, reason) if corrects else None
    actor, ledger = actor_of(settings, by), Ledger(settings.ledger)
    with open_warehouse(settings) as connection, working("building") as say:
        say("reading the ledger")
        take_in(connection, settings, ledger)
        release_id = recorded_build(
            connection,
            settings,
            ledger,
            actor,
            wave=wave,
            district=district,
            notes=written,
            corrects=pair,
            progress=say,
        )
    found = findings_of(draft_folder(settings.releases, release_id))
    if found:
        raise AuditFailed(release_id, len(found))
    out.print(
        f"Built {release_id}; the disclosure audit found nothing. Look at it, then "
        f'"chorus release submit {release_id}"'
    )


@release.command("list")
def list_() -> None:
    """List every release and where it stands."""
    settings = read_settings()
    lines = _office(settings).everything()
    published = {x.release_id: x for x in read_pointer(settings.releases).history}
    for line in lines:
        since = (
            published[line.release_id].published_at
            if line.release_id in published
            else ""
        )
        if line.publish_at and not since:
            local = line.publish_at.astimezone(ZoneInfo(settings.timezone))
            since = f"to be published {local:%Y-%m-%d %H:%M} {settings.timezone}"
        out.print(f"{line.release_id:16} {line.state:12} {since}")
    if not lines:
        out.print('No release yet; "chorus release build --wave …" makes one.')


@release.command("audit")
def audit_(release_id: str) -> None:
    """Attack a finished release from outside and say what was tried and found."""
    from data.audit import audit_release
    from data.model.shelf import (
        check_release,
        draft_folder,
        reachable_folders,
        release_folder,
    )

    shelf = read_settings().releases
    folder = release_folder(shelf, release_id)
    folder = folder if folder.is_dir() else draft_folder(shelf, release_id)
    if not folder.is_dir():
        raise ReleaseNotFound(release_id)
    check_release(folder)
    with working("attacking") as say:
        earlier = [
            f
            for f in reachable_folders(shelf, besides=release_id)
            if f.name != release_id
        ]
        for folder_beside in earlier:
            check_release(folder_beside)
        report = audit_release(folder, earlier, say)
    for what, times in report.tried.items():
        out.print(f"{times:>10,}  {what}")
    for other in report.beside:
        out.print(f"            beside {other}")
    for finding in report.findings:
        out.print(f"  {finding.attack}: {finding.place} ({finding.reader})")
    if not report.has_passed:
        raise AuditFailed(release_id, len(report.findings))
    out.print(f"{release_id}: nothing found")


@app.command("explain")
def explain_(
    release_id: Annotated[str, typer.Argument(metavar="RELEASE")],
    school: Annotated[str, typer.Argument(help='Id or name, or "all".')],
    indicator: Annotated[str, typer.Argument(help="LX-1, CH-3 …")],
    wave: Annotated[str, typer.Argument(help="2026-27F")],
    role: Annotated[
        Role, typer.Option("--as", help="Whose eyes to look through.")
    ] = Role.PUBLIC,
) -> None:
    """Follow one number back to its formula, its settings and its answers."""
    from data.ingest.warehouse import read_warehouse
    from data.model.shelf import draft_folder, release_folder
    from data.model.viewer import Viewer
    from data.publish.explain import explain

    settings = read_settings()
    folder = release_folder(settings.releases, release_id)
    folder = folder if folder.is_dir() else draft_folder(settings.releases, release_id)
    if not folder.is_dir():
        raise ReleaseNotFound(release_id)
    # A principal or a teacher is one of the school that is asked about.
    own = {school} if role in {Role.PRINCIPAL, Role.TEACHER} else set()
    viewer = Viewer(role, frozenset(own))
    if not settings.warehouse.exists():
        lines = explain(folder, viewer, school=school, indicator=indicator, wave=wave)
        out.print("\n".join(lines))
        return
    with read_warehouse(settings) as warehouse:
        lines = explain(
            folder,
            viewer,
            school=school,
            indicator=indicator,
            wave=wave,
            warehouse=warehouse,
        )
        out.print("\n".join(lines))


@release.command("submit")
def submit(release_id: str, by: ByOption = "") -> None:
    """Hand a draft in for review."""
    settings = read_settings()
    _office(settings).submit(release_id, actor_of(settings, by))
    out.print(f"{release_id} is under review")


@release.command("check")
def check_(
    release_id: str,
    point: Annotated[str, typer.Argument(help="Lists them all if left out.")] = "",
    because: Annotated[
        str, typer.Option(help="Why it is so, for no_more_than_asked.")
    ] = "",
    by: ByOption = "",
) -> None:
    """Say what approval still needs, or vouch for one point of it."""
    from data.model.standing import STATED, VOUCHED, Point
    from data.publish.checklist import ENOUGH

    settings = read_settings()
    office = _office(settings)
    if not point:
        for ticked in office.standing(release_id).checklist:
            mark, by_whom = ("yes", ticked.by) if ticked.is_met else ("MISSING", "")
            out.print(
                f"{mark:8}{ticked.point}: {ENOUGH[ticked.point].format(id=release_id)}"
                + (f" – {by_whom}" if by_whom else "")
            )
        return
    if point not in {*VOUCHED, *STATED}:
        raise SettingsError(
            f"no such point '{point}'; use " + " or ".join([*VOUCHED, *STATED])
        )
    office.vouch(release_id, actor_of(settings, by), Point(point), because)
    out.print(f"{release_id}: {point}")


@release.command("approve")
def approve(release_id: str, by: ByOption = "") -> None:
    """Approve a release under review; not one's own build."""
    settings = read_settings()
    _office(settings).approve(release_id, actor_of(settings, by))
    out.print(f"{release_id} is approved")


@release.command("schedule")
def schedule(
    release_id: str,
    at: Annotated[str, typer.Option(help="Local day, or day and time (09:30).")],
    early: Annotated[
        list[str] | None, typer.Option(help="Email that may read it a day before.")
    ] = None,
    by: ByOption = "",
) -> None:
    """Have a release published at a moment; "chorus worker" does it."""
    from data.publish.office import local_moment

    settings = read_settings()
    moment = local_moment(at, settings.timezone)
    _office(settings).schedule(release_id, actor_of(settings, by), moment, early or ())
    out.print(
        f"{release_id} will be published {moment:%Y-%m-%d %H:%M} {settings.timezone}"
    )


@release.command("publish")
def publish(release_id: str, by: ByOption = "") -> None:
    """Make an approved release current, now."""
    settings = read_settings()
    _office(settings).publish(release_id, actor_of(settings, by))
    out.print(f"{release_id} is current; workers follow within a second")
    _make_files(release_id)


def _make_files(release_id: str) -> None:
    """Make packets and open data now, so that no reader waits for the first.

    A published release stays published: what cannot be made now is made when it is
    first asked for.
    """
    with working("making board packets and open data"):
        done = subprocess.run(  # noqa: S603 - our own module
            [sys.executable, "-m", "web.public_files", release_id],
            cwd=Path(__file__).resolve().parent.parent,
            check=False,
            capture_output=True,
            text=True,
        )
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        err.print(f"chorus: packets and open data are not made yet: {last}")


@release.command("return")
def return_(release_id: str, by: ByOption = "") -> None:
    """Return a release to draft."""
    settings = read_settings()
    _office(settings).send_back(release_id, actor_of(settings, by))
    out.print(f"{release_id} is a draft again")


@release.command("withdraw")
def withdraw(
    release_id: str,
    reason: Annotated[str, typer.Option(help="Printed on the release's page.")],
    by: ByOption = "",
) -> None:
    """Take a release back; the one before it becomes current."""
    settings = read_settings()
    current = _office(settings).withdraw(release_id, actor_of(settings, by), reason)
    out.print(f"{release_id} is withdrawn; current is {current or 'none'}")


@release.command("single-steward")
def single_steward(answer: str, by: ByOption = "") -> None:
    """State whether the district has one steward, who then approves own builds."""
    if answer not in {"yes", "no"}:
        raise SettingsError("answer yes or no")
    settings = read_settings()
    office = _office(settings)
    office.choose_single_steward(actor_of(settings, by), yes=answer == "yes")
    out.print(f"single steward: {answer}")


@app.command()
def worker(
    once: Annotated[bool, typer.Option(help="Look once, then stop.")] = False,
    now: Annotated[str, typer.Option(hidden=True)] = "",
) -> None:
    """Publish scheduled releases when their moment comes, until stopped."""
    from data.publish.permissions import AT_THE_MACHINE

    office = _office(read_settings())
    while True:
        moment = datetime.fromisoformat(now) if now else datetime.now(UTC)
        try:
            for release_id in office.promote_due(AT_THE_MACHINE, now=moment):
                out.print(f"{release_id} is current")
                _make_files(release_id)
        except ChorusError as error:
            # One release that cannot be published must not end the worker.
            err.print(f"chorus: {error}", style="bold")
            if once:
                raise
        if once:
            return
        time.sleep(WORKER_LOOKS_EVERY)


@people.command("list")
def people_list() -> None:
    """List who may sign in, and as what."""
    from data.ledger.people import everyone
    from data.ledger.store import Ledger

    with Ledger(read_settings().ledger).reading() as session:
        for person in everyone(session):
            schools = ", ".join(person.school_ids)
            out.print(f"{person.email:40} {person.role:10} {schools}")


@people.command("add")
def people_add(
    email: str,
    role: Annotated[str, typer.Option(help="district, principal, teacher, steward.")],
    school: Annotated[list[str] | None, typer.Option(help="Own school's id.")] = None,
    by: ByOption = "",
) -> None:
    """Let one person in, or change what they are let in as."""
    from data.ledger.people import Entry, let_in
    from data.ledger.store import Ledger

    if role not in set(Role) - {Role.PUBLIC}:
        raise SettingsError(
            f"no role '{role[:40]}'; use district, principal, teacher or steward"
        )
    settings = read_settings()
    settings.home.mkdir(parents=True, exist_ok=True)
    entry = Entry(email, Role(role), tuple(school or ()))
    actor = actor_of(settings, by).name
    with Ledger(settings.ledger).writing() as session:
        let_in(session, [entry], actor=actor, source="command line")
    out.print(f"{email} may sign in as {role}")


@people.command("import")
def people_import(file: Path, by: ByOption = "") -> None:
    """Let people in from a CSV, or from a OneRoster zip or folder."""
    from data.ledger.people import let_in, read_csv, read_oneroster
    from data.ledger.store import Ledger

    if not file.exists():
        raise ImportFileError("there is no such file", file=file.name)
    settings = read_settings()
    settings.home.mkdir(parents=True, exist_ok=True)
    is_roster = file.is_dir() or file.suffix == ".zip"
    entries = read_oneroster(file) if is_roster else read_csv(file)
    source = "OneRoster" if is_roster else "CSV"
    actor = actor_of(settings, by).name
    with Ledger(settings.ledger).writing() as session:
        changed = let_in(session, entries, actor=actor, source=source)
    out.print(f"{file.name}: {len(entries):,} people, {changed:,} new or changed")


@people.command("revoke")
def people_revoke(email: str, by: ByOption = "") -> None:
    """Take someone's role away, at once."""
    from data.ledger.people import revoke
    from data.ledger.store import Ledger

    settings = read_settings()
    with Ledger(settings.ledger).writing() as session:
        revoke(session, email, actor=actor_of(settings, by).name)
    out.print(f"{email} is the public from the next request on")


@audit.command("verify")
def audit_verify() -> None:
    """Check every seal of the log, and that what happened is in it."""
    from data.ingest.warehouse import read_warehouse
    from data.ledger.audit_log import verify
    from data.ledger.store import Ledger
    from data.publish.witness import unsaid_of_shelf, unsaid_of_warehouse

    settings = read_settings()
    with Ledger(settings.ledger).reading() as session:
        lines = verify(session)
        unsaid = list(unsaid_of_shelf(session, settings.releases))
        if settings.warehouse.exists():
            with read_warehouse(settings) as warehouse:
                unsaid += unsaid_of_warehouse(session, warehouse)
    out.print(f"audit log: {lines:,} lines, every seal holds")
    for sentence in unsaid:
        out.print(f"  {sentence}")
    if unsaid:
        raise AuditLogIncomplete(len(unsaid))


@audit.command("show")
def audit_show(last: Annotated[int, typer.Option()] = 20) -> None:
    """Print the last lines of the log."""
    import sqlalchemy as sa

    from data.ledger.store import Ledger
    from data.ledger.tables import AuditEntry

    with Ledger(read_settings().ledger).reading() as session:
        newest = sa.select(AuditEntry).order_by(AuditEntry.number.desc()).limit(last)
        for line in reversed(list(session.scalars(newest))):
            out.print(
                f"{line.number:>6} {line.at:%Y-%m-%d %H:%M} {line.actor} "
                f"{line.act} {line.subject}"
            )


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


if __name__ == "__main__":
    main()
