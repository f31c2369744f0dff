"""Estimates of six schools in two cohorts, drawn for tests of what is hidden."""

import pandas as pd

from data.disclosure.decisions import decide
from data.model.cell import Status
from data.model.rules import Rules

RULES = Rules()
UNITS = pd.DataFrame(
    {
        "school_id": ["A", "B", "C", "D", "E", "F"],
        "cohort_id": [1, 1, 1, 2, 2, 2],
        "launch_wave": [0.0, 0.0, 0.0, None, None, None],
    }
)
COHORT = dict(zip(UNITS["school_id"], UNITS["cohort_id"], strict=True))


def told(indicator, part, counts, form="teacher"):
    """Rows of one part: school → (people, favorable), and every total of them."""
    group = {"teacher": "teachers", "sessions": "teachers"}.get(form, "students")
    units = [("school", s, [s]) for s in counts]
    units += [("cohort", str(k), [s for s in counts if COHORT[s] == k]) for k in (1, 2)]
    units.append(("district", "all", list(counts)))
    return pd.DataFrame(
        [
            {
                "indicator_id": indicator, "part": part, "form": form, "wave_index": 1,
                "unit_kind": kind, "unit_id": unit, "breakdown": "all",
                "category": "all", "n": sum(counts[s][0] for s in members),
                "favourable": float(sum(counts[s][1] for s in members)),
                "respondents": group, "rate_band": "high", "schools": len(members),
                "share": 100 * sum(counts[s][1] for s in members)
                / max(sum(counts[s][0] for s in members), 1),
            }
            for kind, unit, members in units
        ]
    )  # fmt: skip


def seen(frame, audience):
    """What one file shows: (part, unit) → (people, favorable)."""
    verdict = decide(frame, UNITS, RULES).by_audience()[audience]
    shown = frame.loc[verdict.index[verdict["status"] == Status.SHOWN]]
    keys = zip(shown["part"], shown["unit_id"], strict=True)
    numbers = zip(shown["n"], shown["favourable"], strict=True)
    return dict(zip(keys, numbers, strict=True))
