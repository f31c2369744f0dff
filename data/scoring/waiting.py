"""How long until a request is closed, those still waiting counted (PP-3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

FEWEST_FOR_FULFILMENT = 10
HALF = 0.5


@dataclass(frozen=True, slots=True)
class Waiting:
    """A step curve of requests still open.

    Attributes:
        steps: (days, share still waiting after them), one per day something closed.
        low, high: 95 % interval at each step.
        median: days until half are closed; None where half never are.
    """

    steps: tuple[tuple[float, float], ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    median: float | None
    requests: int
    open: int


def time_to_close(days: Sequence[float], closed: Sequence[bool]) -> Waiting | None:
    """Return the curve, open requests censored; None without requests.

    The median of closed requests alone would ignore those still waiting.

    Raises:
        ValueError: a request was closed before it was opened.

    Source: specification 8.6 PP-3, golden value G8; oracle B10.
    """
    # Slow to import and needed by the build alone.
    from statsmodels.duration.survfunc import SurvfuncRight  # noqa: PLC0415

    if not len(days):
        return None
    t, is_closed = np.asarray(days, float), np.asarray(closed, bool)
    if (t < 0).any():
        raise ValueError("a request cannot be closed before it was opened")
    if not is_closed.any():
        return Waiting((), (), (), None, len(t), len(t))
    found = SurvfuncRight(t, is_closed.astype(int))
    share = np.asarray(found.surv_prob, float)
    # On the scale of log(−log S), so that no bound leaves [0, 1].
    with np.errstate(divide="ignore", invalid="ignore"):
        log = np.log(share)
        se = np.asarray(found.surv_prob_se, float) / (share * np.abs(log))
        low = share ** np.exp(1.959964 * se)
        high = share ** np.exp(-1.959964 * se)
    low, high = np.nan_to_num(low, nan=0.0), np.nan_to_num(high, nan=0.0)
    reached = np.flatnonzero(share <= HALF + 1e-12)
    times = np.asarray(found.surv_times, float)
    return Waiting(
        tuple(zip(times.tolist(), share.tolist(), strict=True)),
        tuple(low.tolist()),
        tuple(high.tolist()),
        float(times[reached[0]]) if len(reached) else None,
        len(t),
        int((~is_closed).sum()),
    )


def fulfilment(met: int, partly: int, closed: int, withdrawn: int) -> float | None:
    """Return the share fulfilled, a half for partly; None below ten counted.

    Source: specification 8.6 PP-3.
    """
    counted = closed - withdrawn
    if counted < FEWEST_FOR_FULFILMENT:
        return None
    return (met + partly / 2) / counted
