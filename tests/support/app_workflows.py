"""An app's workflow in docs/, and this project's own, which does the same in a job."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import yaml

from onpar.pipeline.paths import ROOT


@dataclass(frozen=True)
class Workflow:
    """A workflow's text, what it is as a whole, and the job for one of the apps."""

    text: str
    whole: dict[Any, Any]
    job: dict[str, Any]

    @property
    def steps(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.job["steps"]
        return found

    def check_rights(self) -> None:
        """It runs for pushes and pull requests, and may only read."""
        # YAML 1.1, which pyyaml reads, takes the key `on` for a truth value; GitHub does not.
        assert self.whole[True].keys() == {"push", "pull_request"}
        assert self.whole["permissions"] == {"contents": "read"}
        assert "permissions" not in self.job and "secrets" not in self.text


def workflows(app: str) -> dict[str, Workflow]:
    """`docs`: the file to copy; `own`: this project's."""
    files = {
        "docs": ROOT / "docs" / f"{app}-workflow.yml",
        "own": ROOT / ".github" / "workflows" / "apps.yml",
    }
    texts = {name: path.read_text("utf-8") for name, path in files.items()}
    loaded = {name: yaml.safe_load(text) for name, text in texts.items()}
    return {name: Workflow(texts[name], one, one["jobs"][app]) for name, one in loaded.items()}
