"""How near and how fast onpar's evaluation of a Core ML package is.

    .venv/bin/python bench/mil.py [--recipe deeplabv3_resnet50] [--size 400x400] [--runs 5]

Exports the recipe's float32 package with seeded:0 into build/, evaluates it on its cases with all
cores, and prints the distance from eager float32, and the median of the runs with eager's beside
it, as passed and as processor time. Exits with 1 under 60 dB or over 2 s.
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
from dataclasses import dataclass
from pathlib import Path

from onpar.parity.contract.sidecar import read_sidecar, sidecar_path
from onpar.parity.judge.metrics import distance
from onpar.pipeline.build_folder.content import read_content
from onpar.pipeline.module.run_module import Tensors, run_module
from onpar.pipeline.targets import mil
from onpar.pipeline.weights.load_module import load_module

ONPAR = str(Path(sys.executable).with_name("onpar"))

NEAR, SLOW = 60.0, 2.0
"""dB of SNR at least, seconds at most."""


def main() -> int:
    """Export, evaluate, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--recipe", default="deeplabv3_resnet50")
    parser.add_argument("--size", default="400x400")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--build", default="build")
    chosen = parser.parse_args()
    command = [ONPAR, "export", "--recipe", chosen.recipe, "--size", chosen.size]
    command += ["--weights", "seeded:0", "--format", "coreml-fp32", "--json"]
    done = subprocess.run([*command, "--build", chosen.build], check=True, stdout=subprocess.PIPE)
    paths = {one["variant"]: Path(one["path"]) for one in json.loads(done.stdout)}
    package = paths["coreml-fp32-tensor"]
    artifact = read_sidecar(sidecar_path(package))
    recipe, module = load_module(artifact.options, paths["safetensors-fp32-tensor"])
    started = time.perf_counter()
    loaded = mil.load(read_content(package), artifact, os.cpu_count() or 1)
    print(f"loaded in {time.perf_counter() - started:.2f} s")
    worst, samples = float("inf"), list(recipe.samples())
    for case, inputs in zip(artifact.cases, samples, strict=True):
        ref = run_module(module, inputs, recipe.model.outputs)
        for name, got in loaded.run(inputs).items():
            snr = distance(got, ref[name]).snr_db
            worst = worst if snr is None else min(worst, snr)
            print(f"{case.name:12} {name}: {'equal' if snr is None else f'{snr:.1f} dB'}")
    ours = measured(lambda: loaded.run(samples[0]), chosen.runs)
    eager = measured(lambda: run_module(module, samples[0], recipe.model.outputs), chosen.runs)
    print(f"a run takes {ours.text}, eager PyTorch {eager.text} (medians of {chosen.runs})")
    return int(worst < NEAR or ours.seconds > SLOW)


@dataclass(frozen=True)
class Times:
    """Of a run the seconds that passed, and those that the cores worked on it together."""

    seconds: float
    worked: float

    @property
    def text(self) -> str:
        """In words."""
        return f"{self.seconds:.2f} s, {self.worked:.2f} s of processor time"


def measured(run: Callable[[], Tensors], runs: int) -> Times:
    """The medians of some runs after a warm-up."""
    run()
    passed, worked = [], []
    for _ in range(runs):
        started, before = time.perf_counter(), time.process_time()
        run()
        passed.append(time.perf_counter() - started)
        worked.append(time.process_time() - before)
    return Times(statistics.median(passed), statistics.median(worked))


if __name__ == "__main__":
    sys.exit(main())
