"""An exported artifact in the build folder, or why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from onpar.exporters import VARIANTS
from onpar.parity.contract.sidecar import read_sidecar, sidecar_path
from onpar.parity.contract.spec import Artifact, SpecError
from onpar.pipeline.build_folder.digests import Digests
from onpar.pipeline.build_folder.keys import artifact_size


@dataclass(frozen=True)
class Exported:
    """The result for an artifact: exported, up to date, left out, or failed with a reason.

    `left_out` is the recipe's reason for leaving it out; `not_installed` names the missing packages
    that it needs, and the command that installs them.
    """

    variant: str
    path: Path
    artifact: Artifact | None
    fresh: bool
    seconds: float
    error: str = ""
    left_out: str = ""
    not_installed: str = ""

    @property
    def format(self) -> str:
        """The name of its format."""
        return VARIANTS[self.variant].format

    @property
    def failure(self) -> str:
        """What failed, and why."""
        return f"export {self.variant}: {self.error}"


def current(path: Path, key: str, digests: Digests) -> Artifact | None:
    """The artifact at `path` if it is complete and was made with `key`, else None."""
    try:
        artifact = read_sidecar(sidecar_path(path))
        if artifact.key != key or artifact_size(path) != artifact.bytes:
            return None
        return artifact if digests.of(path) == artifact.sha256 else None
    except (SpecError, OSError):
        return None
