"""The capture file `onpar-capture/2`, specified: what one target computed for one case.

A capture is one safetensors file, written canonically, so that equal content is equal bytes:

    8 bytes    header length N, little-endian u64
    N bytes    header: JSON in UTF-8, keys sorted, no spaces; spaces at its end make N % 8 == 0
    the rest   tensor data, C order, little-endian, no gaps; larger items first, then by name

Tensors, by the names that the chain of steps in the artifact's sidecar gives them:

    <tensor>          u8, i8, f32,       what a step made that the file does not perform; what the
                      i32, i64           runtime was handed, taken at its call, and what its last
                                         run returned, in the dtypes of the file
    rerun.N/<tensor>  as <tensor>        only where runs differed: what the run returned that is
                                         furthest from the last one (largest absolute difference,
                                         N = 1), the next furthest that differs from both (N = 2),
                                         and so on: every different output is shown once
    probe.N/<tensor>  as <tensor>        what the app's own step makes of its N-th made-up input
                                         (`probes` in `onpar.parity.contract.steps`)

Reserved are `inner/<node>` and `reference/<name>/<tensor>` (docs/steps.md).

Metadata, all values strings, numbers in decimal, lists as JSON:

    format          onpar-capture/2; a reader refuses a major version that it does not know
    recipe, recipe_sha256, weights_sha256      copied from the artifact's sidecar
    case                                       the case's name
    sources                                    {source: SHA-256 of the file, or of the array, that
                                               the target was given}
    artifact, artifact_sha256                  the model's file name, and the digest of the very
                                               bytes that the target loaded, computed by it
    target                                     the place, as `onpar targets` names it
    runtime, runtime_version, engine, device, os, arch, threads
    compute_unit                               what computed: CPU, GPU, NPU, several with `+` where
                                               the runtime chooses among them, or a delegate's name.
                                               It is missing in captures of older apps: not judged
    warmup                                     unmeasured runs between loading and the first case
    load_ms, infer_ms                          a number; a list with every measured run
    output_sha256                              a list: for every measured run, the SHA-256 of its
                                               outputs' bytes, one after another by tensor
    peak_rss_mb, captured_at                   a number; ISO 8601 in UTC

    undocumented                               only where the result hangs on what the documents of
                                               the runtime's operators leave open: what that is

Other metadata keys are kept and ignored. Captures come from phones and from other people, so a
reader checks the whole header before it reads a byte of data (`onpar.parity.files.tensor_file`): a
key that is there twice, gaps and overlaps are refused, and a tensor that nobody asked for, or of
another size than expected, is never read. A golden is a capture whose runtime is `pytorch-eager`
and whose target is `reference`; its own keys are specified in `parity/contract/golden/__init__.py`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from io import BufferedReader
from itertools import count
from pathlib import Path
from typing import Annotated, Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from onpar.parity.contract.spec import canonical_json
from onpar.parity.contract.tensor_spec import TensorSpec
from onpar.parity.files.atomic import write_whole
from onpar.parity.files.format_version import other_version
from onpar.parity.files.regular_file import opened
from onpar.parity.files.tensor_file import (
    Entry,
    Header,
    TensorFileError,
    UnknownDtypeError,
    read_header,
    read_tensor,
)

CAPTURE_FORMAT = "onpar-capture/2"

UNDOCUMENTED = "undocumented"

DTYPES = {"uint8": "U8", "int8": "I8", "float32": "F32", "int32": "I32", "int64": "I64"}
"""The dtypes that a capture may hold, by numpy's name, with safetensors' name."""

MOST_BYTES = 4 << 30
"""Bytes of tensors that are read of one capture at most."""

Tensor = NDArray[Any]


class CaptureError(ValueError):
    """A file that is not a readable capture; the message says what was found and what to do."""


@dataclass(frozen=True)
class CaptureInfo:
    """Who computed a capture, of what, and how long it took: the metadata of the file."""

    recipe: str
    recipe_sha256: str
    weights_sha256: str
    case: str
    sources: Mapping[str, str]
    artifact: str
    artifact_sha256: str
    target: str
    runtime: str
    runtime_version: str
    engine: str
    device: str
    os: str
    arch: str
    threads: int
    warmup: int
    load_ms: float
    infer_ms: tuple[float, ...]
    output_sha256: tuple[str, ...]
    peak_rss_mb: float
    captured_at: str
    compute_unit: str = ""
    extra: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Capture:
    """Staged tensors by name, and who computed them.

    `unread` has the shape and dtype of those that the file holds besides, and that were not read.
    """

    info: CaptureInfo
    tensors: Mapping[str, Tensor]
    unread: Mapping[str, TensorSpec] = field(default_factory=dict)

    def reruns(self) -> Iterator[dict[str, Tensor]]:
        """The outputs of the runs that differed from the last one, furthest first, by tensor."""
        for stage in rerun_stages():
            prefix = stage + "/"
            held = [name for name in self.tensors if name.startswith(prefix)]
            if not held:
                return
            yield {name.removeprefix(prefix): self.tensors[name] for name in held}


def rerun_stages() -> Iterator[str]:
    """`rerun.1`, `rerun.2` and so on."""
    return (f"rerun.{rank}" for rank in count(1))


def digest(tensors: Mapping[str, Tensor]) -> str:
    """SHA-256 over the tensors' bytes (C order, little-endian), one after another by name."""
    sha = hashlib.sha256()
    for name in sorted(tensors):
        sha.update(_bytes(tensors[name]))
    return sha.hexdigest()


def _bytes(tensor: Tensor) -> memoryview:
    return np.ascontiguousarray(tensor, tensor.dtype.newbyteorder("<")).data


def write_capture(path: Path, capture: Capture) -> None:
    """Write the file whole or not at all.

    Raises OSError where it cannot be written, ValueError for a tensor of another dtype than DTYPES.
    """
    write_whole(path, _pieces(capture), follow_links=False)


Wanted = Callable[[TensorSpec], bool]
"""Whether a tensor of this name, shape and dtype is to be read."""


def read_capture(path: Path, wanted: Wanted = lambda _: True) -> Capture:
    """Read and validate a capture, with the tensors that are wanted.

    Raises CaptureError for anything that is not a whole capture of a version known here, and where
    more than MOST_BYTES are wanted of it.
    """
    with _opened(path) as (file, header):
        info = _info(path, dict(header.metadata))
        specs = {name: _spec(entry) for name, entry in header.entries.items()}
        chosen = [entry for name, entry in header.entries.items() if wanted(specs[name])]
        size = sum(entry.end - entry.start for entry in chosen)
        if size > MOST_BYTES:
            raise CaptureError(
                f"{path}: holds {size:,} bytes of tensors, at most {MOST_BYTES:,} are read; "
                "capture the model at a smaller size"
            )
        tensors = {entry.name: read_tensor(file, header, entry) for entry in chosen}
        return Capture(info, tensors, {n: s for n, s in specs.items() if n not in tensors})


def read_info(path: Path) -> CaptureInfo:
    """Read and validate the metadata alone. Raises CaptureError as `read_capture` does."""
    with _opened(path) as (_, header):
        return _info(path, dict(header.metadata))


def _spec(entry: Entry) -> TensorSpec:
    return TensorSpec(entry.name, entry.shape, entry.dtype)


@contextmanager
def _opened(path: Path) -> Iterator[tuple[BufferedReader, Header]]:
    try:
        with opened(path) as (file, size):
            yield file, read_header(file, size)
    except OSError as error:
        raise CaptureError(
            f"{path}: cannot be read ({error.strerror or error}), expected a capture file; make "
            "captures with `onpar parity`, or copy them from the target"
        ) from error
    except UnknownDtypeError as error:
        raise CaptureError(
            f"{path}: a tensor cannot be read ({_short(error)}), expected items of "
            f"{', '.join(DTYPES)}; write the capture again"
        ) from error
    except TensorFileError as error:
        raise CaptureError(
            f"{path}: not a whole safetensors file ({size:,} bytes; {_short(error)}); copy it from "
            "the target again"
        ) from error


def _short(found: object) -> str:
    """One line, also for a broken file."""
    return " ".join(str(found).split())[:160]


def _info(path: Path, metadata: dict[str, str]) -> CaptureInfo:
    version = metadata.pop("format", "")
    if version != CAPTURE_FORMAT:
        known = f"this onpar reads {CAPTURE_FORMAT!r}"
        if version.startswith("onpar-capture/"):
            again = "capture again"
            raise CaptureError(f"{path}: {other_version(version, CAPTURE_FORMAT, again)}")
        raise CaptureError(
            f"{path}: no capture: its metadata says format {_short(version)!r}, {known}; give "
            "`onpar check` the files that a target has captured"
        )
    values: dict[str, Any] = {}
    for entry in fields(CaptureInfo):
        if entry.name == "extra":
            continue
        text = metadata.pop(entry.name, None)
        if text is None and entry.name == "compute_unit":
            continue
        if text is None:
            raise CaptureError(f"{path}: its metadata has no {entry.name!r}; capture again")
        try:
            values[entry.name] = PARSERS[str(entry.type)](text)
        except msgspec.MsgspecError as error:
            raise CaptureError(
                f"{path}: metadata {entry.name!r} is {_short(text)!r}, expected {entry.type} "
                f"({error}); capture again"
            ) from error
    return CaptureInfo(**values, extra=metadata)


Count = Annotated[int, msgspec.Meta(ge=0)]
Number = Annotated[float, msgspec.Meta(ge=0)]

PARSERS: dict[str, Callable[[str], Any]] = {
    "str": str,
    "int": msgspec.json.Decoder(Count).decode,
    "float": msgspec.json.Decoder(Number).decode,
    "tuple[float, ...]": msgspec.json.Decoder(tuple[Number, ...]).decode,
    "tuple[str, ...]": msgspec.json.Decoder(tuple[str, ...]).decode,
    "Mapping[str, str]": msgspec.json.Decoder(dict[str, str]).decode,
}
"""From the type of a metadata field to its parser. JSON has no NaN and no infinity."""


def _text(value: object) -> str:
    if isinstance(value, Mapping):
        return canonical_json(value)
    return json.dumps(value) if isinstance(value, tuple) else str(value)


def _pieces(capture: Capture) -> Iterator[bytes | memoryview]:
    for name, tensor in capture.tensors.items():
        if tensor.dtype.name not in DTYPES:
            known = ", ".join(DTYPES)
            raise ValueError(f"{name} is {tensor.dtype.name}, a capture holds {known}")
    metadata = {**capture.info.extra, "format": CAPTURE_FORMAT}
    for entry in fields(CaptureInfo):
        value = getattr(capture.info, entry.name)
        if entry.name != "extra":
            metadata[entry.name] = _text(value)
    header: dict[str, Any] = {"__metadata__": metadata}
    layout = sorted(capture.tensors.items(), key=lambda item: (-item[1].itemsize, item[0]))
    offset = 0
    for name, tensor in layout:
        header[name] = {
            "dtype": DTYPES[tensor.dtype.name],
            "shape": list(tensor.shape),
            "data_offsets": [offset, offset + tensor.nbytes],
        }
        offset += tensor.nbytes
    text = canonical_json(header).encode()
    text += b" " * (-len(text) % 8)
    yield len(text).to_bytes(8, "little")
    yield text
    for _, tensor in layout:
        yield _bytes(tensor)
