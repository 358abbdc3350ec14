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
    return import_module("onpar.parity.image.decode").decode(path.read_bytes(), path.name)


def mask(path: Path) -> object:
    """A mask of 21 classes, of an 8×8 photo."""
    return import_module("onpar.parity.image.mask").read_mask(
        path.read_bytes(), path.name, (8, 8), 21
    )


def weights(path: Path) -> object:
    """A checkpoint of a layer with six weights."""
    wanted = ("line.weight", "line.bias")
    return import_module("onpar.pipeline.weights.checkpoint").read_state(str(path), wanted)


def run(path: Path) -> object:
    """A run that was kept, and what every report says of it: JUnit, the answer, what changed."""
    found = import_module("onpar.parity.judge.run").read_run(path)
    import_module("onpar.parity.baseline.compare").compare(found, found)
    return found.answer, import_module("onpar.parity.report.junit").junit_xml(found)


def package(path: Path) -> object:
    """A `.mlpackage` around the file as its model."""
    folder = path.with_suffix(".mlpackage")
    inside = folder / "Data" / "com.apple.CoreML"
    inside.mkdir(parents=True, exist_ok=True)
    (folder / "Manifest.json").write_text(MANIFEST)
    shutil.copy(path, inside / "model.mlmodel")
    return import_module("onpar.pipeline.preflight.read").read(folder)


def manifest(path: Path) -> object:
    """A `.mlpackage` with the file as its manifest."""
    folder = path.with_suffix(".mlpackage")
    folder.mkdir(exist_ok=True)
    shutil.copy(path, folder / "Manifest.json")
    return import_module("onpar.pipeline.preflight.read").read(folder)


MANIFEST = (
    '{"rootModelIdentifier": "A", "itemInfoEntries": {"A": {"path": '
    '"com.apple.CoreML/model.mlmodel", "author": "com.apple.CoreML", "name": "model.mlmodel"}}}'
)

HERE = "readers"
SEEDS = Path(__file__).resolve().parent / "seeds"
CAPTURE = (
    "onpar.parity.contract.capture",
    "onpar.parity.files.tensor_file",
    "onpar.parity.files.json_file",
)
SIDECAR = (
    "onpar.parity.contract.sidecar",
    "onpar.parity.contract.sidecar_check",
    "onpar.parity.contract.model_check",
    "onpar.parity.contract.chain_check",
    "onpar.parity.contract.chain",
    "onpar.parity.contract.tensor_check",
    "onpar.parity.files.json_file",
)
SCRIPT = ("torch_archive", "torch_code", "torch_names", "torch_pickle", "read_torchscript")
WEIGHTS = ("onpar.pipeline.weights.checkpoint", "onpar.pipeline.weights.weights_file")
ONPAR = ("onpar.pipeline.errors:OnparError",)


IMAGE = tuple(f"onpar.parity.image.{name}" for name in ("decode", "colour", "orientation"))

READ = "onpar.pipeline.preflight.read"


def preflight(suffix: str, *modules: str, shaped: Callable[[bytes], bytes] = bytes) -> Reader:
    """One of preflight's readers."""
    named = (READ, *(f"{READ}.{name}" for name in ("contents", *modules)))
    return Reader(named, suffix, ONPAR, f"{READ}:read", shaped)


READERS = {
    "capture": Reader(
        CAPTURE,
        ".safetensors",
        ("onpar.parity.contract.capture:CaptureError",),
        "onpar.parity.contract.capture:read_capture",
    ),
    "capture_header": Reader(
        CAPTURE,
        ".safetensors",
        ("onpar.parity.contract.capture:CaptureError",),
        "onpar.parity.contract.capture:read_capture",
        headed,
    ),
    "golden_header": Reader(
        (*CAPTURE, "onpar.parity.contract.golden"),
        ".safetensors",
        ("onpar.parity.contract.capture:CaptureError",),
        "onpar.parity.contract.golden:read_golden",
        headed,
    ),
    "sidecar": Reader(
        SIDECAR,
        ".json",
        ("onpar.parity.contract.spec:SpecError",),
        "onpar.parity.contract.sidecar:read_sidecar",
    ),
    "run": Reader(
        (
            "onpar.parity.judge.run",
            "onpar.parity.judge.verdict",
            "onpar.parity.files.json_file",
            "onpar.parity.baseline.compare",
        ),
        ".json",
        ("onpar.parity.judge.run:RunError", "onpar.parity.baseline.compare:BaselineError"),
        f"{HERE}:run",
    ),
    "tolerances": Reader(
        ("onpar.parity.contract.measured", "onpar.parity.files.json_file"),
        ".json",
        ("onpar.parity.contract.tolerance:ToleranceError",),
        "onpar.parity.contract.measured:read_tolerances",
    ),
    "records": Reader(
        (
            "onpar.parity.evaluation.records_file",
            "onpar.parity.evaluation.record",
            "onpar.parity.evaluation.expected",
            "onpar.parity.evaluation.tasks.classmap",
            "onpar.parity.evaluation.tasks.labels",
        ),
        ".jsonl",
        ("onpar.parity.evaluation.records_file:RecordError",),
        "evaluated_records:records",
    ),
    "weights": Reader(WEIGHTS, ".pth", ONPAR, f"{HERE}:weights"),
    "weights_safetensors": Reader(
        WEIGHTS, ".safetensors", ONPAR, f"{HERE}:weights", headed
    ),
    "jpeg": Reader(
        IMAGE,
        ".jpg",
        ("onpar.parity.image.decode:ImageError",),
        f"{HERE}:image",
    ),
    "png": Reader(
        IMAGE,
        ".png",
        ("onpar.parity.image.decode:ImageError",),
        f"{HERE}:image",
        checksummed,
    ),
    "mask": Reader(
        ("onpar.parity.image.mask",),
        ".png",
        ("onpar.parity.image.decode:ImageError",),
        f"{HERE}:mask",
        checksummed,
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
        (f"{READ}.read_mlpackage", f"{READ}.mlpackage_weights"),
        ".mlmodel",
        ONPAR,
        f"{HERE}:package",
    ),
    "manifest": Reader(
        (f"{READ}.read_mlpackage",), ".json", ONPAR, f"{HERE}:manifest"
    ),
}  # fmt: skip


def _named(name: str) -> Callable[..., object]:
    module, _, attribute = name.partition(":")
    found: Callable[..., object] = getattr(import_module(module), attribute)
    return found
