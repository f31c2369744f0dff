"""Who may act on a release; in which state is another module's matter."""

from __future__ import annotations

from dataclasses import dataclass

from data.errors import AccessDenied
from data.ledger.audit_log import COMMAND_LINE
from data.model.viewer import Role
from data.publish.states import Step

# Listed by what each role may do; a step added later is nobody's until it is here.
STEPS_OF: dict[Role, frozenset[Step]] = {
    Role.STEWARD: frozenset(Step),
    Role.DISTRICT: frozenset({Step.APPROVE, Step.RETURN}),
}


@dataclass(frozen=True, slots=True)
class Actor:
    """Someone who acts on releases.

    Attributes:
        name: an email, or "command line" for whoever holds the machine.
    """

    name: str
    role: Role


AT_THE_MACHINE = Actor(COMMAND_LINE, Role.STEWARD)


def check_actor(actor: Actor, step: Step) -> None:
    """Refuse a step to someone who may not take it.

    Raises:
        AccessDenied: the role does not include it.
    """
    if step not in STEPS_OF.get(actor.role, frozenset()):
        raise AccessDenied(f"a {actor.role} may not {step} a release")


def check_not_own(actor: Actor, built_by: str, *, single_steward: bool) -> None:
    """Refuse approval of one's own build, and of one nobody is known to have built.

    Raises:
        AccessDenied: somebody else has to approve it, or nobody can.
    """
    if not built_by:
        raise AccessDenied(
            "nobody is on record as the builder of this release, so nobody can tell "
            'whether another person approves it; build it again ("chorus release '
            'build")'
        )
    if actor.name == built_by and not single_steward:
        raise AccessDenied(
            "whoever built a release may not approve it; let another person do it, "
            "or state that the district has a single steward "
            '("chorus release single-steward yes")'
        )
