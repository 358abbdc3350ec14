"""Two exports of one variant are equal files, and hold nothing of the machine that made them."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from io import BytesIO
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from artifacts import Made, artifacts, files
from builds import MADE, Once, onpar
from calls import export
from everyday import one_of_each
from here import onpar_here

from onpar.exporters import USUAL, VARIANTS
from onpar.pipeline.paths import ROOT

STREET = ROOT / "tests" / "user_recipes" / "street.py"
SMALL: tuple[str | Path, ...] = ("export", "--recipe", STREET, "--size", "32x48")


Run = Callable[..., CompletedProcess[str]]


def exported(command: Sequence[str | Path], build: Path, run: Run = onpar) -> dict[str, Made]:
    done = run(*command, "--build", build)
    assert done.returncode == 0, done.stderr
    return artifacts(build)


def differences(one: Made, other: Made) -> list[str]:
    """What two artifacts differ in: files by their names, and the sidecar."""
    (path, artifact), (again, its_artifact) = one, other
    found, others = files(path), files(again)
    different = sorted(found.keys() ^ others.keys())
    different += [name for name in found.keys() & others.keys() if found[name] != others[name]]
    same = replace(artifact, export_seconds=0) == replace(its_artifact, export_seconds=0)
    return different if same else [*different, "sidecar"]


EVERY_DAY = tuple(f"{one}-fp32-tensor" for one in ("torchscript", "onnx"))
"""The fast ones, besides the weights; `make test-all` exports all of them twice."""


@pytest.fixture(scope="module")
def twice(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> list[dict[str, Made]]:
    """The variants of a small model that were selected, from this process and from another, in
    folders of another depth and name."""
    items = [item for item in request.session.items if isinstance(item, pytest.Function)]
    mine = [one for one in items if one.path == request.path and "twice" in one.fixturenames]
    names = [str(one.callspec.params["variant"]) for one in mine]
    chosen = [word for name in names for word in ("--format", name)]
    folder = tmp_path_factory.mktemp("two places")
    command: list[str | Path] = [*SMALL, *chosen]
    long = partial(onpar, timeout=1200)
    places: dict[str, Run] = {"one": onpar_here, "another/below": long}
    return [exported(command, folder / below / "build", run) for below, run in places.items()]


@pytest.mark.parametrize(
    "variant", one_of_each(VARIANTS, lambda name: name if name in EVERY_DAY else ""), ids=str
)
def test_two_exports_are_equal_to_the_byte(twice: list[dict[str, Made]], variant: str) -> None:
    one, other = twice
    assert differences(one[variant], other[variant]) == []


@pytest.mark.slow
def test_two_exports_of_a_large_graph_are_equal_to_the_byte(
    wide_build: Path, tmp_path: Path
) -> None:
    long = partial(onpar, timeout=1200)
    one, other = artifacts(wide_build), exported(export(tmp_path)[:-2], tmp_path / "below", long)
    assert {name for name in USUAL if differences(one[name], other[name])} == set()


def inner(content: bytes) -> Iterator[bytes]:
    """The bytes, and those of everything that is packed in them."""
    yield content
    if zipfile.is_zipfile(BytesIO(content)):
        with zipfile.ZipFile(BytesIO(content)) as archive:
            for name in archive.namelist():
                yield name.encode()
                yield archive.read(name)


@pytest.mark.parametrize("variant", MADE)
def test_no_artifact_names_a_path_of_this_machine(
    wide_build: Path, once: Once, variant: str
) -> None:
    home = [str(Path.home())] if len(Path.home().parts) > 1 else []
    forbidden = [
        *("site-packages", "/home/", "/usr/", ".onpar-"),
        *(str(ROOT), str(once.shared), *home),
    ]
    path, artifact = artifacts(wide_build)[variant]
    sidecar = {"sidecar": path.with_name(artifact.file + ".json").read_bytes()}
    for name, content in (files(path) | sidecar).items():
        for part in (name.encode(), *inner(content)):
            assert [text for text in forbidden if text.encode() in part] == []
