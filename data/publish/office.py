"""The district's office: who does what to a release, written down as it is done."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from data.errors import ReleaseNotFound, ReleaseStateForbids, SettingsError
from data.ledger.audit_log import Act, record
from data.ledger.intents import Intent, begin
from data.ledger.people import EMAIL
from data.ledger.store import Ledger
from data.ledger.tables import Choice, ReleaseCheck, ReleaseRecord
from data.model.shelf import DRAFTS, draft_folder, read_pointer, release_folder
from data.model.standing import STATED, VOUCHED, Point, Standing, State
from data.publish.checklist import FEWEST_WORDS, checklist, is_in_words
from data.publish.permissions import Actor, check_actor, check_not_own
from data.publish.records import record_builder, record_of, stated_in
from data.publish.settling import settle_move, settle_shelf, telling
from data.publish.shelf_moves import moving, put_on, take_back
from data.publish.states import Step, check_state
from data.publish.steps import reached

USUAL_TIME = time(9, 30)
EARLY = timedelta(hours=24)
SINGLE_STEWARD = "single_steward"


class Office:
    """Acts on the releases of one shelf, with one ledger."""

    def __init__(self, shelf: Path, ledger: Ledger) -> None:
        self._shelf, self._ledger = shelf, ledger

    def standing(self, release_id: str) -> Standing:
        """Return where *release_id* stands.

        Raises:
            ReleaseNotFound: neither a draft nor published.
        """
        with self._ledger.reading() as session:
            return self._standing(session, release_id)

    def everything(self) -> list[Standing]:
        """Return every release: drafts first, then what was published, newest first."""
        published = [x.release_id for x in read_pointer(self._shelf).history]
        drafts = sorted(
            p.name
            for p in (self._shelf / DRAFTS).glob("[!.]*")
            if p.name not in published
        )
        with self._ledger.reading() as session:
            ids = [*reversed(drafts), *reversed(published)]
            return [self._standing(session, i) for i in ids]

    def built(self, release_id: str, actor: Actor) -> None:
        """Write down who built a draft that came from elsewhere."""
        with self._ledger.writing() as session:
            record_builder(session, release_id, actor.name)
            record(session, actor.name, Act.BUILT, release_id)

    def submit(self, release_id: str, actor: Actor) -> None:
        """Hand a draft in for review."""
        with self._ledger.writing() as session:
            self._check(session, release_id, actor, Step.SUBMIT)
            record_of(session, release_id).state = State.REVIEW
            record(session, actor.name, Act.SUBMITTED, release_id)

    def vouch(
        self, release_id: str, actor: Actor, point: Point, because: str = ""
    ) -> None:
        """Vouch for one point of the checklist.

        Args:
            because: why it is so, where a point takes words; they stand in the log.

        Raises:
            SettingsError: the point is looked up, or takes more words.
        """
        if point not in (*VOUCHED, *STATED):
            raise SettingsError(
                f"{point} is looked up; nobody vouches for it", code="point"
            )
        if point in STATED and not is_in_words(because):
            raise SettingsError(
                f"{point}: say in {FEWEST_WORDS} words or more why more people "
                "answered than were asked",
                code="because",
            )
        with self._ledger.writing() as session:
            self._check(session, release_id, actor, Step.VOUCH)
            record_of(session, release_id)
            now = datetime.now(UTC)
            check = ReleaseCheck(
                release_id=release_id, name=point.value, by=actor.name, at=now
            )
            session.merge(check)
            details = {"point": point.value}
            if point in STATED:
                details["because"] = " ".join(because.split())
            record(session, actor.name, Act.CHECKED, release_id, details)

    def send_back(self, release_id: str, actor: Actor) -> None:
        """Return a release to draft."""
        with self._ledger.writing() as session:
            self._check(session, release_id, actor, Step.RETURN)
            row = record_of(session, release_id)
            row.state, row.approved_by, row.publish_at = State.DRAFT, None, None
            record(session, actor.name, Act.RETURNED, release_id)

    def approve(self, release_id: str, actor: Actor) -> None:
        """Approve a release under review.

        Raises:
            AccessDenied: it is the actor's own build, or not their part.
            ReleaseStateForbids: not under review, or the checklist has a gap.
        """
        with self._ledger.writing() as session:
            standing = self._check(session, release_id, actor, Step.APPROVE)
            single = session.get(Choice, SINGLE_STEWARD)
            check_not_own(
                actor,
                standing.built_by,
                single_steward=single is not None and single.value == "yes",
            )
            gaps = [t.point for t in standing.checklist if not t.is_met]
            if gaps:
                raise ReleaseStateForbids(
                    f"{release_id} cannot be approved yet; missing: {', '.join(gaps)}; "
                    f'"chorus release check {release_id}" says what is enough'
                )
            reached("approval decided")
            row = record_of(session, release_id)
            row.state, row.approved_by = State.APPROVED, actor.name
            record(session, actor.name, Act.APPROVED, release_id)
            reached("approval written")
        reached("approval kept")

    def schedule(
        self,
        release_id: str,
        actor: Actor,
        at: datetime,
        early_readers: Iterable[str] = (),
    ) -> None:
        """Have a release published at a moment; named people may read it a day before.

        Args:
            at: with its time zone.
        """
        readers = sorted({e.strip().lower() for e in early_readers if e.strip()})
        for email in readers:
            if not EMAIL.match(email):
                raise SettingsError(f"'{email[:80]}' is no email address", code="email")
        with self._ledger.writing() as session:
            self._check(session, release_id, actor, Step.SCHEDULE)
            row = record_of(session, release_id)
            row.state, row.publish_at = State.SCHEDULED, at
            row.early_readers = readers
            details = {"at": at.astimezone(UTC).isoformat(), "early_readers": readers}
            record(session, actor.name, Act.SCHEDULED, release_id, details)

    def publish(
        self, release_id: str, actor: Actor, *, now: datetime | None = None
    ) -> None:
        """Publish an approved release at once.

        What is about to happen is written down before it does: a process killed
        half-way leaves a line that `settle` completes.
        """
        with moving(self._shelf):
            with self._ledger.writing() as session:
                self._check(session, release_id, actor, Step.PUBLISH)
                intent = begin(session, actor.name, Act.PUBLISHING, release_id, now=now)
            reached("publication announced")
            with self._settled(intent):
                put_on(self._shelf, release_id, now=now)

    def withdraw(
        self, release_id: str, actor: Actor, reason: str, *, now: datetime | None = None
    ) -> str | None:
        """Take a release back, with the reason printed on its page."""
        if not reason.strip():
            raise SettingsError(
                "a withdrawal needs its reason; it is printed", code="reason"
            )
        with moving(self._shelf):
            with self._ledger.writing() as session:
                self._check(session, release_id, actor, Step.WITHDRAW)
                intent = begin(
                    session,
                    actor.name,
                    Act.WITHDRAWING,
                    release_id,
                    {"reason": reason},
                    now=now,
                )
            reached("withdrawal announced")
            with self._settled(intent):
                return take_back(self._shelf, release_id, reason=reason, now=now)

    def settle(self) -> list[Intent]:
        """Complete the log where a process ended; return what the shelf cannot tell."""
        return settle_shelf(self._shelf, self._ledger)

    @contextmanager
    def _settled(self, intent: Intent) -> Iterator[None]:
        """Tell how a move of the shelf ended, whichever way it did."""

        def tell() -> None:
            with self._ledger.writing() as session:
                settle_move(session, self._shelf, intent)
                reached("move told")
            reached("move kept")

        try:
            yield
        except BaseException:
            # Where even this cannot be written, the next command does it.
            with suppress(Exception):
                tell()
            raise
        done = "published" if intent.act is Act.PUBLISHING else "withdrawn"
        with telling(f"{intent.subject} was {done}"):
            tell()

    def promote_due(self, actor: Actor, *, now: datetime) -> list[str]:
        """Publish every scheduled release whose moment has come; return their ids."""
        self.settle()
        due = [
            s.release_id
            for s in self.everything()
            if s.state is State.SCHEDULED and s.publish_at and s.publish_at <= now
        ]
        for release_id in due:
            self.publish(release_id, actor, now=now)
        return due

    def early_for(self, email: str, *, now: datetime) -> frozenset[str]:
        """Return the releases *email* may read before they are published."""
        with self._ledger.reading() as session:
            rows = session.scalars(
                sa.select(ReleaseRecord).where(
                    ReleaseRecord.state == State.SCHEDULED,
                    ReleaseRecord.publish_at.is_not(None),
                )
            )
            return frozenset(
                r.release_id
                for r in rows
                if r.publish_at is not None
                and r.publish_at - EARLY <= now
                and email in r.early_readers
            )

    def choose_single_steward(self, actor: Actor, *, yes: bool) -> None:
        """State whether the district has a single steward, who approves own builds."""
        check_actor(actor, Step.SUBMIT)
        with self._ledger.writing() as session:
            value = "yes" if yes else "no"
            session.merge(Choice(key=SINGLE_STEWARD, value=value))
            record(session, actor.name, Act.SETTING, SINGLE_STEWARD, {"value": value})

    def _check(
        self, session: Session, release_id: str, actor: Actor, step: Step
    ) -> Standing:
        check_actor(actor, step)
        standing = self._standing(session, release_id)
        check_state(release_id, step, standing.state)
        return standing

    def _standing(self, session: Session, release_id: str) -> Standing:
        row = session.get(ReleaseRecord, release_id)
        state, folder = self._where(release_id, row)
        vouched = session.scalars(
            sa.select(ReleaseCheck).where(ReleaseCheck.release_id == release_id)
        )
        points = {c.name: c.by for c in vouched}
        return Standing(
            release_id,
            state,
            row.built_by if row else "",
            row.approved_by if row else None,
            row.publish_at if row else None,
            tuple(row.early_readers) if row else (),
            tuple(checklist(folder, points, stated_in(session, release_id))),
        )

    def _where(self, release_id: str, row: ReleaseRecord | None) -> tuple[State, Path]:
        """Return the state; what the shelf says comes before what was planned."""
        pointer = read_pointer(self._shelf)
        final = release_folder(self._shelf, release_id)
        for line in pointer.history:
            if line.release_id == release_id:
                if line.is_withdrawn:
                    return State.WITHDRAWN, final
                is_current = pointer.current == release_id
                return State.PUBLISHED if is_current else State.SUPERSEDED, final
        draft = draft_folder(self._shelf, release_id)
        # Renamed but never pointed to: its publication was cut short.
        folder = draft if draft.exists() else final
        if not folder.exists():
            raise ReleaseNotFound(release_id)
        return State(row.state) if row else State.DRAFT, folder


def local_moment(text: str, zone: str) -> datetime:
    """Return the moment "2026-12-01" or "2026-12-01 09:30" names in *zone*.

    A day without a time is at half past nine. The hour that comes twice in the
    night the clocks go back is the first of the two.

    Raises:
        SettingsError: no such date, or a time the clocks skip that night.
    """
    try:
        naive = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise SettingsError(
            f"'{text[:40]}' is no moment; write 2026-12-01 or '2026-12-01 09:30'",
            code="moment",
        ) from error
    if naive.tzinfo is not None:
        raise SettingsError(
            f"write the district's own time, without a zone ({zone})", code="moment"
        )
    if len(text.strip()) <= len("2026-12-01"):
        naive = datetime.combine(naive.date(), USUAL_TIME)
    local = naive.replace(tzinfo=ZoneInfo(zone))
    there_and_back = local.astimezone(UTC).astimezone(ZoneInfo(zone))
    if there_and_back.replace(tzinfo=None) != naive:
        raise SettingsError(
            f"{naive:%Y-%m-%d %H:%M} does not exist in {zone}: the clocks go forward "
            "over it",
            code="moment",
        )
    return local
