"""Whatever a file holds, it is a capture or it is refused, in one line that says what to do."""

from __future__ import annotations

import json
import os
import random
import struct
import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save_file
from samples import info
from small_build import capture as small_capture
from small_build import small_build, tensors

from onpar.parity.contract.capture import (
    DTYPES,
    Capture,
    CaptureError,
    Tensor,
    read_capture,
    read_info,
    write_capture,
)
from onpar.parity.contract.tensor_spec import TensorSpec

Header = dict[str, Any]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("whole") / "c.safetensors"
    tensors: dict[str, Tensor] = {
        "out": np.arange(6, dtype=np.float32),
        "decoded": np.zeros((1, 2, 3), np.uint8),
    }
    write_capture(path, Capture(info(), tensors))
    return path.read_bytes()


def refusal(path: Path, content: bytes) -> str:
    """The message with which both readers refuse the content."""
    path.write_bytes(content)
    with pytest.raises(CaptureError) as full:
        read_capture(path)
    message = str(full.value)
    assert "\n" not in message
    assert len(message) < 600
    assert message.startswith(f"{path}: ")
    return message


def rewritten(whole: bytes, change: Callable[[Header], object]) -> bytes:
    """The file with a changed header, and the old data."""
    start = 8 + int.from_bytes(whole[:8], "little")
    header = json.loads(whole[8:start])
    change(header)
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + whole[start:]


def test_a_file_cut_at_any_length_is_refused_with_its_size(tmp_path: Path, whole: bytes) -> None:
    for length in range(len(whole)):
        message = refusal(tmp_path / "cut", whole[:length])
        assert f"not a whole safetensors file ({length:,} bytes;" in message
        assert message.endswith("copy it from the target again")


def test_a_byte_too_many_is_refused(tmp_path: Path, whole: bytes) -> None:
    assert "copy it from the target again" in refusal(tmp_path / "long", whole + b"\0")


def test_no_corruption_raises_anything_but_a_capture_error(tmp_path: Path, whole: bytes) -> None:
    rng = random.Random(0)
    refused = 0
    for _ in range(600):
        content = bytearray(whole)
        for _ in range(rng.choice((1, 1, 2, 8, 64))):
            content[rng.randrange(len(content))] = rng.choice((0, 0x22, 0x7B, rng.randrange(256)))
        if rng.random() < 0.2:
            at, much = rng.randrange(len(content)), rng.randrange(1, 40)
            content[at : at + much] = rng.randbytes(rng.randrange(40))
        path = tmp_path / "broken"
        path.write_bytes(content)
        try:
            read_capture(path)
        except CaptureError as error:
            refused += 1
            assert "\n" not in str(error)
    assert refused > 300


READ_IN_2_GIB = """
import pathlib, resource, sys
import onpar.parity.contract.capture
resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))
onpar.parity.contract.capture.read_capture(pathlib.Path(sys.argv[1]))
"""


def test_a_header_of_8_exbibytes_is_refused_without_asking_for_memory(
    tmp_path: Path, whole: bytes
) -> None:
    path = tmp_path / "huge"
    for length in (2**63, 2**40):
        path.write_bytes(struct.pack("<Q", length) + whole[8:])
        command = [sys.executable, "-c", READ_IN_2_GIB, str(path)]
        done = subprocess.run(command, capture_output=True, text=True)
        assert "CaptureError" in done.stderr.splitlines()[-1]
        assert "header too large" in done.stderr.splitlines()[-1]


def test_a_major_version_from_the_future_says_update_onpar(tmp_path: Path, whole: bytes) -> None:
    message = refusal(tmp_path / "new", whole.replace(b"onpar-capture/2", b"onpar-capture/3"))
    assert "is 'onpar-capture/3', this onpar reads 'onpar-capture/2'; update onpar" in message


@pytest.mark.parametrize("found", ["", "something-else/1", "x" * 500, "a\nb"])
def test_another_format_is_no_capture(tmp_path: Path, whole: bytes, found: str) -> None:
    other = rewritten(whole, lambda h: h["__metadata__"].update(format=found))
    message = refusal(tmp_path / "other", other)
    assert f"says format {' '.join(found.split())[:160]!r}" in message
    assert "'onpar-capture/2'" in message


def test_a_file_without_metadata_is_no_capture(tmp_path: Path, whole: bytes) -> None:
    bare = rewritten(whole, lambda h: h.pop("__metadata__"))
    assert "no capture" in refusal(tmp_path / "bare", bare)


def test_every_field_of_the_metadata_must_be_there(tmp_path: Path, whole: bytes) -> None:
    for name in vars(info()).keys() - {"extra", "compute_unit"}:
        lacking = whole.replace(f'"{name}":'.encode(), f'"_{name[1:]}":'.encode(), 1)
        message = refusal(tmp_path / "lacking", lacking)
        assert f"its metadata has no {name!r}; capture again" in message


def test_captures_of_older_apps_are_read_and_say_no_compute_unit(
    tmp_path: Path, whole: bytes
) -> None:
    older = tmp_path / "older.safetensors"
    older.write_bytes(rewritten(whole, lambda h: h["__metadata__"].pop("compute_unit")))
    assert read_capture(older).info.compute_unit == ""


def str_start(text: str) -> str:
    return text[:20]


@pytest.mark.parametrize(
    ("field", "text"),
    [
        *[("load_ms", t) for t in ("NaN", "Infinity", "-0.5", "1e999", "", "1_0", "0x10", "fast")],
        *[("threads", t) for t in ("-1", "1.5", "١", "1e3000", "9" * 5000)],
        *[("infer_ms", t) for t in ("[NaN]", "[-1]", "3", '["3"]', "[true]", "[1", "[[1]]")],
        *[("output_sha256", t) for t in ("[1]", '"aa"', "null", "{}")],
        ("peak_rss_mb", "-Infinity"),
        ("infer_ms", "[" * 200_000),
        ("output_sha256", '[["' * 100_000),
    ],
    ids=str_start,
)
def test_metadata_that_are_no_such_number_or_list_are_refused(
    tmp_path: Path, whole: bytes, field: str, text: str
) -> None:
    broken = rewritten(whole, lambda h: h["__metadata__"].update({field: text}))
    message = refusal(tmp_path / "broken", broken)
    assert f"metadata {field!r} is {text[:160]!r}, expected " in message
    assert message.endswith("capture again")
    with pytest.raises(CaptureError):
        read_info(tmp_path / "broken")


def test_a_header_that_is_no_header_is_refused(tmp_path: Path) -> None:
    for text in (b"[" * 100_000, b'{"a":' * 50_000, b"\xff\xfe", b"no JSON", b"{}"):
        refusal(tmp_path / "header", struct.pack("<Q", len(text)) + text)


def entry(dtype: str, shape: list[int], size: int) -> Callable[[Header], object]:
    def change(header: Header) -> None:
        metadata = header["__metadata__"]
        header.clear()
        header["__metadata__"] = metadata
        header["out"] = {"dtype": dtype, "shape": shape, "data_offsets": [0, size]}

    return change


@pytest.mark.parametrize("taught", [False, True])
@pytest.mark.parametrize(("dtype", "count"), [("BF16", 15), ("F8_E4M3", 30), ("F8_E5M2", 30)])
def test_an_item_type_that_numpy_lacks_is_refused_and_not_called_a_damaged_file(
    tmp_path: Path, whole: bytes, dtype: str, count: int, taught: bool
) -> None:
    if taught:
        import_module("ml_dtypes")  # onnx's: from then on numpy has some of these types
    message = refusal(tmp_path / "dtype", rewritten(whole, entry(dtype, [count], 30)))
    assert f"expected items of {', '.join(DTYPES)}; write the capture again" in message


@pytest.mark.parametrize("dtype", ["int64", "float16", "float64"])
def test_another_item_type_is_read_so_that_the_judge_can_name_its_tensor(
    tmp_path: Path, whole: bytes, dtype: str
) -> None:
    header = json.loads(whole[8 : 8 + int.from_bytes(whole[:8], "little")])
    path = tmp_path / "dtype"
    save_file({"out": np.zeros(3, dtype)}, path, header["__metadata__"])
    assert read_capture(path).tensors["out"].dtype == dtype


@pytest.mark.parametrize("shape", [[2**40, 2**40], [30, 2], [-30], [1] * 65 + [30], [2**63]])
def test_a_shape_that_the_data_do_not_have_is_refused(
    tmp_path: Path, whole: bytes, shape: list[int]
) -> None:
    refusal(tmp_path / "shape", rewritten(whole, entry("U8", shape, 30)))


def test_a_shape_of_no_values_that_no_array_may_have_is_refused(
    tmp_path: Path, whole: bytes
) -> None:
    def empty(header: Header) -> None:
        end = max(entry["data_offsets"][1] for name, entry in header.items() if name[0] != "_")
        header["aux"] = {
            "dtype": "F32",
            "shape": [0, 1 << 62, 1 << 62],
            "data_offsets": [end, end],
        }

    said = refusal(tmp_path / "c.safetensors", rewritten(whole, empty))
    assert "aux has shape [0, 4611686018427387904, 4611686018427387904]" in said


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "absent", tmp_path):
        with pytest.raises(CaptureError, match=r"cannot be read .* make captures with"):
            read_capture(path)


def headed(whole: bytes, text: bytes) -> bytes:
    """The file with another header's bytes."""
    return struct.pack("<Q", len(text)) + text + whole[8 + int.from_bytes(whole[:8], "little") :]


def header_of(whole: bytes) -> bytes:
    return whole[8 : 8 + int.from_bytes(whole[:8], "little")]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (b'"case":"dog"', b'"case":"cat","case":"dog"', "has the key 'case' twice"),
        (b'"decoded":{', b'"decoded":{"dtype":"U8","shape":[],"data_offsets":[0,1]},"decoded":{',
         "has the key 'decoded' twice"),
        (b'"dtype":"U8"', b'"dtype":"F32","dtype":"U8"', "has the key 'dtype' twice"),
        (b'"case":"dog"', b'"case":"\\ud800"', "not JSON"),
        (b'"case":"dog"', b'"case":7', "__metadata__ is not a map from text to text"),
        (b'"shape":[6]', b'"shape":[6.0]', "its shape is not a list"),
        (b'"shape":[6]', b'"shape":[true,6]', "its shape is not a list"),
        (b'"shape":[6]', b'"shape":[NaN]', "holds NaN"),
        (b'"shape":[6]', b'"shape":[6],"more":1', "expected data_offsets, dtype, shape and"),
        (b"[0,24]", b"[0,28]", "28 bytes, its shape and dtype make 24"),
        (b"[24,30]", b"[25,31]", "begins at byte 25, not at 24"),
        (b"[24,30]", b"[20,26]", "begins at byte 20, not at 24"),
        (b"[24,30]", b"[30,24]", "not a start and an end"),
    ],
)  # fmt: skip
def test_a_header_that_contradicts_itself_is_refused(
    tmp_path: Path, whole: bytes, old: bytes, new: bytes, says: str
) -> None:
    text = header_of(whole)
    assert old in text
    assert says in refusal(tmp_path / "odd", headed(whole, text.replace(old, new, 1)))


def test_only_what_is_wanted_is_read(tmp_path: Path, whole: bytes) -> None:
    path = tmp_path / "c"
    path.write_bytes(whole)
    capture = read_capture(path, lambda spec: spec.name == "decoded" and spec.dtype == "uint8")
    assert capture.tensors.keys() == {"decoded"}
    assert capture.unread == {"out": TensorSpec("out", (6,), "float32")}


def sparse(path: Path, one: Capture, name: str, shape: list[int]) -> None:
    """The capture with a tensor more, whose bytes the file has and the disk has not."""
    write_capture(path, one)
    content = path.read_bytes()
    header = json.loads(header_of(content))
    data = content[8 + int.from_bytes(content[:8], "little") :]
    size = 4 * int(np.prod(shape))
    offsets = [len(data), len(data) + size]
    header[name] = {"dtype": "F32", "shape": shape, "data_offsets": offsets}
    path.write_bytes(headed(struct.pack("<Q", 0) + data, json.dumps(header).encode()))
    os.truncate(path, path.stat().st_size + size)


CHECK_IN_2_GIB = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))
from onpar.pipeline.cli.main import main
main(["check", sys.argv[1], "--build", sys.argv[2], "--json"])
"""


def test_4_gb_that_nobody_asked_for_are_refused_before_they_are_read(tmp_path: Path) -> None:
    build = small_build(tmp_path)
    more, less = small_capture(), {k: v for k, v in tensors().items() if k != "out"}
    build.captures.mkdir()
    sparse(build.captures / "extra.safetensors", more, "weights", [1 << 30])
    sparse(build.captures / "shape.safetensors", small_capture(less), "out", [1, 1 << 30])
    command = [sys.executable, "-c", CHECK_IN_2_GIB, str(build.captures), str(build.root)]
    done = subprocess.run(command, capture_output=True, text=True)
    rows = json.loads(done.stdout)["rows"]
    assert [row["status"] for row in rows] == ["EXTRA", "SHAPE"]
    assert rows[0]["sentence"].startswith("weights: the artifact has no such tensor")
    assert rows[1]["sentence"].startswith("out has shape [1, 1073741824], expected [1, 2, 3, 4]")
    path = tmp_path / "whole"
    sparse(path, more, "out2", [(1 << 30) + 1])
    with pytest.raises(CaptureError, match=r"holds 4,294,\d+,\d+ bytes of tensors, at most 4,294"):
        read_capture(path)
