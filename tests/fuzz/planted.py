"""Faults to plant into a reader, to prove that the fuzzer would find one like it."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any


def _lacks_shape() -> None:
    """A header's entry is taken to have a shape before anything has looked."""
    module: Any = import_module("onpar.parity.files.tensor_file")

    def entry(name: str, value: Any) -> Any:
        assert len(value["shape"]) < 1000
        return own(name, value)

    own = module._entry
    module._entry = entry


def _no_utf_8() -> None:
    """Bytes that are not UTF-8 are left to the decoder, which raises another error."""
    import msgspec

    module: Any = import_module("onpar.parity.contract.sidecar")
    module.decode_json = lambda content, kind: msgspec.json.decode(content, type=kind)


def _no_limit() -> None:
    """A header says how much memory is taken before anything is read."""
    module: Any = import_module("onpar.parity.files.tensor_file")

    def entry(name: str, value: Any) -> Any:
        made = own(name, value)
        bytearray(min(1000 ** sum(made.shape), 1 << 33))
        return made

    own = module._entry
    module._entry = entry


PLANTED: dict[str, tuple[str, Callable[[], None]]] = {
    "lacks-shape": ("capture_header", _lacks_shape),
    "no-utf-8": ("sidecar", _no_utf_8),
    "no-limit": ("capture_header", _no_limit),
}
"""By name, the reader that the fault is in, and how it gets there."""
