"""What the rows of a run are of."""

from __future__ import annotations

from parity.run import Run


def models(run: Run) -> list[str]:
    """The recipes, sizes and weights of the rows, with what random weights are worth."""
    lines = []
    for artifact in (v.artifact for v in run.verdicts if v.artifact):
        prep = artifact.model.prep
        size = f", {prep.height}×{prep.width}" if prep else ""
        line = f"{artifact.model.recipe}{size}, weights {artifact.weights}"
        if artifact.weights.startswith("seeded"):
            line += ": random, so that agreement counts and the classes mean nothing"
        lines.append(line)
    return list(dict.fromkeys(lines))
