"""`make fuzz`: bytes nobody wrote, at the door, for ten minutes (SECONDS_TO_FUZZ=60 for one).

Whatever a file holds, it is read or refused with an import error; anything else that is
raised is a fault, and the bytes that show it are left beside it as a file. What the
fuzzer starts from are small files of every kind.
"""

import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["data.ingest"]):
    from data.ingest.formats import recognise
    from data.ingest.source import open_sources

from data.errors import ImportFileError

SEEDS = (
    b"School,Q\nAlder,A lot\n",
    b"sep=;\nSchool;Q\nAlder;1\n",
    b"\xef\xbb\xbfTimestamp,Q\r\n2025/10/13 8:02:11 AM PDT,4\r\n",
    "School\tQ\nPe\u00f1a\t1\n".encode("utf-16"),
    b'StartDate,Status,Q1\nStart Date,Response Type,"a, b"\n'
    b'"{""ImportId"":""startDate""}","{""ImportId"":""status""}","{""ImportId"":""QID1""}"\n'
    b"2025-10-13,0,1\n",
    b"V1,V2,Q1\nResponseID,ResponseSet,x\nR_1,d,1\n",
    b"Respondent ID,Collector ID,How?,\n,,a,b\n1,2,3,4\n",
    b"ID,Start time,Completion time,Email,Name\n1,10/5/26 7:58,10/5/26 8:03,x,\n",
    b"sourcedId,status,name,type\no1,,Alder,school\n",
    b"wave,opens_on,closes_on\n2026-27F,2026-10-05,2026-10-25\n",
    b"Our title,,\n,,\na,b,c\n1,2,3\n",
)
WORK = Path(tempfile.mkdtemp(prefix="chorus-fuzz-"))


def one(data: bytes) -> None:
    """Bring *data* as a file."""
    # A workbook would start a process for each try.
    if data.startswith(b"PK"):
        return
    path = WORK / "tried.csv"
    path.write_bytes(data)
    try:
        with open_sources(path) as sources:
            for source in sources:
                layout = recognise(source)
                assert len(layout.keys) <= max(len(row) for row in source.head)
    except ImportFileError:
        return


def main() -> None:
    corpus = WORK / "corpus"
    corpus.mkdir()
    for number, seed in enumerate(SEEDS):
        (corpus / str(number)).write_bytes(seed)
    atheris.Setup([sys.argv[0], str(corpus), *sys.argv[1:]], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
