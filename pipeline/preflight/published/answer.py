"""A published runtime with a loaded model in its own environment: the answers of `foreign`."""

from __future__ import annotations

import os
import select
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from onpar.parity.contract.spec import Artifact
from onpar.pipeline.errors import OnparError
from onpar.pipeline.jobs.parent_death import ending
from onpar.pipeline.preflight.published import foreign
from onpar.pipeline.targets.target import Loaded, Tensors

PATIENCE = 600.0
"""After so many seconds without an answer, the runtime counts as hanging."""


@dataclass(frozen=True)
class Published:
    """The loaded model, the digest of its bytes, and how long loading took."""

    loaded: Loaded
    sha256: str
    load_ms: float


@contextmanager
def published(
    python: Path, package: str, model: Path, kind: str, artifact: Artifact, threads: int
) -> Iterator[Published]:
    """Load the model with the environment's runtime, in a process that ends with the context.
    `kind` is the suffix of the format that it is loaded as. Raises OnparError with the runtime's
    message if it fails."""
    with _process(python, model, kind, threads, artifact.engine) as ask:
        header, _ = ask(None)

        def run(inputs: Mapping[str, NDArray[Any]]) -> Tensors:
            _, arrays = ask(list(inputs.items()))
            named = {name: value for name, value in arrays if name}
            specs = artifact.outputs
            if not named and len(arrays) == len(specs):
                named = {s.name: v for s, (_, v) in zip(specs, arrays, strict=True)}
            if named.keys() != {spec.name for spec in specs}:
                names = ", ".join(spec.name for spec in specs)
                raise OnparError(
                    f"{model.name}: {package} returns {', '.join(named) or len(arrays)} outputs, "
                    f"its sidecar names {names}"
                )
            return named

        loaded = Loaded(run, package, str(header["version"]), artifact.engine)
        yield Published(loaded, str(header["sha256"]), float(header["load_ms"]))


@contextmanager
def _process(python: Path, model: Path, kind: str, threads: int, engine: str) -> Iterator[Any]:
    reads, to = os.pipe()
    back, writes = os.pipe()
    words = [python, foreign.__file__, kind, model, threads, engine, reads, writes]
    with tempfile.TemporaryFile() as said, os.fdopen(to, "wb") as sending:
        process = subprocess.Popen(
            [str(word) for word in words],
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            pass_fds=(reads, writes),
            # Only its own packages, not those of the user's environment.
            env={k: v for k, v in os.environ.items() if not k.startswith("PYTHON")},
            preexec_fn=ending,
        )
        os.close(reads)
        os.close(writes)
        with os.fdopen(back, "rb") as receiving:

            def ask(arrays: foreign.Arrays | None) -> tuple[dict[str, Any], foreign.Arrays]:
                try:
                    if arrays is not None:
                        foreign.send(sending, {}, arrays)
                    if not select.select([receiving], [], [], PATIENCE)[0]:
                        raise OnparError(f"{model.name}: it hangs: no answer in {PATIENCE:.0f} s")
                    header, given = foreign.receive(receiving)
                except (EOFError, BrokenPipeError):
                    raise OnparError(f"{model.name}: {_end_message(process, said)}") from None
                if "error" in header:
                    raise OnparError(f"{model.name}: {header['error']}")
                return header, given

            try:
                yield ask
            finally:
                process.kill()
                process.wait()


def _end_message(process: subprocess.Popen[bytes], said: Any) -> str:
    code = process.wait()
    said.seek(0)
    lines = said.read().decode(errors="replace").strip().splitlines()
    cause = f"signal {-code}" if code < 0 else f"exit code {code}"
    return f"it ended with {cause}: {lines[-1][:200] if lines else 'no output'}"
