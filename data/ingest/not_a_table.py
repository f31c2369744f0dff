"""Files that hold no table, called by their names; and text in disguise."""

from __future__ import annotations

import re
from pathlib import Path

ADVICE = "export the answers as CSV and import that"
# Old Office files begin so, and new ones behind a password.
COMPOUND = b"\xd0\xcf\x11\xe0"
LOCKED = "EncryptedPackage".encode("utf-16-le")
# First bytes → what the file is and what to do instead.
MARKS = (
    (b"%PDF", f"this is a PDF; {ADVICE}"),
    (COMPOUND, "this is an old Excel workbook; save the sheet as CSV UTF-8"),
    (b"PK\x05\x06", "this is an empty zip; download it again"),
    (b"\x1f\x8b", "this is a gzip archive; unpack it and import the CSV"),
    (b"SQLite format 3", f"this is a database; {ADVICE}"),
    (b"\x89PNG", f"this is a picture; {ADVICE}"),
    (b"\xff\xd8\xff", f"this is a picture; {ADVICE}"),
)
JSON = re.compile(rb"[\[{]\s*[\"{\[\]}]")
PAGE = re.compile(rb"<(!doctype\s+html|html|head|body|table)\b", re.IGNORECASE)
SAMPLE = 4096
# A share of zero bytes no text of one byte a letter has.
MANY = 0.3


def what_else_it_is(path: Path) -> str | None:
    """Return what *path* is and what to do, None where it may be a table."""
    with path.open("rb") as stream:
        start = stream.read(SAMPLE)
    if start.startswith(COMPOUND) and _is_locked(path):
        return "this workbook is protected by a password; save it without one"
    for mark, said in MARKS:
        if start.startswith(mark):
            return said
    return _markup(start.removeprefix(b"\xef\xbb\xbf").lstrip())


def _markup(text: bytes) -> str | None:
    if JSON.match(text):
        if b'"SurveyEntry"' in text:
            return (
                "this is a Qualtrics survey definition, questions without answers; "
                f"{ADVICE}"
            )
        return f"this is JSON; {ADVICE}"
    if PAGE.match(text):
        return f"this is a web page; {ADVICE}"
    if text.startswith(b"<?xml"):
        return f"this is XML; {ADVICE}"
    return None


def _is_locked(path: Path) -> bool:
    with path.open("rb") as stream:
        last = b""
        while block := stream.read(1 << 20):
            if LOCKED in last + block:
                return True
            last = block[-len(LOCKED) :]
    return False


def unmarked_utf16(start: bytes) -> str | None:
    """Return "utf-16-le" or "utf-16-be" where every other byte is zero."""
    half = max(len(start) // 2, 1)
    if start[1::2].count(0) > MANY * half:
        return "utf-16-le"
    if start[0::2].count(0) > MANY * half:
        return "utf-16-be"
    return None
