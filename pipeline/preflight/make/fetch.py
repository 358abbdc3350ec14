"""Packages of published runtimes, fetched by their registries' ordinary clients into
`build/runtimes`.

Existing packages are not fetched again.
"""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

from onpar.parity.files.atomic import whole_artifact
from onpar.pipeline.apps.android.maven import DEPENDENCY, maven
from onpar.pipeline.apps.android.tools import run
from onpar.pipeline.errors import OnparError
from onpar.pipeline.paths import ROOT
from onpar.pipeline.preflight.published.environments import READY, install

RUNTIMES_FOLDER = ROOT / "build" / "runtimes"


def archive(group: str, name: str, version: str) -> Path:
    """An Android archive (`.aar`) from Maven Central. Raises OnparError if Maven cannot get it."""
    path = RUNTIMES_FOLDER / f"{name}-{version}.aar"
    if not path.exists():
        coordinates = f"{group}:{name}:{version}:aar"
        repository = RUNTIMES_FOLDER / "maven"
        words = ("-N", f"{DEPENDENCY}:get", f"-Dartifact={coordinates}", "-Dtransitive=false")
        maven(*words, kept=repository, log=RUNTIMES_FOLDER / "maven.log", online=True)
        folder = repository.joinpath(*group.split("."), name, version)
        (folder / path.name).replace(path)
    return path


def wheel(name: str, version: str, python: str, platform: str) -> Path:
    """A wheel from PyPI for a Python (`3.11`) and a platform (`manylinux2014_x86_64`), without its
    requirements. Raises OnparError if pip cannot get it."""
    folder = RUNTIMES_FOLDER / f"{name}-{version}-{platform}"
    if not folder.exists():
        with whole_artifact(folder) as new:
            words = ["download", "-q", "--no-deps", "--only-binary=:all:", "--no-cache-dir"]
            words += ["--python-version", python, "--platform", platform, "-d", str(new)]
            run(sys.executable, "-m", "pip", *words, f"{name}=={version}")
    return one(folder, "*.whl")


def environment(name: str, version: str, *others: str, alone: bool = False) -> Path:
    """The Python of an environment with the package, the packages `others` and their requirements
    (with `alone`, no requirements), and nothing of this project. Raises OnparError if uv cannot
    make it."""
    # Not those of `preflight --run`, which have other packages in addition to the runtime.
    folder = RUNTIMES_FOLDER / f"{name}-{version}-{'alone' if alone else 'listed'}"
    if not (folder / READY).exists():
        install(folder, [f"{name}=={version}", *others], *(["--no-deps"] if alone else []))
    return folder / "bin" / "python"


def ask(python: Path, *words: str | Path) -> str:
    """The output of a program (`-c` and its text, or its file) under an environment's Python,
    isolated from this one.

    Raises OnparError with its last line if it fails.
    """
    command = [str(python), "-I", *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
    if done.returncode:
        said = done.stderr.strip().splitlines() or ["no message"]
        raise OnparError(
            f"{python}: the program failed with {done.returncode} ({said[-1][:300]}); delete "
            f"{python.parents[1]}, and run it again"
        )
    return done.stdout


def member(package: Path, name: str) -> Path:
    """A file of a package (a zip archive), unpacked next to it. Raises OnparError if the package
    has no such file."""
    path = package.with_suffix("") / name
    if not path.exists():
        with zipfile.ZipFile(package) as parts:
            if name not in parts.namelist():
                raise OnparError(f"{package}: expected {name} in it; is it another release?")
            path.parent.mkdir(parents=True, exist_ok=True)
            parts.extract(name, package.with_suffix(""))
    return path


def one(folder: Path, pattern: str) -> Path:
    """The only file in a folder that matches the pattern. Raises OnparError for none or several."""
    found = sorted(folder.glob(pattern))
    if len(found) != 1:
        raise OnparError(f"{folder}: expected one {pattern}, got {len(found)}; delete the folder")
    return found[0]
