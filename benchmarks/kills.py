"""Kill `rag index` at random moments and see what is left.

    python -m benchmarks.kills --kills 200

A folder of short texts changes before each run (some new, some changed, some gone); the run is
killed (SIGKILL) at a moment drawn evenly over its usual length. Then the index is opened in this
process. Lost is a document that the run's report, or that of an earlier run, said was kept and
that is not there in the reported wording. Runs that ended before their kill are counted apart.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from rag import Assistant
from rag.errors import CitewellError, IndexMissingError

_FILES = 60


@dataclass(slots=True)
class Trial:
    """A folder, its index, and what each file's reported wording is."""

    root: Path
    rng: random.Random
    written: dict[str, str] = field(default_factory=dict)  # what the files say now
    # What may be kept of a file whose document was reported: the wording that it had then, and
    # those that it has had since.
    reported: dict[str, set[str]] = field(default_factory=dict)
    kills: int = 0
    ended: int = 0
    lost: list[str] = field(default_factory=list)
    unopened: list[str] = field(default_factory=list)

    @property
    def index(self) -> Path:
        """Where the index lies."""
        return self.root / "index"

    def change_files(self) -> None:
        """Write some files anew and take some away; a record file among them grows."""
        folder = self.root / "docs"
        folder.mkdir(exist_ok=True)
        for _ in range(12):
            name = f"{self.rng.randrange(_FILES):02}.txt"
            if name in self.written and self.rng.random() < 0.2:
                (folder / name).unlink()
                del self.written[name]
            else:
                self.written[name] = _text(name, self.rng.randrange(10_000))
                (folder / name).write_text(self.written[name], encoding="utf-8")
                self.reported.get(name, set()).add(self.written[name])
        rows = [
            {"_id": str(number), "title": f"Part {number}", "text": _text(str(number), number)}
            for number in range(self.rng.randrange(2, 30))
        ]
        lines = "".join(json.dumps(row) + "\n" for row in rows)
        (folder / "parts.jsonl").write_text(lines, encoding="utf-8")

    def run(self, seconds: float | None) -> float:
        """Index, killed after `seconds`; how long it ran."""
        report = self.root / "report.jsonl"
        report.unlink(missing_ok=True)
        start = time.perf_counter()
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "rag", "index", str(self.root / "docs")),
                *("--index", str(self.index), "--report", str(report), "--sync", "--quiet"),
            ],
            stderr=subprocess.PIPE,
        )
        try:
            process.wait(seconds)
            self.ended += 1
        except subprocess.TimeoutExpired:
            process.kill()
            self.kills += 1
        process.communicate()
        spent = time.perf_counter() - start
        if report.exists():
            for line in report.read_text(encoding="utf-8").splitlines():
                with suppress(ValueError):  # the kill cut it
                    self._note(json.loads(line))
        return spent

    def _note(self, line: dict[str, object]) -> None:
        name = str(line["file"])
        if line["status"] == "removed":
            self.reported.pop(name, None)
        elif line["status"] in ("added", "replaced", "unchanged") and name in self.written:
            self.reported[name] = {self.written[name]}

    def check(self) -> None:
        """Open the index; find every document that was reported, in the reported wording."""
        try:
            with Assistant.open(self.index) as assistant:
                ids = {summary.id for summary in assistant.documents()}
                for name, wordings in self.reported.items():
                    if name in ids:
                        found = assistant.document(name).text
                        if not any(_marker(one) in found for one in wordings):
                            self.lost.append(f"{name} after kill {self.kills}: other wording")
                    elif name in self.written:  # else it may be out already
                        self.lost.append(f"{name} after kill {self.kills}")
                if ids and not assistant.search("springs of the device", 3):
                    self.unopened.append(f"kill {self.kills}: nothing is found")
        except IndexMissingError:
            if self.reported:
                self.unopened.append(f"kill {self.kills}: no index")
        except CitewellError as error:
            self.unopened.append(f"kill {self.kills}: {error}")

    def restart(self) -> None:
        """Begin again with no index: first runs are killed too."""
        for path in self.index.glob("*"):
            path.unlink()
        self.reported.clear()


def _text(name: str, version: int) -> str:
    sections = "".join(
        f"## Part {part}\n\nDevice {name} has {part + version} springs. Spring {part} broke "
        f"after {version * 31 + part} days.\n\n"
        for part in range(6)
    )
    return f"Device {name}\n\n{sections}"


def _marker(text: str) -> str:
    return text.split("\n\n")[2]


def run_trial(root: Path, kills: int, seed: int) -> Trial:
    """Kill that many runs; every seventh starts without an index."""
    trial = Trial(root, random.Random(seed))
    trial.change_files()
    usual = trial.run(None)
    while trial.kills < kills:
        if trial.kills % 7 == 6:
            trial.restart()
        trial.change_files()
        trial.run(trial.rng.uniform(0, usual))
        trial.check()
    trial.run(None)
    trial.check()
    return trial


def main() -> None:
    """Print what was lost."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=7)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        trial = run_trial(Path(folder), arguments.kills, arguments.seed)
    print(f"{trial.kills} kills ({trial.ended} runs ended before theirs)")
    print(f"{len(trial.lost)} documents lost", *trial.lost, sep="\n  ")
    print(f"{len(trial.unopened)} indexes that do not open", *trial.unopened, sep="\n  ")


if __name__ == "__main__":
    main()
