"""Coverage-guided fuzzing (atheris, libFuzzer) of one reader, or of all: `make fuzz`.

    python tests/fuzz/fuzz.py READER --seconds 60     one of tests/fuzz/readers.py
    python tests/fuzz/fuzz.py all --seconds 600       all, two at a time, in so much together

What it finds stays in build/fuzz/READER/: `crash-…` is the file to reproduce it with
(`python tests/fuzz/fuzz.py READER FILE`), `corpus` what reached new code. The seeds are committed
in tests/fuzz/seeds/READER. It exits with 1 where a fault was found.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path[:0] = [str(HERE), str(ROOT)]

from planted import PLANTED  # noqa: E402
from readers import READERS  # noqa: E402

MEMORY = 4096
"""Megabytes that a process may take: PyTorch and onnx alone take one of them."""

GROWTH = 2 << 30
"""Bytes of address space that reading files of a few kilobytes may take besides; asking for more
is a MemoryError, which no reader may raise."""

TIMEOUT = 20
"""Seconds that one file may take."""

SIZE = 1 << 14
"""Bytes of a file at most; seeds are smaller."""


def fuzz(name: str, seconds: float, out: Path, plant: str) -> None:
    """Fuzz a reader in this process, which libFuzzer ends: with 0 where nothing was found."""
    import atheris

    reader = READERS[name]
    with atheris.instrument_imports(include=list(reader.modules), enable_loader_override=False):
        for module in reader.modules:
            import_module(module)
    for error in reader.errors:
        import_module(error.partition(":")[0])
    if plant:
        PLANTED[plant][1]()
    folder = Path(tempfile.mkdtemp(prefix="fuzz-", dir=memory_disk()))
    path = folder / f"file{reader.suffix}"

    def one(content: bytes) -> None:
        path.write_bytes(reader.shaped(content))
        reader.run(path)

    resource.setrlimit(resource.RLIMIT_AS, (address_space() + GROWTH,) * 2)
    corpus = out / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    options = [
        f"-max_total_time={max(1, round(seconds))}",
        f"-artifact_prefix={out}/",
        f"-rss_limit_mb={MEMORY}",
        f"-timeout={TIMEOUT}",
        f"-max_len={SIZE}",
        "-print_final_stats=1",
        "-verbosity=1",
        str(corpus),
        str(HERE / "seeds" / name),
    ]
    atheris.Setup([sys.argv[0], *options], one)
    atheris.Fuzz()


def address_space() -> int:
    """Bytes that this process has mapped (proc(5), statm)."""
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    return pages * resource.getpagesize()


def memory_disk() -> str | None:
    """Where files are cheap to write, if there is such a place."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


def reproduce(name: str, file: Path) -> None:
    """Read one file as the fuzzer does; a fault is the traceback."""
    reader = READERS[name]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"file{reader.suffix}"
        path.write_bytes(reader.shaped(file.read_bytes()))
        reader.run(path)
    print("read or refused, as it should be")


def process(
    name: str, seconds: float, out: Path, plant: str = ""
) -> subprocess.CompletedProcess[str]:
    """The same in a process of its own."""
    command = [sys.executable, __file__, name, "--seconds", str(seconds), "--out", str(out)]
    command += ["--plant", plant] if plant else []
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT)


def everything(seconds: float, out: Path) -> int:
    """All readers, two at a time; prints a line for each. Gives how many have a fault."""
    each = 2 * seconds / len(READERS)
    faults = 0
    with ThreadPoolExecutor(2) as pool:
        for name, done in zip(
            READERS, pool.map(lambda name: process(name, each, out / name), READERS), strict=True
        ):
            faults += done.returncode != 0
            runs = [line for line in done.stderr.splitlines() if "number_of_executed" in line]
            count = runs[0].split()[-1] if runs else "?"
            print(f"{name}: {'FAULT' if done.returncode else 'no fault'}, {count} files")
            if done.returncode:
                print(done.stderr[-4000:])
    return faults


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("reader", choices=[*READERS, "all"])
    parser.add_argument("file", nargs="?", type=Path)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--out", type=Path, default=None)
    parser.add_argument("--plant", choices=[*PLANTED, ""], default="")
    given = parser.parse_args()
    out = given.out or ROOT / "build" / "fuzz"
    if given.reader == "all":
        sys.exit(1 if everything(given.seconds, out) else 0)
    out = given.out or out / given.reader
    if given.file:
        reproduce(given.reader, given.file)
    else:
        fuzz(given.reader, given.seconds, out.resolve(), given.plant)


if __name__ == "__main__":
    main()
