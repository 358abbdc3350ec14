"""Both apps' code on this machine: their command lines, and many of their steps in one process."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import load_file

from onpar.parity.contract.capture import Tensor


@dataclass(frozen=True)
class Host:
    """A built host: its target, its command line, what begins its errors, and the program that
    takes jobs. `folder` is for what is handed over to it."""

    target: str
    command: tuple[str, ...]
    prefix: str
    jobs: tuple[str, ...]
    folder: Path

    def run(self, *words: str | Path, **options: Any) -> subprocess.CompletedProcess[str]:
        """The command line, as its user starts it."""
        command = [*self.command, *map(str, words)]
        return subprocess.run(command, capture_output=True, text=True, timeout=120, **options)

    def capture(
        self, model: Path, image: Path, out: Path, *more: str, **options: Any
    ) -> subprocess.CompletedProcess[str]:
        """One photo through one model; the case is called as the photo is."""
        given = ("--model", model, "--image", image, "--case", image.stem, "--out", out)
        return self.run(*given, *more, **options)

    def batch(self, jobs: list[dict[str, Any]]) -> list[dict[str, Tensor] | str]:
        """Of each job the tensors that it gives, or why it is refused: Batch.java, batch.cpp."""
        outs = [self.folder / f"{index}.out" for index in range(len(jobs))]
        for out in outs:
            out.unlink(missing_ok=True)
        named = [{**job, "out": str(out)} for job, out in zip(jobs, outs, strict=True)]
        listed = self.folder / "jobs.json"
        listed.write_text(json.dumps(named), "utf-8")
        subprocess.run([*self.jobs, str(listed)], check=True, timeout=120)
        return [result(out) for out in outs]

    def handed(self, name: str, tensor: Tensor) -> dict[str, Any]:
        """A tensor as jobs name it."""
        path = self.folder / f"{name}.raw"
        path.write_bytes(np.ascontiguousarray(tensor).tobytes())
        return {"file": str(path), "shape": list(tensor.shape), "dtype": tensor.dtype.name}


def result(out: Path) -> dict[str, Tensor] | str:
    """What a job has left."""
    if out.read_bytes()[8:9] != b"{":
        return out.read_text("utf-8")
    return load_file(out)
