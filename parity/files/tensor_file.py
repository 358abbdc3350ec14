"""The safetensors container, read without trusting it: header first, then the tensors asked for.

Everything that the header says is checked before a byte of data is read: its length, its JSON
(UTF-8, no key twice), each tensor's dtype and shape, and that the tensors cover the data without a
gap or an overlap. The format: https://github.com/huggingface/safetensors#format
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from io import BufferedReader
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from onpar.parity.files.json_file import JsonError, no_key_twice
from onpar.parity.limits.limits import MAX_RANK

HEADER_LIMIT = 16 << 20
"""Bytes of a header at most; a capture's has about 2,000."""

DTYPES = {
    "BOOL": "bool",
    "U8": "uint8",
    "I8": "int8",
    "U16": "uint16",
    "I16": "int16",
    "U32": "uint32",
    "I32": "int32",
    "U64": "uint64",
    "I64": "int64",
    "F16": "float16",
    "F32": "float32",
    "F64": "float64",
}
"""safetensors' names of the dtypes that numpy has."""

UNSUPPORTED_DTYPES = {"BF16": "bfloat16", "F8_E4M3": "float8_e4m3fn", "F8_E5M2": "float8_e5m2"}
"""Its names of some that numpy has not."""

FIELDS = {"dtype", "shape", "data_offsets"}


class TensorFileError(ValueError):
    """Not a whole safetensors file; the message says what was found, and where."""


class UnknownDtypeError(TensorFileError):
    """A tensor of a dtype that numpy has not."""


@dataclass(frozen=True)
class Entry:
    """What the header says of one tensor: numpy's dtype name, shape, and where its bytes are, from
    the first byte of data."""

    name: str
    dtype: str
    shape: tuple[int, ...]
    start: int
    end: int


@dataclass(frozen=True)
class Header:
    """A file's header: its metadata, its tensors by name, and where the data begin, in bytes."""

    metadata: Mapping[str, str]
    entries: Mapping[str, Entry]
    data: int


def read_header(file: BufferedReader, size: int) -> Header:
    """Read and check the header of a file of `size` bytes. Raises TensorFileError."""
    start = file.read(8)
    length = int.from_bytes(start, "little")
    if len(start) < 8:
        raise TensorFileError("it is too short for a header")
    if length > HEADER_LIMIT:
        raise TensorFileError(f"header too large: {length:,} bytes, at most {HEADER_LIMIT:,}")
    text = file.read(length)
    if len(text) < length:
        raise TensorFileError(f"its header has {length:,} bytes, the file ends in it")
    content = _parsed(text)
    metadata = content.pop("__metadata__", {})
    if not isinstance(metadata, dict) or not all(isinstance(v, str) for v in metadata.values()):
        raise TensorFileError("its __metadata__ is not a map from text to text")
    entries = {name: _entry(name, value) for name, value in content.items()}
    _check_layout(entries, size - 8 - length)
    return Header(metadata, entries, 8 + length)


def read_tensor(file: BufferedReader, header: Header, entry: Entry) -> NDArray[Any]:
    """One tensor, in memory of its own. Raises TensorFileError where the file ends before it."""
    try:
        tensor = np.empty(entry.shape, np.dtype(entry.dtype).newbyteorder("<"))
    except ValueError as error:  # Of no values, and sides that no array may have.
        raise TensorFileError(f"{entry.name} has shape {list(entry.shape)}: {error}") from error
    file.seek(header.data + entry.start)
    if file.readinto(tensor.reshape(-1).view(np.uint8).data) != tensor.nbytes:
        raise TensorFileError(f"{entry.name}: the file ends in it")
    return tensor.astype(entry.dtype, copy=False)


def _parsed(text: bytes) -> dict[str, Any]:
    try:
        content = json.loads(
            text.decode("utf-8"), object_pairs_hook=no_key_twice, parse_constant=_no_number
        )
        # Half of a surrogate pair, which JSON can name and no text holds: it could not be printed.
        json.dumps(content, ensure_ascii=False).encode()
    except UnicodeDecodeError as error:
        raise TensorFileError(f"its header is not UTF-8 at byte {error.start:,}") from error
    except TensorFileError:
        raise
    except JsonError as error:
        raise TensorFileError(f"its header {error}") from error
    except (ValueError, RecursionError) as error:
        raise TensorFileError(f"its header is not JSON: {error}") from error
    if not isinstance(content, dict):
        raise TensorFileError("its header is not a JSON object")
    return content


def _no_number(text: str) -> NoReturn:
    raise TensorFileError(f"its header holds {text}, which JSON has not")


def _entry(name: str, value: Any) -> Entry:
    if not isinstance(value, dict) or value.keys() != FIELDS:
        raise TensorFileError(f"{name!r}: expected {', '.join(sorted(FIELDS))} and nothing else")
    shape, offsets, dtype = value["shape"], value["data_offsets"], value["dtype"]
    if not _counts(shape) or len(shape) > MAX_RANK:
        raise TensorFileError(f"{name!r}: its shape is not a list of up to {MAX_RANK} sizes")
    if not _counts(offsets) or len(offsets) != 2 or offsets[0] > offsets[1]:
        raise TensorFileError(f"{name!r}: its data_offsets are not a start and an end")
    if not isinstance(dtype, str) or dtype not in DTYPES:
        known = UNSUPPORTED_DTYPES.get(dtype, dtype) if isinstance(dtype, str) else dtype
        raise UnknownDtypeError(f"{name!r} is {known}")
    size = math.prod(shape) * np.dtype(DTYPES[dtype]).itemsize
    if size != offsets[1] - offsets[0]:
        raise TensorFileError(
            f"{name!r}: {offsets[1] - offsets[0]:,} bytes, its shape and dtype make {size:,}"
        )
    return Entry(name, DTYPES[dtype], tuple(shape), *offsets)


def _counts(value: Any) -> bool:
    """Whether it is a list of whole numbers that a file's size could be."""
    return isinstance(value, list) and all(type(n) is int and 0 <= n < 2**63 for n in value)


def _check_layout(entries: Mapping[str, Entry], size: int) -> None:
    """The tensors, in the order of their bytes, lie end to end and fill the data."""
    at = 0
    for entry in sorted(entries.values(), key=lambda one: (one.start, one.end)):
        if entry.start != at:
            raise TensorFileError(f"{entry.name!r} begins at byte {entry.start:,}, not at {at:,}")
        at = entry.end
    if at != size:
        raise TensorFileError(f"its tensors take {at:,} bytes, the file has {size:,} for them")
