"""The states of a release, and in which of them each act is allowed."""

from __future__ import annotations

from enum import StrEnum

from data.errors import ReleaseStateForbids
from data.model.standing import State


class Step(StrEnum):
    """What can be done to a release."""

    SUBMIT = "submit"
    VOUCH = "vouch"
    RETURN = "return"
    APPROVE = "approve"
    SCHEDULE = "schedule"
    PUBLISH = "publish"
    WITHDRAW = "withdraw"


ALLOWED: dict[Step, frozenset[State]] = {
    Step.SUBMIT: frozenset({State.DRAFT}),
    Step.VOUCH: frozenset({State.DRAFT, State.REVIEW}),
    Step.RETURN: frozenset({State.REVIEW, State.APPROVED, State.SCHEDULED}),
    Step.APPROVE: frozenset({State.REVIEW}),
    Step.SCHEDULE: frozenset({State.APPROVED, State.SCHEDULED}),
    Step.PUBLISH: frozenset({State.APPROVED, State.SCHEDULED}),
    Step.WITHDRAW: frozenset({State.PUBLISHED, State.SUPERSEDED}),
}


def may(step: Step, state: State) -> bool:
    """Tell whether *step* is allowed in *state*."""
    return state in ALLOWED[step]


def check_state(release_id: str, step: Step, state: State) -> None:
    """Refuse a step that its state does not allow.

    Raises:
        ReleaseStateForbids: says which states would.
    """
    if not may(step, state):
        fit = " or ".join(sorted(ALLOWED[step]))
        raise ReleaseStateForbids(
            f"{release_id} is {state}; it can be {_PAST[step]} only while it is {fit}"
        )


_PAST = {
    Step.SUBMIT: "submitted",
    Step.VOUCH: "vouched for",
    Step.RETURN: "returned to draft",
    Step.APPROVE: "approved",
    Step.SCHEDULE: "scheduled",
    Step.PUBLISH: "published",
    Step.WITHDRAW: "withdrawn",
}
