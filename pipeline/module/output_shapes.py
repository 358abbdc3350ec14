"""Do the module's outputs have the recipe's shapes?"""

from __future__ import annotations

from onpar.parity.contract.chain import after_run
from onpar.parity.contract.spec import ModelSpec
from onpar.parity.contract.steps.argmax import Argmax
from onpar.parity.contract.steps.top_k import TopK
from onpar.pipeline.errors import OnparError
from onpar.pipeline.module.run_module import Tensors


def check_shapes(outputs: Tensors, model: ModelSpec) -> None:
    """Raises OnparError if an output's shape differs from the recipe's."""
    for spec in model.outputs:
        got, expected = outputs[spec.name].shape, tuple(spec.shape)
        if got == expected:
            continue
        what = _names_of(model, spec.name)
        if what and len(got) == len(expected) and got[:1] + got[2:] == expected[:1] + expected[2:]:
            # `classification` and `segmentation` made the spec of the names: the user wrote none.
            raise OnparError(
                f"{expected[1]} {what}, the model gives {got[1]}: output {spec.name} has shape "
                f"{list(got)}; name each class, in the order of the scores"
            )
        raise OnparError(
            f"output {spec.name} has shape {list(got)}, the model spec says {list(expected)}; "
            "shapes are static: fix the spec, or pad dimensions that vary"
        )


def _names_of(model: ModelSpec, output: str) -> str:
    """What the recipe calls the names of the output's classes, along axis 1; empty if it has
    none."""
    scores = {output}
    for step in after_run(model):
        if scores.intersection(step.takes):
            if isinstance(step, TopK | Argmax):
                return "labels" if isinstance(step, TopK) else "classes"
            if step.keeps_order:
                scores.update(step.makes)
    return ""
