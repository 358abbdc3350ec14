"""Whatever a file holds, preflight says one sentence about it, and runs nothing of it."""

from __future__ import annotations

import io
import json
import os
import pickle
import struct
import time
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from onnx_models import MODELS
from torch_scripts import resized

from pipeline.errors import OnparError
from pipeline.preflight.read import READERS, read

SECONDS = 5.0
"""What the worst of these files may take on a busy machine; most take milliseconds."""


def refused(path: Path) -> str:
    started = time.monotonic()
    with pytest.raises(OnparError) as caught:
        read(path)
    assert time.monotonic() - started < SECONDS
    sentence = str(caught.value)
    assert "\n" not in sentence
    assert path.name in sentence
    return sentence


def archive(path: Path, records: Mapping[str, bytes]) -> Path:
    whole = {"version": b"3\n", "constants.pkl": b"\x80\x02).", "data.pkl": b"\x80\x02)."}
    whole |= {"code/__torch__.py": b"def f(x: Tensor) -> Tensor:\n  return torch.neg(x)\n"}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in (whole | dict(records)).items():
            made.writestr(f"archive/{name}", content)
    return path


class Evil:
    """What an unpickler that builds things would run."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.system, ("touch evil",)


EVIL = pickle.dumps(Evil(), protocol=2)


def test_the_archive_of_these_tests_is_read(tmp_path: Path) -> None:
    contents = read(archive(tmp_path / "model.pt", {}))
    assert [use.name for use in contents.uses] == ["aten::neg"]


@pytest.mark.parametrize("record", ["data.pkl", "constants.pkl", "bytecode.pkl"])
def test_a_pickle_that_names_a_function_runs_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, record: str
) -> None:
    monkeypatch.chdir(tmp_path)
    suffix = ".ptl" if record == "bytecode.pkl" else ".pt"
    said = refused(archive(tmp_path / f"model{suffix}", {record: EVIL}))
    assert ".system" in said and "nothing was run" in said
    assert not (tmp_path / "evil").exists()
    pickle.loads(EVIL)  # It is one: an unpickler runs it.
    assert (tmp_path / "evil").exists()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x80\x02",
        b"\x80\x02.",
        b"\x80\x02t.",
        b"\x80\x02e.",
        b"\x80\x02h\x07.",
        b"\x80\x02r\xff\xff\xff\xff.",
        b"\x80\x02X\xff\xff\xff\x7fabc.",
        b"\x80\x02)b.",
        b"\x80\x02)K\x01u.",
        b"\x80\x04\x95\xff\xff\xff\xff\xff\xff\xff\x7f.",
        b"\x80\x05\x96\xff\xff\xff\xff\xff\xff\xff\x7f.",
        b"(" * 100_000,
    ],
)
def test_a_wrong_pickle_is_said_to_be_damaged(tmp_path: Path, content: bytes) -> None:
    path = archive(tmp_path / "model.pt", {"data.pkl": content})
    assert "its data.pkl is damaged" in refused(path)


@pytest.mark.parametrize(
    "content",
    [b"\x80\x02.", b"\x80\x02N.", b"\x80\x02)."],
    ids=["nothing", "None", "an empty tuple"],
)
def test_bytecode_of_another_shape_is_refused(tmp_path: Path, content: bytes) -> None:
    assert "bytecode.pkl" in refused(archive(tmp_path / "model.ptl", {"bytecode.pkl": content}))


def test_bytecode_without_a_name_is_refused(tmp_path: Path) -> None:
    content = pickle.dumps((8, ("f", (("operators", ((1, 2),)),))), protocol=2)
    assert "without a name" in refused(archive(tmp_path / "m.ptl", {"bytecode.pkl": content}))


@pytest.mark.parametrize(
    "code",
    [b"def (", b"\x00", b"\xff\xfe", b"x = " + b"(" * 5000, b"x = " + b"-" * 200_000 + b"1"],
)
def test_code_that_is_none_is_refused(tmp_path: Path, code: bytes) -> None:
    assert "its code cannot be read" in refused(
        archive(tmp_path / "m.pt", {"code/__torch__.py": code})
    )


def test_an_archive_that_unpacks_to_more_than_a_model_has_is_refused(tmp_path: Path) -> None:
    path = archive(tmp_path / "m.pt", {"code/big.py": bytes(300 << 20)})
    assert path.stat().st_size < 1 << 20
    assert "more than" in refused(path)


@pytest.mark.parametrize("version", [b"", b"x", b"9" * 5000])
def test_a_version_that_is_no_number_is_refused(tmp_path: Path, version: bytes) -> None:
    assert "version" in refused(archive(tmp_path / "m.pt", {"version": version}))


def test_a_folder_more_is_refused(tmp_path: Path) -> None:
    path = archive(tmp_path / "m.pt", {})
    with zipfile.ZipFile(path, "a") as made:
        made.writestr("other/data.pkl", b"")
    assert "one folder" in refused(path)


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
    for at in range(0, len(whole[suffix]), max(1, len(whole[suffix]) // 100)):
        content = bytearray(whole[suffix])
        content[at] ^= 0x55
        path.write_bytes(content)
        try:
            read(path)
        except OnparError as error:
            assert "\n" not in str(error)


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
    (tmp_path / name).write_bytes(io.BytesIO(b"x").getvalue())
    said = refused(tmp_path / name)
    assert all(suffix in said for suffix in READERS)
    assert "no such file" in refused(tmp_path / "absent.pt")


def test_a_file_where_a_folder_is_due_and_the_other_way_is_refused(tmp_path: Path) -> None:
    (tmp_path / "m.mlpackage").write_bytes(b"x")
    (tmp_path / "m.onnx").mkdir()
    assert "is a folder" in refused(tmp_path / "m.mlpackage")
    assert "is a file" in refused(tmp_path / "m.onnx")
    (tmp_path / "models").mkdir()
    assert "a folder that is no artifact" in refused(tmp_path / "models")
