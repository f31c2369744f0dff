"""Indicators of the registers, from the export files and the specification alone.

Every function yields rows: indicator, part, about, wave, unit kind, unit, category, and
what it should be: value, low, high, word, n, of. "-" stands for what is not recomputed.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
from oracle.exports import CH_HEARING, Exports, day, several
from oracle.surveys import launch_waves
from scipy import stats

Row = dict[str, Any]
Z = 1.959964


def row(indicator, part, wave, kind="district", unit="all", category="", about="",
        value="-", low="-", high="-", word="-", n="-", of="-") -> Row:  # fmt: skip
    return {
        "indicator_id": indicator, "part": part, "about": about, "wave_index": wave,
        "unit_kind": kind, "unit_id": unit, "category": category, "value": value,
        "low": low, "high": high, "word": word, "n": n, "of": of,
    }  # fmt: skip


def only(t: pd.DataFrame, which) -> pd.DataFrame:
    return t[np.array(list(which), bool)]


def wilson(count: float, n: float) -> tuple[float, float]:
    p, z2 = count / n, Z**2
    centre = (p + z2 / (2 * n)) / (1 + z2 / n)
    half = Z * math.sqrt(p * (1 - p) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    return 100 * max(centre - half, 0), 100 * min(centre + half, 1)


# --- 8.2


def cu3(x: Exports) -> Iterator[Row]:
    t = x.table("try")
    t["on"], t["closed_on"] = t["start"].map(day), t["closed"].map(day)
    guards = ["attributes", "outcome_guard", "evidence_plan", "stop_rule"]
    t["full"] = (t[guards] != "").all(axis=1)
    for wave, at in enumerate(x.waves):
        if at < t["on"].min():
            continue
        recent = only(t, (at - timedelta(180) < d <= at for d in t["on"]))
        for kind, unit, schools in x.units(at):
            teachers = sum(x.people(wave, "teachers", s) for s in schools)
            if teachers < 5:
                continue
            mine = recent[recent["school_id"].isin(schools)]
            count = len(mine)
            low = stats.chi2.ppf(0.025, 2 * count) / 2 if count else 0.0
            high = stats.chi2.ppf(0.975, 2 * count + 2) / 2
            per = 10 / teachers
            yield row("CU-3", "rate", wave, kind, unit, value=count * per,
                      low=low * per, high=high * per, n=count, of=teachers)  # fmt: skip
            shut = only(mine, (d is not None and d <= at for d in mine["closed_on"]))
            shared = shut["shared_with"].isin(["school", "other_school"])
            for part, some, whole in (
                ("responsible", mine["full"].sum(), count),
                ("learned", shared.sum(), len(shut)),
                ("stopped", (shut["result"] == "stopped").sum(), len(shut)),
            ):
                if whole >= 10:
                    ends = wilson(some, whole)
                    yield row("CU-3", part, wave, kind, unit,
                              value=100 * some / whole, low=ends[0], high=ends[1],
                              n=whole)  # fmt: skip


WHY_NOT = ("test_changed", "not_yet", "missing", "no_past", "closed", "protected")
VERDICTS = ("held", "better", "slipped", "unclear", "no_comparison", *WHY_NOT)


def cu4(x: Exports) -> Iterator[Row]:
    t = x.table("outcome").astype({"n": int, "mean": float, "sd": float})
    t["v"] = t["sd"] ** 2 / t["n"]
    ends = {y: date(int(y[:4]) + 1, 6, 30) for y in t["year"].unique()}
    cell = {(r.outcome_id, r.school_id, r.level, r.year): r for r in t.itertuples()}
    measures = x.table("outcome_measure").astype({"margin": float})
    for wave, at in enumerate(x.waves):
        whole = sorted(y for y in ends if ends[y] <= at)
        if not whole:
            continue
        post = whole[-1]
        for m in measures.itertuples():
            here = {k: r for k, r in cell.items() if k[0] == m.outcome_id}
            yield from _outcome(wave, at, m, here, post, ends, x.schools)


def _outcome(wave, at, m, cell, post, ends, schools) -> Iterator[Row]:
    places = sorted({(k[1], k[2]) for k in cell})
    launch, closed = schools["launch"], schools["closed"]

    def d(place, before):
        rows = [cell.get((m.outcome_id, *place, y)) for y in (*before, post)]
        if None in rows or len({r.definition for r in rows}) > 1:
            return None
        *pre, now = rows
        value = now.mean - np.mean([r.mean for r in pre])
        return (
            value,
            now.v + sum(r.v for r in pre) / len(pre) ** 2,
            min(r.n for r in rows),
        )

    waits = [p for p in places
             if pd.isna(launch[p[0]]) or launch[p[0]] > ends[post]]  # fmt: skip
    words: list[str] = []
    for place in places:
        day = launch[place[0]]
        if pd.isna(day) or day > at:
            continue
        years = sorted(k[3] for k in cell if k[1:3] == place)
        before = [y for y in years if ends[y] <= day][-2:]
        gone = closed[place[0]]
        own = d(place, before) if before and post in years else None
        why = ("closed" if not pd.isna(gone) and gone <= at else
               "not_yet" if day > ends[post] else
               "missing" if post not in years else
               "no_past" if not before else
               "test_changed" if own is None else "")  # fmt: skip
        if why:
            words.append(why)
            yield row("CU-4", m.outcome_id, wave, "school", place[0], place[1],
                      value=None, word=why)  # fmt: skip
            continue
        others = [o for p in waits if p[1] == place[1] and (o := d(p, before))]
        rel, se, word = _judged(own, others, m.margin)
        if word != "no_comparison":
            yield row("CU-4", "could_show", wave, "school", place[0], place[1],
                      m.outcome_id, value=m.margin + Z * se)  # fmt: skip
        words.append(word if own[2] >= 10 else "protected")
        yield row("CU-4", m.outcome_id, wave, "school", place[0], place[1], value=rel,
                  low=rel - Z * se, high=rel + Z * se, word=word, n=own[2],
                  of=len(others))  # fmt: skip
    for word in VERDICTS if words else ():
        yield row("CU-4", m.outcome_id, wave, category=word, value=words.count(word),
                  of=len(words))  # fmt: skip


def _judged(own, others, margin) -> tuple[float, float, str]:
    if len(others) < 5:
        return own[0], math.sqrt(own[1]), "no_comparison"
    k, v = len(others), np.mean([o[1] for o in others])
    changes = np.array([o[0] for o in others])
    shock = max(0.0, changes.var(ddof=1) - v)
    rel, se = own[0] - changes.mean(), math.sqrt(own[1] + shock * (1 + 1 / k) + v / k)
    if rel - 1.6448536 * se > -margin:
        return rel, se, "better" if rel - Z * se > 0 else "held"
    return rel, se, "slipped" if rel + Z * se < -margin else "unclear"


# --- 8.3


def _cases(x: Exports) -> pd.DataFrame:
    t = x.table("case_event")
    t = t[t["kind"] == "case"].copy()
    t["on"], t["depth"] = t["date"].map(day), t["depth"].astype(int)
    return t


def _reached(x: Exports) -> dict[tuple[str, str], tuple[float | None, float | None]]:
    t = x.table("event_reach")
    found = {}
    for key, rows in t.groupby(["event_id", "group"]):
        sums = []
        for column in ("reached_unique", "headcount"):
            known = [float(v) for v in rows[column] if v]
            sums.append(sum(known) if known else None)
        found[key] = (sums[0], sums[1])
    return found


def ch1(x: Exports) -> Iterator[Row]:
    cases, reached = _cases(x), _reached(x)
    for wave, at in enumerate(x.waves):
        year = only(cases, (0 <= (at - d).days < 365 for d in cases["on"]))
        if at < cases["on"].min():
            continue
        ends = {}
        for group in CH_HEARING:
            size = 7 if group == "board" else x.people(wave, group)
            if not size:
                ends[group] = (0.0, 100.0)
                yield row("CH-1", "reach", wave, category=group, value=None,
                          word="no_roster")  # fmt: skip
                continue
            low, high = _ends(year["event_id"], group, reached, size)
            ends[group] = (low, high)
            yield row("CH-1", "reach", wave, category=group, low=low, high=high,
                      value=low if low == high else None, n=size)  # fmt: skip
        lows, highs = zip(*ends.values(), strict=True)
        apart = [g for g, (_, high) in ends.items()
                 if all(high < low for o, (low, _) in ends.items() if o != g)]  # fmt: skip
        yield row("CH-1", "least", wave, low=min(lows), high=min(highs),
                  word=apart[0] if apart else "cannot_be_told")  # fmt: skip
        yield row("CH-1", "mean", wave, low=np.mean(lows), high=np.mean(highs))
        for school in x.open_schools(at):
            mine = year[year["school_id"] == school]
            for group in CH_HEARING[:3]:
                if not any((e, group) in reached for e in mine["event_id"]):
                    continue
                size = x.people(wave, group, school)
                low, high = _ends(mine["event_id"], group, reached, size)
                yield row("CH-1", "reach", wave, "school", school, group, low=low,
                          high=high, n=size)  # fmt: skip


def _ends(events, group, reached, size):
    counts = [n for e in events for n in reached.get((e, group), ()) if n is not None]
    low = max(counts, default=0)
    return 100 * min(low / size, 1), 100 * min(sum(counts) / size, 1)


def ch2(x: Exports) -> Iterator[Row]:
    cases = _cases(x)
    heard_by = {
        group: sorted(
            (r.on, r.school_id)
            for r in cases.itertuples()
            if group in several(r.audience_groups)
        )
        for group in CH_HEARING
    }
    for wave, at in enumerate(x.waves):
        if at < cases["on"].min():
            continue
        for school in x.open_schools(at):
            launch = x.schools["launch"][school]
            for group in CH_HEARING[:4]:
                heard = [d for d, where in heard_by[group]
                         if d <= at and where in ("", school)]  # fmt: skip
                where = ("school", school, group)
                if not pd.isna(launch) and launch <= at:
                    lead = (launch - heard[0]).days if heard else None
                    word = "never" if lead is None else "early" if lead >= 60 else (
                        "just_in_time" if lead >= 1 else "after")  # fmt: skip
                    yield row("CH-2", "lead_days", wave, *where, value=lead, word=word)
                months = {(d.year * 12 + d.month) for d in heard}
                now = at.year * 12 + at.month
                share = 0.0
                if heard:
                    window = min(12, now - min(months) + 1)
                    share = sum(now - mm < 12 for mm in months) / window
                    yield row("CH-2", "recency", wave, *where,
                              value=(at - heard[-1]).days)  # fmt: skip
                word = "often" if share >= 1 / 3 else (
                    "now_and_then" if share >= 1 / 6 else "rarely")  # fmt: skip
                yield row("CH-2", "often", wave, *where, value=100 * share, word=word)


VOICES = (*CH_HEARING, "superintendent")


def _sound(cases: pd.DataFrame, at: date):
    w = dict.fromkeys(VOICES, 0.0)
    events = 0
    for r in cases.itertuples():
        age = (at - r.on).days
        leads = [g for g in several(r.lead_groups) if g in w]
        if 0 <= age < 365 and leads:
            events += 1
            for g in leads:
                w[g] += 2 ** (-age / 90) / len(leads)
    q = {g: v / sum(w.values()) for g, v in w.items()}
    return q, -sum(p * math.log(p) for p in q.values() if p > 0), events


def ch3(x: Exports) -> Iterator[Row]:
    cases = _cases(x)
    for wave, at in enumerate(x.waves):
        if at < cases["on"].min():
            continue
        q, h, events = _sound(cases, at)
        heard = math.exp(h)
        word = ("lone_voice" if heard < 1.5 else "few_voices" if heard < 3
                else "growing_chorus" if heard < 4.5 else "chorus")  # fmt: skip
        yield row("CH-3", "voices", wave, value=heard, word=word, n=events, of=6)
        yield row("CH-3", "evenness", wave, value=h / math.log(6))
        yield row("CH-3", "lone", wave, value=100 * q["superintendent"])
        for g, p in q.items():
            yield row("CH-3", "share", wave, category=g, value=100 * p)
    last, at = len(x.waves) - 1, x.waves[-1]
    for _ in range(12):
        q, h, _n = _sound(cases, at)
        label = f"{at.year}-{at.month:02d}"
        yield row("CH-3", "month", last, category=label, value=math.exp(h))
        yield row("CH-3", "month_lone", last, category=label,
                  value=100 * q["superintendent"])  # fmt: skip
        at = at.replace(day=1) - timedelta(1)


def ch5(x: Exports) -> Iterator[Row]:
    cases, reached = _cases(x), _reached(x)
    for wave, at in enumerate(x.waves):
        for group in CH_HEARING:
            at_depth = dict.fromkeys(range(1, 6), 0.0)
            for r in cases.itertuples():
                if 0 <= (at - r.on).days < 365:
                    unique, heads = reached.get((r.event_id, group), (None, None))
                    at_depth[r.depth] += unique or heads or 0
            total = sum(at_depth.values())
            if not total:
                continue
            deep = 100 * (at_depth[3] + at_depth[4] + at_depth[5]) / total
            yield row("CH-5", "deep", wave, category=group, value=deep)
            for depth, n in at_depth.items():
                yield row("CH-5", f"depth_{depth}", wave, category=group,
                          value=100 * n / total)  # fmt: skip


# --- 8.6


def _months(at: date, count: int) -> set[str]:
    k = at.year * 12 + at.month - 1
    return {f"{(k - i) // 12}-{(k - i) % 12 + 1:02d}" for i in range(count)}


def pp12(x: Exports) -> Iterator[Row]:
    t = x.table("pulse").sort_values("coder", kind="stable")
    t = t.drop_duplicates(["month", "principal_key", "question"])
    cohort = x.schools["cohort_id"]
    for wave, at in enumerate(x.waves):
        recent = t[t["month"].isin(_months(at, 3))]
        for indicator, question, other in (("PP-1", "P.PU.1", "E0"),
                                           ("PP-2", "P.PU.2", "W0")):  # fmt: skip
            asked = recent[recent["question"] == question]
            where = [("district", "all", asked)]
            of_cohort = asked["school_id"].map(cohort)
            where += [
                ("cohort", c, asked[of_cohort == c]) for c in sorted(set(of_cohort))
            ]
            for kind, unit, rows in where:
                people = rows["principal_key"].nunique()
                if people < 5:
                    continue
                named = defaultdict(set)
                for r in rows.itertuples():
                    for code in several(r.codes)[:3]:
                        named[code].add(r.principal_key)
                rest = named.pop(other, set())
                rest = rest.union(*(p for p in named.values() if len(p) < 3))
                shown = {c: len(p) for c, p in named.items() if len(p) >= 3}
                if len(rest) >= 3:
                    shown[other] = len(rest)
                for code, count in shown.items():
                    yield row(indicator, "theme", wave, kind, unit, code,
                              value=100 * count / people, n=people)  # fmt: skip


def pp3(x: Exports) -> Iterator[Row]:
    t = x.table("support_request")
    t["on"], t["end"] = t["opened"].map(day), t["closed"].map(day)
    for wave, at in enumerate(x.waves):
        rows = only(t, (d <= at for d in t["on"]))
        if rows.empty:
            continue
        is_shut = np.array([d is not None and d <= at for d in rows["end"]])
        shut = rows[is_shut]
        for part, count in (("opened", len(rows)), ("closed", len(shut)),
                            ("open", len(rows) - len(shut))):  # fmt: skip
            yield row("PP-3", part, wave, value=count)
        result = shut["outcome"].value_counts()
        counted = len(shut) - result.get("withdrawn", 0)
        if counted >= 10:
            kept = (result.get("met", 0) + result.get("partly", 0) / 2) / counted
            yield row("PP-3", "fulfilled", wave, value=100 * kept)
        if len(rows) < 5 or rows["school_id"].nunique() < 3:
            continue
        days = np.array([((e if s else at) - o).days for o, e, s in
                         zip(rows["on"], rows["end"], is_shut, strict=True)])  # fmt: skip
        still, median = 1.0, None
        for d in sorted(set(days[is_shut])):
            still *= 1 - ((days == d) & is_shut).sum() / (days >= d).sum()
            if median is None and still <= 0.5 + 1e-12:
                median = d
            yield row("PP-3", "waiting", wave, category=f"{d:04d}", value=100 * still)
        yield row("PP-3", "median_days", wave, value=median)


# --- 8.7, 8.8


def ni1(x: Exports) -> Iterator[Row]:
    t = x.table("initiative")
    t["on"], t["end"] = t["start"].map(day), t["ended"].map(day)
    for wave, at in enumerate(x.waves):
        if at < t["on"].min():
            continue
        by_school = {}
        recent = at - timedelta(180)
        for school in x.open_schools(at):
            mine = t[t["school_id"].isin(["", school])]
            here = [r for r in mine.itertuples()
                    if r.on <= at and (r.end is None or r.end > at)]  # fmt: skip
            hours = [(float(r.share_of_staff) * float(r.hours), r.serves_pl)
                     for r in here if r.share_of_staff and r.hours]  # fmt: skip
            total = sum(h for h, _ in hours)
            serving = sum(h for h, s in hours if s in ("core", "supports"))
            by_school[school] = {
                "hours": total if hours else None,
                "aligned": 100 * serving / total if total else None,
                "active": len(here),
                "started": sum(recent < d <= at for d in mine["on"]),
                "ended": sum(d is not None and recent < d <= at for d in mine["end"]),
                "unmeasured": len(here) - len(hours),
            }
        for kind, unit, schools in x.units(at):
            for part in (
                "hours",
                "aligned",
                "active",
                "started",
                "ended",
                "unmeasured",
            ):
                known = [s for s in schools if by_school[s][part] is not None]
                if not known:
                    continue
                values = [by_school[s][part] for s in known]
                value = np.mean(values)
                if part == "aligned":
                    hours = [by_school[s]["hours"] for s in known]
                    value = sum(np.multiply(values, hours)) / sum(hours)
                yield row("NI-1", part, wave, kind, unit, value=value,
                          n=len(known), of=len(schools))  # fmt: skip


def fc1(x: Exports) -> Iterator[Row]:
    """Of homes that were sent news in a language, how many opened or replied."""
    t = x.table("message")
    t[["sent", "opened", "two_way"]] = t[["sent", "opened", "two_way"]].astype(int)
    for wave, at in enumerate(x.waves):
        months = [m for m in t["month"] if m <= f"{at.year}-{at.month:02d}"]
        if not months:
            continue
        sums = t[t["month"] == max(months)].groupby("language")[
            ["sent", "opened", "two_way"]].sum()  # fmt: skip
        cells = [(lang, part, r.sent, getattr(r, part)) for lang, r in
                 zip(sums.index, sums.itertuples(), strict=True)
                 for part in ("opened", "two_way")]  # fmt: skip
        if len(sums) < 2 or any(min(c, s - c) < 10 for *_, s, c in cells):
            continue
        for lang, part, sent, count in cells:
            yield row("FC-1", f"{part}_of_sent", wave, category=lang,
                      value=100 * count / sent, n=sent)  # fmt: skip


def pl2(x: Exports) -> Iterator[Row]:
    s = x.table("session").astype({"hours": float})
    s["on"] = s["date"].map(day)
    came = x.table("attendance").merge(
        s[["session_id", "on", "hours"]], on="session_id"
    )
    for wave, at in enumerate(x.waves):
        since = at - timedelta(365)
        year = only(came, (since < d <= at for d in came["on"]))
        heads = only(s, (since < d <= at for d in s["on"]))
        heads = heads[heads["headcount"] != ""]
        if year.empty and heads.empty:
            continue
        each = year.groupby(["school_id", "attendee_key"])["hours"].sum()
        for kind, unit, schools in x.units(at):
            teachers = sum(x.people(wave, "teachers", k) for k in schools)
            given = each[each.index.get_level_values(0).isin(schools)].to_numpy()
            doses = np.concatenate([given, np.zeros(max(teachers - len(given), 0))])
            if not len(doses):
                continue
            where = [*schools, ""] if kind == "district" else schools
            some = heads[heads["school_id"].isin(where)]
            extra = (some["headcount"].astype(float) * some["hours"]).sum()
            quarter, median, three = np.quantile(doses, [0.25, 0.5, 0.75])
            yield row("PL-2", "median", wave, kind, unit, value=median, low=quarter,
                      high=three, n=len(doses))  # fmt: skip
            yield row("PL-2", "teacher_hours", wave, kind, unit,
                      value=given.sum() + extra)  # fmt: skip
            for line in (14, 49):
                yield row("PL-2", f"over_{line}", wave, kind, unit,
                          value=100 * (doses >= line).mean())  # fmt: skip


# --- counted shares: reached out of all, in the shape of estimates


def counted(x: Exports) -> Iterator[tuple[tuple[str, str, int, str, str], int, int]]:
    """Yield (indicator, part, wave, unit), how many there are, how many are reached."""
    by_school = [*_messages(x), *_learning(x)]
    started = launch_waves(x)
    cohort = x.schools["cohort_id"]
    sums: dict[tuple[str, str, int, str, str], list[int]] = defaultdict(lambda: [0, 0])
    for indicator, part, wave, school, n, good in by_school:
        units = [("school", school), ("cohort", cohort[school]), ("district", "all")]
        if started[school] <= wave:
            units.append(("launched", "launched"))
        for unit in units:
            cell = sums[indicator, part, wave, *unit]
            cell[0] += n
            cell[1] += good
    yield from ((key, n, good) for key, (n, good) in sums.items())


def _messages(x: Exports):
    t = x.table("message")
    steps = ["sent", "opened", "two_way", "login"]
    t[steps] = t[steps].astype(int)
    for wave, at in enumerate(x.waves):
        months = [m for m in t["month"] if m <= f"{at.year}-{at.month:02d}"]
        if not months:
            continue
        sums = t[t["month"] == max(months)].groupby("school_id")[steps].sum()
        for school in x.open_schools(at):
            n = x.people(wave, "students", school)
            for part in steps:
                good = sums[part].get(school, 0)
                yield "FC-1", part, wave, school, n, min(good, n)


ATTRIBUTES = ("voice", "co_creation", "social_construction", "self_discovery")
FOLLOWING = ("coaching", "visit", "collaborative_planning")


def _learning(x: Exports):
    s = x.table("session")
    s["on"] = s["date"].map(day)
    came = x.table("attendance").merge(s.drop(columns="school_id"), on="session_id")
    for wave, at in enumerate(x.waves):
        year = only(came, (at - timedelta(365) < d <= at for d in came["on"]))
        if year.empty:
            continue
        people = dict(list(year.groupby("school_id")))
        for school in x.open_schools(at):
            n = x.people(wave, "teachers", school)
            mine = people.get(school)
            keys = set() if mine is None else set(mine["attendee_key"])
            yield "PL-1", "reached", wave, school, n, min(len(keys), n)
            for attribute in ATTRIBUTES:
                on_it = set() if mine is None else {
                    r.attendee_key for r in mine.itertuples()
                    if attribute in several(r.attributes)
                }  # fmt: skip
                yield "PL-1", attribute, wave, school, n, min(len(on_it), n)
            if mine is None:
                continue
            shops = {
                key: rows[rows["format"] == "workshop"]["on"].tolist()
                for key, rows in mine.groupby("attendee_key")
            }
            shops = {key: days for key, days in shops.items() if days}
            again = year[year["format"].isin(FOLLOWING)].groupby("attendee_key")["on"]
            later = {key: list(days) for key, days in again}
            followed = sum(
                any(0 <= (b - a).days <= 60 for a in days for b in later.get(key, ()))
                for key, days in shops.items()
            )
            if shops:
                yield "PL-1", "followed", wave, school, len(shops), followed


EVERY = {
    "CU-3": cu3, "CU-4": cu4, "CH-1": ch1, "CH-2": ch2, "CH-3": ch3, "CH-5": ch5,
    "PP-1, PP-2": pp12, "PP-3": pp3, "NI-1": ni1, "FC-1": fc1, "PL-2": pl2,
}  # fmt: skip
