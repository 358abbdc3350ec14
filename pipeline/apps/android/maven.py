"""Maven, which compiles the Java code: its local repository, and its errors as messages."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from subprocess import DEVNULL, STDOUT

from onpar.parity.files.fresh_file import open_fresh
from onpar.pipeline.apps.android.java import QUICK_START
from onpar.pipeline.apps.android.tools import tool
from onpar.pipeline.build_folder.file_lock import acquire, file_lock
from onpar.pipeline.errors import OnparError
from onpar.pipeline.jobs.parent_death import ending
from onpar.pipeline.paths import ANDROID, ROOT

NOT_DOWNLOADED_MESSAGES = ("in offline mode", "has not been downloaded", "could not be resolved")
"""Parts of Maven's messages about a file that is not in its repository."""


DEPENDENCY = "org.apache.maven.plugins:maven-dependency-plugin"
"""The full name: for the prefix `dependency:` Maven would fetch every plugin that may have it."""


REPOSITORY_LOCK = ".onpar.lock"
"""The file in Maven's local repository that is locked during a fetch."""


class NotFetchedError(OnparError):
    """Maven is offline, and a file that it needs is missing."""


def repository() -> Path:
    """Maven's local repository: that of MAVEN_REPOSITORY, else of its settings, else
    `~/.m2/repository`."""
    given = os.environ.get("MAVEN_REPOSITORY")
    if given:
        return Path(given)
    home = Path.home() / ".m2"
    try:
        text = (home / "settings.xml").read_text("utf-8")
    except OSError:
        text = ""
    said = re.search(r"<localRepository>([^<$]+)</localRepository>", text)
    return Path(said[1].strip()) if said else home / "repository"


@contextmanager
def building_alone() -> Iterator[None]:
    """Hold the lock that `.ci/android` also uses: two builds of one source would damage each
    other's classes."""
    with _alone(ROOT / "build" / "android.lock", f"another build of {ANDROID}"):
        yield


@contextmanager
def fetching_alone(kept: Path) -> Iterator[None]:
    """Hold the lock of the local repository `kept`, as `.ci/android` does. All checkouts of a user
    share it, and one process at a time fetches into it."""
    with _alone(kept / REPOSITORY_LOCK, f"another build that fetches into {kept}"):
        yield


@contextmanager
def _alone(path: Path, what: str) -> Iterator[None]:
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = file_lock(path)
    acquire(lock, what)
    try:
        yield
    finally:
        lock.release()


def maven(
    *words: str,
    kept: Path,
    log: Path,
    online: bool,
    pom: Path = ANDROID / "pom.xml",
    tick: Callable[[], None] = lambda: None,
) -> None:
    """Run Maven with the local repository `kept`, and with the network if `online`. Its output goes
    to `log`; `tick` is called twice a second.

    Raises OnparError with Maven's own first error; NotFetchedError if the network would fix it.
    """
    tool("javac")
    command = [tool("mvn"), "-B", "-ntp", "-f", str(pom), f"-Dmaven.repo.local={kept.resolve()}"]
    command += words if online else [*words, "-o"]
    options = " ".join((*QUICK_START, os.environ.get("MAVEN_OPTS", "")))
    log.parent.mkdir(parents=True, exist_ok=True)
    with (
        os.fdopen(open_fresh(log), "wb") as file,
        subprocess.Popen(
            command,
            env={**os.environ, "MAVEN_OPTS": options},
            stdin=DEVNULL,
            stdout=file,
            stderr=STDOUT,
            preexec_fn=ending,
        ) as process,
    ):
        while process.poll() is None:
            with suppress(subprocess.TimeoutExpired):
                process.wait(0.5)
            tick()
    if process.returncode:
        raise _error(log.read_text("utf-8", "replace"), log, online)


def _error(output: str, log: Path, online: bool) -> OnparError:
    lines = [line for line in re.split(r"[\r\n]+", output) if line.startswith("[ERROR]")]
    first = lines[0].removeprefix("[ERROR]").strip() if lines else "no error named"
    said = f"Maven failed: {first}; the whole output is in {log}"
    if any(words in line for line in lines for words in NOT_DOWNLOADED_MESSAGES):
        return (OnparError if online else NotFetchedError)(f"{said}; connect to the network once")
    return OnparError(said)
