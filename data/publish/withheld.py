"""What the outsider still finds in a draft is withheld, and the draft is made again.

Complementary suppression settles groups of parts, unit by unit; what follows from many
relations at once can pass it. The audit puts all of them into one system. Rather than
refuse a release for what it finds there, the protection opens that count again in a
system of its own, and the outsider attacks the whole anew.

Source: specification P5.0, P5.2 ("while the audits find an exposed cell").
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from data.audit import FoundOut
from data.disclosure.families import Memberships
from data.disclosure.opening import Leak, more_to_hide
from data.disclosure.statements import Reader, Shown
from data.disclosure.verdicts import Reason, hide
from data.model.viewer import Audience
from data.publish.decided import Decided, Scored, settled

# After so many drafts what is still found bars publication.
MOST_DRAFTS = 12
FILE_OF_READER: Mapping[str, Audience] = {
    "district": Audience.DISTRICT,
    "school": Audience.SCHOOL,
}


def leaks_of(found: Iterable[FoundOut], waves: Mapping[str, int]) -> list[Leak]:
    """Return what is to be opened again, for whoever protects.

    Args:
        waves: wave → its number.
    """
    return [
        Leak(
            Reader(FILE_OF_READER.get(one.reader, Audience.PUBLIC), one.schools),
            one.form,
            waves[one.wave],
            one.name,
            one.unit,
            one.least,
        )
        for one in found
        if one.name
    ]


def withhold(
    scored: Scored, decided: Decided, found: Iterable[FoundOut]
) -> Decided | None:
    """Return *decided* with more hidden, so that none of *found* can be found again.

    None where there is nothing more to hide: what was found bars publication.
    """
    waves = dict(zip(scored.waves["wave"], scored.waves["wave_index"], strict=True))
    leaks = leaks_of(found, waves)
    shown = Shown(
        decided.estimates,
        decided.answers,
        decided.hidden_answers,
        decided.verdicts,
        Memberships(scored.units),
        decided.held.known,
    )
    more = more_to_hide(shown, leaks)
    if not any(len(rows) for rows in more.values()):
        return None
    for audience, rows in more.items():
        hide(decided.verdicts.by_audience()[audience], rows, Reason.TOLD_TOGETHER)
    return settled(scored, decided)
