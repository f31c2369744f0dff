"""What was hidden and why: for the data steward's eyes alone (P9)."""

from __future__ import annotations

import pandas as pd

from data.disclosure.verdicts import Verdicts
from data.model.cell import Status

KEYS = [
    "indicator_id", "part", "form", "wave_index", "unit_kind", "unit_id", "breakdown",
    "category",
]  # fmt: skip


def hidden_cells(estimates: pd.DataFrame, verdicts: Verdicts) -> pd.DataFrame:
    """Return every hidden cell with its audience and the finer reason."""
    if estimates.empty:
        return pd.DataFrame()
    frames = []
    for audience, verdict in verdicts.by_audience().items():
        hidden = verdict[~verdict["status"].isin([Status.SHOWN, Status.NOT_COLLECTED])]
        rows = estimates.loc[hidden.index, KEYS].assign(audience=audience.value)
        reason = hidden["reason"].where(hidden["reason"] != "", hidden["status"])
        frames.append(rows.assign(reason=reason))
    return pd.concat(frames, ignore_index=True)
