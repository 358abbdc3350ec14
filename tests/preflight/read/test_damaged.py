"""Whatever a file holds, preflight says one sentence about it."""

from __future__ import annotations

import json
import struct
import time
from pathlib import Path

import pytest
from onnx_models import MODELS
from refusing import SECONDS, refused
from torch_scripts import resized

from onpar.pipeline.errors import OnparError
from onpar.pipeline.preflight.read import READERS, read


@pytest.mark.parametrize("suffix", [".pt", ".ptl", ".onnx", ".ort", ".pte"])
@pytest.mark.parametrize("content", [b"", b"no model", b"PK\x03\x04" + bytes(99), bytes(4096)])
def test_what_is_no_model_is_refused(tmp_path: Path, suffix: str, content: bytes) -> None:
    path = tmp_path / f"model{suffix}"
    path.write_bytes(content)
    refused(path)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """A file of most formats."""
    folder = tmp_path_factory.mktemp("whole")
    files = {path.suffix: path.read_bytes() for path in resized(folder, frozen=False)}
    files[".onnx"] = MODELS["a branch"].SerializeToString()
    return files


@pytest.mark.parametrize("suffix", [".pt", ".ptl"])
def test_an_archive_cut_anywhere_is_refused(
    tmp_path: Path, whole: dict[str, bytes], suffix: str
) -> None:
    path = tmp_path / f"cut{suffix}"
    content = whole[suffix]
    for size in range(0, len(content), len(content) // 40):
        path.write_bytes(content[:size])
        refused(path)


@pytest.mark.parametrize("suffix", [".pt", ".ptl", ".onnx"])
def test_a_file_with_a_wrong_byte_anywhere_is_read_or_refused(
    tmp_path: Path, whole: dict[str, bytes], suffix: str
) -> None:
    """Never a traceback, and never long."""
    path = tmp_path / f"wrong{suffix}"
    longest = 0.0
    for at in range(0, len(whole[suffix]), max(1, len(whole[suffix]) // 100)):
        content = bytearray(whole[suffix])
        content[at] ^= 0x55
        path.write_bytes(content)
        started = time.monotonic()
        try:
            read(path)
        except OnparError as error:
            assert "\n" not in str(error)
        longest = max(longest, time.monotonic() - started)
    assert longest < SECONDS


@pytest.mark.parametrize("suffix", [".ort", ".pte"])
def test_offsets_that_lead_anywhere_are_followed_nowhere(
    tmp_path: Path, wide_build: Path, suffix: str
) -> None:
    [whole] = (wide_build / "artifacts").glob(f"*-fp32-tensor{suffix}")
    content = whole.read_bytes()
    path = tmp_path / f"wrong{suffix}"
    # The offsets are at the beginning of a `.pte`, and anywhere in an `.ort`.
    places = [*range(0, 400, 4), *range(0, len(content), len(content) // 50)]
    for at in places:
        wrong = bytearray(content)
        wrong[at : at + 4] = b"\xf0\xff\xff\x7f"
        path.write_bytes(wrong)
        try:
            read(path)
        except OnparError as error:
            assert "\n" not in str(error)
    # An `.ort` has no length in it, and padding at its end.
    for size in (len(content) // 3, *([len(content) - 1] if suffix == ".pte" else [])):
        path.write_bytes(content[:size])
        refused(path)


def test_counts_beyond_the_file_are_refused(tmp_path: Path) -> None:
    for suffix, identifier in ((".ort", b"ORTM"), (".pte", b"ET12")):
        path = tmp_path / f"model{suffix}"
        # Root table at 16, whose vtable at 8 has two fields; each leads to a list of 2³² items.
        table = struct.pack("<i8xII", 8, 4, 4)
        path.write_bytes(
            struct.pack("<I4sHHHH", 16, identifier, 8, 12, 12, 16) + table + b"\xff" * 64
        )
        refused(path)


@pytest.mark.parametrize(
    "manifest",
    [
        None,
        "",
        "[]",
        "{}",
        json.dumps({"itemInfoEntries": {"a": {"path": "../../x"}}, "rootModelIdentifier": "a"}),
        json.dumps({"itemInfoEntries": {"a": {"path": "/etc/passwd"}}, "rootModelIdentifier": "a"}),
        json.dumps({"itemInfoEntries": {"a": {"path": "m"}}, "rootModelIdentifier": "b"}),
        "[" * 100_000,
    ],
)
def test_a_package_without_a_model_is_refused(tmp_path: Path, manifest: str | None) -> None:
    package = tmp_path / "model.mlpackage"
    package.mkdir()
    (tmp_path / "x").write_bytes(b"")
    if manifest is not None:
        (package / "Manifest.json").write_text(manifest)
    assert "Manifest.json names" in refused(package)


@pytest.mark.parametrize("content", [b"", b"\xff" * 64, b"\x08\x06"])
def test_a_package_whose_model_is_damaged_is_refused(tmp_path: Path, content: bytes) -> None:
    package = tmp_path / "model.mlpackage"
    (package / "Data").mkdir(parents=True)
    (package / "Data" / "m").write_bytes(content)
    entry = {"itemInfoEntries": {"a": {"path": "m"}}, "rootModelIdentifier": "a"}
    (package / "Manifest.json").write_text(json.dumps(entry))
    refused(package)


@pytest.mark.parametrize("name", ["photo.jpg", "model", "model.mlmodel", "model.pth"])
def test_what_is_no_artifact_is_said_to_be_none(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"x")
    said = refused(tmp_path / name)
    assert all(suffix in said for suffix in READERS)
    assert "no such file" in refused(tmp_path / "absent.pt")


def test_a_file_where_a_folder_is_due_and_the_other_way_is_refused(tmp_path: Path) -> None:
    (tmp_path / "m.mlpackage").write_bytes(b"x")
    (tmp_path / "m.onnx").mkdir()
    assert "is a folder" in refused(tmp_path / "m.mlpackage")
    assert "is a file" in refused(tmp_path / "m.onnx")
    (tmp_path / "models").mkdir()
    assert "a folder that is not an artifact" in refused(tmp_path / "models")
