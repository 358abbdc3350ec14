"""The user's choice of recipe, size and weights, with `auto` and the default recipe resolved."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from onpar.parity.contract.spec import RecipeOptions
from onpar.parity.files.atomic import write_text
from onpar.parity.files.json_file import JsonError, read_json
from onpar.pipeline.build_folder.keys import file_digest
from onpar.pipeline.errors import OnparError
from onpar.pipeline.jobs.scheduler import Job, Watch, run_job
from onpar.pipeline.paths import Build
from onpar.pipeline.recipes import load_recipe
from onpar.pipeline.recipes.input_size import with_size
from onpar.pipeline.weights.weights_file import check_file

DEFAULT_RECIPE = "selfie_segmentation"
"""The recipe of a command that names none: its real weights are part of onpar, so nothing is
downloaded."""


@dataclass(frozen=True)
class Choice:
    """A recipe's options, and weights: `pretrained`, `demo`, `built`, `seeded:N` or a path, never
    `auto`.

    `weights_name` is used in file names. `calibration` is a folder of photos, empty for the
    recipe's own; `tolerances` is a file of measured tolerances, empty for only the recipe's;
    `float_layers` is a file of layers that int8 keeps in float32, empty for the recipe's. `note`
    says what was decided for the user, and why.
    """

    options: RecipeOptions
    weights: str
    weights_name: str
    offline: bool
    calibration: str = ""
    tolerances: str = ""
    float_layers: str = ""
    note: str = ""

    @property
    def name(self) -> str:
        """The name for its files and folders."""
        return self.options.with_weights(self.weights_name)


def choose(
    recipe: str | None,
    size: str | None,
    keep_aux: bool,
    weights: str,
    offline: bool,
    calibration: str,
    tolerances: str,
    build: Build,
    watch: Watch,
    float_layers: str = "",
) -> Choice:
    """Resolve `auto` and a recipe that was not named.

    Raises OnparError for an invalid recipe, size, seed or weights file.
    """
    wanted = None if size is None else parse_size(size)
    options = with_size(DEFAULT_RECIPE if recipe is None else recipe, wanted, keep_aux)
    if weights == "auto":
        chosen = _auto(options, offline, build, watch)
    else:
        chosen = Choice(options, weights, weights_name(weights), offline)
    return replace(
        chosen, calibration=calibration, tolerances=tolerances, float_layers=float_layers
    )


def parse_size(size: str) -> tuple[int, int]:
    """`HxW` in pixels, each 1 to 8192."""
    match = re.fullmatch(r"(\d{1,5})[x×](\d{1,5})", size)
    height, width = (int(match[1]), int(match[2])) if match else (0, 0)
    if not (1 <= height <= 8192 and 1 <= width <= 8192):
        raise OnparError(
            f"--size {size!r}: expected HxW such as 400x400 or 384x512, 1 to 8192 each"
        )
    return height, width


def weights_name(weights: str) -> str:
    """The name of the weights in file names. Raises OnparError if they cannot exist."""
    if weights in ("pretrained", "demo", "built"):
        return weights
    if weights.startswith("seeded:"):
        seed = weights.removeprefix("seeded:")
        if not re.fullmatch(r"\d{1,9}", seed):
            raise OnparError(f"--weights {weights!r}: the seed must be a number, such as seeded:0")
        return f"seeded{int(seed)}"
    path, key = check_file(weights)
    stem = re.sub(r"[^A-Za-z0-9_.]+", "_", path.stem + (f"-{key}" if key else ""))
    return f"{stem}-{file_digest(path)[:8]}"


def _auto(options: RecipeOptions, offline: bool, build: Build, watch: Watch) -> Choice:
    """pretrained if available, else the recipe's demo weights, else seeded:0; decided once per
    build folder. For a user's recipe, the weights of its build() if it has no published or seeded
    ones."""
    published = load_recipe(options).pretrained
    if isinstance(published, Path) and published.is_file():
        return Choice(options, "pretrained", "pretrained", offline)
    if options.recipe.endswith(".py") and not published:
        return Choice(options, "built", "built", offline)
    memo = build.root / f"auto-{options.name}{'-offline' if offline else ''}.json"
    try:
        reason = read_json(memo, dict[str, str])["not_pretrained"]
    except (JsonError, KeyError):
        job = Job(
            f"pretrained weights of {options.name}",
            "onpar.pipeline.weights.load:why_not_pretrained",
            {"options": msgspec.to_builtins(options), "offline": offline},
            cores=1,
            memory=1 << 30,
        )
        reason = run_job(job, build.logs, watch)
        write_text(memo, json.dumps({"not_pretrained": reason}) + "\n", follow_links=False)
    if not reason:
        return Choice(options, "pretrained", "pretrained", offline)
    if options.recipe.endswith(".py") and not load_recipe(options).seedable:
        note = f"{options.name} runs with the weights of its build(), as {reason}"
        return Choice(options, "built", "built", offline, note=note)
    once = f"(Decided once; `make clean` or deleting {memo} asks again.)"
    if load_recipe(options).demo:
        note = (
            f"DEMO WEIGHTS: {options.name} runs with demo, as {reason}. They recognise drawn "
            f"objects, not people. {once}"
        )
        return Choice(options, "demo", "demo", offline, note=note)
    note = (
        f"RANDOM WEIGHTS: {options.name} runs with seeded:0, as {reason}. "
        "What they recognise is noise; its agreement is meaningful, the classes are not. "
        f"{once}"
    )
    return Choice(options, "seeded:0", "seeded0", offline, note=note)
