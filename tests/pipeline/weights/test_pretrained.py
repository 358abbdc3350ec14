"""`pretrained` and `auto`, through torchvision's own loading code, without a network."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from builds import RECIPE
from calls import refused
from here import onpar_here
from safetensors.torch import load_file
from torch import Tensor
from torchvision.models import get_model, get_weight

from onpar.parity.contract.spec import RecipeOptions
from onpar.pipeline.errors import OnparError
from onpar.pipeline.jobs.scheduler import Watch
from onpar.pipeline.paths import Build
from onpar.pipeline.recipes import load_recipe
from onpar.pipeline.weights.choice import choose
from onpar.pipeline.weights.load import published

RECIPE_HERE = load_recipe(RecipeOptions(RECIPE, 32, 48))


@pytest.fixture
def checkpoint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where torchvision looks for the published weights; nothing is there yet."""
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    name = get_weight(RECIPE_HERE.pretrained).url.rpartition("/")[2]
    path = Path(tmp_path, "torch", "hub", "checkpoints", name)
    path.parent.mkdir(parents=True)
    return path


def save_published(path: Path) -> dict[str, Tensor]:
    """Save a checkpoint as torchvision publishes it, with the auxiliary head."""
    torch.manual_seed(5)
    model = get_model(RECIPE, weights=None, weights_backbone=None, num_classes=21, aux_loss=True)
    state: dict[str, Tensor] = model.state_dict()
    assert any(name.startswith("aux_classifier.") for name in state)
    torch.save(state, path)
    return state


def test_published_weights_that_are_here_are_exported_without_a_network(
    checkpoint: Path, tmp_path: Path
) -> None:
    state = save_published(checkpoint)
    options = ["--recipe", RECIPE, "--weights", "pretrained", "--size", "32x48", "--offline"]
    done = onpar_here(
        "export", *options, "--format", "safetensors-fp32", "--build", tmp_path / "build"
    )
    assert done.returncode == 0, done.stderr
    [path] = (tmp_path / "build" / "artifacts").glob("*-pretrained-*.safetensors")
    exported = load_file(path)
    wanted = {
        name: value
        for name, value in state.items()
        if value.is_floating_point() and not name.startswith("aux_classifier.")
    }
    assert exported.keys() == wanted.keys()
    assert all(torch.equal(exported[name], value) for name, value in wanted.items())


def test_offline_without_the_published_weights_says_where_they_should_be(
    checkpoint: Path, tmp_path: Path
) -> None:
    options = ["--recipe", RECIPE, "--weights", "pretrained", "--offline"]
    said = refused(onpar_here("export", *options, "--build", tmp_path / "build"))
    assert said.startswith(f"onpar: {RECIPE_HERE.pretrained}: not on this machine ({checkpoint}")
    assert said.endswith("leave out --offline, or name other --weights")


def test_a_damaged_checkpoint_is_refused_in_one_line(checkpoint: Path) -> None:
    save_published(checkpoint)
    whole = checkpoint.read_bytes()
    for content in (b"", whole[: len(whole) // 2], b"<html>Not Found</html>"):
        checkpoint.write_bytes(content)
        with pytest.raises(OnparError) as refused:
            published(RECIPE_HERE, offline=True)
        assert "the pretrained weights are not available (" in str(refused.value)
        assert f"; delete {checkpoint}, which is damaged" in str(refused.value)
        assert "\n" not in str(refused.value)


def test_auto_falls_back_to_demo_weights_and_says_so_every_time(
    checkpoint: Path, tmp_path: Path
) -> None:
    build = tmp_path / "build"
    model = ["--recipe", RECIPE, "--size", "32x48"]
    command = ["export", "--offline", *model, "--format", "safetensors-fp32"]
    for _ in range(2):
        done = onpar_here(*command, "--build", build)
        assert done.returncode == 0, done.stderr
        [said] = [line for line in done.stderr.splitlines() if "DEMO WEIGHTS" in line]
        assert f"DEMO WEIGHTS: {RECIPE} runs with demo, as DeepLabV3_MobileNet" in said
        assert "not on this machine" in said
        assert "They recognise drawn objects, not people" in said
    assert [p.name for p in (build / "artifacts").glob("*.safetensors")] == [
        f"{RECIPE}-32x48-demo-fp32-tensor.safetensors"
    ]


def chosen(recipe: str, build: Path) -> list[str]:
    """What `auto` stands for."""
    silent = Watch(lambda name, done, of: None, lambda name: None)
    choice = choose(recipe, "32x48", False, "auto", True, "", "", Build(build), silent)
    return [choice.options.recipe, choice.weights, choice.note]


def test_auto_takes_random_weights_where_a_recipe_has_no_demo_weights(
    checkpoint: Path, tmp_path: Path
) -> None:
    recipe, weights, note = chosen("deeplabv3_resnet50", tmp_path)
    assert (recipe, weights) == ("deeplabv3_resnet50", "seeded:0")
    assert "RANDOM WEIGHTS: deeplabv3_resnet50 runs with seeded:0" in note


def test_auto_takes_the_published_weights_where_they_are(checkpoint: Path, tmp_path: Path) -> None:
    save_published(checkpoint)
    assert chosen(RECIPE, tmp_path) == [RECIPE, "pretrained", ""]
