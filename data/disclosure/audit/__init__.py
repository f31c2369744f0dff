"""Attacks a finished release from outside, with its files and the published rules.

Nothing of how a release was made is used, only what stands in its files – and
the same files of the earlier releases a reader can still open. A release with a
finding cannot be published.
"""

from data.disclosure.audit.report import AuditReport, Finding, audit_release

__all__ = ["AuditReport", "Finding", "audit_release"]
