"""Makes the made-up district the way a real one is made: import, build, publish.

It may be stopped at any moment; the next run goes on where it ended.
"""

from __future__ import annotations

from datetime import UTC, datetime

from data.district.schools import WAVES
from data.district.writer import NAME, write_district
from data.errors import HomeIsAnothers, SettingsError
from data.ingest.warehouse import open_warehouse
from data.ingest.whose import give_to_the_demo, is_made_up
from data.ledger.audit_log import is_begun
from data.ledger.entries import every_version
from data.ledger.store import Ledger
from data.model.shelf import read_pointer
from data.model.standing import VOUCHED, State
from data.publish.build import Progress
from data.publish.demo_entries import type_in
from data.publish.office import Office
from data.publish.permissions import AT_THE_MACHINE
from data.publish.recorded import recorded_build, recorded_import
from data.settings import Settings

NOTES = {
    "en": """# The made-up district

First publication of Alder Valley Unified, a district that does not exist. Its items
are worded by Chorus and have not been validated; its numbers show what pages look
like and nothing else.
""",
    "es": """# El distrito inventado

Primera publicación de Alder Valley Unified, un distrito que no existe. Sus preguntas
son de Chorus y no han sido validadas; sus números muestran cómo se ven las páginas y
nada más.
""",
}


def make_demo(
    settings: Settings, *, schools: int, waves: int, progress: Progress
) -> str | None:
    """Make the demo in an empty home or its own; return what was published now.

    Raises:
        SettingsError: in production.
        HomeIsAnothers: the home is a real district's.
    """
    if settings.is_production:
        raise SettingsError(
            "the made-up district is not for production; unset CHORUS_ENV, and set "
            "CHORUS_HOME to an empty folder"
        )
    ledger = Ledger(settings.ledger)
    office = Office(settings.releases, ledger)
    with open_warehouse(settings) as connection:
        if not is_made_up(connection):
            _check_nothing_is_here(settings, ledger)
        give_to_the_demo(connection)
        if read_pointer(settings.releases).history:
            return None
        files = write_district(
            settings.incoming, schools=schools, waves=waves, progress=progress
        )
        for number, (path, mapping) in enumerate(files, 1):
            progress(f"importing {path.name} ({number} of {len(files)})")
            recorded_import(
                connection,
                settings,
                ledger,
                AT_THE_MACHINE,
                path,
                mapping_file=mapping,
                is_made_up=True,
            )
        drafts = [s.release_id for s in office.everything()]
        release_id = (
            drafts[0]
            if drafts
            else recorded_build(
                connection,
                settings,
                ledger,
                AT_THE_MACHINE,
                wave=WAVES[-1],
                district=NAME,
                notes=NOTES,
                progress=progress,
            )
        )
        rows = connection.execute("SELECT school_id FROM schools ORDER BY 1").fetchall()
    with ledger.reading() as session:
        is_typed = bool(every_version(session, "pulse"))
    if not is_typed:
        today = datetime.now(UTC).date()
        type_in(ledger, [str(r[0]) for r in rows], today=today)
    _publish(office, release_id)
    return release_id


def _check_nothing_is_here(settings: Settings, ledger: Ledger) -> None:
    with ledger.reading() as session:
        is_used = is_begun(session)
    if is_used or read_pointer(settings.releases).history:
        raise HomeIsAnothers(
            "this home holds a real district's releases or people, and the made-up "
            "district must not be mixed with them; set CHORUS_HOME to an empty folder "
            "for the demo"
        )


def _publish(office: Office, release_id: str) -> None:
    """Take the demo's release the whole way a real one goes, on one's own word."""
    office.choose_single_steward(AT_THE_MACHINE, yes=True)
    if office.standing(release_id).state is State.DRAFT:
        for point in VOUCHED:
            office.vouch(release_id, AT_THE_MACHINE, point)
        office.submit(release_id, AT_THE_MACHINE)
    if office.standing(release_id).state is State.REVIEW:
        office.approve(release_id, AT_THE_MACHINE)
    office.publish(release_id, AT_THE_MACHINE)
