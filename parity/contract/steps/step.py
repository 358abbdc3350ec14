"""What a step of a model's chain is: what it takes, what it makes, and how it is judged."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import msgspec
from numpy.typing import NDArray

from onpar.parity.causes import Fault, Mistakes
from onpar.parity.contract.spec import TensorSpec
from onpar.parity.contract.tolerance import EXACT, Tolerance

Tensor = NDArray[Any]

ANY = -1
"""A size in a shape that depends on the case, such as a photo's height."""


def fits(shape: Sequence[int], spec: TensorSpec) -> bool:
    """Whether a shape is the spec's, where any size stands for ANY."""
    return len(shape) == len(spec.shape) and all(
        n in (size, ANY) for size, n in zip(shape, spec.shape, strict=True)
    )


def shown(shape: Sequence[int]) -> str:
    """A shape for people: `[H, W, 3]`."""
    letters = iter("HW")
    return f"[{', '.join(next(letters) if n == ANY else str(n) for n in shape)}]"


@dataclass(frozen=True)
class Probe:
    """Made-up tensors that test an app's step where those of photos rarely do: the step is `given`
    these and must make `expected`. `wrong` says in a sentence what is wrong with another result of
    that shape."""

    given: tuple[Tensor, ...]
    expected: Tensor
    wrong: Callable[[Tensor], str]


class Step(msgspec.Struct, frozen=True, tag_field="step"):
    """A step with its constants, which are the fields of its class.

    `takes` names sources of the case, or tensors that earlier steps made; `makes` names what it
    makes. `stage` is what verdicts call it.
    """

    takes: tuple[str, ...]
    makes: tuple[str, ...]

    stage: ClassVar[str] = ""
    takes_source: ClassVar[bool] = False
    mistakes: ClassVar[Mistakes | None] = None

    def specs(self, given: Sequence[TensorSpec]) -> tuple[TensorSpec, ...]:
        """Shape and dtype of what it makes of tensors of these shapes and dtypes."""
        raise NotImplementedError

    def compute(self, given: Sequence[Any]) -> tuple[Tensor, ...]:
        """The reference: what it makes of these tensors, or sources. Raises ValueError."""
        raise NotImplementedError

    def tolerance(self, ref: Tensor) -> Tolerance:
        """The error that a tensor which it made may have, where `ref` is right."""
        return EXACT

    def fault(self, got: Tensor, ref: Tensor, given: Sequence[Tensor]) -> Fault:
        """A wrong tensor, with what `mistakes` need to know of the step."""
        return Fault(got, ref, given[0] if given else None)

    def altered(self, given: Sequence[Tensor]) -> Mapping[str, tuple[Tensor, ...]]:
        """What it would be given if a usual mistake were made before it, by the mistake's name: a
        golden must notice it."""
        return {}

    def probe(self, given: Sequence[TensorSpec]) -> Probe | None:
        """A test of the app's own step that takes tensors of these shapes, if there is one."""
        return None
