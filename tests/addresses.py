"""Every address a browser visits, by who finds it."""

PAGES = (
    "/",
    "/board",
    "/adoption",
    "/schools",
    "/schools/SCH-006",
    "/student-voice",
    "/risk-taking",
    "/promise",
    "/engines",
    "/chorus",
    "/pulse",
    "/communication",
    "/load",
    "/connections",
    "/evidence",
    "/open-data",
    "/embed/promise/held",
    "/methods",
    "/numbers/CU-2",
    "/releases",
    "/releases/2026-27F.1",
    "/schools?release=2026-27F.1",
    "/sign-in?problem=unknown",
)
OFFICE = (
    "/quality",
    "/steward/releases",
    "/steward/people",
    "/steward/imports",
    "/steward/settings",
    "/my/coding",
)
WRITING = (
    "/my",
    "/my/write/pulse",
    "/my/write/support_request",
    "/my/write/case_event",
    "/my/write/event_reach",
    "/my/write/initiative",
    "/my/write/try",
    "/my/write/learning_engine",
)
# Every page there is, as somebody with a script would ask for it.
ASKED = (
    "/", "/board", "/adoption", "/schools", "/student-voice", "/risk-taking", "/methods",
    "/promise", "/engines", "/chorus", "/pulse", "/communication", "/load", "/connections",
    "/evidence", "/open-data", "/embed/risk-taking/schools", "/numbers/LX-4",
    "/releases", "/releases/2026-27F.1", "/quality", "/sign-in", "/steward/releases",
    "/steward/people", "/steward/imports", "/steward/settings", "/my", "/my/coding",
    "/my/write/pulse", "/my/write/case_event",
    "/schools/SCH-001", "/schools/SCH-006", "/schools/SCH-009",
)  # fmt: skip
