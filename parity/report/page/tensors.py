"""The tensors of a capture and its golden that can be pictured; `notes` gets why others cannot.

A report shows the available tensors. The judge reports a tensor of another shape or dtype; that is
not a reason to write no report.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from onpar.parity.contract.capture import Capture
from onpar.parity.contract.golden import Golden


def class_map(
    whose: str, name: str, capture: Capture | None, notes: list[str]
) -> NDArray[np.uint8] | None:
    """The class map u8 [h, w] of a capture, or of a golden."""
    if capture is None:
        return None
    found = capture.tensors.get(name)
    drawn = found is not None and found.ndim == 2 and found.dtype.kind in "iu" and found.size
    if found is None or not drawn or not 0 <= found.min() <= found.max() <= 255:
        notes.append(f"The {whose}'s class map cannot be shown: {what_of(found)}.")
        return None
    return found.astype(np.uint8, copy=False)


def picture(
    whose: str, name: str, capture: Capture | None, notes: list[str]
) -> NDArray[np.uint8] | None:
    """The picture u8 [h, w, 3] of a capture, or of a golden."""
    if capture is None:
        return None
    found = capture.tensors.get(name)
    if found is None or found.dtype != np.uint8 or found.shape[2:] != (3,) or not found.size:
        notes.append(f"The {whose}'s picture cannot be shown: {name} is {what_of(found)}.")
        return None
    return found


def output_error(
    capture: Capture | None, golden: Golden | None, name: str, notes: list[str]
) -> NDArray[Any] | None:
    """|captured − golden| f32 [1, C, h, w] of the output that the class map is made of."""
    if capture is None or golden is None:
        return None
    got, ref = capture.tensors.get(name), golden.capture.tensors.get(name)
    same = got is not None and ref is not None and got.shape == ref.shape
    if got is None or ref is None or not same or got.ndim != 4 or not got.size:
        notes.append(f"The error cannot be shown: {name} is {what_of(got)}, golden {what_of(ref)}.")
        return None
    with np.errstate(invalid="ignore"):
        return np.abs(got.astype(np.float32, copy=False) - ref)


def what_of(tensor: NDArray[Any] | None) -> str:
    """Dtype and shape of a tensor, or that there is none."""
    return "absent" if tensor is None else f"{tensor.dtype.name} {list(tensor.shape)}"
