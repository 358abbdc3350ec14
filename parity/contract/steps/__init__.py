"""The kinds of steps that a chain is made of: a file and a line for each."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

from onpar.parity.contract.steps.argmax import Argmax
from onpar.parity.contract.steps.decode_image import DecodeImage
from onpar.parity.contract.steps.dequantize import Dequantize
from onpar.parity.contract.steps.given import Given
from onpar.parity.contract.steps.normalize import Normalize
from onpar.parity.contract.steps.quantize import Quantize
from onpar.parity.contract.steps.resize_image import ResizeImage
from onpar.parity.contract.steps.run import Run
from onpar.parity.contract.steps.sigmoid import Sigmoid
from onpar.parity.contract.steps.softmax import Softmax
from onpar.parity.contract.steps.step import Step
from onpar.parity.contract.steps.threshold import Threshold
from onpar.parity.contract.steps.to_image import ToImage
from onpar.parity.contract.steps.top_k import TopK

STEPS: dict[str, type[Step]] = {
    "given": Given,
    "decode-image": DecodeImage,
    "resize-image": ResizeImage,
    "normalize": Normalize,
    "quantize": Quantize,
    "run": Run,
    "dequantize": Dequantize,
    "softmax": Softmax,
    "sigmoid": Sigmoid,
    "argmax": Argmax,
    "threshold": Threshold,
    "top-k": TopK,
    "to-image": ToImage,
}
"""By the kind's name, its class. The list is closed: Java and C++ have the same."""

if TYPE_CHECKING:
    AnyStep = Step
else:
    # msgspec reads one of these classes, by the kind that the JSON names.
    AnyStep = reduce(or_, STEPS.values())
