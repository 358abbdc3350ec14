"""Checks that a run returned the outputs in the sidecar. The apps' sessions do the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from numpy.typing import NDArray

from onpar.parity.contract.spec import Artifact
from onpar.pipeline.errors import OnparError


def check_outputs(artifact: Artifact, outputs: Mapping[str, NDArray[Any]]) -> None:
    """Raises OnparError if the outputs' names, item types or shapes do not match: one output could
    be mistaken for another."""
    got = {name: f"{value.dtype} {list(value.shape)}" for name, value in outputs.items()}
    expected = {spec.name: f"{spec.dtype} {list(spec.shape)}" for spec in artifact.outputs}
    if got != expected:
        raise OnparError(
            f"{artifact.file}: returns {_listed(got)}, its sidecar says {_listed(expected)}; copy "
            "the model and its .json from the same export"
        )


def _listed(specs: Mapping[str, str]) -> str:
    return ", ".join(f"{name}: {specs[name]}" for name in sorted(specs))
