"""A file that takes a photo's pixels and gives a mask is judged by the mask alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from in_process import Judged, judged
from numpy.typing import NDArray
from torch import nn

from onpar.exporters.graphs.image_io import image_specs
from onpar.parity.contract.capture import digest
from onpar.parity.contract.chain import chain_of, steps_inside
from onpar.parity.judge.status import Status
from onpar.parity.judge.verdict import Verdict
from onpar.pipeline.recipes import load_recipe
from onpar.pipeline.recipes.input_size import with_size
from onpar.pipeline.weights.load import load_weights


@pytest.fixture(scope="module")
def person(tmp_path_factory: pytest.TempPathFactory) -> Judged:
    """selfie_segmentation with its published weights, on the astronaut and another photo."""
    recipe = load_recipe(with_size("selfie_segmentation", None))

    def build() -> nn.Module:
        module = recipe.build()
        load_weights(module, recipe, "pretrained", offline=True, statistics=Path())
        return module

    some = replace(recipe, photos=recipe.photos[:2], build=build)
    one = judged(some, tmp_path_factory.mktemp("person"))
    taken, given = image_specs(recipe.model, "onnx")
    inside = steps_inside(recipe.model, "image")
    artifact = replace(one.artifact, io="image", runs=inside, inputs=(taken,), outputs=(given,))
    return replace(one, artifact=artifact)


def verdict(one: Judged, mask: NDArray[np.uint8]) -> Verdict:
    """On a capture of the first case with this mask."""
    golden = one.goldens[0]
    whole = one.capture(golden, lambda _: {"logits": golden.capture.tensors["logits"]})
    held = {name: whole.tensors[name] for name in chain_of(one.artifact).specs} | {"mask": mask}
    info = replace(whole.info, output_sha256=(digest({"mask": mask}),) * 2)
    return one.judged(replace(whole, info=info, tensors=held), golden)


def test_the_right_mask_passes(person: Judged) -> None:
    mask = person.goldens[0].capture.tensors["mask"]
    assert 0.5 < mask.mean() < 0.6
    assert verdict(person, mask).status is Status.PASS


def test_a_pixel_may_flip_where_its_score_is_within_the_allowed_error(person: Judged) -> None:
    tensors = person.goldens[0].capture.tensors
    nearest = np.abs(tensors["logits"][0, 0].astype(np.float64))
    for at, status in ((nearest.argmin(), Status.PASS), (nearest.argmax(), Status.VALUE)):
        mask = tensors["mask"].copy()
        mask.ravel()[at] ^= 1
        allowed = nearest.ravel()[at] <= 8 * person.goldens[0].floors["logits"].max_abs
        assert allowed == (status is Status.PASS)
        found = verdict(person, mask)
        assert found.status is status
        assert status is Status.PASS or (found.blame and found.blame.stage) == "threshold"


def test_a_mask_of_the_background_is_wrong_at_the_threshold(person: Judged) -> None:
    found = verdict(person, 1 - person.goldens[0].capture.tensors["mask"])
    assert found.status is Status.VALUE
    assert found.blame is not None and found.blame.stage == "threshold"


def test_a_mask_of_one_class_passes_and_says_that_this_says_little(person: Judged) -> None:
    golden = person.goldens[0]
    held = golden.capture.tensors
    nothing = np.zeros_like(held["mask"])
    below = {"logits": -1 - np.abs(held["logits"]), "mask": nothing}
    plain = replace(golden, capture=replace(golden.capture, tensors={**held, **below}))
    found = verdict(replace(person, goldens=(plain,)), nothing)
    assert found.status is Status.PASS
    assert (
        "as in the golden, which says little: all of the golden is 'background'" in found.sentence
    )
