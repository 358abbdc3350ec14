"""What each way of quantizing costs, as a table.

    .venv/bin/python bench/quantization.py [--weights demo] [--size 400x400] [--scenes 200]
        [--counts 8 16 64] [--formats onnx torchscript pte]

Exports the recipe in int8 with every observer that a backend has, calibrated on few and on many
scenes over the photographs that the demo weights have seen, and evaluates the files over held-out
scenes with `onpar evaluate`: agreement with the float reference, mIoU against the truth, size and
latency on one thread. Builds into build/quantization.
"""

from __future__ import annotations

import argparse
import io
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import replace
from pathlib import Path

import msgspec
import torch
from preps import prep_of

from onpar.exporters import VARIANTS, Source, pte
from onpar.exporters.quantization import fx_int8, onnx_int8, pt2e_int8
from onpar.parity.contract.sidecar import read_sidecar, sidecar_path, sidecar_text
from onpar.parity.contract.spec import Artifact
from onpar.parity.evaluation.evaluation import Evaluation
from onpar.parity.evaluation.summaries.classmap_figures import ClassMapFigures
from onpar.parity.files.atomic import write_text
from onpar.parity.image.fit import fit, normalise
from onpar.pipeline.build_folder.keys import artifact_digest, artifact_size
from onpar.pipeline.demo.segment_scenes import RECIPE
from onpar.pipeline.demo.write_scenes import calibration_scenes, write_scenes
from onpar.pipeline.paths import ROOT
from onpar.pipeline.recipes.recipe import Inputs
from onpar.pipeline.weights.choice import parse_size
from onpar.pipeline.weights.load_module import load_module

BUILD = ROOT / "build" / "quantization"
ONPAR = str(Path(sys.executable).with_name("onpar"))


def main() -> int:
    """Export, evaluate, print a table as Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weights", default="demo")
    parser.add_argument("--size", default="400x400")
    parser.add_argument("--scenes", type=int, default=200)
    parser.add_argument("--counts", type=int, nargs="+", default=[8, 16, 64])
    parser.add_argument("--formats", nargs="+", default=list(QUANTIZED), choices=list(QUANTIZED))
    chosen = parser.parse_args()
    scenes = BUILD / f"scenes-{chosen.size}-{chosen.scenes}"
    if not scenes.exists():
        write_scenes(scenes, chosen.scenes, parse_size(chosen.size))
    model = ["--recipe", RECIPE, "--weights", chosen.weights, "--size", chosen.size]
    variants = ["onnx-fp32-tensor", *(f"{name}-int8-tensor" for name in chosen.formats)]
    formats = [word for name in variants for word in ("--format", name)]
    command = [ONPAR, "export", *model, *formats, "--build", str(BUILD), "--json"]
    exports = json.loads(subprocess.check_output(command))
    paths = {one["variant"]: Path(one["path"]) for one in exports}
    files = [paths["onnx-fp32-tensor"]]
    for name in chosen.formats:
        files += [path for count in chosen.counts for path in QUANTIZED[name](paths, count)]
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
    heads = ("observer, images", "agreement", "foreground", "mIoU to float", "mIoU drop, points")
    print(f"| {' | '.join((*heads, 'SNR', 'MB', 'ms'))} |")
    print("|---" * 8 + "|")
    for one in done.artifacts:
        seen, snr = one.seen, one.snr_db
        assert isinstance(seen, ClassMapFigures) and snr and seen.foreground is not None
        assert seen.truth and seen.truth.drop_interval
        low, high = seen.truth.drop_interval
        cells = (
            _words(one.file),
            f"{seen.agreement:.2%}",
            f"{seen.foreground:.2%}",
            f"{seen.miou:.4f}",
            f"{seen.truth.drop:.2f} ({low:.2f} to {high:.2f})",
            f"{snr.mean:.1f} dB",
            f"{artifact_size(BUILD / 'artifacts' / one.file) / 1e6:.1f}",
            f"{one.milliseconds:.0f}",
        )
        print(f"| {' | '.join(cells)} |")


def _words(file: str) -> str:
    """`…-int8-tensor-min-max-16.onnx`: its format, observer and number of calibration images."""
    name, _, suffix = file.rpartition(".")
    form = {"onnx": "ONNX", "pt": "TorchScript", "pte": "ExecuTorch"}[suffix]
    kind = name.partition("-int8-tensor-")[2]
    return f"{form} {', '.join(kind.rsplit('-', 1))}" if kind else f"{form} float32"


def _onnx(paths: dict[str, Path], count: int) -> Iterator[Path]:
    template = paths["onnx-int8-tensor"]
    for observer in onnx_int8.OBSERVERS:
        path = template.with_name(f"{template.stem}-{observer}-{count}.onnx")
        if not sidecar_path(path).exists():
            source = _source(paths, "onnx-int8-tensor", paths["onnx-fp32-tensor"], count)
            with redirect_stdout(sys.stderr):  # The observers' own chatter.
                onnx_int8.quantize(source, path, observer)
            _describe(path, read_sidecar(sidecar_path(template)))
        yield path


def _torchscript(paths: dict[str, Path], count: int) -> Iterator[Path]:
    template = paths["torchscript-int8-tensor"]
    for observer in fx_int8.OBSERVERS:
        path = template.with_name(f"{template.stem}-{observer}-{count}.pt")
        if not sidecar_path(path).exists():
            source = _source(paths, "torchscript-int8-tensor", None, count)
            module = fx_int8.quantized(source, observer)
            saved = io.BytesIO()
            torch.jit.save(torch.jit.freeze(torch.jit.script(module).eval()), saved)
            path.write_bytes(saved.getvalue())
            _describe(path, read_sidecar(sidecar_path(template)))
        yield path


def _executorch(paths: dict[str, Path], count: int) -> Iterator[Path]:
    template = paths["pte-int8-tensor"]
    for observer in pt2e_int8.OBSERVERS:
        path = template.with_name(f"{template.stem}-{observer}-{count}.pte")
        if not sidecar_path(path).exists():
            source = _source(paths, "pte-int8-tensor", None, count)
            with redirect_stdout(sys.stderr):
                pte.export(source, path, observer)
            _describe(path, read_sidecar(sidecar_path(template)))
        yield path


QUANTIZED = {"onnx": _onnx, "torchscript": _torchscript, "pte": _executorch}
"""By format: what quantizes with every observer that its backend has."""


def _source(paths: dict[str, Path], variant: str, file: Path | None, count: int) -> Source:
    weights = paths["safetensors-fp32-tensor"]
    recipe, module = load_module(read_sidecar(sidecar_path(weights)).options, weights)
    kind, prep = VARIANTS[variant], prep_of(recipe.model)

    def samples() -> Iterator[Inputs]:
        for image in calibration_scenes(count):
            yield {prep.input: normalise(fit(image, prep), prep)}

    return Source(None if file else module, file, recipe.model, kind.precision, kind.io, samples)


def _describe(path: Path, like: Artifact) -> None:
    """The sidecar of an int8 file that another observer made."""
    one = replace(
        like, file=path.name, sha256=artifact_digest(path), bytes=artifact_size(path), key=path.name
    )
    write_text(sidecar_path(path), sidecar_text(one))


if __name__ == "__main__":
    sys.exit(main())
