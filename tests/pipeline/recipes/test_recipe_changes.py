"""A user's recipe file that changed is exported again, with what it imports and reads; else not."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from here import onpar_here
from recipe_mistakes import also
from recipe_text import SIZE, loaded, written
from safetensors.torch import load_file

from onpar.pipeline.build_folder.keys import source_digest
from onpar.pipeline.errors import OnparError
from onpar.pipeline.jobs.scheduler import Watch
from onpar.pipeline.module.build_module import build_module
from onpar.pipeline.paths import ROOT, Build
from onpar.pipeline.weights.choice import choose
from onpar.pipeline.weights.load import load_weights

BESIDE = ("import numpy as np", "import numpy as np\n\nfrom nets.sizes import CHANNELS")


def exported(path: Path, build: Path) -> bool:
    """Whether `onpar export` made the weights anew."""
    model = ("--recipe", path, "--size", SIZE, "--format", "safetensors-fp32")
    done = onpar_here("export", *model, "--build", build, "--json")
    assert done.returncode == 0, done.stderr
    [weights] = json.loads(done.stdout)
    return bool(weights["fresh"])


def package(folder: Path) -> Path:
    """A package beside the recipe, whose `sizes` imports its `numbers`."""
    (folder / "nets").mkdir()
    (folder / "nets" / "__init__.py").touch()
    (folder / "nets" / "sizes.py").write_text("from .numbers import FOUR\n\nCHANNELS = FOUR\n")
    (folder / "nets" / "numbers.py").write_text("FOUR = 4\n")
    return folder / "nets" / "numbers.py"


def test_only_a_changed_file_is_exported_again(tmp_path: Path) -> None:
    path, build = written(tmp_path), tmp_path / "build"
    assert exported(path, build)
    assert not exported(path, build)
    [weights] = (build / "artifacts").glob("*-fp32-tensor.safetensors")
    assert load_file(weights)["conv.weight"].shape == (4, 3, 3, 3)
    # As long as before, and within a second: the file's own bytes count, not its time.
    written(tmp_path, ("nn.Conv2d(3, 4, 3)", "nn.Conv2d(3, 4, 5)"))
    assert exported(path, build)
    assert load_file(weights)["conv.weight"].shape == (4, 3, 5, 5)


def test_a_recipe_in_another_folder_finds_what_lies_beside_it(tmp_path: Path) -> None:
    there, here = tmp_path / "recipes", tmp_path / "elsewhere"
    there.mkdir()
    here.mkdir()
    package(there)
    # What it prints must not get into the JSON.
    hello = ("    h, w =", "    print('hello')\n    h, w =")
    written(there, BESIDE, ("nn.Conv2d(3, 4, 3)", "nn.Conv2d(3, CHANNELS, 3)"), hello)
    model = ("--recipe", "../recipes/mine.py", "--size", SIZE, "--format", "safetensors-fp32")
    done = subprocess.run(
        [sys.executable, "-m", "onpar", "export", *model, "--json"],
        cwd=here,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    [made] = json.loads(done.stdout)
    assert (here / made["path"]).exists()


def digest(path: Path) -> str:
    return source_digest(loaded(path).sources)


def test_what_the_file_imports_from_its_folder_counts_and_nothing_else(tmp_path: Path) -> None:
    numbers = package(tmp_path)
    (tmp_path / "other.py").write_text("ONE = 1\n")
    path = written(tmp_path, BESIDE)
    before = digest(path)
    (tmp_path / "other.py").write_text("ONE = 2\n")
    assert digest(path) == before
    numbers.write_text("FOUR = 2 + 2\n")
    assert digest(path) != before
    names = [source.relative_to(tmp_path).as_posix() for source in loaded(path).sources]
    assert names == ["mine.py", "nets/__init__.py", "nets/numbers.py", "nets/sizes.py"]


def test_a_checkpoint_that_build_reads_counts_where_sources_names_it(tmp_path: Path) -> None:
    checkpoint = tmp_path / "net.pth"
    net = build_module(loaded(written(tmp_path)))
    torch.save(net.state_dict(), checkpoint)
    load = f"net.load_state_dict(torch.load({str(checkpoint)!r}))"
    path = written(
        tmp_path,
        ("    return Net()", f"    net = Net()\n    {load}\n    return net"),
        also(f"sources=[{str(checkpoint)!r}]"),
    )
    built = build_module(loaded(path))
    assert torch.equal(built.conv.weight, net.conv.weight)  # type: ignore[union-attr, arg-type]
    before = digest(path)
    torch.save({k: v + 1 for k, v in net.state_dict().items()}, checkpoint)
    assert digest(path) != before


def weights(path: Path, name: str | Path) -> torch.nn.Module:
    recipe = loaded(path)
    module = build_module(recipe)
    load_weights(module, recipe, str(name), True, path.parent)
    return module


def test_weights_of_a_file_are_taken_for_a_recipe_of_ones_own(tmp_path: Path) -> None:
    path, checkpoint = written(tmp_path), tmp_path / "net.pth"
    state = {k: torch.ones_like(v) for k, v in build_module(loaded(path)).state_dict().items()}
    torch.save(state, checkpoint)
    assert torch.equal(weights(path, checkpoint).state_dict()["conv.bias"], torch.ones(4))
    del state["conv.bias"]
    torch.save(state, checkpoint)
    with pytest.raises(OnparError, match=r"are not those of mine: of its 2 tensors 1 missing \(c"):
        weights(path, checkpoint)


def test_integers_of_a_file_that_build_does_not_make_are_refused_not_lost(tmp_path: Path) -> None:
    conv = "self.conv = nn.Conv2d(3, 4, 3)"
    order = f"{conv}; self.register_buffer('order', torch.arange(4))"
    path, checkpoint = written(tmp_path, (conv, order)), tmp_path / "net.pth"
    state = dict(build_module(loaded(path)).state_dict())
    torch.save(state, checkpoint)
    weights(path, checkpoint)
    torch.save({**state, "order": torch.tensor([3, 1, 0, 2])}, checkpoint)
    with pytest.raises(OnparError, match=r"order \(no floating-point numbers\) differ from"):
        weights(path, checkpoint)


def test_seeded_weights_are_refused_for_a_recipe_that_is_not_made_for_them(tmp_path: Path) -> None:
    with pytest.raises(OnparError, match="recipe mine is not made for seeded weights"):
        weights(written(tmp_path), "seeded:0")


def test_published_weights_that_cannot_be_had_leave_those_of_build_and_say_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    path = written(tmp_path, also("pretrained='ResNet18_Weights.IMAGENET1K_V1'"))
    quiet = Watch(lambda name, done, of: None, lambda name: None)
    chosen = choose(str(path), SIZE, False, "auto", True, "", "", Build(tmp_path), quiet)
    assert chosen.weights == "built"
    assert "runs with the weights of its build(), as ResNet18_Weights" in chosen.note


def test_published_weights_are_refused_for_a_recipe_that_names_none(tmp_path: Path) -> None:
    with pytest.raises(OnparError, match="recipe mine has no published weights; use built, or "):
        weights(written(tmp_path), "pretrained")
