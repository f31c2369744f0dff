"""Everything a command imports, for the process that trials are forked from."""

import data.cli
import data.disclosure.audit
import data.ingest.door
import data.ledger.people
import data.publish.explain
import data.publish.hand_kept
import data.publish.office
import data.publish.recorded
import data.publish.settling
import data.publish.witness  # noqa: F401
