"""What each way of quantizing costs, as a table.

    .venv/bin/python bench/quantization.py --weights demo [--size 200x200] [--scenes 200]

Exports the recipe in int8 with every observer that a backend has, calibrated on the recipe's own
photos, and evaluates the files over held-out scenes with `onpar evaluate`: agreement with the float
reference, mIoU against the truth, size and latency. Builds into build/quantization.
"""

from __future__ import annotations

import argparse
import io
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import msgspec
import torch

from exporters import VARIANTS, Source, fx_int8, onnx_int8
from parity.atomic import write_text
from parity.evaluation import Evaluation
from parity.spec import Artifact, read_sidecar, sidecar_path, sidecar_text
from pipeline.calibration import samples
from pipeline.choice import parse_size
from pipeline.demo.train import RECIPE
from pipeline.demo.write_scenes import write_scenes
from pipeline.keys import artifact_digest, artifact_size
from pipeline.paths import ROOT
from pipeline.reference import load_module

BUILD = ROOT / "build" / "quantization"
ONPAR = str(Path(sys.executable).with_name("onpar"))


def main() -> int:
    """Export, evaluate, print a table as Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weights", required=True)
    parser.add_argument("--size", default="200x200")
    parser.add_argument("--scenes", type=int, default=200)
    chosen = parser.parse_args()
    scenes = BUILD / f"scenes-{chosen.size}-{chosen.scenes}"
    if not scenes.exists():
        write_scenes(scenes, chosen.scenes, parse_size(chosen.size), train=False)
    model = ["--recipe", RECIPE, "--weights", chosen.weights, "--size", chosen.size]
    formats = [
        "--format",
        "onnx-int8",
        "--format",
        "torchscript-int8",
        "--format",
        "onnx-fp32-tensor",
    ]
    command = [ONPAR, "export", *model, *formats, "--build", str(BUILD), "--json"]
    exports = json.loads(subprocess.check_output(command))
    paths = {one["variant"]: Path(one["path"]) for one in exports}
    files = [paths["onnx-fp32-tensor"], *_onnx(paths), *_torchscript(paths)]
    command = [
        ONPAR,
        "evaluate",
        "--images",
        str(scenes / "images"),
        "--masks",
        str(scenes / "masks"),
    ]
    for path in files:
        command += ["--artifact", str(path)]
    done = json.loads(subprocess.check_output([*command, "--build", str(BUILD), "--json"]))
    print_table(msgspec.convert(done["evaluation"], Evaluation, strict=False))
    return 0


def print_table(done: Evaluation) -> None:
    """A row a file, as Markdown."""
    print("| file | agreement | foreground | mIoU to float | mIoU drop, points | SNR | MB | ms |")
    print("|---|---|---|---|---|---|---|---|")
    for one in done.artifacts:
        assert one.truth and one.truth.drop_interval and one.snr_db and one.foreground is not None
        low, high = one.truth.drop_interval
        cells = (
            one.file,
            f"{one.agreement:.2%}",
            f"{one.foreground:.2%}",
            f"{one.miou:.4f}",
            f"{one.truth.drop:.2f} ({low:.2f} to {high:.2f})",
            f"{one.snr_db.mean:.1f} dB",
            f"{artifact_size(BUILD / 'artifacts' / one.file) / 1e6:.1f}",
            f"{one.milliseconds:.0f}",
        )
        print(f"| {' | '.join(cells)} |")


def _onnx(paths: dict[str, Path]) -> Iterator[Path]:
    template = paths["onnx-int8-tensor"]
    for observer in onnx_int8.OBSERVERS:
        path = template.with_name(f"{template.stem}-{observer}.onnx")
        if not sidecar_path(path).exists():
            source = _source(paths, "onnx-int8-tensor", paths["onnx-fp32-tensor"])
            onnx_int8.quantize(source, path, observer)
            _describe(path, read_sidecar(sidecar_path(template)))
        yield path


def _torchscript(paths: dict[str, Path]) -> Iterator[Path]:
    template = paths["torchscript-int8-tensor"]
    for observer in fx_int8.OBSERVERS:
        path = template.with_name(f"{template.stem}-{observer}.pt")
        if not sidecar_path(path).exists():
            module = fx_int8.quantized(_source(paths, "torchscript-int8-tensor", None), observer)
            saved = io.BytesIO()
            torch.jit.save(torch.jit.freeze(torch.jit.script(module).eval()), saved)
            path.write_bytes(saved.getvalue())
            _describe(path, read_sidecar(sidecar_path(template)))
        yield path


def _source(paths: dict[str, Path], variant: str, file: Path | None) -> Source:
    weights = paths["safetensors-fp32-tensor"]
    recipe, module = load_module(read_sidecar(sidecar_path(weights)).options, weights)
    kind = VARIANTS[variant]
    return Source(
        None if file else module,
        file,
        recipe.model,
        kind.precision,
        kind.io,
        lambda: samples(recipe, ""),
    )


def _describe(path: Path, like: Artifact) -> None:
    """The sidecar of an int8 file that another observer made."""
    one = replace(
        like, file=path.name, sha256=artifact_digest(path), bytes=artifact_size(path), key=path.name
    )
    write_text(sidecar_path(path), sidecar_text(one))


if __name__ == "__main__":
    sys.exit(main())
