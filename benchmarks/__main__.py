"""`make bench`: measures sizes S, M and L and writes benchmarks/RESULTS.md.

Each step runs in a process of its own, so that its peak memory is its own. A
floor is what bare DuckDB takes for the same work on the same file, in the same
run, before and after (A B A); the faster of the two is the floor.
"""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

SIZES = {"S": (30, 9), "M": (168, 9), "L": (1860, 3)}
HERE = Path(__file__).parent
ROOT = HERE.parent
PAGES = {
    "home": "/",
    "adoption": "/adoption",
    "schools": "/schools",
    "school": "/schools/SCH-006",
    "student-voice": "/student-voice",
    "risk-taking": "/risk-taking",
    "methods": "/methods",
    "releases": "/releases",
}
REPEATS = 25


def main() -> None:
    """Measure every size in turn and write the table."""
    found = {}
    for size, (schools, waves) in SIZES.items():
        with tempfile.TemporaryDirectory() as home:
            print(f"{size}: {schools} schools, {waves} waves", flush=True)
            found[size] = _measure(home, schools, waves)
            if size == "L":
                with tempfile.TemporaryDirectory() as other:
                    found[size]["hundred_million"] = _step(other, "hundred_million")
            print(json.dumps(found[size], indent=1), flush=True)
    (HERE / "RESULTS.md").write_text(_table(found), encoding="utf-8")


def _measure(home: str, schools: int, waves: int) -> dict[str, object]:
    def step(name: str, *words: str) -> dict[str, float]:
        return _step(home, name, *words)

    made = step("make", str(schools), str(waves))
    floors = [step("floor")]
    brought = step("import")
    floors.append(step("floor"))
    scored = step("score")
    built = step("build")
    return {
        "make": made,
        "floor": min(floors, key=lambda f: f["seconds"]),
        "import": brought,
        "score": scored,
        "build": built,
        "protect": step("protect"),
        "pages": step("pages"),
    }


def _step(home: str, name: str, *words: str) -> dict[str, float]:
    quiet = {"CHORUS_DEMO": "1", "CHORUS_CALLBACKS_PER_MINUTE": "0"}
    more = {"CHORUS_MEMORY": "6GB"} if name == "hundred_million" else {}
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.steps", name, *words],
        cwd=ROOT,
        env={**os.environ, "CHORUS_HOME": home, **quiet, **more},
        capture_output=True,
        text=True,
        check=True,
    )
    result: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return result


def _table(found: dict[str, dict[str, dict[str, float]]]) -> str:
    python = platform.python_version()
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {python}"
    lines = [
        "# Benchmarks",
        "",
        f"{datetime.now(UTC):%Y-%m-%d} · {machine} · `make bench`. A shared machine:",
        "read ratios, not milliseconds. Budgets are those of the architecture.",
        "",
        "## Import: one wide student export, 44 questions a row",
        "",
        "| Size | Schools | Rows | Rows/s | Bare DuckDB rows/s | Ratio | Peak MiB |",
        "|---|---|---|---|---|---|---|",
    ]
    for size, r in found.items():
        i, f = r["import"], r["floor"]
        rate, bare = i["wide_rows"] / i["wide_seconds"], f["rows"] / f["seconds"]
        lines.append(
            f"| {size} | {SIZES[size][0]:,} | {i['wide_rows']:,.0f} | {rate:,.0f} | "
            f"{bare:,.0f} | {bare / rate:.1f} | {i['peak_mib']:,.0f} |"
        )
    lines += [
        "",
        "Budget: 250,000 rows/s, under 2 GiB. The floor reads the file as text,",
        "unpivots the 44 columns and stores them, without judging schools, people",
        "or codes.",
        "",
        "## Scoring: every survey measure of every wave",
        "",
        "| Size | Answers | Seconds | Bare aggregate s | Ratio | Peak MiB |",
        "|---|---|---|---|---|---|",
        *_scoring(found),
        "",
        "Budget: 4 x the bare aggregate at 100 M answers, under 8 GiB. The bare",
        "aggregate counts and sums codes by school, wave, form and item over a table",
        "that already has the school in it. Every answer is read once; small sizes pay",
        "a fixed tenth of a second per form and wave, most of it compiling statements.",
        "",
        "## Build: all waves, three audiences",
        "",
        "| Size | Waves | Responses | Answers | Seconds | Peak MiB | MB on disk |",
        "|---|---|---|---|---|---|---|",
    ]
    for size, r in found.items():
        b = r["build"]
        lines.append(
            f"| {size} | {SIZES[size][1]} | {b['responses']:,.0f} | "
            f"{b['answers']:,.0f} | {b['seconds']:.1f} | {b['peak_mib']:,.0f} | "
            f"{b['bytes'] / 1e6:.1f} |"
        )
    lines += [
        "",
        "## Protection and audit: all waves, all breakdowns, three audiences",
        "",
        "| Size | Waves | Cells | Hidden | Protecting s | Audit s | Findings | MiB |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for size, r in found.items():
        p = r["protect"]
        lines.append(
            f"| {size} | {SIZES[size][1]} | {p['cells']:,.0f} | {p['hidden']:,.0f} | "
            f"{p['protecting']:.1f} | {p['auditing']:.1f} | {p['findings']:.0f} | "
            f"{p['peak_mib']:,.0f} |"
        )
    lines += [
        "",
        "Budget: M under 60 s, L under 10 min, under 8 GiB.",
        "",
        "## Pages: the data request behind a page or a choice, as the superintendent",
        "",
        "Milliseconds through the app without a network: a question asked for the",
        f"first time (median and 95th percentile of {REPEATS}), and asked again;",
        "kilobytes as sent, compressed.",
        "",
        "| Page | "
        + " | ".join(f"{s} new p50 | {s} p95 | {s} again | {s} kB" for s in found)
        + " |",
        "|---|" + "---|" * (4 * len(found)),
    ]
    for page in [*PAGES, "floor"]:
        cells = []
        for r in found.values():
            p = r["pages"][page]
            size = f"{p['bytes'] / 1000:.1f}" if "bytes" in p else "–"
            cells.append(f"{p['p50']:.1f} | {p['p95']:.1f} | {p['again']:.1f} | {size}")
        name = "bare select of the same rows" if page == "floor" else f"`{page}`"
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    lines += ["", "Budget at L: p50 20 ms, p95 50 ms.", ""]
    notes = HERE / "NOTES.md"
    if notes.exists():
        lines.append(notes.read_text(encoding="utf-8"))
    return "\n".join(lines)


def _scoring(found: dict[str, dict[str, dict[str, float]]]) -> list[str]:
    rows = [(size, r["score"]) for size, r in found.items()]
    rows += [
        ("100 M", r["hundred_million"])
        for r in found.values()
        if "hundred_million" in r
    ]
    return [
        f"| {size} | {s['answers']:,.0f} | {s['seconds']:.1f} | {s['bare']:.2f} | "
        f"{s['seconds'] / s['bare']:.1f} | {s['peak_mib']:,.0f} |"
        for size, s in rows
    ]


def timed(action, repeats: int = REPEATS) -> tuple[float, float]:
    """Return median and 95th percentile of *action* in milliseconds."""
    action()
    spent = []
    for _ in range(repeats):
        start = time.perf_counter()
        action()
        spent.append(1000 * (time.perf_counter() - start))
    spent.sort()
    return statistics.median(spent), spent[int(0.95 * (len(spent) - 1))]


if __name__ == "__main__":
    main()
