"""FX graph mode static quantization: int8 for PyTorch's qnnpack engine."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, fx
from torch.ao.quantization import QConfig, QConfigMapping, get_default_qconfig_mapping
from torch.ao.quantization.observer import (
    FixedQParamsObserver,
    HistogramObserver,
    MinMaxObserver,
    ObserverBase,
    default_per_channel_weight_observer,
)
from torch.ao.quantization.quantize_fx import convert_fx, prepare_fx

from onpar.exporters import FORMATS, Source
from onpar.exporters.errors import ExportError, first_line, left_out
from onpar.exporters.quantization import held
from onpar.exporters.quantization.stored_in_fx import stored
from onpar.exporters.tracing.module_names import as_built, below

OBSERVERS = {
    "min-max": MinMaxObserver.with_args(reduce_range=False),
    "histogram": HistogramObserver.with_args(reduce_range=False),
}
"""The ways to get an activation's range from its calibration values, by PyTorch's names."""

OBSERVER = "histogram"


def quantized(source: Source, observer: str = OBSERVER) -> fx.GraphModule:
    """The module with quantized convolutions, calibrated on every sample; `source.float_layers`
    stay as they are.

    Activations are u8, weights s8 per channel; PyTorch's default for qnnpack has one scale per
    weight tensor. `observer` is one of OBSERVERS; bench/quantization.py compares them. Raises
    ExportError if FX cannot trace the module, and if it stored something else than that has.
    """
    assert source.module is not None
    engine = FORMATS["torchscript"].engine
    torch.backends.quantized.engine = engine
    mapping = get_default_qconfig_mapping(engine).set_global(
        QConfig(
            activation=OBSERVERS[observer],
            weight=default_per_channel_weight_observer,
        )
    )
    for name, _ in source.module.named_modules(remove_duplicate=False):
        if below(as_built(name, in_order=False), source.float_layers):
            mapping.set_module_name(name, None)
    samples = (
        tuple(torch.from_numpy(value) for value in sample.values()) for sample in source.samples()
    )
    first = next(samples)
    try:
        prepared = prepare_fx(source.module, mapping, first)
    except Exception as error:  # The user's own code may raise anything under FX's proxies.
        raise ExportError(
            f"torch.fx cannot trace the module, so it cannot be quantized ({first_line(error)}); "
            f"{_instead(error)}leave this variant out: {left_out('torchscript-int8')}"
        ) from error
    _observe_inputs(prepared, mapping, OBSERVERS[observer])
    _observe_factors(prepared, OBSERVERS[observer])
    with torch.no_grad():
        _leave_integers(prepared, first)
        prepared(*first)
        for sample in samples:
            prepared(*sample)
    module: fx.GraphModule = convert_fx(prepared)
    held.check(stored(module, source.module), "torchscript-int8")
    return module


REMEDIES = {
    "control flow": "take control flow on tensors out of `forward`",
    "co_varnames is too small": "torch.fx replaces the parameters of forward() and cannot through "
    "its decorator: return from build() a module around it, whose forward(self, x) calls it",
    "must be integers": "torch.fx's stand-in for a size is not a Python number: write the number "
    "there, as shapes are static",
}
"""What to write instead, by a part of torch.fx's or Python's message."""


def _instead(error: Exception) -> str:
    """The remedy for what failed, or empty."""
    said = str(error)
    found = next((words for part, words in REMEDIES.items() if part in said), "")
    return f"{found}, or " if found else ""


def _observe_inputs(
    prepared: fx.GraphModule, mapping: QConfigMapping, observer: Callable[[], ObserverBase]
) -> None:
    """Give an operator whose results have a fixed range, such as a sigmoid's from 0 to 1, an
    observer for its input. Behind a layer in float, FX gives the input the range of the results."""
    fixed = {
        operator
        for operator, config in mapping.object_type_qconfigs.items()
        if config and isinstance(config.activation(), FixedQParamsObserver)
    }
    modules = dict(prepared.named_modules())
    seen: dict[str, list[fx.Node]] = {}
    for node in prepared.graph.nodes:
        if isinstance(modules.get(str(node.target)), FixedQParamsObserver):
            seen.setdefault(str(node.target), []).append(node.args[0])
    for name, nodes in seen.items():
        made = [type(modules[str(n.target)]) if n.op == "call_module" else n.target for n in nodes]
        if fixed.isdisjoint(made):
            setattr(prepared, name, observer())


def _observe_factors(prepared: fx.GraphModule, observer: Callable[[], ObserverBase]) -> None:
    """Give what is multiplied by a number, or added to one, an observer of its own. FX has one for
    it and the result: a layer whose results are multiplied by 40 would have steps 40 times as
    large as its values need. The kernels compute the result's scale from the input's, and that of a
    concatenation is its first part's: what is a part itself keeps the observer of all parts."""
    modules = dict(prepared.named_modules(remove_duplicate=False))
    for node in prepared.graph.nodes:
        if node.target not in WITH_NUMBERS or len(node.all_input_nodes) != 1:
            continue
        [given] = node.all_input_nodes
        if any(user.target in JOINING for user in given.users):
            continue
        of_input = modules.get(str(given.target))
        if isinstance(of_input, ObserverBase) and not isinstance(of_input, FixedQParamsObserver):
            fresh = observer()
            setattr(prepared, str(given.target), fresh)
            modules[str(given.target)] = fresh


WITH_NUMBERS = (operator.add, operator.mul, torch.add, torch.mul)
"""The operators that FX quantizes with a number as one operand."""

JOINING = (torch.cat, torch.concat, torch.stack)


def _leave_integers(prepared: fx.GraphModule, sample: tuple[Tensor, ...]) -> None:
    """Remove the observers of integers (positions, masks, indices): FX puts them on every addition
    and multiplication, and a quantized index is not an index any more."""
    observed = _Observed(prepared)
    observed.run(*sample)
    for node in observed.of_integers:
        node.replace_all_uses_with(node.args[0])  # type: ignore[arg-type]
        prepared.graph.erase_node(node)
    prepared.recompile()


class _Observed(fx.Interpreter):
    """Runs the module without its observers, and collects those whose input is integers."""

    def __init__(self, module: fx.GraphModule) -> None:
        super().__init__(module)
        self.of_integers: list[fx.Node] = []

    def run_node(self, n: fx.Node) -> Any:
        observes = n.op == "call_module" and isinstance(
            self.fetch_attr(str(n.target)), ObserverBase
        )
        if not observes:
            return super().run_node(n)
        (value, *_), _ = self.fetch_args_kwargs_from_env(n)
        if isinstance(value, Tensor) and not value.is_floating_point():
            self.of_integers.append(n)
        return value
