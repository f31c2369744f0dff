"""Every address a browser visits, by who finds it."""

PAGES = (
    "/",
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
