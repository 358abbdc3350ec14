"""An artifact that is not whole is not taken for up to date, and is exported again."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from builds import onpar
from calls import SEEDED

from parity.spec import read_sidecar, sidecar_path
from pipeline.export import current


def damages() -> dict[str, Callable[[Path], object]]:
    def flipped(path: Path) -> None:
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.write_bytes(content)

    return {
        "a bit is flipped": flipped,
        "it is cut": lambda path: os.truncate(path, path.stat().st_size - 1),
        "it is empty": lambda path: os.truncate(path, 0),
        "it is gone": Path.unlink,
        "its sidecar is cut": lambda path: os.truncate(sidecar_path(path), 100),
        "its sidecar is gone": lambda path: sidecar_path(path).unlink(),
    }


@pytest.mark.parametrize("damage", damages())
def test_a_damaged_artifact_is_not_taken_for_up_to_date(build: Path, damage: str) -> None:
    [path] = (build / "artifacts").glob("*.safetensors")
    artifact = read_sidecar(sidecar_path(path))
    assert current(path, artifact.key) == artifact
    assert current(path, artifact.key[::-1]) is None
    damages()[damage](path)
    assert current(path, artifact.key) is None


def test_damaged_artifacts_are_exported_again_to_the_same_bytes_and_no_other(
    wide_copy: Path,
) -> None:
    damaged = [p for p in (wide_copy / "artifacts").iterdir() if p.suffix in (".pt", ".onnx")]
    before = {path: path.read_bytes() for path in damaged}
    for path in damaged:
        damages()["a bit is flipped"](path)
    done = onpar("export", *SEEDED, "--json", "--build", wide_copy)
    fresh = {one["format"]: one["fresh"] for one in json.loads(done.stdout)}
    assert fresh == {"safetensors": False, "torchscript": True, "onnx": True}
    assert {path: path.read_bytes() for path in damaged} == before
