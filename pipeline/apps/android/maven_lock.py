"""The checksums of the files that Maven fetches: `android_app/maven.sha256`, for `sha256sum
--check`.

Maven 3 compares a file with a checksum from the same server, which proves nothing about the server.
Here every jar and Android archive that the builds use, or that Maven itself runs, is compared with
the committed digest: after the fetch, and before it is compiled with or put into an app. Debian's
apt verifies its packages by signatures.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.sax.saxutils import escape

from onpar.parity.files.atomic import TEMPORARY
from onpar.pipeline.apps.android.maven import DEPENDENCY, fetching_alone, maven, repository
from onpar.pipeline.build_folder.keys import file_digest
from onpar.pipeline.errors import OnparError
from onpar.pipeline.jobs.scheduler import Watch
from onpar.pipeline.paths import ANDROID, Build

LOCK = ANDROID / "maven.sha256"
"""Lines `<SHA-256>  <path below the local repository>`, sorted by path, in two parts, each below a
comment: the files for `make android`, and the other files for the rest of `android_app`."""

PARTS = ("# What `make android` needs.", "# What Robolectric and the host also need.")

SUFFIXES = (".jar", ".aar")


def locked(lock: Path = LOCK, parts: int = len(PARTS)) -> dict[str, str]:
    """Path below the local repository → SHA-256, from the first part or from both."""
    text = lock.read_text("utf-8")
    wanted = text if parts == len(PARTS) else text.partition(PARTS[parts])[0]
    lines = [line for line in wanted.splitlines() if not line.startswith("#")]
    return {name: digest for digest, name in (line.split("  ", 1) for line in lines)}


def fetch(build: Build, watch: Watch, parts: int = 1) -> int:
    """Fetch the missing locked files, without running them, then check all of them: those of the
    first part, or of both. Gives the number of fetched files.

    One process at a time fetches into a repository. A file that fails or does not match the lock is
    fetched a second time. Raises OnparError if a file cannot be fetched or does not match the lock.
    """
    lock, kept = locked(parts=parts), repository()
    with fetching_alone(kept):
        missing = _missing(lock, kept)
        if missing:
            try:
                _get(missing, kept, build, watch)
                check({name: lock[name] for name in missing}, kept)
            except OnparError:
                _remove_wrong(missing, lock, kept)
                _get(_missing(lock, kept), kept, build, watch)
        check(lock, kept)
    return len(missing)


def _missing(lock: Mapping[str, str], kept: Path) -> list[str]:
    return [name for name in lock if not (kept / name).is_file()]


def _remove_wrong(names: Sequence[str], lock: Mapping[str, str], kept: Path) -> None:
    """Remove fetched files that do not match the lock."""
    for name in names:
        path = kept / name
        if path.is_file() and file_digest(path) != lock[name]:
            path.unlink()


def _get(missing: Sequence[str], kept: Path, build: Build, watch: Watch) -> None:
    job = f"fetch {len(missing)} files by Maven, once"

    def tick() -> None:
        watch.step(job, sum((kept / name).is_file() for name in missing), len(missing))

    watch.step(job, 0, 0)
    build.android.mkdir(parents=True, exist_ok=True)
    # A folder for this process: two processes damaged each other's copies in a shared folder.
    with TemporaryDirectory(dir=build.android, prefix=TEMPORARY) as temporary:
        folder = Path(temporary)
        pom = folder / "fetch.xml"
        pom.write_text(_pom(missing, folder / "copies"), "utf-8")
        log = build.logs / "maven-fetch.log"
        maven(f"{DEPENDENCY}:copy", kept=kept, log=log, online=True, pom=pom, tick=tick)
    watch.end(job)


def check(lock: Mapping[str, str], kept: Path) -> None:
    """Raises OnparError for the first file in the local repository that is missing or does not
    match the lock."""
    for name, expected in lock.items():
        try:
            got = file_digest(kept / name)
        except OSError as error:
            raise OnparError(f"{kept / name}: cannot be read ({error.strerror})") from error
        if got != expected:
            raise OnparError(
                f"{kept / name}: its SHA-256 is {got}, {LOCK.name} says {expected}; delete the "
                "file and run it again. If the mismatch stays, do not build with it: the server "
                "gives another file than the locked one"
            )


def archives(kept: Path) -> set[str]:
    """The paths of the jars and Android archives in the local repository."""
    found = (path for path in kept.rglob("*") if path.suffix in SUFFIXES)
    return {path.relative_to(kept).as_posix() for path in found}


def check_new(before: set[str], after: set[str]) -> None:
    """Raises OnparError if a new file in the local repository is not locked."""
    new = sorted(after - before - locked().keys())
    if new:
        raise OnparError(
            f"Maven has fetched {new[0]}, which is not in {LOCK.name}; if that is right, as after "
            "a change of versions, run `make android-lock`"
        )


def _pom(names: Sequence[str], copies: Path) -> str:
    """A project for `dependency:copy`, which fetches these files without their dependencies."""
    items = "".join(f"<artifactItem>{_coordinates(name)}</artifactItem>\n" for name in names)
    parent = escape(os.path.relpath(ANDROID / "pom.xml", copies.parent))
    return f"""<project>
<modelVersion>4.0.0</modelVersion>
<parent><groupId>org.onpar</groupId><artifactId>onpar-android</artifactId><version>1</version>
<relativePath>{parent}</relativePath></parent>
<artifactId>onpar-fetch</artifactId><packaging>pom</packaging>
<build><plugins><plugin>
<groupId>org.apache.maven.plugins</groupId><artifactId>maven-dependency-plugin</artifactId>
<configuration><outputDirectory>{escape(str(copies.resolve()))}</outputDirectory>
<useSubDirectoryPerArtifact>true</useSubDirectoryPerArtifact><artifactItems>
{items}</artifactItems></configuration></plugin></plugins></build>
</project>
"""


def _coordinates(name: str) -> str:
    """`org/example/tool/1.2/tool-1.2-linux.jar` as Maven's XML elements of a dependency."""
    *group, artifact, version, file = name.split("/")
    stem, _, kind = file.rpartition(".")
    classifier = stem.removeprefix(f"{artifact}-{version}").removeprefix("-")
    parts = {
        "groupId": ".".join(group),
        "artifactId": artifact,
        "version": version,
        "type": kind,
        "classifier": classifier,
    }
    return "".join(f"<{key}>{escape(value)}</{key}>" for key, value in parts.items() if value)
