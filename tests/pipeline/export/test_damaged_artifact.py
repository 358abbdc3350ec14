"""An artifact that is not whole is not taken for up to date, and is exported again."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from artifacts import artifacts, files
from builds import MADE, formats_made, linked
from calls import SEEDED
from here import onpar_here

from onpar.parity.contract.sidecar import read_sidecar, sidecar_path
from onpar.pipeline.build_folder.digests import Digests
from onpar.pipeline.build_folder.exported import current

DAMAGED = {"torchscript-fp32-image", "ptl-int8-tensor", "ort-int8-tensor", "coreml-fp16-tensor"}
"""Some variants that nothing else is made from."""


def flip_a_bit(path: Path) -> None:
    """In the middle of a file, or of the largest file of a folder."""
    if path.is_dir():
        path = max((p for p in path.rglob("*") if p.is_file()), key=lambda p: p.stat().st_size)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.unlink()  # which may be a link to a build's
    path.write_bytes(content)


def damages() -> dict[str, Callable[[Path], object]]:
    return {
        "a bit is flipped": flip_a_bit,
        "it is cut": lambda path: os.truncate(path, path.stat().st_size - 1),
        "it is empty": lambda path: os.truncate(path, 0),
        "it is gone": Path.unlink,
        "its sidecar is cut": lambda path: os.truncate(sidecar_path(path), 100),
        "its sidecar is gone": lambda path: sidecar_path(path).unlink(),
    }


def of_a_folder() -> dict[str, Callable[[Path], object]]:
    def swapped(path: Path) -> None:
        """One file of equal length for another, at the time of the old one."""
        manifest = path / "Manifest.json"
        times = manifest.stat()
        manifest.write_bytes(manifest.read_bytes()[::-1])
        os.utime(manifest, ns=(times.st_atime_ns, times.st_mtime_ns))

    return {
        "a bit is flipped": flip_a_bit,
        "a file is swapped": swapped,
        "a file is gone": lambda path: (path / "Manifest.json").unlink(),
        "a file is too many": lambda path: (path / "Data" / "notes.txt").write_text("mine"),
        "a file is renamed": lambda path: (path / "Manifest.json").rename(path / "manifest.json"),
        "it is gone": shutil.rmtree,
    }


@pytest.mark.parametrize("damage", damages())
def test_a_damaged_artifact_is_not_taken_for_up_to_date(build: Path, damage: str) -> None:
    [path] = (build / "artifacts").glob("*-fp32-tensor.safetensors")
    not_taken_once(path, build, damages()[damage])


@pytest.mark.parametrize("damage", of_a_folder())
def test_a_damaged_folder_is_not_taken_for_up_to_date(
    wide_build: Path, tmp_path: Path, damage: str
) -> None:
    [whole] = (wide_build / "artifacts").glob("*-fp16-tensor.mlpackage")
    path = tmp_path / whole.name
    shutil.copytree(whole, path)
    shutil.copy2(sidecar_path(whole), tmp_path)
    not_taken_once(path, tmp_path, of_a_folder()[damage])


def not_taken_once(path: Path, build: Path, damage: Callable[[Path], object]) -> None:
    """The artifact is taken, and once it is damaged it is not, also where its digest was kept."""
    artifact, digests = read_sidecar(sidecar_path(path)), Digests(build / "digests.json")
    assert current(path, artifact.key, digests) == artifact
    assert current(path, artifact.key[::-1], digests) is None
    digests.keep()
    damage(path)
    assert current(path, artifact.key, digests) is None
    assert current(path, artifact.key, Digests(build / "digests.json")) is None


def test_damaged_artifacts_are_exported_again_to_the_same_bytes_and_no_other(
    wide_build: Path, tmp_path: Path
) -> None:
    build = linked(wide_build, tmp_path / "build")
    made = {variant: path for variant, (path, _) in artifacts(build).items()}
    before = {variant: files(made[variant]) for variant in DAMAGED}
    for variant in DAMAGED:
        flip_a_bit(made[variant])
        assert files(made[variant]) != before[variant]
    done = onpar_here("export", *SEEDED, *formats_made(), "--json", "--build", build)
    fresh = {one["variant"] for one in json.loads(done.stdout) if one["fresh"]}
    assert fresh == DAMAGED < set(MADE)
    assert {variant: files(made[variant]) for variant in DAMAGED} == before
