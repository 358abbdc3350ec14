"""`onpar` commands that are killed (`kill -9`) at chosen moments, and what their files mean.

A moment is one of the command's changes to the files of a folder (a file opened for writing, a
rename, a removal, a new folder), whichever of its processes makes it: the command is killed at the
N-th, at once or while what begins there goes on. Random times would mostly hit imports.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from processes import left_of_session
from safetensors.numpy import load_file

from onpar.parity.files.atomic import TEMPORARY
from onpar.pipeline.build_folder.build_lock import LOCK
from onpar.pipeline.paths import ROOT

HOOK = """
import os, resource, signal, sys, threading, time
LARGEST = int(os.environ["KILL_LARGEST"])
if LARGEST:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST, LARGEST))
CHANGES = ("open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.link", "shutil.rmtree")
FOLDER, LOG = os.environ["KILL_FOLDER"], os.environ["KILL_LOG"]
AT, AFTER = int(os.environ["KILL_AT"]), float(os.environ["KILL_AFTER"])
COMMAND = int(os.environ.setdefault("KILL_COMMAND", str(os.getpid())))

def kill():
    time.sleep(AFTER)
    os.kill(COMMAND, 9)

def changes(event, arguments):
    if event not in CHANGES or not isinstance(arguments[0], (str, bytes, os.PathLike)):
        return
    if not os.fsdecode(arguments[0]).startswith(FOLDER):
        return
    if event == "open" and not arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
        return
    log = os.open(LOG, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.write(log, b".")
    number = os.fstat(log).st_size
    os.close(log)
    if number == AT:
        threading.Thread(target=kill).start() if AFTER else kill()

sys.addaudithook(changes)
"""

COMMAND = """
import sys
from pathlib import Path
from killed_commands import bless_only
from onpar.pipeline.cli.main import main
bless_only(Path(sys.argv[1]), Path(sys.argv[2]))
main(sys.argv[3:], prog_name="onpar")
"""

VOLATILE = ("created_at", "milliseconds", "peak_rss_mb", "export_seconds", "stamp")
"""Keys of JSON files whose values another run has otherwise."""


TIME = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+")
"""As `onpar.pipeline.host.now` writes it."""


def bless_only(recipe: Path, kept: Path) -> None:
    """Let `bless` keep the goldens of a recipe, in a folder of its own."""
    from onpar.parity.contract.spec import RecipeOptions
    from onpar.pipeline import bless
    from onpar.pipeline.weights.choice import Choice

    bless.COMMITTED_CHOICES = (
        Choice(RecipeOptions(str(recipe), 32, 48), "built", "built", offline=True),
    )
    setattr(bless, "COMMITTED_GOLDENS", kept)  # noqa: B010
    bless.HISTORY = kept / "BLESSED.md"


@dataclass(frozen=True)
class Ran:
    """A command's exit code, how many changes it made, and its stderr."""

    code: int
    changes: int
    said: str


def run(
    command: list[str],
    folder: Path,
    recipe: Path,
    *,
    moment: int = 0,
    after: float = 0,
    largest: int = 0,
    bound: Sequence[str] = (),
) -> Ran:
    """Run `onpar` in a process of its own, killed at that moment of its changes to `folder`, so
    many seconds after it; 0 for not at all. No file may become longer than `largest` bytes, as on a
    full disk; 0 for any length. `bound` comes before the command.

    Of what it started nothing is left a second later.
    """
    hook, log = folder.with_name("hook"), folder.with_name("changes")
    hook.mkdir(exist_ok=True)
    (hook / "sitecustomize.py").write_text(HOOK)
    log.unlink(missing_ok=True)
    path = (hook, ROOT, ROOT / "tests" / "support", Path(__file__).parent)
    killing = {"FOLDER": folder, "LOG": log, "AT": moment, "AFTER": after, "LARGEST": largest}
    environment = {
        **{name: value for name, value in os.environ.items() if name != "CI"},
        **{f"KILL_{name}": str(value) for name, value in killing.items()},
        "PYTHONPATH": os.pathsep.join(map(str, path)),
    }
    words = [*bound, sys.executable, "-c", COMMAND, str(recipe), str(folder / "kept"), *command]
    with subprocess.Popen(
        words,
        env=environment,
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        _, said = process.communicate(timeout=300)
    assert left_of_session(process.pid, 1) == {}
    return Ran(process.returncode, log.stat().st_size if log.exists() else 0, said)


def meanings(folder: Path) -> dict[str, str]:
    """What every whole file below says, by path: of arrays their values, of JSON all that another
    run of the same has too, of others their bytes. A half-written file raises.

    Logs, pages and what is marked as half-written are left out.
    """
    found: dict[str, str] = {}
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        marked = any(part.startswith(TEMPORARY) for part in parts) or path.name == LOCK
        name = str(path.relative_to(folder))
        if path.name == "code.json":  # of onpar's own source files, as many as were asked for
            json.loads(path.read_text("utf-8"))
        elif path.name == "digests.json":  # of files that are written one after another
            entries = json.loads(path.read_text("utf-8")).items()
            found |= {f"{name} {key}": json.dumps(_lasting(one)) for key, one in entries}
        elif path.is_file() and not marked and "logs" not in parts:
            found[name] = _meaning(path)
    return found


def _meaning(path: Path) -> str:
    if path.suffix == ".safetensors":
        arrays = load_file(path)
        return _digest(*(part for name in sorted(arrays) for part in _array(name, arrays[name])))
    if path.suffix == ".json":
        return json.dumps(_lasting(json.loads(path.read_text("utf-8"))), sort_keys=True)
    if path.suffix == ".jsonl":
        return "\n".join(
            json.dumps(_lasting(json.loads(line)), sort_keys=True)
            for line in path.read_text("utf-8").splitlines(keepends=True)
            if line.endswith("\n")  # half a line at the end is passed over
        )
    if path.suffix == ".md":
        return TIME.sub("TIME", path.read_text("utf-8"))
    if path.suffix == ".html":
        assert path.read_text("utf-8").rstrip().endswith("</html>")
        return "a page"
    return _digest(path.read_bytes())


def _array(name: str, value: Any) -> tuple[bytes, ...]:
    return name.encode(), str((value.dtype, value.shape)).encode(), value.tobytes()


def _digest(*parts: bytes) -> str:
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def _lasting(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _lasting(one) for k, one in value.items() if k not in VOLATILE}
    return [_lasting(one) for one in value] if isinstance(value, list) else value
