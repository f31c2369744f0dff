"""One incoming file, unwrapped and decoded, with its first records read properly."""

from __future__ import annotations

import csv
import hashlib
import re
import shutil
import unicodedata
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from charset_normalizer import from_bytes

from data.errors import FileNotReadable
from data.ingest.not_a_table import SAMPLE, unmarked_utf16, what_else_it_is
from data.ingest.roster_files import is_roster
from data.ingest.sheets import TOP, titles_above
from data.ingest.workbook import is_workbook, lines_over_headings, read_workbook
from data.model.unpacking import Unpacking

HEAD_RECORDS = 6
# Wider than any survey; beyond it a column is a mistake of the export.
MOST_COLUMNS = 5000
# A city of a million pupils and nine waves is a tenth of it.
MOST_UNPACKED = 20 << 30
CHUNK = 1 << 20
# Single-byte encodings still met, and how many bytes tell them apart.
OLD_ENCODINGS = [
    "cp1252", "mac_roman", "cp850", "cp437", "cp1250", "cp1251", "koi8_r", "cp1253",
    "cp1254", "shift_jis", "gb18030", "big5",
]  # fmt: skip
LETTERS = 1 << 16
# Real exports carry question texts with line breaks in quoted header cells.
csv.field_size_limit(1 << 24)


@dataclass(frozen=True, slots=True)
class Source:
    """A readable text table.

    Attributes:
        name: the file's name as the district knows it, without folders.
        path: UTF-8 text without byte-order mark or `sep=` line.
        sha256: of the bytes as they came.
        head: the first records, cells as text.
        member: file inside a zip, or None.
        first_line: the line of the file, or the row of the sheet, of record 0.
        is_sheet: its rows are those of a sheet, whatever line breaks cells hold.
        remarks: what a person should know of what was not read.
    """

    name: str
    path: Path
    sha256: str
    encoding: str
    delimiter: str
    head: tuple[tuple[str, ...], ...]
    member: str | None = None
    first_line: int = 1
    is_sheet: bool = False
    remarks: tuple[str, ...] = ()

    @property
    def width(self) -> int:
        """Columns, counting a trailing empty one."""
        return len(self.head[0])


@contextmanager
def open_sources(
    path: Path, encoding: str | None = None, sheets: tuple[str, ...] = ()
) -> Iterator[list[Source]]:
    """Yield the tables in *path*: one, or each CSV of a roster's zip or folder.

    Args:
        encoding: overrules detection, for example "mac_roman".
        sheets: names of the sheet to read, where a workbook has several.

    Raises:
        FileNotReadable: missing, empty, header only, two unrelated tables in
            one zip, or bytes that are no text.
    """
    if path.is_dir():
        with TemporaryDirectory(prefix="chorus-") as folder:
            yield _folder(path, encoding, Path(folder))
        return
    if not path.is_file():
        raise FileNotReadable("there is no such file", file=path.name)
    if said := what_else_it_is(path):
        raise FileNotReadable(said, file=path.name)
    sha256 = _sha256(path)
    with TemporaryDirectory(prefix="chorus-") as folder:
        work = Path(folder)
        with path.open("rb") as stream:
            is_zip = stream.read(4) == b"PK\x03\x04"
        if is_zip and is_workbook(_members(path)):
            yield [_sheet(path, sha256, work, sheets)]
        elif is_zip:
            members = _unzip(path, work)
            # A roster's file that nobody reads may be empty.
            filled = [m for m in members if (work / m).stat().st_size]
            yield [
                _source(path.name, work / m, sha256, encoding, work, member=m)
                for m in filled or members
            ]
        else:
            yield [_source(path.name, path, sha256, encoding, work)]


def tidy_header(text: str) -> str:
    """Return a header cell as it is matched: one line, no tags, plain spaces."""
    text = unicodedata.normalize("NFC", text).replace("\u00a0", " ")
    text = re.sub(r"<[^>]+>", "", text)
    return " ".join(text.split())


def unique_headers(cells: tuple[str, ...]) -> list[str]:
    """Return tidy headers, repeated ones numbered `__2`, empty ones `col_N`."""
    seen: dict[str, int] = {}
    headers = []
    for position, cell in enumerate(cells, 1):
        name = tidy_header(cell) or f"col_{position}"
        seen[name] = seen.get(name, 0) + 1
        headers.append(name if seen[name] == 1 else f"{name}__{seen[name]}")
    return headers


def _folder(path: Path, encoding: str | None, work: Path) -> list[Source]:
    """Read the files of a roster that lie in a folder."""
    names = sorted(
        (p.name for p in path.iterdir() if _is_table(p.name)), key=_schools_first
    )
    if not is_roster(names):
        raise FileNotReadable(
            "the folder holds no roster (orgs.csv and users.csv, or schools.csv and "
            "students.csv); import files one by one",
            file=path.name,
        )
    whole = hashlib.sha256()
    for name in names:
        whole.update(f"{name} {_sha256(path / name)}\n".encode())
    filled = [n for n in names if (path / n).stat().st_size]
    return [
        _source(path.name, path / n, whole.hexdigest(), encoding, work, member=n)
        for n in filled
    ]


def _members(path: Path) -> list[str]:
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.namelist()
    except zipfile.BadZipFile:
        return []  # to be told as such when it is unpacked


def _sheet(path: Path, sha256: str, work: Path, sheets: tuple[str, ...]) -> Source:
    table = read_workbook(path, work, sheets)
    head = _head(table.path, ",", path.name)
    _check_size(head, path.name, is_alone=True)
    return Source(
        path.name,
        table.path,
        sha256,
        f"sheet {table.sheet}",
        ",",
        head,
        first_line=table.first_row,
        is_sheet=True,
        remarks=table.remarks,
    )


def _unzip(path: Path, work: Path) -> list[str]:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            found = {_plain(n): n for n in names if _is_table(n)}
            tables = list(found)
            if not tables:
                raise FileNotReadable("the zip holds no CSV file", file=path.name)
            if len(tables) > 1 and not is_roster(tables):
                raise FileNotReadable(
                    f"the zip holds {len(tables)} tables ({', '.join(tables[:3])}); "
                    "import them one by one",
                    file=path.name,
                )
            unpacking = Unpacking(archive, most=MOST_UNPACKED, file=path.name)
            for name, inside in found.items():
                with (work / name).open("wb") as out:
                    unpacking.copy(inside, out)
            tables.sort(key=_schools_first)
    except zipfile.BadZipFile as error:
        raise FileNotReadable(
            "the zip is damaged; download it again", file=path.name
        ) from error
    return tables


def _schools_first(name: str) -> bool:
    # They tell a roster from anything else.
    return name.lower() not in {"orgs.csv", "school.csv", "schools.csv"}


def _is_table(inside: str) -> bool:
    name = _plain(inside)
    is_shadow = inside.startswith("__MACOSX/") or name.startswith(".")
    return name.lower().endswith(".csv") and not is_shadow


def _plain(inside: str) -> str:
    """Return the name of a file in a zip without the folders it lies in."""
    return inside.replace("\\", "/").rpartition("/")[2]


def _source(
    name: str,
    path: Path,
    sha256: str,
    encoding: str | None,
    work: Path,
    member: str | None = None,
) -> Source:
    if path.stat().st_size == 0:
        raise FileNotReadable("the file is empty", file=member or name)
    used = encoding or _detect_encoding(path)
    text = _with_one_line_end(_as_plain_utf8(path, used, work, name), work)
    with text.open(encoding="utf-8", newline="") as stream:
        first = stream.readline()
    explicit = re.fullmatch(r"sep=(.)\r?\n", first)
    if explicit:
        text = _from_line(text, work, 1)
    delimiter = explicit[1] if explicit else _sniff(first)
    called = member or name
    above = _lines_above(text, delimiter)
    if above:
        text = _from_line(text, work, above)
    head = _head(text, delimiter, called)
    _check_size(head, called, is_alone=member is None)
    remarks = _told(used, above, is_guess=encoding is None)
    return Source(
        name,
        text,
        sha256,
        used,
        delimiter,
        head,
        member,
        first_line=1 + bool(explicit) + above,
        remarks=remarks,
    )


def _told(encoding: str, above: int, *, is_guess: bool) -> tuple[str, ...]:
    remarks = []
    if is_guess and not encoding.startswith("utf"):
        remarks.append(
            f"it is no UTF-8 and was read as {encoding}; where letters look wrong, "
            "state another `encoding:` in the mapping"
        )
    if above:
        remarks.append(lines_over_headings(above, "line"))
    return tuple(remarks)


def _check_size(
    head: tuple[tuple[str, ...], ...], file: str, *, is_alone: bool
) -> None:
    if len(head[0]) > MOST_COLUMNS:
        raise FileNotReadable(
            f"{len(head[0]):,} columns, and no survey has more than {MOST_COLUMNS:,}; "
            "export it again without the empty ones",
            file=file,
            line=1,
        )
    if len(head) == 1 and is_alone:
        raise FileNotReadable(
            "only a header, no rows; export again with responses", file=file
        )


def _lines_above(path: Path, delimiter: str) -> int:
    """Return how many lines stand over the headings: a title, and what is empty."""
    records, ends = [], []
    with path.open(encoding="utf-8", newline="") as stream:
        reader = csv.reader(stream, delimiter=delimiter)
        try:
            for record in reader:
                records.append(record)
                ends.append(reader.line_num)
                if len(records) == TOP:
                    break
        except csv.Error:
            return 0  # to be told with its line
    width = max((len(r) for r in records), default=0)
    number = titles_above(records, width)
    # Rows of several widths are a broken file, to be told with its line.
    is_whole = all(len(r) == width for r in records[number:])
    return ends[number - 1] if number and is_whole else 0


def _detect_encoding(path: Path) -> str:
    """UTF-8 or UTF-16, with or without mark, else what its letters are likeliest."""
    with path.open("rb") as stream:
        start = stream.read(SAMPLE)
    if start.startswith(b"\xef\xbb\xbf"):
        candidate = "utf-8-sig"
    elif start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        candidate = "utf-16"
    else:
        candidate = unmarked_utf16(start) or "utf-8"
    return candidate if _decodes(path, candidate) else _likeliest(path)


def _likeliest(path: Path) -> str:
    """Return cp1252, as Excel writes, unless another reads the letters better."""
    letters = b""
    with path.open("rb") as stream:
        for line in stream:
            if not line.isascii():
                letters += line
            if len(letters) > LETTERS:
                break
    found = from_bytes(letters, cp_isolation=OLD_ENCODINGS)
    best = found.best()
    # Encodings that read the same letters are one match of several names.
    excel = next((m for m in found if "cp1252" in m.could_be_from_charset), None)
    if best is None or (excel and excel.chaos <= best.chaos):
        return "cp1252"
    return best.encoding if _decodes(path, best.encoding) else "cp1252"


def _decodes(path: Path, encoding: str) -> bool:
    try:
        with path.open(encoding=encoding) as stream:
            while stream.read(CHUNK):
                pass
    except UnicodeError:
        return False
    return True


def _as_plain_utf8(path: Path, encoding: str, work: Path, name: str) -> Path:
    if encoding == "utf-8":
        return path
    plain = work / f"{path.name}.utf8"
    try:
        with (
            path.open(encoding=encoding, newline="") as source,
            plain.open("w", encoding="utf-8", newline="") as out,
        ):
            shutil.copyfileobj(source, out, CHUNK)
    except UnicodeError as error:
        raise FileNotReadable(
            f"a byte is no {encoding} text; save the file as CSV UTF-8",
            file=name,
        ) from error
    return plain


def _with_one_line_end(path: Path, work: Path) -> Path:
    """Return a copy with one kind of line end where *path* has several.

    A question typed with line breaks, or a file put together from two, mixes them.
    """
    pairs = breaks = returns = 0
    last = b""
    with path.open("rb") as stream:
        while block := stream.read(CHUNK):
            pairs += block.count(b"\r\n") + (last == b"\r" and block[:1] == b"\n")
            breaks += block.count(b"\n")
            returns += block.count(b"\r")
            last = block[-1:]
    if pairs == breaks == returns or not returns:
        return path
    plain = work / f"{path.name}.lines"
    with (
        path.open(encoding="utf-8", newline=None) as source,
        plain.open("w", encoding="utf-8", newline="\n") as out,
    ):
        shutil.copyfileobj(source, out, CHUNK)
    return plain


def _from_line(path: Path, work: Path, skipped: int) -> Path:
    rest = work / f"{path.name}.from{skipped}"
    with (
        path.open(encoding="utf-8", newline="") as source,
        rest.open("w", encoding="utf-8", newline="") as out,
    ):
        for _ in range(skipped):
            source.readline()
        shutil.copyfileobj(source, out, CHUNK)
    return rest


def _sniff(first_line: str) -> str:
    outside = re.sub(r'"[^"]*"', "", first_line)
    return max(",;\t", key=outside.count)


def _head(path: Path, delimiter: str, name: str) -> tuple[tuple[str, ...], ...]:
    records: list[tuple[str, ...]] = []
    with path.open(encoding="utf-8", newline="") as stream:
        reader = csv.reader(stream, delimiter=delimiter, strict=True)
        try:
            for record in reader:
                if record:
                    records.append(tuple(record))
                if len(records) == HEAD_RECORDS:
                    break
        except csv.Error as error:
            raise FileNotReadable(
                "a quote is not closed or stands inside a value; export the "
                "file again without editing it",
                file=name,
                line=reader.line_num,
            ) from error
    if not records:
        raise FileNotReadable("the file is empty", file=name)
    return tuple(records)


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
