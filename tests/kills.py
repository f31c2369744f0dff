"""Commands stopped in the middle, and what must be true afterwards.

`python tests/kills.py 100` stops every command at every named moment, and a hundred
times each by SIGKILL at a random time and by a disk that is full in three ways: small
(a tmpfs, where one may be mounted), a limit on the size of files, and the system's
own error at a named moment. It prints a table, and the seed of whatever went wrong.

Each trial runs in a process forked from one that has imported everything and opened
nothing, so that a hundred of them take minutes.
"""

import errno
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from forks import forks, is_a_copy

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

WAVE = "2024-25S"
FIRST, SECOND, THIRD = (f"{WAVE}.{k}" for k in (1, 2, 3))
ADA, BEN = "ada@x.example", "ben@x.example"
FAMILIES = 40
NOTES = "# Notes\n\nNumbers of spring for every school; no item is validated yet.\n"
FILES = {
    "wave.csv": f"wave,opens_on,closes_on\n{WAVE},2025-03-01,2025-03-20\n",
    "school.csv": "school_id,name,level,cohort_id,launch_date,grades\n"
    "S1,Alder,high,0,,9-12\n",
    "response.csv": "wave,instrument,resp_key,school_id,group,grade_band,language,item_id,code\n"
    + "".join(
        f"{WAVE},family,{100000 + k},S1,families,,en,F.PR.1,3\n"
        for k in range(FAMILIES)
    ),
}
KILLED = -signal.SIGKILL
# A command that hangs is found too, however busy the machine is.
LONGEST = 900.0


@dataclass(frozen=True)
class Fault:
    """How a command is stopped.

    Attributes:
        kill_at, full_at: the n-th named moment, from 1.
        kill_after: seconds.
        largest: bytes a file may have.
        room: KiB free on the disk, a small one mounted for it.
    """

    kill_at: int = 0
    full_at: int = 0
    kill_after: float = 0.0
    largest: int = 0
    room: int = 0


@dataclass
class Stages:
    """Homes to begin from, made once with the commands themselves."""

    folder: Path
    files: Path = field(init=False)

    def __post_init__(self) -> None:
        self.files = self.folder / "files"
        if self.files.exists():
            return
        self.files.mkdir(parents=True)
        for name, text in FILES.items():
            (self.files / name).write_text(text)
        (self.files / "notes.md").write_text(NOTES)
        (self.folder / "nothing").mkdir()

    def home(self, stage: str) -> Path:
        """Return the home of *stage*, made where it is not yet."""
        home = self.folder / stage
        if not home.exists():
            before, commands = STAGES[stage]
            shutil.copytree(self.home(before), home)
            for words in commands:
                code, said, _ = run(home, self.words(words))
                assert code == 0, said
        return home

    def words(self, words: tuple[str, ...]) -> list[str]:
        """Return the words of a command, with the names of files where they lie."""
        known = {*FILES, "notes.md"}
        return [str(self.files / w) if w in known else w for w in words]


BUILD = ("release", "build", "--wave", WAVE, "--district", "x", "--notes", "notes.md", "--by", ADA)  # fmt: skip


def _to_review(release_id: str) -> list[tuple[str, ...]]:
    points = ("response_rates_seen", "validation_status_stated")
    return [
        BUILD,
        *(("release", "check", release_id, p, "--by", ADA) for p in points),
        ("release", "submit", release_id, "--by", ADA),
    ]


STAGES: dict[str, tuple[str, list[tuple[str, ...]]]] = {
    "people": (
        "nothing",
        [
            ("people", "add", ADA, "--role", "steward"),
            ("people", "add", BEN, "--role", "district"),
        ],
    ),
    "imported": ("people", [("import", *FILES, "--by", ADA)]),
    "reviewed": (
        "imported",
        [
            *_to_review(FIRST),
            ("release", "approve", FIRST, "--by", BEN),
            ("release", "publish", FIRST, "--by", ADA),
            *_to_review(SECOND),
        ],
    ),
    "approved": ("reviewed", [("release", "approve", SECOND, "--by", BEN)]),
    "scheduled": (
        "approved",
        [("release", "schedule", SECOND, "--at", "2025-06-01", "--by", ADA)],
    ),
    "published": ("approved", [("release", "publish", SECOND, "--by", ADA)]),
}
# Command → where it begins, its words, and what the log must say once it is through.
COMMANDS: dict[str, tuple[str, tuple[str, ...], tuple[str, str]]] = {
    "import": ("people", ("import", *FILES, "--by", ADA), ("imported", "response.csv")),
    "build": ("reviewed", BUILD, ("built", THIRD)),
    "approve": ("reviewed", ("release", "approve", SECOND, "--by", BEN), ("approved", SECOND)),
    "schedule": ("approved", ("release", "schedule", SECOND, "--at", "2025-06-01", "--by", ADA), ("scheduled", SECOND)),
    "publish": ("approved", ("release", "publish", SECOND, "--by", ADA), ("published", SECOND)),
    "worker": ("scheduled", ("worker", "--once"), ("published", SECOND)),
    "withdraw": ("published", ("release", "withdraw", SECOND, "--reason", "a slip", "--by", ADA), ("withdrew", SECOND)),
}  # fmt: skip


def act(home: str, words: list[str], fault: Fault, said: str, seen: str) -> None:
    """Run one command; in a process of its own."""
    assert is_a_copy(), "everything was imported once more"
    handle = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(handle, 1)
    os.dup2(handle, 2)
    for name in [n for n in os.environ if n.startswith("CHORUS_")]:
        del os.environ[name]
    os.environ["CHORUS_HOME"] = home
    from data import cli
    from data.publish import steps

    moments: list[str] = []

    def at(moment: str) -> None:
        moments.append(moment)
        Path(seen).write_text("\n".join(moments)) if not fault.largest else None
        if len(moments) == fault.kill_at:
            os.kill(os.getpid(), signal.SIGKILL)
        if len(moments) == fault.full_at:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    # Packets are made after the publication, by a process of its own: other tests'.
    cli._make_files = lambda _release_id: None
    steps.at = at
    sys.argv = ["chorus", *words]
    if fault.largest:
        resource.setrlimit(resource.RLIMIT_FSIZE, (fault.largest, fault.largest))
    cli.main()


def run(
    home: Path, words: list[str], fault: Fault = Fault()
) -> tuple[int | None, str, list[str]]:
    """Return exit code, what was printed, and the moments that were reached."""
    with tempfile.TemporaryDirectory(prefix="chorus-kill-") as folder:
        said, seen = Path(folder) / "said", Path(folder) / "seen"
        process = forks().Process(
            target=act, args=(str(home), words, fault, str(said), str(seen))
        )
        process.start()
        if fault.kill_after:
            process.join(fault.kill_after)
            process.kill()
        process.join(LONGEST)
        if process.is_alive():
            process.kill()
            process.join()
            return None, "it did not end", []
        text = said.read_text(errors="replace") if said.exists() else ""
        moments = seen.read_text().splitlines() if seen.exists() else []
        return process.exitcode, text, moments


def trial(stages: Stages, command: str, fault: Fault) -> list[str]:
    """Stop *command* once, in a copy of its home; return what is wrong afterwards."""
    stage, words, told = COMMANDS[command]
    with tempfile.TemporaryDirectory(prefix="chorus-home-") as folder:
        home = Path(folder) / "home"
        origin = stages.home(stage)
        with disk(home, origin, fault.room):
            code, said, _ = run(home, stages.words(words), fault)
            wrong = []
            if code not in {KILLED, 0} and not _is_one_line(said):
                wrong.append(f"said: {said[-400:]}")
            if fault.room:
                _mount("remount,size=1g", home)
            wrong += _after(home, stages, stage, words, told)
        return wrong


def _after(
    home: Path,
    stages: Stages,
    stage: str,
    words: tuple[str, ...],
    told: tuple[str, str],
) -> list[str]:
    wrong = []
    # The next command, whichever it is, puts the log in order.
    code, said, _ = run(home, ["audit", "verify"])
    if code != 0:
        wrong.append(f"audit verify: {said[-300:]}")
    wrong += checked(home, is_over=False, told=told)
    code, said, _ = run(home, stages.words(words))
    is_done = code == 0 or "it can be" in said or "was withdrawn" in said
    if not is_done:
        wrong.append(f"the same command again: {code} {said[-300:]}")
    wrong += checked(home, is_over=True, told=told)
    return wrong


def checked(home: Path, *, is_over: bool, told: tuple[str, str]) -> list[str]:
    """Return what is wrong with a home, looked at in a process of its own."""
    context = forks()
    mine, theirs = context.Pipe(duplex=False)
    process = context.Process(target=look, args=(str(home), is_over, told, theirs))
    process.start()
    theirs.close()
    try:
        found: list[str] = mine.recv()
    except EOFError:
        found = ["looking at it ended in an error"]
    process.join(LONGEST)
    return found


def look(home: str, is_over: bool, told: tuple[str, str], reply) -> None:
    """Look at a home with eyes of its own: SQL, JSON and nothing that acted."""
    try:
        reply.send(list(_problems(Path(home), is_over, told)))
    except Exception as error:
        reply.send([f"{type(error).__name__}: {error}"])


def _problems(home: Path, is_over: bool, told: tuple[str, str]):
    import sqlite3

    with sqlite3.connect(home / "ledger.sqlite") as ledger:
        lines = ledger.execute(
            "SELECT number, act, subject, details FROM audit_log"
        ).fetchall()
        built = dict(ledger.execute("SELECT release_id, built_by FROM release_records"))
    acts = Counter((act, subject) for _, act, subject, _ in lines)
    yield from _of_log(lines)
    if is_over and acts[told] != 1:
        yield f"the log says {told} {acts[told]} times"
    yield from _of_warehouse(home, acts, is_over)
    yield from _of_shelf(home / "releases", acts, built)
    if is_over and told[0] == "built":
        left = [p.name for p in (home / "releases" / "drafts").glob(".*")]
        yield from (f"{name} was left behind" for name in left)


def _of_log(lines):
    import json

    begun = {n for n, act, *_ in lines if act.startswith("is ")}
    ended = [json.loads(d)["settles"] for *_, d in lines if "settles" in d]
    if begun != set(ended) or len(ended) != len(set(ended)):
        yield f"begun {sorted(begun)}, ended {ended}"


def _of_warehouse(home: Path, acts: Counter, is_over: bool):
    import duckdb

    key = home / "hash.key"
    if key.exists() and len(key.read_text()) != 64:
        yield "hash.key is not whole"
    if not (home / "warehouse.duckdb").exists():
        return
    with duckdb.connect(str(home / "warehouse.duckdb")) as warehouse:
        if not warehouse.execute("SELECT 1 FROM duckdb_tables() LIMIT 1").fetchone():
            return
        files = warehouse.execute("SELECT name FROM files").fetchall()
        (people,) = warehouse.execute(
            "SELECT count(DISTINCT resp_key) FROM responses WHERE is_current"
        ).fetchone()
    for (name,) in files:
        if acts["imported", name] != 1:
            yield f"{name} came in once, by the log {acts['imported', name]} times"
    if people not in {0, FAMILIES} or (is_over and people != FAMILIES):
        yield f"{people} families"
    if people and not key.exists():
        yield "hashed without a key"


def _of_shelf(releases: Path, acts: Counter, built: dict[str, str]):
    import json

    pointer = releases / "pointer.json"
    history = json.loads(pointer.read_text())["history"] if pointer.exists() else []
    for line in history:
        name = line["release_id"]
        if acts["published", name] != 1:
            yield f"{name} is published and not in the log"
        if bool(line["withdrawn_at"]) != bool(acts["withdrew", name]):
            yield f"{name} is withdrawn on the shelf or in the log, not in both"
        yield from _not_whole(releases / name)
    names = {line["release_id"] for line in history}
    for folder in releases.glob("2*"):
        if folder.name not in names:
            yield f"{folder.name} lies among the published and is not"
    for folder in (releases / "drafts").glob("2*"):
        if built.get(folder.name) != ADA:
            yield f"{folder.name} was built by {built.get(folder.name)!r}"
        yield from _not_whole(folder)


def _not_whole(folder: Path):
    import hashlib
    import json

    manifest = json.loads((folder / "manifest.json").read_text())
    for name, entry in manifest["files"].items():
        if hashlib.sha256((folder / name).read_bytes()).hexdigest() != entry["sha256"]:
            yield f"{folder.name}/{name} is not whole"


def _is_one_line(said: str) -> bool:
    lines = [x for x in said.splitlines() if x.startswith("chorus: ")]
    return len(lines) == 1 and "Traceback" not in said


class disk:  # noqa: N801 - reads as a phrase
    """A home copied from another, on a disk of its own where there must be little room."""

    def __init__(self, home: Path, origin: Path, room: int) -> None:
        self._home, self._origin, self._room = home, origin, room

    def __enter__(self) -> None:
        self._home.mkdir()
        if self._room:
            used = sum(f.stat().st_size + 8192 for f in self._origin.rglob("*"))
            _mount(f"size={used // 1024 + self._room}k", self._home)
        shutil.copytree(self._origin, self._home, dirs_exist_ok=True)

    def __exit__(self, *_: object) -> None:
        if self._room:
            subprocess.run(["umount", "-l", str(self._home)], check=True)


def _mount(options: str, at: Path) -> None:
    subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(at)], check=True
    )


def can_mount() -> bool:
    """True where a small disk may be mounted for a trial."""
    if os.geteuid() != 0:
        return False
    with tempfile.TemporaryDirectory(prefix="chorus-disk-") as folder:
        words = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder]
        if subprocess.run(words, capture_output=True, check=False).returncode:
            return False
        subprocess.run(["umount", folder], check=True)
    return True


def moments_of(stages: Stages, command: str) -> tuple[list[str], float]:
    """Return the named moments of a command and how many seconds it takes."""
    stage, words, _ = COMMANDS[command]
    with tempfile.TemporaryDirectory(prefix="chorus-home-") as folder:
        home = Path(folder) / "home"
        shutil.copytree(stages.home(stage), home)
        began = time.monotonic()
        code, said, moments = run(home, stages.words(words))
        assert code == 0, said
        return moments, time.monotonic() - began


def main() -> None:
    """Run the whole table."""
    times, seed = int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 20261125
    rng = random.Random(seed)
    may_mount = can_mount()
    tried: Counter[tuple[str, str]] = Counter()
    wrong: list[str] = []
    with tempfile.TemporaryDirectory(prefix="chorus-stages-") as folder:
        stages = Stages(Path(folder) / "stages")
        known = {c: moments_of(stages, c) for c in COMMANDS}
        plan = [
            (c, kind, Fault(**{kind: n}))
            for c, (moments, _) in known.items()
            for n in range(1, len(moments) + 1)
            for kind in ("kill_at", "full_at")
        ]
        for _ in range(times):
            command = rng.choice(list(COMMANDS))
            after = rng.uniform(0.01, known[command][1])
            plan.append((command, "kill_after", Fault(kill_after=after)))
        for k in range(times):
            command = rng.choice(list(COMMANDS))
            if k % 2 and may_mount:
                plan.append((command, "room", Fault(room=int(2 ** rng.uniform(2, 13)))))
            else:
                size = int(2 ** rng.uniform(5, 23))
                plan.append((command, "largest", Fault(largest=size)))
        # Shuffled, so that a run cut short has tried a bit of everything.
        rng.shuffle(plan)
        for number, (command, kind, fault) in enumerate(plan, 1):
            tried[command, kind] += 1
            found = trial(stages, command, fault)
            wrong += [f"{command} {fault}: {x}" for x in found]
            for x in found:
                print(f"{command} {fault}: {x}", flush=True)
            if number % 50 == 0:
                print(f"{number} of {len(plan)}, {len(wrong)} wrong", flush=True)
                _print_table(seed, tried)
    _print_table(seed, tried)
    print(f"\n{sum(tried.values())} trials, {len(wrong)} wrong")
    sys.exit(1 if wrong else 0)


def _print_table(seed: int, tried: Counter[tuple[str, str]]) -> None:
    kinds = ("kill_at", "kill_after", "full_at", "largest", "room")
    print(f"seed {seed}\n\n| command | " + " | ".join(kinds) + " |")
    print("|---" * (len(kinds) + 1) + "|")
    for command in COMMANDS:
        row = " | ".join(str(tried[command, k]) for k in kinds)
        print(f"| {command} | {row} |", flush=True)


if __name__ == "__main__":
    main()
