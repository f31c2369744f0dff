"""Raw answers: one 100 % bar per question, the level ramp from least to most."""

from __future__ import annotations

from dataclasses import dataclass

from dash import html

from components.aria import aria
from components.words import Speaker

# A share below this has no room for its digits inside the bar.
LEAST_PRINTED = 6
RAMP = 5


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """One question's distribution.

    Attributes:
        shares: whole percent per option in order; None where hidden.
        options: option texts in order.
        favourable: printed favourable share, or the words for why not.
        counts: what stands in each part where too few are counted for percent.
    """

    question: str
    options: tuple[str, ...]
    shares: tuple[float, ...] | None
    favourable: str
    reason: str = ""
    counts: tuple[str, ...] | None = None


def answer_bars(say: Speaker, rows: list[AnswerRow]) -> html.Div:
    """Return the bars; each says its numbers in words for assistive technology."""
    drawn = []
    known: tuple[str, ...] = ()
    for row in rows:
        # Options shared with the row above are not said again.
        drawn.append(_bar(say, row, has_ends=row.options != known))
        known = row.options
    return html.Div(drawn, className="answers")


def _bar(say: Speaker, row: AnswerRow, *, has_ends: bool) -> html.Div:
    ends = ""
    if has_ends:
        ends = say("answers.ends", first=row.options[0], last=row.options[-1])
    head = html.Div(
        [html.Span(row.question), html.Span(ends, className="ends")],
        className="answer-question",
    )
    if row.shares is None:
        return html.Div(
            [head, html.Div(html.Span(row.reason), className="hatched answer-bar")],
            className="answer",
        )
    said = row.counts or tuple(say.percent(share) for share in row.shares)
    written = row.counts or tuple(f"{share:.0f}" for share in row.shares)
    spoken = "; ".join(
        f"{option} {number}" for option, number in zip(row.options, said, strict=True)
    )
    step = (RAMP - 1) / max(len(row.options) - 1, 1)
    parts = [
        html.Span(
            number if share >= LEAST_PRINTED else "",
            className=f"L{round(position * step)}",
            style={"flexGrow": str(share)},
        )
        for position, (share, number) in enumerate(
            zip(row.shares, written, strict=True)
        )
        if share
    ]
    return html.Div(
        [
            head,
            html.Div(
                [
                    html.Div(
                        parts,
                        className="answer-bar",
                        role="img",
                        **aria(label=spoken),
                    ),
                    html.Strong(row.favourable, className="favourable"),
                ],
                className="answer-line",
            ),
        ],
        className="answer",
    )
