"""One school over the waves, on the unnamed band of its cohort."""

from __future__ import annotations

from components import theme
from components.charts.trends import Point, path, wave_axis
from components.theme import Figure, label, rule
from components.words import Speaker
from data.model.waves import Wave

# Waves to either side that the band's name covers on a phone.
WORDS_REACH = 2


def school_panel(
    say: Speaker,
    own: list[Point],
    band: list[Point],
    *,
    waves: tuple[Wave, ...],
    start: int | None,
    words: tuple[str, str],
) -> Figure:
    """Return one school's line over its cohort's unnamed band.

    Args:
        own: the school's own estimates; open dots before it started.
        band: lowest and highest of the cohort's schools, as low and high.
        words: "we start" and what the band is called.
    """
    traces: list[Figure] = []
    if band:
        traces += _band_traces(band)
    traces.append(path(own, theme.ACCENT, 3, "solid"))
    xs: list[float | None] = []
    ys: list[float | None] = []
    for p in own:
        if p.low is not None:
            xs += [p.wave_index, p.wave_index, None]
            ys += [p.low, p.high, None]
    traces.append(
        {
            "type": "scatter", "mode": "lines", "x": xs, "y": ys,
            "line": {"color": theme.ACCENT, "width": 2.2}, "hoverinfo": "skip",
        }
    )  # fmt: skip
    is_open = [start is None or p.wave_index < start for p in own]
    sizes = [8] * max(len(own) - 1, 0) + ([13] if own else [])
    traces.append(
        {
            "type": "scatter",
            "mode": "markers",
            "x": [p.wave_index for p in own],
            "y": [p.value for p in own],
            "marker": {
                "size": sizes,
                "opacity": 1,
                "color": [theme.PAPER if o else theme.ACCENT for o in is_open],
                "line": {"width": 2, "color": theme.ACCENT},
            },
            "text": [
                f"{say.wave(waves[p.wave_index])}: {say.percent(p.value)}" for p in own
            ],
            "hovertemplate": "%{text}<extra></extra>",
            "cliponaxis": False,
        }
    )
    shapes = [rule(y=y) for y in (25, 75)] + [rule(y=50, color=theme.RULE2)]
    notes = []
    if start is not None and start <= len(waves) - 1:
        shapes.append(rule(x=start - 0.38, color=theme.INK, width=2))
        notes.append(
            label(
                words[0], x=start - 0.38, y=1, yref="paper", anchor="center",
                bold=True, shift=(0, 4), valign="bottom",
            )
        )  # fmt: skip
    if own:
        notes.append(
            label(
                f"{own[-1].value:.0f}", x=own[-1].wave_index, y=own[-1].value,
                shift=(13, 0), color=theme.ACCENT, size=22, bold=True,
            )
        )  # fmt: skip
    if band:
        middle = band[len(band) // 2].wave_index
        # Under everything that is drawn as far as the words reach.
        near = [p for p in (*band, *own) if abs(p.wave_index - middle) <= WORDS_REACH]
        below = min(p.value if p.low is None else p.low for p in near)
        notes.append(
            label(
                words[1], x=middle, y=below,
                anchor="center", color=theme.INK2, size=theme.NOTE, shift=(0, -12),
            )
        )  # fmt: skip
    return theme.figure(
        traces,
        height=252,
        margin=(44, 52, 26, 30),
        x=wave_axis(say, waves, phone=True),
        y={
            "range": [15, 100],
            "tickvals": [25, 50, 75],
            "ticktext": [say.percent(t) for t in (25, 50, 75)],
        },
        shapes=shapes,
        annotations=notes,
    )


def _band_traces(band: list[Point]) -> list[Figure]:
    xs = [p.wave_index for p in band]
    edges = [[p.low for p in band], [p.high for p in band]]
    fill = {
        "type": "scatter",
        "mode": "lines",
        "x": [*xs, *reversed(xs)],
        "y": [*edges[1], *reversed(edges[0])],
        "fill": "toself",
        "fillcolor": theme.BAND,
        "line": {"width": 0, "color": theme.BAND},
        "hoverinfo": "skip",
    }
    lines = [
        {
            "type": "scatter",
            "mode": "lines",
            "x": xs,
            "y": edge,
            "line": {"width": 1, "color": theme.RULE2},
            "hoverinfo": "skip",
        }
        for edge in edges
    ]
    return [fill, *lines]
