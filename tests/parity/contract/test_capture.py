"""The capture format `onpar-capture/2`, byte for byte, and there and back again."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from safetensors import safe_open
from samples import info

from onpar.parity.contract.capture import (
    DTYPES,
    Capture,
    CaptureInfo,
    Tensor,
    digest,
    read_capture,
    read_info,
    write_capture,
)

HEADER = (
    b'{"__metadata__":{"arch":"x86_64","artifact":"sample.onnx","artifact_sha256":"aa",'
    b'"captured_at":"2026-01-02T03:04:05+00:00","case":"dog","compute_unit":"CPU",'
    b'"device":"the processor","engine":"",'
    b'"format":"onpar-capture/2","infer_ms":"[3.25, 3.0]","load_ms":"12.5","note":"gr\xc3\xbcn",'
    b'"os":"Linux 6.1","output_sha256":"[\\"cc\\", \\"cc\\"]","peak_rss_mb":"100.25",'
    b'"recipe":"sample","recipe_sha256":"dd","runtime":"onnxruntime","runtime_version":"1.0",'
    b'"sources":"{\\"mask\\":\\"99\\",\\"photo\\":\\"ee\\"}","target":"onnxruntime","threads":"2","warmup":"1",'
    b'"weights_sha256":"ff"},'
    b'"classmap":{"data_offsets":[16,18],"dtype":"U8","shape":[1,2]},'
    b'"decoded":{"data_offsets":[18,21],"dtype":"U8","shape":[1,1,3]},'
    b'"image":{"data_offsets":[0,8],"dtype":"F32","shape":[2]},'
    b'"out":{"data_offsets":[8,16],"dtype":"F32","shape":[1,2]}}'
)
DATA = (
    b"\x00\x00\x80\x3f\x00\x00\x00\xc0"  # image: 1, -2
    b"\x00\x00\x00\x3f\x00\x00\x80\x7f"  # out: 0.5, infinity
    b"\x07\x08"  # classmap
    b"\x01\x02\x03"  # decoded
)


def tiny() -> Capture:
    tensors: dict[str, Tensor] = {
        "decoded": np.array([[[1, 2, 3]]], np.uint8),
        "classmap": np.array([[7, 8]], np.uint8),
        "out": np.array([[0.5, np.inf]], np.float32),
        "image": np.array([1, -2], np.float32),
    }
    digests: dict[str, Any] = {
        "artifact_sha256": "aa",
        "output_sha256": ("cc", "cc"),
        "recipe_sha256": "dd",
        "sources": {"photo": "ee", "mask": "99"},
        "weights_sha256": "ff",
    }
    return Capture(info(**digests, device="the processor", extra={"note": "grün"}), tensors)


def written(path: Path, capture: Capture) -> bytes:
    write_capture(path, capture)
    return path.read_bytes()


def test_a_capture_is_exactly_these_bytes(tmp_path: Path) -> None:
    padding = -len(HEADER) % 8
    length = (len(HEADER) + padding).to_bytes(8, "little")
    assert padding, "the sample must show the padding"
    expected = length + HEADER + b" " * padding + DATA
    assert written(tmp_path / "c.safetensors", tiny()) == expected


def test_equal_content_is_equal_bytes_in_whatever_order_it_was_put_together(
    tmp_path: Path,
) -> None:
    one = Capture(info(extra={"a": "1", "b": "2"}), tiny().tensors)
    turned = dict(reversed(list(one.tensors.items())))
    other = Capture(info(extra={"b": "2", "a": "1"}), turned)
    assert written(tmp_path / "1", one) == written(tmp_path / "2", other)


def test_memory_layout_and_byte_order_do_not_change_the_bytes(tmp_path: Path) -> None:
    plain = np.arange(12, dtype=np.float32).reshape(3, 4)
    expected = written(tmp_path / "plain", Capture(info(), {"out": plain}))
    for same in (np.asfortranarray(plain), plain.astype(">f4"), np.repeat(plain, 2, 1)[:, ::2]):
        assert written(tmp_path / "same", Capture(info(), {"out": same})) == expected
        assert digest({"out": same}) == digest({"out": plain})


def test_the_digest_is_sha256_of_the_bytes_one_tensor_after_another_by_name() -> None:
    outputs = {"b": np.array([3], np.float32), "a": np.array([1, 2], np.float32)}
    expected = hashlib.sha256(b"\0\0\x80\x3f\0\0\0\x40\0\0\x40\x40").hexdigest()
    assert digest(outputs) == expected


def test_the_safetensors_library_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "c.safetensors"
    write_capture(path, tiny())
    with safe_open(path, framework="np") as file:
        metadata = file.metadata()
        assert metadata["format"] == "onpar-capture/2"
        assert json.loads(metadata["infer_ms"]) == [3.25, 3.0]
        assert file.get_tensor("image").tolist() == [1, -2]


def test_float32_data_lie_on_multiples_of_4_for_readers_that_map_the_file(tmp_path: Path) -> None:
    raw = written(tmp_path / "c", tiny())
    start = 8 + int.from_bytes(raw[:8], "little")
    header = json.loads(raw[8:start])
    assert start % 8 == 0
    assert all(
        entry["data_offsets"][0] % 4 == 0
        for entry in header.values()
        if entry.get("dtype") == "F32"
    )


names = st.sampled_from(("decoded", "resized", "classmap", "image", "out", "ä b", "rerun.1/out"))
shapes = arrays.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=5)
tensors = st.dictionaries(names, st.one_of(*(arrays.arrays(d, shapes) for d in DTYPES)))
texts = st.text(st.characters(exclude_categories=["Cs"]))
numbers = st.floats(0, allow_infinity=False, allow_nan=False)
infos = st.builds(
    info,
    case=texts,
    sources=st.dictionaries(texts, texts),
    engine=texts,
    threads=st.integers(0, 2**40),
    load_ms=numbers,
    infer_ms=st.lists(numbers).map(tuple),
    output_sha256=st.lists(texts).map(tuple),
    extra=st.dictionaries(st.just("golden_key") | st.just("note"), texts),
)


@given(infos, tensors)
def test_what_was_written_is_read(
    tmp_path_factory: pytest.TempPathFactory, metadata: CaptureInfo, content: dict[str, Tensor]
) -> None:
    path = tmp_path_factory.mktemp("round") / "c.safetensors"
    write_capture(path, Capture(metadata, content))
    back = read_capture(path)
    assert back.info == metadata == read_info(path)
    assert back.tensors.keys() == content.keys()
    for name, tensor in content.items():
        got = back.tensors[name]
        assert (got.shape, got.dtype, got.tobytes()) == (
            tensor.shape,
            tensor.dtype,
            tensor.tobytes(),
        )


def test_a_dtype_that_captures_lack_is_not_written(tmp_path: Path) -> None:
    path = tmp_path / "c.safetensors"
    with pytest.raises(ValueError, match=r"^out is float64, .* uint8, int8, float32, int32, int64"):
        write_capture(path, Capture(info(), {"out": np.zeros(1)}))
    assert not list(tmp_path.iterdir())


def test_reruns_are_given_by_the_tensors_own_names_in_the_order_of_their_ranks() -> None:
    names = ("rerun.2/out", "rerun.1/out", "rerun.1/aux", "rerun.10/out", "rerun.1", "out")
    capture = Capture(info(), {name: np.zeros(1) for name in names})
    assert [set(one) for one in capture.reruns()] == [{"out", "aux"}, {"out"}]
