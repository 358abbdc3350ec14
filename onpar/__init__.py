"""Is the model on the phone on par with the model in Python?

These names are the public interface; everything else in the package may change at any time. Modules
are imported only when a name is used, so that `import onpar` takes no time.

A recipe is made of:
    Recipe          a model, ready to export: how to build it, its cases, its tolerances
    RecipeOptions   its options from the command line: name, height, width
    segmentation    the chain of steps of a model that takes a photo and gives classes by pixel
    classification  that of a model that takes a photo and gives a logit for each label
    ModelSpec       any other model: its inputs, its outputs, and the steps before and after it
    TensorSpec      name, shape and dtype of an input or an output
    photo           the steps that make an input of a photo
    class_map       the step that makes a class map of scores
    mask            the step that makes a mask of scores above a threshold
    ToleranceRule   the error that a precision may have, as a multiple of float32's own, and why
    FLOAT32         the rule of float32, by which every recipe is judged

Steps by their kinds, for other chains (docs/steps.md). Each has `takes`, `makes` and its constants:
    DecodeImage     the pixels of a photo
    ResizeImage     the pixels at the model's size
    Normalize       the pixels as floats
    Quantize        floats as int8 or uint8
    Dequantize      int8 or uint8 as floats
    Softmax         scores as probabilities along an axis
    Sigmoid         logits as probabilities
    TopK            the largest scores and their labels
    ToImage         floats as a picture

Is it on par?
    run_parity      everything, from the recipe to the report: `onpar parity`
    check_artifact  run an exported file on this machine, and judge it
    check_captures  judge what targets computed: `onpar check`
    compare         compare arrays with their references, without a recipe
    RunResult       the result of the first three, a RowResult per target, artifact and case
    RowResult       a row: its status, the step at fault, the answer in a sentence
    CompareResult   the result of compare, with an ArrayResult for each array
    ArrayResult     an array: its status, its error, the allowed error and why
    Tolerance       the allowed error, with the reason
    Status          the statuses that a row or an array can have

    OnparError      an error that the user can fix: the message says everything
"""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from onpar.parity.contract.chains import class_map, classification, mask, photo, segmentation
    from onpar.parity.contract.spec import ModelSpec, RecipeOptions
    from onpar.parity.contract.steps.decode_image import DecodeImage
    from onpar.parity.contract.steps.dequantize import Dequantize
    from onpar.parity.contract.steps.normalize import Normalize
    from onpar.parity.contract.steps.quantize import Quantize
    from onpar.parity.contract.steps.resize_image import ResizeImage
    from onpar.parity.contract.steps.sigmoid import Sigmoid
    from onpar.parity.contract.steps.softmax import Softmax
    from onpar.parity.contract.steps.to_image import ToImage
    from onpar.parity.contract.steps.top_k import TopK
    from onpar.parity.contract.tensor_spec import TensorSpec
    from onpar.parity.contract.tolerance import FLOAT32, Tolerance, ToleranceRule
    from onpar.parity.judge.status import Status
    from onpar.pipeline.errors import OnparError
    from onpar.pipeline.python.array_results import ArrayResult, CompareResult
    from onpar.pipeline.python.check_artifact import check_artifact
    from onpar.pipeline.python.check_captures import check_captures
    from onpar.pipeline.python.compare_arrays import compare
    from onpar.pipeline.python.run_parity import run_parity
    from onpar.pipeline.python.run_results import RowResult, RunResult
    from onpar.pipeline.recipes.recipe import Recipe

if sys.platform == "win32":
    raise ImportError("onpar runs on Linux and macOS; on Windows, use it in WSL (wsl --install)")
if not Path(__file__).with_name("pipeline").is_dir():
    raise ImportError(
        "the links in onpar/ are text files in this clone; clone it with links: "
        "git clone -c core.symlinks=true, in WSL where this is Windows"
    )

__version__ = "0.1.0"

__all__ = [
    "FLOAT32",
    "ArrayResult",
    "CompareResult",
    "DecodeImage",
    "Dequantize",
    "ModelSpec",
    "Normalize",
    "OnparError",
    "Quantize",
    "Recipe",
    "RecipeOptions",
    "ResizeImage",
    "RowResult",
    "RunResult",
    "Sigmoid",
    "Softmax",
    "Status",
    "TensorSpec",
    "ToImage",
    "Tolerance",
    "ToleranceRule",
    "TopK",
    "__version__",
    "check_artifact",
    "check_captures",
    "class_map",
    "classification",
    "compare",
    "mask",
    "photo",
    "run_parity",
    "segmentation",
]

PUBLIC = {
    "ArrayResult": "onpar.pipeline.python.array_results",
    "check_artifact": "onpar.pipeline.python.check_artifact",
    "check_captures": "onpar.pipeline.python.check_captures",
    "class_map": "onpar.parity.contract.chains",
    "classification": "onpar.parity.contract.chains",
    "compare": "onpar.pipeline.python.compare_arrays",
    "CompareResult": "onpar.pipeline.python.array_results",
    "DecodeImage": "onpar.parity.contract.steps.decode_image",
    "Dequantize": "onpar.parity.contract.steps.dequantize",
    "FLOAT32": "onpar.parity.contract.tolerance",
    "mask": "onpar.parity.contract.chains",
    "ModelSpec": "onpar.parity.contract.spec",
    "Normalize": "onpar.parity.contract.steps.normalize",
    "OnparError": "onpar.pipeline.errors",
    "photo": "onpar.parity.contract.chains",
    "Quantize": "onpar.parity.contract.steps.quantize",
    "Recipe": "onpar.pipeline.recipes.recipe",
    "RecipeOptions": "onpar.parity.contract.spec",
    "ResizeImage": "onpar.parity.contract.steps.resize_image",
    "RowResult": "onpar.pipeline.python.run_results",
    "run_parity": "onpar.pipeline.python.run_parity",
    "RunResult": "onpar.pipeline.python.run_results",
    "segmentation": "onpar.parity.contract.chains",
    "Sigmoid": "onpar.parity.contract.steps.sigmoid",
    "Softmax": "onpar.parity.contract.steps.softmax",
    "Status": "onpar.parity.judge.status",
    "TensorSpec": "onpar.parity.contract.tensor_spec",
    "ToImage": "onpar.parity.contract.steps.to_image",
    "Tolerance": "onpar.parity.contract.tolerance",
    "ToleranceRule": "onpar.parity.contract.tolerance",
    "TopK": "onpar.parity.contract.steps.top_k",
}
"""The module of each public name."""

WRITTEN = {"Argmax": "class_map(…)", "Threshold": "mask(…)"}
"""Kinds of steps that a function makes."""


def __getattr__(name: str) -> Any:
    if name in WRITTEN:
        # Python shows the message of an AttributeError only for `onpar.Argmax`.
        raise ImportError(f"onpar has no {name}: write {WRITTEN[name]} (docs/steps.md)")
    if name not in PUBLIC:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(PUBLIC[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *PUBLIC})
