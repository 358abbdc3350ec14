"""The capture files of the apps' writers are Python's, byte for byte."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from hosts import Host

from onpar.parity.contract.capture import (
    Capture,
    CaptureInfo,
    Tensor,
    digest,
    read_capture,
    write_capture,
)
from onpar.parity.contract.spec import canonical_json

TEXTS = ["", "grün", 'a "quoted" \\ one', "\b\f\n\r\t\x01\x1f\x7f", "🐈 猫 \u2028", "</script>"]


def info(**changed: object) -> CaptureInfo:
    names = CaptureInfo.__dataclass_fields__
    values: dict[str, object] = {name: f"the {name}" for name in names}
    values |= {"threads": 2, "warmup": 1, "load_ms": 12.5, "peak_rss_mb": 100.25}
    values |= {"sources": {"photo": "ab", "other": "cd"}}
    values |= {"infer_ms": (3.25, 3.0, 12345678.125), "output_sha256": ("aa", "bb"), "extra": {}}
    return CaptureInfo(**{**values, **changed})  # type: ignore[arg-type]


def as_text(value: object) -> str:
    if isinstance(value, dict):
        return json.dumps(value, sort_keys=True, separators=(",", ":"))
    return json.dumps(value) if isinstance(value, tuple) else str(value)


def both(host: Host, tensors: dict[str, Tensor], extra: dict[str, str], out: Path) -> None:
    """Write the same content by Python and by the host."""
    written = info(extra={**extra, "digest": digest(tensors)})
    write_capture(out, Capture(written, tensors))
    metadata = dict(extra)
    for name, value in vars(written).items():
        if name != "extra":
            metadata[name] = as_text(value)
    handed = {name: host.handed(str(i), one) for i, (name, one) in enumerate(tensors.items())}
    host.batch([{"do": "capture", "metadata": metadata, "tensors": handed}])
    assert (host.folder / "0.out").read_bytes() == out.read_bytes()
    read_capture(host.folder / "0.out")


def test_equal_content_is_equal_bytes(host: Host, tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    tensors: dict[str, Tensor] = {
        "decoded": random.integers(0, 256, (5, 7, 3), dtype=np.uint8),
        "resized": random.integers(0, 256, (3, 4, 3), dtype=np.uint8),
        "image": random.standard_normal((1, 3, 3, 4)).astype(np.float32),
        "Ünïcode": np.array([2**31 - 1, -1], np.int32),
        "input/\U0001f408": np.array([2**63 - 1], np.int64),
        "input/\uffee": np.array([-(2**63)], np.int64),
        "out": np.array([[np.nan, np.inf, -0.0, 1e-45]], np.float32),
        "classmap": np.array([[7]], np.uint8),
    }
    extra = {f"extra {index}": text for index, text in enumerate(TEXTS)}
    extra |= {"\U0001f408": "behind", "\uffee": "before"}
    both(host, tensors, extra, tmp_path / "python.safetensors")


def test_a_header_of_every_length_is_padded(host: Host, tmp_path: Path) -> None:
    for length in range(8):
        tensors: dict[str, Tensor] = {"decoded": np.zeros((1, 1, 3), np.uint8)}
        both(host, tensors, {"note": "x" * length}, tmp_path / "python.safetensors")


def test_texts_are_escaped_as_in_canonical_json(host: Host, tmp_path: Path) -> None:
    """The claim of the tests above about every character, in one text."""
    text = "".join(map(chr, [*range(0x300), 0x2028, 0xE000, 0xFFFF, 0x10000, 0x10FFFF]))
    assert json.loads(canonical_json(text)) == text
    both(host, {"decoded": np.zeros((1, 1, 3), np.uint8)}, {text: text}, tmp_path / "python")
