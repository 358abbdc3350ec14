"""Maven, which compiles what is Java: where it keeps what it fetches, and its errors in words."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from subprocess import DEVNULL, STDOUT

from onpar.pipeline.apps.android.java import QUICK_START
from onpar.pipeline.apps.android.tools import tool
from onpar.pipeline.build_folder.file_lock import acquire, file_lock
from onpar.pipeline.errors import OnparError
from onpar.pipeline.jobs.parent_death import ending
from onpar.pipeline.paths import ANDROID, ROOT

NOT_DOWNLOADED_MESSAGES = ("in offline mode", "has not been downloaded", "could not be resolved")
"""What Maven says of something that it has not got."""


DEPENDENCY = "org.apache.maven.plugins:maven-dependency-plugin"
"""In full: for the prefix `dependency:` Maven would fetch every plugin that may have one."""


REPOSITORY_LOCK = ".onpar.lock"
"""The file in Maven's local repository that is locked while something is fetched into it."""


class NotFetchedError(OnparError):
    """Maven may not use the network, and has not got something that it needs."""


def repository() -> Path:
    """The folder in which Maven keeps what it has fetched: that of MAVEN_REPOSITORY, else its
    settings', else `~/.m2/repository`."""
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
    """Hold what `.ci/android` holds, too: two builds of one source would spoil each other's
    classes."""
    with _alone(ROOT / "build" / "android.lock", f"another build of {ANDROID}"):
        yield


@contextmanager
def fetching_alone(kept: Path) -> Iterator[None]:
    """Hold the local repository `kept`, which all checkouts of a user share, as `.ci/android` does:
    one process at a time fetches into it."""
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
    """Run Maven with what it has in the folder `kept`, and with the network where `online`. What it
    prints is left in `log`; `tick` is called twice a second.

    Raises OnparError with Maven's own first error; NotFetchedError where the network would mend it.
    """
    tool("javac")
    command = [tool("mvn"), "-B", "-ntp", "-f", str(pom), f"-Dmaven.repo.local={kept.resolve()}"]
    command += words if online else [*words, "-o"]
    options = " ".join((*QUICK_START, os.environ.get("MAVEN_OPTS", "")))
    log.parent.mkdir(parents=True, exist_ok=True)
    with (
        log.open("wb") as file,
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
