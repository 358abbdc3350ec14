"""What is fuzzed: each reader of files that anyone may have written, and what it may raise.

A reader gives something back or raises an error of its own that says why; anything else that
escapes is a fault, and so is more memory or time than `fuzz.py` allows.
"""

from __future__ import annotations

import shutil
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from io import BytesIO
from pathlib import Path

Check = Callable[[Path], object]
"""Reads the file; raises what the reader may raise, or a fault."""


@dataclass(frozen=True)
class Reader:
    """A reader under test.

    modules   imported with coverage, so that the fuzzer sees which of their branches it reaches
    suffix    of the file
    errors    as `module:name`, what may be raised
    check     `module:function` that takes the path
    shaped    makes the fuzzer's bytes a file that gets further than its checksums
    """

    modules: tuple[str, ...]
    suffix: str
    errors: tuple[str, ...]
    check: str
    shaped: Callable[[bytes], bytes] = bytes

    def run(self, path: Path) -> None:
        """Read the file. Raises only where the contract is broken."""
        try:
            _named(self.check)(path)
        except tuple(map(_named, self.errors)) as error:  # type: ignore[misc]
            said = str(error)
            assert said and "\n" not in said, f"not one line: {said!r}"
            assert len(said) < 2000, f"{len(said):,} characters"
            said.encode()


def headed(content: bytes) -> bytes:
    """A safetensors file whose header is the content, with data enough for a small one."""
    return struct.pack("<Q", len(content)) + content + bytes(64)


def archived(seed: str, record: str) -> Callable[[bytes], bytes]:
    """Makes the seed's archive with another content of one of its records."""

    def shaped(content: bytes) -> bytes:
        made = BytesIO()
        with zipfile.ZipFile(SEEDS / seed) as whole, zipfile.ZipFile(made, "w") as archive:
            for name in whole.namelist():
                own = name.partition("/")[2] == record
                archive.writestr(name, content if own else whole.read(name))
        return made.getvalue()

    return shaped


def checksummed(content: bytes) -> bytes:
    """A PNG whose chunks have the checksums of what is in them."""
    out, at = content[:8], 8
    while at + 12 <= len(content):
        [length] = struct.unpack_from(">I", content, at)
        end = at + 8 + length
        if end + 4 > len(content):
            break
        chunk = content[at + 4 : end]
        out += content[at : at + 4] + chunk + struct.pack(">I", zlib.crc32(chunk))
        at = end + 4
    return out + content[at:]


def image(path: Path) -> object:
    """A photo, as `decode` reads it."""
    return import_module("parity.image").decode(path.read_bytes(), path.name)


def mask(path: Path) -> object:
    """A mask of 21 classes, of an 8×8 photo."""
    return import_module("parity.mask").read_mask(path.read_bytes(), path.name, (8, 8), 21)


def weights(path: Path) -> object:
    """A checkpoint of a layer with six weights."""
    wanted = ("line.weight", "line.bias")
    return import_module("pipeline.checkpoint").read_state(str(path), wanted)


def run(path: Path) -> object:
    """A run that was kept, and what every report says of it: JUnit, the answer, what changed."""
    found = import_module("parity.run").read_run(path)
    import_module("parity.baseline").compare(found, found)
    return found.answer, import_module("parity.report.junit").junit_xml(found)


def records(path: Path) -> object:
    """An evaluation's records."""
    return list(import_module("parity.evaluation_record").read_records(path))


def package(path: Path) -> object:
    """A `.mlpackage` around the file as its model."""
    folder = path.with_suffix(".mlpackage")
    inside = folder / "Data" / "com.apple.CoreML"
    inside.mkdir(parents=True, exist_ok=True)
    (folder / "Manifest.json").write_text(MANIFEST)
    shutil.copy(path, inside / "model.mlmodel")
    return import_module("pipeline.preflight.read").read(folder)


def manifest(path: Path) -> object:
    """A `.mlpackage` with the file as its manifest."""
    folder = path.with_suffix(".mlpackage")
    folder.mkdir(exist_ok=True)
    shutil.copy(path, folder / "Manifest.json")
    return import_module("pipeline.preflight.read").read(folder)


MANIFEST = (
    '{"rootModelIdentifier": "A", "itemInfoEntries": {"A": {"path": '
    '"com.apple.CoreML/model.mlmodel", "author": "com.apple.CoreML", "name": "model.mlmodel"}}}'
)

HERE = "readers"
SEEDS = Path(__file__).resolve().parent / "seeds"
CAPTURE = ("parity.capture", "parity.tensor_file", "parity.json_file")
SIDECAR = ("parity.sidecar", "parity.sidecar_check", "parity.model_check", "parity.json_file")
SCRIPT = ("torch_archive", "torch_code", "torch_names", "torch_pickle", "read_torchscript")
WEIGHTS = ("pipeline.checkpoint", "pipeline.weights_file")
ONPAR = ("pipeline.errors:OnparError",)


def preflight(suffix: str, *modules: str, shaped: Callable[[bytes], bytes] = bytes) -> Reader:
    """One of preflight's readers."""
    names = ("read", "contents", *modules)
    named = tuple(f"pipeline.preflight.{name}" for name in names)
    return Reader(named, suffix, ONPAR, "pipeline.preflight.read:read", shaped)


READERS = {
    "capture": Reader(
        CAPTURE, ".safetensors", ("parity.capture:CaptureError",), "parity.capture:read_capture"
    ),
    "capture_header": Reader(
        CAPTURE,
        ".safetensors",
        ("parity.capture:CaptureError",),
        "parity.capture:read_capture",
        headed,
    ),
    "golden_header": Reader(
        (*CAPTURE, "parity.golden"),
        ".safetensors",
        ("parity.capture:CaptureError",),
        "parity.golden:read_golden",
        headed,
    ),
    "sidecar": Reader(SIDECAR, ".json", ("parity.spec:SpecError",), "parity.sidecar:read_sidecar"),
    "run": Reader(
        ("parity.run", "parity.verdict", "parity.json_file", "parity.baseline"),
        ".json",
        ("parity.run:RunError", "parity.baseline:BaselineError"),
        f"{HERE}:run",
    ),
    "tolerances": Reader(
        ("parity.measured", "parity.json_file"),
        ".json",
        ("parity.tolerance:ToleranceError",),
        "parity.measured:read_tolerances",
    ),
    "records": Reader(
        ("parity.evaluation_record",),
        ".jsonl",
        ("parity.evaluation_record:RecordError",),
        f"{HERE}:records",
    ),
    "weights": Reader(WEIGHTS, ".pth", ONPAR, f"{HERE}:weights"),
    "weights_safetensors": Reader(
        WEIGHTS, ".safetensors", ONPAR, f"{HERE}:weights", headed
    ),
    "jpeg": Reader(
        ("parity.image", "parity.colour", "parity.orientation"),
        ".jpg",
        ("parity.image:ImageError",),
        f"{HERE}:image",
    ),
    "png": Reader(
        ("parity.image", "parity.colour", "parity.orientation"),
        ".png",
        ("parity.image:ImageError",),
        f"{HERE}:image",
        checksummed,
    ),
    "mask": Reader(
        ("parity.mask",), ".png", ("parity.image:ImageError",), f"{HERE}:mask", checksummed
    ),
    "torchscript": preflight(".pt", *SCRIPT),
    "torchscript_code": preflight(
        ".pt", *SCRIPT, shaped=archived("torchscript/plain", "code/__torch__/___torch_mangle_5.py")
    ),
    "torchscript_pickle": preflight(
        ".pt", *SCRIPT, shaped=archived("torchscript/plain", "data.pkl")
    ),
    "ptl": preflight(".ptl", "torch_archive", "torch_pickle", "read_ptl"),
    "ptl_bytecode": preflight(
        ".ptl",
        *("torch_archive", "torch_pickle", "read_ptl"),
        shaped=archived("ptl/frozen", "bytecode.pkl"),
    ),
    "onnx": preflight(".onnx", "onnx_light", "onnx_uses", "onnx_functions", "read_onnx", "flat"),
    "ort": preflight(".ort", "read_ort", "flat"),
    "pte": preflight(".pte", "read_pte", "flat"),
    "mlmodel": Reader(
        ("pipeline.preflight.read_mlpackage", "pipeline.preflight.mlpackage_weights"),
        ".mlmodel",
        ONPAR,
        f"{HERE}:package",
    ),
    "manifest": Reader(
        ("pipeline.preflight.read_mlpackage",), ".json", ONPAR, f"{HERE}:manifest"
    ),
}  # fmt: skip


def _named(name: str) -> Callable[..., object]:
    module, _, attribute = name.partition(":")
    found: Callable[..., object] = getattr(import_module(module), attribute)
    return found
