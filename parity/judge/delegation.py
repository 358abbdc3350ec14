"""Which operators of an ExecuTorch program were delegated, and which fell back to the runtime."""

from __future__ import annotations

from dataclasses import dataclass

from onpar.parity.contract.spec import Artifact

FORMATS = "pte"
"""The prefix of the names of ExecuTorch's formats."""


@dataclass(frozen=True)
class Delegation:
    """The operators of a program: those of each delegate, and those that fell back."""

    delegated: dict[str, tuple[str, ...]]
    fell_back: tuple[str, ...]

    def __str__(self) -> str:
        own = ", ".join(self.fell_back) or "nothing"
        taken = [
            f"{delegate} takes {', '.join(names)}" for delegate, names in self.delegated.items()
        ]
        return f"{'; '.join(taken) or 'no delegate'}; ExecuTorch's own kernels run {own}"


def delegation(artifact: Artifact) -> Delegation | None:
    """An artifact's operators by delegate; None if its format does not support delegates."""
    if not artifact.format.startswith(FORMATS):
        return None
    delegated: dict[str, tuple[str, ...]] = {}
    for name in artifact.operators:
        delegate, slash, operator = name.partition("/")
        if slash:
            delegated[delegate] = (*delegated.get(delegate, ()), operator)
    return Delegation(delegated, tuple(name for name in artifact.operators if "/" not in name))
