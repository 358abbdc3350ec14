"""TorchScript `.pt`: the archive's version, the calls in its code, and the names in its pickles."""

from __future__ import annotations

import re
from pathlib import Path

from onpar.pipeline.preflight.read.contents import Contents, Use, unreadable
from onpar.pipeline.preflight.read.torch_archive import CODE, PICKLE, Archive, archive
from onpar.pipeline.preflight.read.torch_code import CodeError, calls, count_tokens
from onpar.pipeline.preflight.read.torch_pickle import Pickle, PickleError, unpickled

GLOBALS = ("__torch__.", "torch.", "collections.OrderedDict", "builtins.complex")
"""The globals that an archive's pickles may name (torch/csrc/jit/serialization/unpickler.cpp)."""

KNOWN_VALUES = (
    *("torch.device", "torch.jit._pickle.build_tensor_from_id"),
    *("torch.jit._pickle.restore_type_tag", "torch.jit._pickle.build_intlist"),
    *("torch.jit._pickle.build_tensorlist", "torch.jit._pickle.build_doublelist"),
    *("torch.jit._pickle.build_boollist", "torch._utils._rebuild_tensor_v2"),
    *("torch._utils._rebuild_qtensor", "torch._utils._rebuild_sparse_tensor"),
    *("torch.per_tensor_affine", "torch.per_channel_affine", "torch.per_tensor_symmetric"),
    *("torch.per_channel_symmetric", "torch.per_channel_affine_float_qparams"),
)
"""The globals that the unpicklers of PyTorch 1.10, 1.11, 1.12, 1.13 and 2.1 know, from the texts in
their libraries."""

ITEMS = {
    (1, 10): "Byte Char Short Int Long Half Float Double ComplexHalf ComplexFloat ComplexDouble "
    "Bool QInt8 QUInt8 QInt32 BFloat16 QUInt4x2",
    (1, 11): "QUInt2x4",
    (2, 1): "Bits1x8 Bits2x4 Bits4x2 Bits8 Bits16 Float8_e5m2 Float8_e4m3fn",
}
"""The item types of a tensor's storage, by the version that added them: `c10/core/ ScalarType.h` of
the packages of PyTorch 1.10.0, 1.11.0, 1.12.0, 1.13.0 and 2.1.0."""

STORAGES_SINCE = {
    f"torch.{item}Storage": since for since, row in ITEMS.items() for item in row.split()
}
"""By storage name, the version that added its item type."""

TRAINING = re.compile(r"^  training : bool$", re.M)
"""A module's class has this until it is frozen."""

CLASS = re.compile(r"__torch__\.torch\.classes\.\w+(?:\.\w+)*")
"""A class that is registered in C++."""

MAX_TOKENS = 1_000_000
"""Tokens (names, numbers, operators) of all code; parsing as many takes about 8 s. Measured:
DeepLabV3-ResNet101 47,000, a transformer of BERT-large's 24 layers 41,000, scripted and frozen
168,000."""


def read(path: Path) -> Contents:
    """Raises OnparError if it is not TorchScript."""
    with archive(path) as opened:
        return read_script(opened, check_pickle(opened, "data.pkl"))


def read_script(opened: Archive, data: Pickle) -> Contents:
    """The contents of an open archive with this `data.pkl`. Raises OnparError as `read` does."""
    files = [n for n in opened.names if n.startswith("code/") and n.endswith(".py")]
    if not files:
        raise unreadable(opened.path, "not TorchScript: the archive has no code")
    names = set(data.names | check_pickle(opened, "constants.pkl").names)
    uses: dict[Use, None] = {}
    frozen = True
    for name, text in _code(opened, files):
        try:
            uses |= dict.fromkeys(calls(text, name))
        except CodeError as error:
            raise unreadable(opened.path, f"its code cannot be read ({error})") from error
        names.update(CLASS.findall(text))
        frozen = frozen and not TRAINING.search(text)
    return Contents(
        format="torchscript",
        file_version=opened.version,
        uses=tuple(uses),
        names=tuple(sorted(names)),
        frozen=frozen,
        unchecked="the types of intermediate values: of an operator's overloads, one "
        "with the same number and names of arguments must be there",
    )


def _code(opened: Archive, files: list[str]) -> list[tuple[str, str]]:
    """The files' texts; their tokens are counted before the first is parsed."""
    found: list[tuple[str, str]] = []
    size = count = 0
    for name in files:
        content = opened.read(name, CODE)
        size += len(content)
        if size > CODE:
            raise unreadable(opened.path, f"its code has more than {CODE:,} bytes")
        try:
            text = content.decode("utf-8")
        except UnicodeDecodeError as error:
            what = f"its code cannot be read ({name}: {error})"
            raise unreadable(opened.path, what) from error
        count += count_tokens(text, MAX_TOKENS)
        if count > MAX_TOKENS:
            raise unreadable(opened.path, f"its code has more than {MAX_TOKENS:,} tokens")
        found.append((name, text))
    return found


def check_pickle(opened: Archive, name: str) -> Pickle:
    """A pickle's content. Raises OnparError if it names a global that such an archive never
    names."""
    try:
        pickle = unpickled(opened.read(name, PICKLE))
    except PickleError as error:
        raise unreadable(opened.path, f"its {name} is damaged ({error})") from error
    foreign = sorted(one for one in pickle.names if not one.startswith(GLOBALS))
    if foreign:
        what = f"its {name} names {foreign[0][:80]}, which TorchScript never does; nothing was run"
        raise unreadable(opened.path, what)
    return pickle
