"""The searches of all quantizers, and the files that they leave: the layers for `--float-layers`,
and a page."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from onpar.exporters import FORMATS, VARIANTS
from onpar.exporters.quantization.layer_names import QUANTIZING, FloatLayers
from onpar.exporters.quantization.layers import QUANTIZERS, Quantizer
from onpar.parity.contract.chain import images_of
from onpar.parity.evaluation.layer_search import LayerSearch
from onpar.parity.files.atomic import write_text
from onpar.parity.report.page.layer_page import write_layer_page
from onpar.pipeline.build_folder.exported import Exported
from onpar.pipeline.errors import OnparError
from onpar.pipeline.evaluate.pictures import photos_of
from onpar.pipeline.export.artifacts import BASE_MEMORY, export_others, export_weights
from onpar.pipeline.export.export_key import packages
from onpar.pipeline.export.left_out import by_whom, why_left_out
from onpar.pipeline.extras import not_installed
from onpar.pipeline.jobs.scheduler import Job, Watch, run_jobs
from onpar.pipeline.paths import Build
from onpar.pipeline.recipes.recipe import Recipe
from onpar.pipeline.weights.choice import Choice

JOB = "onpar.pipeline.quantize.search_job:search_layers"

MEMORY_FACTOR = 30
"""Memory of a search as a multiple of the weights' size: the module in float64, the calibrated one,
and what calibration collects."""


@dataclass(frozen=True)
class Searched:
    """The searches; the formats that failed, with their reasons; those left out, with theirs; and
    the files that were written."""

    searches: tuple[LayerSearch, ...]
    failures: tuple[str, ...]
    left_out: Mapping[str, str]
    json: Path
    html: Path

    @property
    def float_layers(self) -> FloatLayers:
        """The layers in float: by format, or the same for all formats if every one was searched and
        has the same. A format whose limit does not hold is not in it."""
        found = by_format(self.searches)
        every = found.keys() == {*QUANTIZING}
        return next(iter(found.values())) if every and len({*found.values()}) == 1 else found


def by_format(searches: Sequence[LayerSearch]) -> dict[str, tuple[str, ...]]:
    """The layers in float of each format whose limit holds."""
    return {name: one.kept for one in searches if one.holds for name in one.formats}


def pasted(layers: FloatLayers) -> str:
    """The argument of Recipe."""
    if isinstance(layers, Mapping):
        parts = (f"{json.dumps(name)}: {_tuple(names)}" for name, names in layers.items())
        return f"float_layers={{{', '.join(parts)}}},"
    return f"float_layers={_tuple(layers)},"


def _tuple(names: Sequence[str]) -> str:
    return f"({', '.join(map(json.dumps, names))}{',' * (len(names) == 1)})"


def check_formats(names: Sequence[str]) -> tuple[str, ...]:
    """The formats that `--format` names, by default every one that quantizes. Raises OnparError for
    another one."""
    for name in names:
        if name not in QUANTIZING:
            int8 = VARIANTS.get(f"{name}-int8-tensor")
            origin = VARIANTS[int8.made_from].format if int8 else ""
            why = f"; its int8 is made from {origin}'s, name that" if origin else ""
            raise OnparError(
                f"--format {name}: onpar quantize searches for {', '.join(QUANTIZING)}{why}"
            )
    return tuple(name for name in QUANTIZING if not names or name in names)


def find_layers(
    choice: Choice,
    formats: Sequence[str],
    images: Path | None,
    max_drop: float,
    build: Build,
    watch: Watch,
) -> Searched:
    """Search for each quantizer of the formats, and write what was found.

    Raises OnparError if the weights are not available, the model takes no photo and `images` names
    some, or no format is left.
    """
    if choice.float_layers:
        raise OnparError(
            f"--float-layers {choice.float_layers}: onpar quantize finds them itself; leave it out"
        )
    coming = [f"{name}-int8-tensor" for name in formats]
    recipe, weights = export_weights(choice, build, watch, coming)
    photos = _photos(recipe, images)
    reasons = _left_out(recipe, formats)
    wanted = {
        name: kept
        for name, one in QUANTIZERS.items()
        if (kept := [form for form in one.formats if form in formats and form not in reasons])
    }
    if not wanted:
        listed = "; ".join(f"{name}: {why}" for name, why in reasons.items())
        raise OnparError(f"no format is left to search for ({listed})")
    files, failures = dict[str, str](), list[str]()
    for name in list(wanted):
        made = _made_from(QUANTIZERS[name], recipe, choice, weights, build, watch)
        if made and made.error:
            failures.append(made.failure)
            del wanted[name]
        files[name] = str(made.path) if made else ""
    # NumPy's dot products start threads (pipeline/evaluate/evaluations.py).
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    assert weights.artifact is not None
    memory = BASE_MEMORY + MEMORY_FACTOR * weights.artifact.bytes
    jobs = [
        Job(
            f"layers of {', '.join(forms)}",
            JOB,
            {
                "choice": msgspec.to_builtins(choice),
                "quantizer": name,
                "formats": forms,
                "weights": str(weights.path),
                "file": files[name],
                "photos": photos,
                "max_drop": max_drop,
            },
            1,
            memory,
        )
        for name, forms in wanted.items()
    ]
    done = run_jobs(jobs, build.logs, watch)
    failures += [f"{one.job.name}: {one.error}" for one in done if one.error]
    found = tuple(msgspec.convert(one.result, LayerSearch) for one in done if not one.error)
    path = build.quantize / f"{choice.name}.json"
    searched = Searched(found, tuple(failures), reasons, path, path.with_suffix(".html"))
    if found:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_text(path, json.dumps(by_format(found), indent=1) + "\n", follow_links=False)
        pages = {one.quantizer: pasted(by_format([one])) for one in found if one.holds}
        write_layer_page(found, pages, choice.name, searched.html)
    return searched


def _photos(recipe: Recipe, images: Path | None) -> list[str]:
    if images is None:
        return []
    if not recipe.photo_source:
        takes = "several photos" if images_of(recipe.model) else "no photo"
        raise OnparError(
            f"--images {images}: {recipe.model.recipe} takes {takes}; leave it out: the recipe's "
            "cases are used"
        )
    return [str(one.path) for one in photos_of(images)]


def _left_out(recipe: Recipe, formats: Sequence[str]) -> dict[str, str]:
    """Why formats are not searched for."""
    found = {}
    for name in formats:
        variant = VARIANTS[f"{name}-int8-tensor"]
        why = why_left_out(recipe, variant)
        absent = not_installed([*packages(variant), *FORMATS["pte"].tools * (name == "coreml")])
        if why or absent:
            found[name] = by_whom(why) if why else absent
    return found


def _made_from(
    quantizer: Quantizer,
    recipe: Recipe,
    choice: Choice,
    weights: Exported,
    build: Build,
    watch: Watch,
) -> Exported | None:
    """The exported file that the quantizer takes; None if it takes the module."""
    if not quantizer.made_from:
        return None
    names = [quantizer.made_from]
    return export_others(recipe, choice, names, weights, build, watch)[-1]
