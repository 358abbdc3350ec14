"""How much faster the int8 files of a recipe run than the float TorchScript, side by side.

    .venv/bin/python bench/int8_latency.py [--recipe deeplabv3_resnet50] [--runs 7]

Exports what it compares into build/ with seeded:0 at 400×400, and runs it in turn in one process,
on all cores: what slows the machine down slows all. Prints medians and their share of the float
TorchScript's; exits with 1 where ONNX int8 takes more than half. That takes a processor with VNNI
(or ARM's dot products): without, onnxruntime's u8×s8 kernels are hardly faster than float32.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from onpar.parity.contract.sidecar import read_sidecar, sidecar_path
from onpar.pipeline.host import processor
from onpar.pipeline.targets import TARGETS, loaders

ONPAR = str(Path(sys.executable).with_name("onpar"))

COMPARED = ("torchscript-fp32", "onnx-fp32", "onnx-int8", "ort-int8", "pte-fp32", "pte-int8")

LIMIT = 0.5
"""Share of the float TorchScript's latency that ONNX int8 may take."""


def main() -> int:
    """Export, run in turn, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--recipe", default="deeplabv3_resnet50")
    parser.add_argument("--runs", type=int, default=7)
    chosen = parser.parse_args()
    medians = {
        name: statistics.median(taken)
        for name, taken in milliseconds(exported(chosen.recipe), chosen.runs).items()
    }
    base = medians["torchscript-fp32-tensor"]
    print(f"{chosen.recipe} 400x400, {os.cpu_count()} cores of {processor()}")
    for name, median in medians.items():
        print(f"{name:26} {median:8.0f} ms {median / base:6.2f} of the float TorchScript")
    return int(medians["onnx-int8-tensor"] > LIMIT * base)


def exported(recipe: str) -> list[Path]:
    """The artifacts to compare, in a build folder."""
    formats = [word for name in COMPARED for word in ("--format", f"{name}-tensor")]
    command = [ONPAR, "export", "--recipe", recipe, "--weights", "seeded:0", "--json", *formats]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
    paths = {one["variant"]: Path(one["path"]) for one in json.loads(done.stdout)}
    return [paths[f"{name}-tensor"] for name in COMPARED]


def milliseconds(paths: list[Path], runs: int) -> dict[str, list[float]]:
    """Every run's milliseconds by variant: one warm-up each, then `runs` rounds of all."""
    loaded: dict[str, Callable[[], Any]] = {}
    for path in paths:
        artifact = read_sidecar(sidecar_path(path))
        module = import_module(TARGETS[loaders(artifact.format)[0]].module)
        model = module.load(path.read_bytes(), artifact, os.cpu_count() or 1)
        values = np.random.default_rng(0).standard_normal(artifact.inputs[0].shape)
        inputs = {artifact.inputs[0].name: values.astype(np.float32)}
        loaded[artifact.variant] = partial(model.run, inputs)
    taken: dict[str, list[float]] = {name: [] for name in loaded}
    for round_ in range(runs + 1):
        for name, run in loaded.items():
            started = time.perf_counter()
            run()
            if round_:
                taken[name].append((time.perf_counter() - started) * 1e3)
    return taken


if __name__ == "__main__":
    sys.exit(main())
