"""The search for one quantizer, in a separate process."""

from __future__ import annotations

import copy
import traceback
from collections.abc import Sequence
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import msgspec
import torch

from onpar.exporters import VARIANTS, Source
from onpar.exporters.errors import ExportError
from onpar.exporters.program import Inputs
from onpar.exporters.quantization.exact.arithmetic import F64, Rounding
from onpar.exporters.quantization.layers import QUANTIZERS
from onpar.exporters.quantization.layers.switch import Run
from onpar.parity.contract.spec import Case
from onpar.parity.evaluation.layer_search import LayerSearch
from onpar.pipeline.errors import OnparError
from onpar.pipeline.export.calibration import samples
from onpar.pipeline.golden.gates import Prepared
from onpar.pipeline.golden.golden_job import prepare
from onpar.pipeline.jobs.child import progress
from onpar.pipeline.quantize.greedy import Given, search, total_of
from onpar.pipeline.recipes.recipe import Recipe
from onpar.pipeline.recipes.user_code import as_converter_message
from onpar.pipeline.weights.choice import Choice
from onpar.pipeline.weights.load_module import load_module


def search_layers(
    choice: dict[str, Any],
    quantizer: str,
    formats: list[str],
    weights: str,
    file: str,
    photos: list[str],
    max_drop: float,
) -> dict[str, Any]:
    """The `LayerSearch` of a quantizer, as JSON. `weights` is the artifact of the weights, `file`
    the one that the quantizer takes, empty for the module; `photos` are the examples, none for the
    recipe's cases.

    Raises OnparError if the quantizer does not support the model, or a photo cannot be used.
    """
    torch.set_num_threads(1)  # Another quantizer's search runs on another core.
    chosen = msgspec.convert(choice, Choice)
    recipe, module = load_module(chosen.options, Path(weights))
    parameters = sum(one.numel() for one in module.state_dict().values())
    examples = _examples(recipe, copy.deepcopy(module).double(), photos)
    read = tuple(samples(recipe, chosen.calibration))
    source = Source(
        None if file else module,
        Path(file) if file else None,
        recipe.model,
        "int8",
        "tensor",
        lambda: iter(read),
    )
    programs = import_module(QUANTIZERS[quantizer].module)

    def exact(float_layers: tuple[str, ...]) -> Run:
        made: Run = programs.exact(replace(source, float_layers=float_layers))
        return made

    given = Given(quantizer, tuple(formats), recipe.model, examples, max_drop, parameters)
    try:
        found = search(given, programs.switched(source), exact, progress)
        found = with_weights_alone(found, given, replace(source, module=module, file=None))
    except ExportError as error:
        raise OnparError(str(error)) from error
    except Exception as error:  # The quantizer does not support every operator of the user's.
        if isinstance(error, OSError) and error.errno:
            raise
        traceback.print_exception(error)
        said = as_converter_message(error, Path(chosen.options.recipe))
        others = [
            name for one in QUANTIZERS if one != quantizer for name in QUANTIZERS[one].formats
        ]
        raise OnparError(
            f"the quantizer of {', '.join(formats)} fails on the model ({said}); search for the "
            f"others alone: {' '.join(f'--format {name}' for name in others)}"
        ) from error
    made: dict[str, Any] = msgspec.to_builtins(found)
    return made


def with_weights_alone(found: LayerSearch, given: Given, source: Source) -> LayerSearch:
    """The same with what it costs to have the weights alone in int8, where a format has that."""
    alone = tuple(f"{name}-int8wo" for name in given.formats if f"{name}-int8wo-tensor" in VARIANTS)
    if not alone:
        return found
    # Imported here: not every format needs torchao.
    from onpar.exporters.quantization.weights_alone import rounded

    try:
        made = rounded(replace(source, precision="int8wo"), given.formats[0])
    except Exception:  # torch.export does not support every module of the user's.
        traceback.print_exc()
        return found
    program, names = made.program(source), [spec.name for spec in given.model.outputs]

    def run(inputs: Inputs) -> tuple[F64, ...]:
        outputs = program.exact(inputs, Rounding())
        return tuple(outputs[name] for name in names)

    total = total_of(given, run, sum(one.size for one in made.weights.values()))
    return replace(found, weights_alone=total, alone=alone)


def _examples(recipe: Recipe, double: torch.nn.Module, photos: Sequence[str]) -> list[Prepared]:
    """The cases, or the photos with the first case's other inputs, run by the reference."""
    if not photos:
        return [
            prepare(recipe, double, case, {}, recipe.sources_of(case.name))
            for case in recipe.cases()
        ]
    first = recipe.case_names[0]
    return [
        prepare(recipe, double, Case(path, ()), {}, recipe.sources_of(first, Path(path)))
        for path in photos
    ]
