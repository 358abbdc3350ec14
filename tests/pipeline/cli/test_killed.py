"""Killed at any moment, on a full disk, or where they may not write, `export`, `golden`, `capture`,
`evaluate` and `bless` leave every file as it was before or as it becomes, and the next run gives
what one that nothing disturbed gives. (Two at once: test_two_at_once.py.)"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from here import onpar_here
from killed_commands import bless_only, meanings, run
from permissions import bound

from onpar.pipeline import bless
from onpar.pipeline.demo.photographs import HELD_OUT_PHOTOS
from onpar.pipeline.paths import ROOT

STREET = (ROOT / "tests/user_recipes/street.py").read_text("utf-8")

COMMANDS = ("export", "golden", "capture", "evaluate", "bless")

MOMENTS = 10
"""Of each command in `make test-all`, spread over all its changes."""

FEW = {"export": 5, "golden": 4, "capture": 6, "evaluate": 4, "bless": 7}
"""One moment each in everyday runs: while their first files are being written."""


@dataclass(frozen=True)
class Prepared:
    """`folder` is where the commands work; `states` has what it was before each command, with the
    files of an older recipe where the command has not come yet, and after the last. `capture` is on
    the `targets`, or on all."""

    folder: Path
    recipe: Path
    images: Path
    states: tuple[Path, ...]
    targets: tuple[str, ...] = ()

    def command(self, name: str) -> list[str]:
        """Its words: always the same ones."""
        build = ["--build", str(self.folder / "build")]
        if name == "bless":
            return ["bless", "--reason", "the model is another", *build]
        if name == "evaluate":
            [model] = (self.folder / "build" / "artifacts").glob("*.onnx")
            options = ["--artifact", str(model), "--workers", "1"]
            return ["evaluate", "--images", str(self.images), *options, *build]
        words = [name, "--recipe", str(self.recipe), "--weights", "built", "--size", "32x48"]
        if name != "golden":
            words += ["--format", "onnx-fp32-tensor"]
        if name == "capture":
            words += [word for target in self.targets for word in ("--target", target)]
        return [*words, *build]

    def restore(self, name: str) -> None:
        """The files as they are before this command."""
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.copytree(self.states[COMMANDS.index(name)], self.folder, copy_function=os.link)


def here(prepared: Prepared, name: str) -> None:
    done = onpar_here(*prepared.command(name))
    assert done.returncode == 0, done.stdout + done.stderr


@contextmanager
def preparing(base: Path, *versions: str, targets: tuple[str, ...] = ()) -> Iterator[Prepared]:
    """All commands were run with each version of the recipe but the last, and are with that."""
    images = base / "images"
    images.mkdir()
    for path in HELD_OUT_PHOTOS[:3]:
        shutil.copy(path, images)
    recipe = base / "street.py"
    states = tuple(base / "states" / name for name in (*COMMANDS, "after"))
    made = Prepared(base / "folder", recipe, images, states, targets)
    made.folder.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("CI", raising=False)
        for name in ("COMMITTED_CHOICES", "COMMITTED_GOLDENS", "HISTORY"):
            patch.setattr(bless, name, getattr(bless, name))
        bless_only(recipe, made.folder / "kept")
        for version in versions:
            recipe.write_text(version)
            for name, state in zip(COMMANDS, states, strict=False):
                if version is versions[-1]:
                    shutil.copytree(made.folder, state)
                here(made, name)
        shutil.copytree(made.folder, states[-1])
        yield made


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prepared]:
    """Nothing was there before. The moment of everyday runs is in the first target's captures."""
    base = tmp_path_factory.mktemp("killed")
    with preparing(base, STREET, targets=("onnxruntime",)) as made:
        yield made


@pytest.fixture(scope="module")
def over_old_files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prepared]:
    """The files of another version of the recipe are there."""
    other = STREET.replace("manual_seed(0)", "manual_seed(1)")
    with preparing(tmp_path_factory.mktemp("killed again"), other, STREET) as made:
        yield made


def assert_old_or_new(prepared: Prepared, name: str) -> None:
    """Every file is what it was before the command, or what the command writes."""
    before = meanings(prepared.states[COMMANDS.index(name)])
    whole = meanings(prepared.states[COMMANDS.index(name) + 1])
    for path, meaning in meanings(prepared.folder).items():
        known = (before.get(path), whole.get(path))
        assert meaning in known or _grows(path, meaning, whole.get(path, "")), (path, known)


def assert_the_next_is_right(prepared: Prepared, name: str) -> None:
    """It clears up, and gives what one that nothing disturbed gives."""
    whole = meanings(prepared.states[COMMANDS.index(name) + 1])
    here(prepared, name)
    assert [path for path in prepared.folder.rglob(".*") if path.is_file()] == []
    found = meanings(prepared.folder)
    for path in whole.keys() - {"kept/BLESSED.md"}:  # where the killed one may have a line too
        assert found[path] == whole[path], path
    assert found.keys() == whole.keys()


def killed(prepared: Prepared, name: str, moment: int, after: float) -> None:
    """Kill it there, and check what is left, and what the next run does with it."""
    prepared.restore(name)
    options = {"moment": moment, "after": after}
    done = run(prepared.command(name), prepared.folder, prepared.recipe, **options)  # type: ignore[arg-type]
    # Soon after one of its last changes it may be over before the signal comes.
    assert done.code == -9 or (after and done.code == 0), done.said
    assert_old_or_new(prepared, name)
    assert_the_next_is_right(prepared, name)


def _grows(path: str, meaning: str, whole: str) -> bool:
    """A file of records holds those that are done."""
    return path.endswith(".jsonl") and whole.startswith(meaning)


@pytest.mark.parametrize("name", COMMANDS)
def test_killed_while_it_writes_it_leaves_files_that_are_old_or_new_and_the_next_run_is_right(
    prepared: Prepared, name: str
) -> None:
    killed(prepared, name, FEW[name], 0)


@pytest.mark.slow
@pytest.mark.parametrize("name", COMMANDS)
def test_killed_at_ten_moments_spread_over_all_its_changes(
    over_old_files: Prepared, name: str
) -> None:
    prepared = over_old_files
    prepared.restore(name)
    done = run(prepared.command(name), prepared.folder, prepared.recipe)
    assert done.code == 0
    assert done.changes >= MOMENTS
    for number in range(MOMENTS):
        moment = 1 + number * (done.changes - 1) // (MOMENTS - 1)
        killed(prepared, name, moment, 0.003 * number if number % 2 else 0)


EVERY = [pytest.param(name, marks=pytest.mark.slow) for name in COMMANDS if name != "export"]
"""Of what happens to all of them in one way, everyday runs have the first."""


@pytest.mark.parametrize("name", ["export", *EVERY])
def test_on_a_full_disk_it_says_so_and_every_file_is_old_or_new(
    prepared: Prepared, name: str
) -> None:
    prepared.restore(name)
    done = run(prepared.command(name), prepared.folder, prepared.recipe, largest=512)
    assert done.code in (1, 2), done.said
    assert "Traceback" not in done.said
    assert re.search(r"File too large\)?; free (some space|space there), or", done.said), done.said
    assert_old_or_new(prepared, name)
    assert_the_next_is_right(prepared, name)


FOLDERS = {
    "export": "build/artifacts",
    "golden": "build/goldens",
    "capture": "build/captures",
    "evaluate": "build/evaluations",
    "bless": "kept",
}
"""Where each writes what it makes."""


@pytest.mark.parametrize("name", ["export", *EVERY])
def test_where_it_may_not_write_it_says_so_and_changes_nothing(
    prepared: Prepared, name: str
) -> None:
    prepared.restore(name)
    folder = prepared.folder / FOLDERS[name]
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o555)
    try:
        done = run(prepared.command(name), prepared.folder, prepared.recipe, bound=bound())
    finally:
        folder.chmod(0o755)
    assert done.code in (1, 2), done.said
    assert "Traceback" not in done.said
    assert f"{folder}" in done.said and "Permission denied" in done.said
    assert_old_or_new(prepared, name)
    assert_the_next_is_right(prepared, name)
