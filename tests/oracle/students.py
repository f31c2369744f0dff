"""Students' and families' survey answers, from the export files and rules E1, E3 and E4.

What they answered, in words or codes, and the weights of a school whose answers lean to
one grade band or language. Rows come out as in `oracle.surveys`.
"""

from __future__ import annotations

import pandas as pd
from oracle.exports import Exports
from oracle.surveys import FIVE, _items_of, _plain, _school_names, _with_why

_SCALES = {"LX-1": "VO", "LX-2": "CC", "LX-3": "SC", "LX-4": "SD"}
_WHY: dict[str, tuple[str, set[int]]] = {
    "1": ("WHY.1", {1}),
    "2": ("WHY.2", FIVE),
    "3": ("WHY.3", FIVE),
    "4": ("WHY.4", {2}),
}
Measures = dict[tuple[str, str], tuple[tuple[str, ...], set[int]]]


def _why(who: str) -> Measures:
    found: Measures = {
        ("CH-4", f"{who}.{item}"): ((f"{who}.{item}",), good)
        for item, good in _WHY.values()
    }
    for part in ("heard_and_clear", "clear_if_heard"):
        found["CH-4", part] = ((part,), {1})
    return found


STUDENTS: Measures = {
    **{
        (scale, "scale"): (tuple(f"S.{x}.{k}" for k in range(1, 5)), FIVE)
        for scale, x in _SCALES.items()
    },
    ("LX-1", "S.VO.2"): (("S.VO.2",), FIVE),
    **{("LX-2", f"S.CC.{k}"): ((f"S.CC.{k}",), FIVE) for k in range(1, 5)},
    ("LX-3", "alone"): (("S.SC.5",), FIVE),
    **{("LX-5", f"S.HM.{k:02}"): ((f"S.HM.{k:02}",), FIVE) for k in range(1, 17)},
    **{("LX-6", f"S.WA.{k}"): ((f"S.WA.{k}",), FIVE) for k in range(1, 5)},
    ("LX-6", "joint"): (("joint",), {1}),
    ("LE-1", "S.LE.1"): (("S.LE.1",), FIVE),
    ("FC-2", "S.PR.1"): (("S.PR.1",), FIVE),
    ("FC-2", "S.PR.2"): (("S.PR.2",), FIVE),
    **_why("S"),
}
YOUNGER: Measures = {
    (scale, "scale"): ((f"S3.{x}.1", f"S3.{x}.2"), {3}) for scale, x in _SCALES.items()
}
FAMILIES: Measures = {
    ("FC-2", "F.PR.1"): (("F.PR.1",), FIVE),
    ("FC-2", "F.PR.2"): (("F.PR.2",), FIVE),
    **_why("F"),
}

# Response words in the order of their codes (4.1), English and Spanish.
_ORDERED = """
Almost never|Once in a while|Sometimes|Often|Almost always
Casi nunca|De vez en cuando|A veces|A menudo|Casi siempre
Not at all|A little|Somewhat|Quite a bit|A great deal
Nada|Un poco|Algo|Bastante|Muchísimo
Not at all safe|A little safe|Somewhat safe|Quite safe|Very safe
Ninguna seguridad|Poca seguridad|Alguna seguridad|Bastante seguridad|Mucha seguridad
Not at all clear|A little clear|Somewhat clear|Quite clear|Very clear
Nada claro|Poco claro|Algo claro|Bastante claro|Muy claro
Not at all possible|A little possible|Somewhat possible|Quite possible|Very possible
Nada posible|Poco posible|Algo posible|Bastante posible|Muy posible
Not at all connected|A little connected|Somewhat connected|Quite connected|Very connected
Sin relación|Poca relación|Alguna relación|Bastante relación|Mucha relación
None|Less than half|About half|More than half|Almost all
Nada|Menos de la mitad|Cerca de la mitad|Más de la mitad|Casi todo
"""
CODES = {
    word: code
    for line in _ORDERED.strip().splitlines()
    for code, word in enumerate(line.split("|"), 1)
}
YES_NO = {"Yes": 1, "Sí": 1, "No": 2, "Not sure": 3, "No sé": 3}
MEANINGS = {
    "alone": 1,
    "solo": 1,
    "design": 2,
    "diseñan": 2,
    "program": 3,
    "programa": 3,
}
YOUNG = {"Not much": 1, "Sometimes": 2, "A lot": 3}


def students(x: Exports) -> pd.DataFrame:
    """Return one row a student of grades 6–12 and wave, a column an item."""
    items = _items_of(x, "qualtrics_students.yaml")
    named = _school_names(x)
    frames = []
    for path in sorted(x.folder.glob("*_students_6_12_qualtrics.csv")):
        t = pd.read_csv(path, dtype=str, keep_default_na=False)
        machine, t = t.iloc[1], t.iloc[2:]
        # A school nobody listed ("Alder Annex (closed)") has no answers.
        t = t[[_plain(s) in named for s in t["school"]]]
        t = t[t["Status"] == "IP Address"].drop_duplicates("person", keep="last")
        out = pd.DataFrame(
            {
                items[q]: t[name].map(_words_of(items[q]))
                for name, text in machine.items()
                if (q := text.removeprefix('{"ImportId":"').split('"')[0]) in items
            }
        )
        out["school_id"] = [named[_plain(s)] for s in t["school"]]
        out["wave_index"] = [x.labels.index(w) for w in t["wave"]]
        out["stratum"] = [
            "68" if g in "678" else "912" if g else None for g in t["grade"]
        ]
        out["grade"] = pd.to_numeric(t["grade"], errors="coerce")
        frames.append(out)
    found = _with_why(pd.concat(frames, ignore_index=True), "S")
    three = found[["S.WA.1", "S.WA.2", "S.WA.3"]]
    # All three favourable, among those who answered all three (LX-6).
    joint = (three >= 4).all(axis=1).astype(float).where(three.notna().all(axis=1))
    return found.assign(joint=joint)


def _words_of(item: str) -> object:
    if item == "S.WHY.1":
        return YES_NO
    if item == "S.WHY.4":
        return _meaning
    return CODES


def _meaning(text: str) -> float:
    if text in ("Not sure", "No sé"):
        return 4
    words = text.replace(",", " ").split()
    return next(
        (code for word, code in MEANINGS.items() if word in words), float("nan")
    )


def younger(x: Exports) -> pd.DataFrame:
    """Return one row a student of grades 3–5 and wave; the day names the wave."""
    lines = (x.folder / "google_forms_grades_3_5.yaml").read_text().splitlines()
    pairs = [line.strip().split(": ") for line in lines if line.startswith('  "')]
    named = _school_names(x)
    opens = x.table("wave")["opens_on"].tolist()
    frames = []
    for path in sorted(x.folder.glob("*_grades_3_5_google_forms.csv")):
        t = pd.read_csv(path, dtype=str, keep_default_na=False)
        t = t[[_plain(s) in named for s in t["Which school do you go to?"]]]
        out = pd.DataFrame({item: t[q.strip('"')].map(YOUNG) for q, item in pairs})
        out["school_id"] = [named[_plain(s)] for s in t["Which school do you go to?"]]
        days = t["Timestamp"].str[:10].str.replace("/", "-")
        out["wave_index"] = [
            max(k for k, o in enumerate(opens) if o <= d) for d in days
        ]
        frames.append(out)
    return pd.concat(frames, ignore_index=True).assign(stratum="35")


def families(x: Exports) -> pd.DataFrame:
    """Return one row a family and wave."""
    files = sorted(x.folder.glob("*_families.csv"))
    long = pd.concat(pd.read_csv(f, dtype=str, keep_default_na=False) for f in files)
    long["code"] = pd.to_numeric(long["code"], errors="coerce")
    keys = ["wave", "resp_key", "school_id", "language"]
    wide = long.pivot_table(
        index=keys, columns="item_id", values="code", aggfunc="last"
    ).reset_index()
    wide["wave_index"] = [x.labels.index(w) for w in wide["wave"]]
    wide["stratum"] = ["en" if lang == "en" else "other" for lang in wide["language"]]
    return _with_why(wide, "F")
