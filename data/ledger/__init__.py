"""What people decide and type: roles, approvals, the audit log. Many writers.

SQLite beside the warehouse by default, PostgreSQL where several machines serve.
No survey answer is in here, and no number of a release.
"""
