"""The models of the rows of a run."""

from __future__ import annotations

from onpar.parity.judge.run import Run


def models(run: Run) -> list[str]:
    """The recipes, sizes and weights of the rows."""
    lines = []
    for artifact in (v.artifact for v in run.verdicts if v.artifact):
        options = artifact.options
        size = f", {options.size.replace('x', '×')}" if options.size else ""
        weights = f"weights {artifact.weights}{worth(artifact.weights)}"
        lines.append(f"{artifact.model.recipe}{size}, {weights}")
    return list(dict.fromkeys(lines))


def worth(weights: str) -> str:
    """A note on the meaning of weights that are not a user's, printed after their name."""
    if weights.startswith("seeded"):
        return ": random, so that agreement counts and the classes mean nothing"
    return ": they recognise drawn objects, and nothing else" if weights == "demo" else ""
