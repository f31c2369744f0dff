"""What the tables of each survey tool look like: one declaration a tool.

A tool is told by its own headings, in the languages seen in exports, and never by the
name of the file. What else is known of it – which column is the person, the day, the
state of a row, or nobody's business – stands beside.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum


class Format(StrEnum):
    """The kinds of file Chorus reads."""

    QUALTRICS = "Qualtrics"
    SURVEYMONKEY = "SurveyMonkey"
    MICROSOFT_FORMS = "Microsoft Forms"
    GOOGLE_FORMS = "Google Forms"
    LIMESURVEY = "LimeSurvey"
    KOBO = "KoboToolbox"
    ODK = "ODK Central"
    REDCAP = "REDCap"
    JOTFORM = "Jotform"
    TYPEFORM = "Typeform"
    CANONICAL = "Chorus table"
    ONEROSTER = "OneRoster"
    SDS = "Microsoft School Data Sync"
    CLEVER = "Clever"
    PLAIN = "a table"


@dataclass(frozen=True, slots=True)
class Tool:
    """One tool's headings; all of them patterns for headings as `plain` writes them.

    Attributes:
        first: the first heading, where the tool always starts with it.
        marks: headings that are this tool's; `enough` of them tell it.
        system: "status", "finished", "recorded", "person" or "language" → headings, the
            best one first.
        own: further headings the tool writes itself, no questions of the survey.
    """

    format: Format
    marks: tuple[str, ...]
    enough: int
    first: str = ""
    system: dict[str, tuple[str, ...]] = field(default_factory=dict)
    own: tuple[str, ...] = ()

    def evidence(self, headings: Sequence[str]) -> int:
        """Return how many headings are this tool's, 0 where it is not this tool."""
        if self.first and not re.fullmatch(self.first, headings[0]):
            return 0
        found = sum(
            any(re.fullmatch(m, heading) for heading in headings) for m in self.marks
        )
        return found + bool(self.first) if found >= self.enough else 0

    def places(self, headings: Sequence[str]) -> dict[str, int]:
        """Return what the tool itself wrote → its column number."""
        found = {}
        for what, patterns in self.system.items():
            for pattern in patterns:
                at = [i for i, h in enumerate(headings) if re.fullmatch(pattern, h)]
                if at:
                    found[what] = at[0]
                    break
        return found

    def people(self, headings: Sequence[str]) -> list[int]:
        """Return the numbers of columns that may name the person, best first."""
        patterns = self.system.get("person", ())
        return [
            i for p in patterns for i, h in enumerate(headings) if re.fullmatch(p, h)
        ]

    def is_own(self, heading: str) -> bool:
        """True for a column the tool writes and nobody was asked."""
        system = (p for patterns in self.system.values() for p in patterns)
        patterns = (self.first, *self.marks, *self.own, *system)
        return any(re.fullmatch(p, heading) for p in patterns if p)


TOOLS = (
    Tool(
        Format.QUALTRICS,
        marks=(
            "startdate", "enddate", "status", "finished", "recordeddate", "responseid",
            "progress", "distributionchannel", "userlanguage",
        ),
        enough=3,
        system={
            "status": ("status",),
            "finished": ("finished",),
            "recorded": ("recordeddate", "enddate"),
            "person": ("externalreference", "externaldatareference", "responseid",
                       "_recordid"),
            "language": ("userlanguage",),
        },
        own=(
            r"ipaddress", r"duration.*", r"_?recordid", "recipient.*", "external.*",
            "location.*", r".*_do", r".*firstclick", r".*lastclick", ".*pagesubmit",
            ".*clickcount", "sc\\d+", "responseset", "name", "emailaddress",
        ),
    ),
    Tool(
        Format.SURVEYMONKEY,
        first="respondentid",
        marks=(),
        enough=0,
        system={
            "recorded": ("enddate", "datemodified", "startdate", "datecreated"),
            "person": ("customdata1?", "respondentid"),
        },
        own=(
            "collectorid", "ipaddress", "emailaddress", "firstname", "lastname",
            r"customdata\d*",
        ),
    ),
    Tool(
        Format.MICROSOFT_FORMS,
        first="id",
        marks=(
            "starttime|horadeinicio|horadeinício|heurededébut|startzeit",
            "completiontime|horadefinalización|horadeconclusão|heuredefin"
            "|fertigstellungszeit",
        ),
        enough=2,
        system={
            "recorded": (
                "completiontime|horadefinalización|horadeconclusão|heuredefin"
                "|fertigstellungszeit",
            ),
            "language": ("language|idioma|langue|sprache",),
        },
        own=(
            "e-?mail|correoelectrónico|adressedemessagerie", "name|nombre|nome|nom",
            "lastmodifiedtime|horadelaúltimamodificación", "totalpoints|quizfeedback",
            "points-.*|feedback-.*",
        ),
    ),
    Tool(
        Format.GOOGLE_FORMS,
        first="timestamp|marcatemporal|carimbodedata/hora|horodateur|zeitstempel",
        marks=(),
        enough=0,
        system={
            "recorded": (
                "timestamp|marcatemporal|carimbodedata/hora|horodateur|zeitstempel",
            ),
        },
        own=(
            "username|emailaddress|direccióndecorreoelectrónico"
            "|adressee-mail|e-mail-adresse|endereçodee-mail",
            "score|puntuación",
        ),
    ),
    Tool(
        Format.LIMESURVEY,
        first="responseid|id",
        marks=(
            "datesubmitted|submitdate", "lastpage", "startlanguage", "seed",
            "datelastaction|datestamp", "datestarted",
        ),
        enough=2,
        system={
            "finished": ("datesubmitted|submitdate",),
            "recorded": ("datesubmitted|submitdate", "datelastaction|datestamp"),
            "person": ("token|accesscode", "responseid|id"),
            "language": ("startlanguage",),
        },
        own=(
            "startdate", "ipaddress|ipaddr", "referrerurl|refurl", "totaltime",
            "grouptime.*|questiontime.*", "interviewtime",
        ),
    ),
    Tool(
        Format.KOBO,
        marks=(
            "_uuid", "_submissiontime", "_validationstatus", "_submittedby", "_index",
            "__version__", "_notes", "_tags", "_id", "meta/rootuuid|rootuuid",
        ),
        enough=3,
        system={
            "recorded": ("end", "_submissiontime"),
            "person": ("_uuid",),
        },
        own=(
            "start", "end", "today", "deviceid", "username", "phonenumber", "_status",
            "_attachments", "_geolocation", "audit", "subscriberid", "simserial",
        ),
    ),
    Tool(
        Format.ODK,
        marks=(
            "submissiondate", "meta-instanceid|instanceid", "key", "submitterid",
            "submittername", "reviewstate", "attachmentspresent", "formversion",
        ),
        enough=3,
        system={
            "recorded": ("end", "submissiondate"),
            "person": ("key", "meta-instanceid|instanceid"),
        },
        own=(
            "start", "end", "today", "deviceid", "attachmentsexpected", "edits",
            "status", "meta-.*", "username", "phonenumber",
        ),
    ),
    Tool(
        Format.REDCAP,
        marks=(
            "recordid|studyid", "redcapeventname|eventname",
            "redcaprepeatinstrument|repeatinstrument",
            "redcaprepeatinstance|repeatinstance",
            "redcapsurveyidentifier|surveyidentifier", "redcapdataaccessgroup",
            r".+complete|complete\?", ".+timestamp|surveytimestamp", r".+___\d+",
        ),
        enough=3,
        system={
            "finished": (r".+complete|complete\?",),
            "recorded": (".+timestamp|surveytimestamp",),
            "person": ("recordid|studyid",),
        },
    ),
    Tool(
        Format.TYPEFORM,
        first="#",
        marks=(
            r"startdate \(utc\)", r"submitdate \(utc\)|stagedate \(utc\)", "networkid",
            "responsetype", "ending", "tags",
        ),
        enough=1,
        system={
            "finished": ("responsetype",),
            "recorded": (r"submitdate \(utc\)", r"stagedate \(utc\)"),
            "person": ("#",),
        },
    ),
    Tool(
        Format.JOTFORM,
        first="submissiondate|fechadeenvío",
        marks=("submissionid", "submissionip", "lastupdatedate", "flowstatus"),
        enough=0,
        system={
            "recorded": ("submissiondate|fechadeenvío",),
            "person": ("submissionid",),
        },
        own=("submissionstatus", "editlink"),
    ),
)  # fmt: skip
BY_FORMAT = {tool.format: tool for tool in TOOLS}


def plain(heading: str) -> str:
    """Return a heading as patterns know it: "Start Date" and "start_date" are one."""
    text = heading.casefold().strip()
    return re.sub(r"(?<=[\w\-#])[ ]+(?=[\w\-])|(?<=[^\W_])_(?=[^\W_])", "", text)


def tool_of(headings: Iterable[str]) -> Tool | None:
    """Return the tool most of the headings are known from, None where none is."""
    words = [plain(h) for h in headings]
    found = max(TOOLS, key=lambda tool: tool.evidence(words))
    return found if found.evidence(words) else None
