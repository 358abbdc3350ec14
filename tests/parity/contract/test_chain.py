"""A model's chain: where the network stands in it, its names, and what the file performs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from samples import MODEL, artifact, info

from onpar.parity.contract.capture import Capture
from onpar.parity.contract.chain import chain_of, sources_of, tensor_specs
from onpar.parity.contract.chain_check import chain_faults
from onpar.parity.contract.chains import class_map, photo
from onpar.parity.contract.spec import ModelSpec
from onpar.parity.contract.steps import AnyStep
from onpar.parity.contract.tensor_spec import TensorSpec
from onpar.parity.judge.file import model_inputs

COLOURS = ((0, 0, 0), (9, 9, 9))

IMAGE, OUT = TensorSpec("image", (1, 3, 4, 6)), TensorSpec("out", (1, 2, 4, 6))


def model(
    *steps: AnyStep, inputs: tuple[TensorSpec, ...] = (IMAGE,), output: TensorSpec = OUT
) -> ModelSpec:
    return ModelSpec("m", inputs, (output,), steps)


def kinds(one: ModelSpec) -> list[str]:
    return [step.kind for step in one.steps]


def faults(one: ModelSpec) -> list[str]:
    """The first, if there is one: after it the rest may not hold."""
    first = next(chain_faults(one.steps, one.inputs, one.outputs), None)
    return [first] if first else []


def test_the_network_stands_between_what_makes_its_inputs_and_what_takes_its_outputs() -> None:
    drawn = model(*photo("image", 4, 6), class_map("out", ("a", "b"), COLOURS))
    assert kinds(drawn) == ["decode-image", "resize-image", "normalize", "run", "argmax"]
    both = model(*photo("image", 4, 6), inputs=(IMAGE, TensorSpec("ids", (1, 8), "int64")))
    assert kinds(both) == ["given", "decode-image", "resize-image", "normalize", "run"]
    assert list(sources_of(both.steps)) == ["ids", "photo"]
    assert kinds(model()) == ["given", "run"]
    for one in (drawn, both, model()):
        assert faults(one) == [] and replace(one) == one


@pytest.mark.parametrize("drawn", [True, False])
def test_a_source_may_have_the_name_of_an_output_or_of_an_input(drawn: bool) -> None:
    named = replace(OUT, name="photo")
    steps: tuple[AnyStep, ...] = photo("image", 4, 6)
    if drawn:
        steps = (*steps, class_map("photo", ("a", "b"), COLOURS))
    one = model(*steps, output=named)
    assert kinds(one)[:4] == ["decode-image", "resize-image", "normalize", "run"]
    assert faults(one) == []
    assert faults(model(*photo("photo", 4, 6), inputs=(replace(IMAGE, name="photo"),))) == []


def test_the_inputs_of_a_photo_of_that_name_are_known_without_the_decoded_one() -> None:
    """The reference runs on them where the app's `decoded` is missing."""
    one = model(*photo("photo", 4, 6), inputs=(replace(IMAGE, name="photo"),))
    values = np.ones(IMAGE.shape, np.float32)
    assert model_inputs(Capture(info(), {"photo": values}), one)["photo"] is values


def test_a_step_that_takes_what_there_is_not_is_told_what_there_is() -> None:
    drawn = model(*photo("image", 4, 6), class_map("outt", ("a", "b"), COLOURS))
    assert faults(drawn) == [
        "steps[4] (argmax): takes 'outt', which no earlier step makes; they make decoded, resized, "
        "image, out"
    ]


def test_a_number_is_mended_after_what_the_network_takes() -> None:
    """Then the advice on a gray input also says what to write for it, unless it is there."""
    single: Any = (0.5,)
    gray = (replace(IMAGE, shape=(1, 1, 4, 6)),)
    [said] = faults(model(*photo("image", 4, 6, single, single), inputs=gray))
    assert said.startswith("steps[3] (run): inputs: image is float32 [1, 1, 4, 6], the steps make")
    assert said.endswith('write photo(…, channels="gray")')
    [said] = faults(model(*photo("image", 4, 6), inputs=gray))
    assert said.endswith('write photo(…, channels="gray", mean=(…,), std=(…,))')
    [said] = faults(model(*photo("image", 4, 6, single)))
    assert said.startswith("steps[2] (normalize): mean is (0.5,), expected three numbers")


@pytest.mark.parametrize(
    ("io", "taken", "given", "held"),
    [
        ("tensor", ["image"], ["out"], ["decoded", "resized", "image", "out", "classmap"]),
        ("image", ["resized"], ["classmap"], ["decoded", "resized", "classmap"]),
    ],
)
def test_a_capture_holds_what_lies_outside_the_file(
    io: str, taken: list[str], given: list[str], held: list[str]
) -> None:
    specs = tensor_specs(MODEL)
    if io == "tensor":
        one = artifact()
    else:
        pixels, drawn = replace(specs["resized"], name="image"), specs["classmap"]
        one = artifact(io=io, inputs=(pixels,), outputs=(drawn,))
    chain = chain_of(one)
    assert (list(chain.taken), list(chain.given), list(chain.specs)) == (taken, given, held)
    assert list(chain.probes) == (["probe.1/classmap"] if io == "tensor" else [])
