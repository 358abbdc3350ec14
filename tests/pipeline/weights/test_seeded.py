"""Seeded weights are equal everywhere, and a golden made with them is worth comparing with."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest
import torch
import torchvision
from recipe_mistakes import Change
from recipe_text import written
from safetensors.torch import load_file, save
from torch import Tensor, nn
from torchvision.models.resnet import Bottleneck

from onpar.parity.contract.chains import IMAGENET_MEAN, IMAGENET_STD
from onpar.parity.contract.golden import CONDITIONING, SENSITIVITY
from onpar.parity.contract.spec import RecipeOptions
from onpar.parity.contract.tolerance import EPS
from onpar.parity.image.decode import decode
from onpar.pipeline.errors import OnparError
from onpar.pipeline.paths import PHOTOGRAPHS, STATISTICS
from onpar.pipeline.recipes import load_recipe
from onpar.pipeline.weights.seed_model import statistics_of
from onpar.pipeline.weights.seeded import fill
from onpar.pipeline.weights.statistics import (
    StatisticsError,
    apply_statistics,
    measure_statistics,
    mixed_images,
)

RECIPE = "deeplabv3_mobilenet_v3_large"
COMMITTED = STATISTICS / f"{RECIPE}-seeded0.safetensors"


def build(aux: bool = True) -> nn.Module:
    model: nn.Module = torchvision.models.get_model(
        RECIPE, weights=None, weights_backbone=None, num_classes=21, aux_loss=aux
    )
    return model.eval()


@pytest.fixture(scope="module")
def filled() -> nn.Module:
    """A filled model that its tests leave unchanged."""
    model = build()
    fill(model, 0)
    return model


def seeded(aux: bool = True) -> nn.Module:
    model = build(aux)
    fill(model, 0)
    apply_statistics(model, load_file(COMMITTED))
    return model


def images(height: int, width: int) -> Tensor:
    photos = [decode(path.read_bytes(), path.name) for path in PHOTOGRAPHS]
    return mixed_images(photos, IMAGENET_MEAN, IMAGENET_STD, (height, width))


def digest(model: nn.Module) -> str:
    sha = hashlib.sha256()
    for name, tensor in sorted(model.state_dict().items()):
        sha.update(name.encode() + tensor.numpy().tobytes())
    return sha.hexdigest()


def gates(model: nn.Module) -> tuple[bool, bool, int]:
    """INSENSITIVE? ILL_CONDITIONED? How many classes occur? Over the four photos at 96 by 160."""
    plain = images(96, 160)[: len(PHOTOGRAPHS)]
    mean, std = (torch.tensor(values).view(3, 1, 1) for values in (IMAGENET_MEAN, IMAGENET_STD))
    swapped = ((plain * std + mean).flip(1) - mean) / std
    threads = torch.get_num_threads()
    with torch.no_grad():
        runs = []
        for count in (1, 2):
            torch.set_num_threads(count)
            runs.append(model(plain)["out"])
        torch.set_num_threads(threads)
        runs.append(model(plain.to(memory_format=torch.channels_last))["out"])
        double = model.double()
        ref, bgr = double(plain.double())["out"], double(swapped.double())["out"]
    peak = float(ref.abs().max())
    floor = max(4 * EPS * peak, *(float((run - ref).abs().max()) for run in runs))
    moved = [*(bgr - ref).abs().amax((1, 2, 3)), *(ref.roll(1, 0) - ref).abs().amax((1, 2, 3))]
    insensitive = float(min(moved)) < SENSITIVITY * floor
    return insensitive, floor >= CONDITIONING * EPS * peak, len(ref.argmax(1).unique())


def test_fill_gives_the_same_bits_on_every_machine(filled: nn.Module) -> None:
    assert digest(filled) == "21f5207cc33bdf5f56080c25587743625d2f18ea3f53c6401c6fac18f965db92"


def test_another_seed_gives_other_weights_and_equal_batch_norms(filled: nn.Module) -> None:
    other = build()
    fill(other, 1)
    for (name, a), b in zip(filled.named_parameters(), other.parameters(), strict=True):
        assert torch.equal(a, b) is (a.ndim == 1), name


def test_a_bottleneck_ends_in_linear_batch_norms_and_a_small_branch() -> None:
    block = Bottleneck(8, 2, downsample=nn.Sequential(nn.Conv2d(8, 8, 1), nn.BatchNorm2d(8)))
    fill(block, 0)
    norms = {
        name: (norm.weight[0].item(), norm.bias[0].item())
        for name, norm in block.named_modules()
        if isinstance(norm, nn.BatchNorm2d)
    }
    small = float(np.float32(0.2))
    assert norms == {"bn1": (1, 1), "bn2": (1, 1), "bn3": (small, 0), "downsample.1": (1, 0)}


def test_seeded_0_is_worth_comparing_with_also_when_not_square() -> None:
    insensitive, ill_conditioned, classes = gates(seeded())
    assert not insensitive
    assert not ill_conditioned
    assert classes >= 15


def test_default_random_weights_are_insensitive() -> None:
    torch.manual_seed(0)
    insensitive, _, _ = gates(build())
    assert insensitive


def test_measured_statistics_standardise_every_logit_of_both_heads() -> None:
    model, batch = build(), images(64, 96)
    fill(model, 0)
    before = digest(model)
    statistics = measure_statistics(model, batch)
    assert digest(model) == before
    apply_statistics(model, statistics)
    logits: list[Tensor] = []
    for name in ("classifier.4", "aux_classifier.4"):
        conv = model.get_submodule(name)
        conv.register_forward_hook(lambda _module, _args, out: logits.append(out))
    with torch.no_grad():
        model(batch)
    for of_head in logits:
        std, mean = torch.std_mean(of_head, (0, 2, 3))
        torch.testing.assert_close(mean, torch.zeros(21), atol=1e-4, rtol=0)
        torch.testing.assert_close(std, torch.ones(21), atol=1e-4, rtol=0)
    assert len(logits) == 2


def test_committed_statistics_are_those_of_the_committed_photos(filled: nn.Module) -> None:
    # 1e-4 of the standard deviation (means) or of the value (the others): 1, 2 threads, oneDNN off
    # and float64 lie within 1.5e-5 of each other.
    committed = load_file(COMMITTED)
    measured = measure_statistics(filled, images(400, 400))
    assert measured.keys() == committed.keys()
    for name, value in committed.items():
        scale = value
        if name.endswith("running_mean"):
            scale = committed[name.replace("running_mean", "running_var")].sqrt()
        elif name.endswith(".mean"):
            scale = committed[name.removesuffix("mean") + "std"]
        assert float(((measured[name] - value).abs() / scale).max()) < 1e-4, name


def test_committed_statistics_are_small_and_canonical() -> None:
    files = sorted(STATISTICS.glob("*.safetensors"))
    assert len(files) >= 3
    assert sum(path.stat().st_size for path in files) < 2_000_000
    for path in files:
        tensors = load_file(path)
        assert {tensor.dtype for tensor in tensors.values()} == {torch.float32}
        assert save(dict(reversed(tensors.items()))) == path.read_bytes()


def test_one_file_serves_with_and_without_the_auxiliary_head() -> None:
    batch = images(64, 96)[:1]
    with torch.no_grad():
        assert torch.equal(seeded(aux=False)(batch)["out"], seeded(aux=True)(batch)["out"])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"backbone.0.1.running_var": None}, r"backbone\.0\.1\.running_var: got nothing, expected"),
        ({"classifier.4.std": None}, r"classifier\.4\.std: got nothing, expected \[21\]"),
        ({"aux_classifier.1.running_mean": None}, r"aux_classifier\.1\.running_mean: got nothing"),
        ({"classifier.4.mean": torch.zeros(19)}, r"classifier\.4\.mean: got \[19\], expected"),
        ({"backbone.17.1.running_var": torch.ones(1)}, r"backbone\.17.* expected nothing"),
    ],
)
def test_statistics_that_do_not_fit_are_refused_by_name_and_change_nothing(
    change: dict[str, Tensor | None], message: str, filled: nn.Module
) -> None:
    before = digest(filled)
    statistics = {**load_file(COMMITTED), **change}
    with pytest.raises(StatisticsError, match=message):
        apply_statistics(filled, {name: s for name, s in statistics.items() if s is not None})
    assert digest(filled) == before


def test_a_model_without_a_head_is_refused() -> None:
    with pytest.raises(StatisticsError, match=r"no head \(expected one of classifier, fc, heads"):
        measure_statistics(nn.Sequential(nn.Conv2d(3, 4, 1)), torch.zeros(2, 3, 4, 4))


def test_a_logit_that_ignores_the_image_is_refused() -> None:
    model = build()
    fill(model, 0)
    with torch.no_grad():
        model.get_parameter("classifier.4.weight")[3] = 0
    with pytest.raises(StatisticsError, match=r"classifier\.4: a logit is the same everywhere"):
        measure_statistics(model, images(64, 96))


HEAD = ("self.conv = nn", "self.fc = nn"), ("self.conv(image)", "self.fc(image).view(1, 4, 22, 30)")

NO_STATISTICS: dict[str, tuple[str, *tuple[Change, ...]]] = {
    "fails": (
        "--weights seeded:1: the module of mine fails on photos of 400x400, which its statistics "
        "are measured on: line 19: RuntimeError: shape ",
        *HEAD,
    ),
    "levels": (
        "--weights seeded:1: mine does not take one photo of three channels as floats, which its ",
        ("h, w, (0.5, 0.5, 0.5), (0.25, 0.25, 0.25)", 'h, w, dtype="uint8"'),
        ('"image", (1, 3, h, w)', '"image", (1, 3, h, w), "uint8"'),
    ),
    "no-head": (
        "Net has no head (expected one of classifier, fc, heads) that ends in a Conv2d or ",
    ),
}


@pytest.mark.parametrize("name", NO_STATISTICS)
def test_a_users_model_without_statistics_is_refused_with_what_to_use_instead(
    name: str, tmp_path: Path
) -> None:
    says, *changes = NO_STATISTICS[name]
    options = RecipeOptions(str(written(tmp_path, *changes)), 400, 400)
    with pytest.raises(OnparError) as error:
        statistics_of(load_recipe(options), 1)
    assert str(error.value).startswith(says)
    assert str(error.value).endswith("; use built, or the path of a state dict")
