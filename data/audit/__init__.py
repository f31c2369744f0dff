"""Attacks a finished release from outside, as a stranger would who looks for people.

A room of its own: it knows the files of a release, the definitions written in them
and the published privacy rules, and imports nothing of what protects. Rules stand
here a second time on purpose – whoever weakens one there must answer to the other.
"""

from data.audit.attacks import FoundOut
from data.audit.report import AuditReport, Finding, audit_release

__all__ = ["AuditReport", "Finding", "FoundOut", "audit_release"]
