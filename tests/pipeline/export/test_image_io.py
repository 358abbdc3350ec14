"""With io `image` the file itself draws the class map; of equal scores the lowest class wins."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from artifacts import artifacts
from builds import RECIPE, ROBOLECTRIC, targets_but
from here import onpar_here
from matrix import cases_of

from onpar.exporters import VARIANTS
from onpar.parity.contract.capture import read_capture
from onpar.parity.contract.golden import read_golden
from onpar.pipeline.targets import targets_for

IMAGE = [name for name, variant in VARIANTS.items() if variant.io == "image"]
"""It starts for 6 s, and has the same code as `android-host`."""

RUN_HERE = ["torchscript-fp32-image", "onnx-fp32-image", "pte-fp32-image"]

TIED = '''
import torch
from torch import nn
from onpar.parity.contract.chains import class_map, photo
from onpar.parity.contract.spec import ModelSpec
from onpar.parity.contract.tensor_spec import TensorSpec
from onpar.pipeline.recipes.recipe import Recipe

def build():
    """Scores of six classes, of which 0 and 1, 2 and 3, 4 and 5 are equal everywhere."""
    torch.manual_seed(3)
    scores = nn.Conv2d(3, 6, 3, padding=1)
    with torch.no_grad():
        for values in (scores.weight, scores.bias):
            values[1::2] = values[::2]
    return scores

def recipe(options):
    h, w = options.height, options.width
    names = tuple("abcdef")
    return Recipe(
        options,
        ModelSpec(
            options.name,
            (TensorSpec("photo", (1, 3, h, w)),),
            (TensorSpec("scores", (1, 6, h, w)),),
            (
                *photo("photo", h, w, (0.4, 0.5, 0.6), (0.2, 0.25, 0.3)),
                class_map("scores", names, tuple((40 * i, 0, 0) for i in range(6))),
            ),
        ),
        build,
    )
'''


@pytest.fixture(scope="module")
def tied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A build of the tied model in the formats that draw its class map here, on the targets but
    ROBOLECTRIC."""
    folder = tmp_path_factory.mktemp("tied")
    (folder / "tied.py").write_text(TIED)
    chosen = [word for name in RUN_HERE for word in ("--format", name)]
    targets = targets_but(ROBOLECTRIC, *RUN_HERE)
    chosen += [word for name in targets for word in ("--target", name)]
    model: list[str | Path] = ["--recipe", folder / "tied.py", "--size", "24x40"]
    done = onpar_here("parity", *model, *chosen, "--build", folder / "build")
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "build"


@pytest.mark.parametrize("variant", RUN_HERE)
def test_of_equal_scores_the_lowest_class_is_drawn_as_in_the_golden(
    tied: Path, variant: str
) -> None:
    path, artifact = artifacts(tied)[variant]
    for case in artifact.cases:
        [golden] = (tied / "goldens").rglob(f"{case.name}.safetensors")
        captures = list((tied / "captures").glob(f"*/{path.name}/{case.name}.safetensors"))
        assert len(captures) == len({*targets_for(artifact.format)} - {ROBOLECTRIC})
        expected = read_golden(golden).capture.tensors
        scores = expected["scores"][0]
        np.testing.assert_array_equal(scores[::2], scores[1::2])
        for capture in captures:
            drawn = read_capture(capture).tensors["classmap"]
            np.testing.assert_array_equal(drawn, expected["classmap"])
        assert set(np.unique(drawn)) <= {0, 2, 4}
        assert len(np.unique(drawn)) > 1, "one class alone would show nothing"


@pytest.mark.parametrize("variant", IMAGE)
def test_the_sidecar_says_pixels_in_and_class_map_out(wide_build: Path, variant: str) -> None:
    _, artifact = artifacts(wide_build)[variant]
    [taken], [given] = artifact.inputs, artifact.outputs
    assert (taken.name, taken.shape, taken.dtype) == ("image", (96, 160, 3), "uint8")
    assert (given.name, given.shape) == ("classmap", (96, 160))
    assert given.dtype == ("int32" if artifact.format == "coreml" else "uint8")
    assert artifact.model.outputs[0].name == "out"


@pytest.mark.parametrize("variant", RUN_HERE)
def test_a_capture_holds_what_was_handed_over_and_drawn_and_nothing_else(
    wide_build: Path, variant: str
) -> None:
    path, artifact = artifacts(wide_build)[variant]
    captures = list((wide_build / "captures").glob(f"*/{path.name}/*.safetensors"))
    assert len(captures) == len(cases_of(RECIPE)) * len(targets_for(artifact.format))
    for capture in captures:
        assert read_capture(capture).tensors.keys() == {"decoded", "resized", "classmap"}
