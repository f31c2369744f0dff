"""Sentences that name a first or a last one: only where it is apart from the rest.

Source: specification 7.3.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from components.words import Speaker, count_schools, listing
from data.model.separation import Range, could_be_least, could_be_most, share_range

# Points of the index of adoption, 0–100, a level of the rubric is worth.
POINTS_A_LEVEL = 100 / 4
# More themes than these are no answer; the picture under the sentence has them all.
MOST_THEMES = 3


def stalls(
    say: Speaker,
    means: Mapping[int, float],
    moved: Mapping[int, Sequence[float]],
    *,
    below: float,
) -> str:
    """Return the sentence about cohorts that moved by *means*, points of 100 a year.

    Args:
        moved: what each school of a cohort moved by, where all of them are known.
        below: levels of the rubric within which a year is a standstill.
    """
    still = below * POINTS_A_LEVEL
    stopped = [
        c
        for c, changes in moved.items()
        if abs(means[c]) < still and max(map(abs, changes)) <= still
    ]
    if stopped:
        return " ".join(
            say(
                "adoption.stopped_one" if len(moved[c]) == 1 else "adoption.stopped",
                cohort=say.cohort(c),
                schools=count_schools(say, len(moved[c])),
                below=say.decimal(below, 2),
            )
            for c in stopped
        )
    if len(means) <= 1:  # one cohort alone cannot be the one that moved least
        return ""
    if moved.keys() != means.keys():
        told = [f"{say.cohort(c)} {say.points(x)}" for c, x in means.items()]
        return say("adoption.moved", moves=", ".join(told))
    ranges: dict[str, Range] = {
        say.cohort(c): (min(changes), max(changes)) for c, changes in moved.items()
    }
    least = could_be_least(ranges)
    if len(least) == 1:
        (points,) = (say.points(x) for c, x in means.items() if say.cohort(c) in least)
        return say("adoption.stall", cohort=least[0], points=points)
    told = [
        say("adoption.range", name=n, low=say.points(low), high=say.points(high))
        for n, (low, high) in ranges.items()
    ]
    return say("adoption.stall_untold", ranges=", ".join(told))


def lead_sentence(say: Speaker, ranges: Mapping[str, Range]) -> str:
    """Say which domain is furthest and least far, where they are apart.

    Args:
        ranges: domain → (lowest, highest) mean level of its attributes, 0–4.

    Source: specification 7.3.
    """
    best, least = could_be_most(ranges), could_be_least(ranges)
    told = []
    if len(best) == 1:
        told.append(say("adoption.lead", best=best[0]))
    if len(least) == 1:
        told.append(say("adoption.least", least=least[0]))
    if told:
        return " ".join(told)
    parts_ = [
        say(
            "adoption.range",
            name=name.lower(),
            low=say.decimal(low),
            high=say.decimal(high),
        )
        for name, (low, high) in ranges.items()
    ]
    return say("adoption.lead_untold", ranges=", ".join(parts_))


def weakest_sentence(say: Speaker, counts: Mapping[str, int]) -> str:
    """Say which side is lowest at most schools, where that is apart from the rest.

    Args:
        counts: side → schools where it is the lowest.

    Source: specification 7.3.
    """
    if not counts:
        return ""
    of = sum(counts.values())
    most = could_be_most({s: share_range(n, of) for s, n in counts.items()})
    if len(most) == 1:
        (side,) = most
        return say(
            "engines.weakest", side=say(f"engines.{side}"), n=counts[side], of=of
        )
    told = [
        say("engines.lowest_at", side=say(f"engines.{s}"), n=n)
        for s, n in counts.items()
    ]
    return say("engines.weakest_untold", counts=", ".join(told), of=of)


def first_theme(say: Speaker, side: str, named: Mapping[str, tuple[float, int]]) -> str:
    """Say which theme most principals named, or the three ahead where none leads.

    Args:
        side: "excites" or "worries".
        named: theme → (percent who named it, principals behind it at least).

    Source: specification 7.3.
    """
    if not named:
        return ""
    first = could_be_most(
        {t: share_range(share * n / 100, n) for t, (share, n) in named.items()}
    )
    if len(first) == 1:
        share = say.percent(named[first[0]][0])
        return say(f"pulse.first_{side}", theme=first[0], share=share)
    first.sort(key=lambda t: (-named[t][0], t))
    told = [
        say("pulse.of_theme", theme=t, share=say.percent(named[t][0]))
        for t in first[:MOST_THEMES]
    ]
    return say(f"pulse.untold_{side}", themes=listing(say, told))


def loudest_sentence(say: Speaker, shares: Mapping[str, float]) -> str:
    """Say whose share of the case is the largest, or who speak equally often.

    Args:
        shares: group → percent; what is printed alike is not apart.
    """
    printed = {g: round(v) for g, v in shares.items()}
    loudest = could_be_most({g: (v, v) for g, v in printed.items()})
    if not loudest:
        return ""
    names = [say(f"group.{g}").lower() for g in loudest]
    share = say.percent(printed[loudest[0]])
    if len(loudest) == 1:
        return say("chorus.loudest", group=names[0], share=share)
    groups = listing(say, names)
    groups = groups[:1].upper() + groups[1:]
    return say("chorus.loudest_tied", groups=groups, share=share)
