"""Everything a command imports, and pytest, for the process others are copies of."""

import importlib

for module in (
    "data.cli",
    "data.audit",
    "data.ingest.door",
    "data.ledger.people",
    "data.publish.explain",
    "data.publish.hand_kept",
    "data.publish.office",
    "data.publish.recorded",
    "data.publish.settling",
    "data.publish.witness",
    "pytest",
):
    importlib.import_module(module)
