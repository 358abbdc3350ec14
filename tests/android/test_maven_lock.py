"""What Maven fetches is held against committed checksums."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from xml.etree import ElementTree

import pytest
from slow_maven import slow_maven
from tools import needs

from onpar.pipeline.apps.android.maven import repository
from onpar.pipeline.apps.android.maven_lock import (
    LOCK,
    PARTS,
    _pom,
    archives,
    check,
    check_new,
    fetch,
    locked,
)
from onpar.pipeline.build_folder.keys import file_digest
from onpar.pipeline.errors import OnparError
from onpar.pipeline.jobs.scheduler import Watch
from onpar.pipeline.paths import ANDROID, Build

QUIET = Watch(lambda name, done, of: None, lambda name: None)
MAVEN = {"": "http://maven.apache.org/POM/4.0.0"}


def test_the_lock_is_sorted_and_names_nothing_but_archives_below_the_repository() -> None:
    lock, first = locked(), list(locked(parts=1))
    assert list(lock) == sorted(first) + sorted(lock.keys() - first)
    assert 100 < len(first) < len(lock)
    assert any("pytorch_android" in name for name in first)
    assert not any("nativeruntime" in name for name in first)
    for name, digest in lock.items():
        assert name.endswith((".jar", ".aar")) and not name.startswith(("/", "."))
        assert len(digest) == 64 and int(digest, 16) >= 0


def test_the_lock_has_every_library_and_plugin_that_the_poms_name() -> None:
    pom = ElementTree.parse(ANDROID / "pom.xml").getroot()
    properties = pom.find("properties", MAVEN)
    assert properties is not None
    values = {f"${{{one.tag.partition('}')[2]}}}": one.text for one in properties}
    found = set()
    for one in pom.iterfind(".//dependency", MAVEN):
        found.add((one, one.findtext("type", "jar", MAVEN)))
    for one in pom.iterfind(".//pluginManagement/plugins/plugin", MAVEN):
        found.add((one, "jar"))
    assert len(found) > 10
    for one, kind in found:
        group = one.findtext("groupId", "", MAVEN).replace(".", "/")
        artifact = one.findtext("artifactId", "", MAVEN)
        number = one.findtext("version", "", MAVEN)
        number = values.get(number) or number
        assert f"{group}/{artifact}/{number}/{artifact}-{number}.{kind}" in locked()


def test_sha256sum_finds_what_was_fetched_as_it_was_locked(tmp_path: Path) -> None:
    needs("mvn", "make system")
    fetch(Build(tmp_path), QUIET, parts=2)
    words = ("sha256sum", "--check", "--strict", "--quiet", str(LOCK))
    done = subprocess.run(words, cwd=repository(), capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_another_file_than_the_locked_one_is_refused_with_both_digests(tmp_path: Path) -> None:
    name = "org/example/tool/1.2/tool-1.2.jar"
    path = tmp_path / name
    path.parent.mkdir(parents=True)
    path.write_bytes(b"the jar")
    digest = file_digest(path)
    check({name: digest}, tmp_path)
    path.write_bytes(b"another jar")
    with pytest.raises(OnparError) as raised:
        check({name: digest}, tmp_path)
    for part in (str(path), file_digest(path), digest, "delete the file and run it again"):
        assert part in str(raised.value)
    path.unlink()
    with pytest.raises(OnparError, match="cannot be read"):
        check({name: digest}, tmp_path)


def test_what_came_unlocked_is_refused(tmp_path: Path) -> None:
    before = archives(tmp_path)
    for name in (*list(locked())[:2], "org/example/notes.pom"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    check_new(before, archives(tmp_path))
    (tmp_path / "new.jar").touch()
    with pytest.raises(OnparError, match=r"has fetched new.jar, which is not in maven.sha256"):
        check_new(before, archives(tmp_path))


FETCH = """
import sys
from pathlib import Path
from onpar.pipeline.apps.android import maven_lock
from onpar.pipeline.jobs.scheduler import Watch
from onpar.pipeline.paths import Build
lock, build, parts = sys.argv[1:]
if lock:
    maven_lock.locked.__defaults__ = (Path(lock), 2)
watch = Watch(lambda *step: None, lambda name: None)
print(maven_lock.fetch(Build(Path(build)), watch, parts=int(parts)))
"""


def fetched_by(builds: list[Path], kept: Path, lock: Path | str = "", parts: int = 2) -> list[str]:
    """What `fetch` gave in processes that ran at once, one for each build folder, on the repository
    `kept`; or its error."""
    environment = {**os.environ, "MAVEN_REPOSITORY": str(kept)}
    many = [
        subprocess.Popen(
            [sys.executable, "-c", FETCH, str(lock), str(build), str(parts)],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for build in builds
    ]
    said = [one.communicate(timeout=1800) for one in many]
    return [out.strip() or error.strip().splitlines()[-1] for out, error in said]


@pytest.fixture
def small_lock(tmp_path: Path) -> Path:
    """A lock of two small files, whose content is their artifacts' names."""
    lines = [
        f"{sha256(name.encode()).hexdigest()}  org/example/{name}/1/{name}-1.jar"
        for name in ("first", "second")
    ]
    path = tmp_path / "maven.sha256"
    path.write_text("\n".join([*PARTS, *lines]) + "\n")
    return path


def test_of_two_that_fetch_into_one_empty_repository_one_waits_and_finds_it_done(
    tmp_path: Path, small_lock: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = slow_maven(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=os.pathsep)
    builds = [tmp_path / "one" / "build", tmp_path / "two" / "build", tmp_path / "two" / "build"]
    said = fetched_by(builds, tmp_path / "kept", small_lock)
    assert sorted(said) == ["0", "0", "2"]
    assert len(runs.read_text()) == 1
    assert not list(tmp_path.rglob("copies")), "nothing is left of the copies"


def test_what_came_broken_is_fetched_once_more_before_it_is_used(
    tmp_path: Path, small_lock: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = slow_maven(tmp_path, halves=1)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=os.pathsep)
    kept = tmp_path / "kept"
    assert fetched_by([tmp_path / "build"], kept, small_lock) == ["2"]
    assert len(runs.read_text()) == 2
    check(locked(small_lock), kept)


def test_what_comes_broken_twice_is_refused(
    tmp_path: Path, small_lock: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = slow_maven(tmp_path, halves=2)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=os.pathsep)
    [said] = fetched_by([tmp_path / "build"], tmp_path / "kept", small_lock)
    assert "first-1.jar: its SHA-256 is" in said
    assert "If the mismatch stays, do not build with it" in said
    assert len(runs.read_text()) == 2


@pytest.mark.slow
def test_what_is_missing_is_fetched_once_and_checked_by_two_at_once(tmp_path: Path) -> None:
    needs("mvn", "make system")
    kept = tmp_path / "repository"
    # All that Maven itself runs is fetched anew, the large libraries are not.
    for name in locked(parts=1):
        if (repository() / name).is_file() and not name.startswith("org/apache/maven/"):
            (kept / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(repository() / name, kept / name)
    builds = [tmp_path / "one", tmp_path / "two"]
    said = sorted(map(int, fetched_by(builds, kept, parts=1)))
    assert said[0] == 0 and said[1] > 10
    check(locked(parts=1), kept)


def test_a_file_is_fetched_by_the_coordinates_of_its_path(tmp_path: Path) -> None:
    names = ["org/example/tool/1.2/tool-1.2-linux.jar", "org/example/tool/1.3/tool-1.3.aar"]
    pom = ElementTree.fromstring(_pom(names, tmp_path / "copies"))
    items = [{one.tag: one.text for one in item} for item in pom.iter("artifactItem")]
    first = {"groupId": "org.example", "artifactId": "tool", "version": "1.2", "type": "jar"}
    assert items == [
        {**first, "classifier": "linux"},
        {**first, "version": "1.3", "type": "aar"},
    ]
