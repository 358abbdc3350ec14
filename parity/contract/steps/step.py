"""A step of a model's chain: its inputs, its outputs, and how it is judged."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import msgspec
import numpy as np
from numpy.typing import NDArray

from onpar.parity.causes import Fault, Mistakes
from onpar.parity.contract.seen import Seen, values_seen
from onpar.parity.contract.span import Span
from onpar.parity.contract.tensor_spec import TensorSpec
from onpar.parity.contract.tolerance import EXACT, Allowed, Tolerance, as_allowed

Tensor = NDArray[Any]


@dataclass(frozen=True)
class Probe:
    """Made-up tensors that test an app's step where those of photos rarely do: the step is `given`
    these and must make `expected`. `tests` says what a capture without it does not show; `wrong`
    says in a sentence what is wrong with another result of that shape."""

    given: tuple[Tensor, ...]
    expected: Tensor
    tests: str
    wrong: Callable[[Tensor], str]


class Step(msgspec.Struct, frozen=True, tag_field="step"):
    """A step with its constants, which are the fields of its class.

    `takes` names sources of the case, or tensors that earlier steps made; `makes` names the new
    tensors. Every kind but the network takes one tensor, and makes `most`.

    `gain` is the largest factor by which an error of the tensor taken can grow; None: not known.
    `along` is the axis along which only the order of the values taken counts; None: their sizes do.
    """

    takes: tuple[str, ...]
    makes: tuple[str, ...]

    takes_source: ClassVar[bool] = False
    most: ClassVar[int] = 1
    gain: ClassVar[float | None] = None
    along: ClassVar[int | None] = None
    mistakes: ClassVar[Mistakes | None] = None

    @property
    def kind(self) -> str:
        """The name of its kind, such as `resize-image`."""
        return str(self.__struct_config__.tag)

    def faults(self, given: Sequence[TensorSpec]) -> Iterator[str]:
        """What is wrong with its constants, and with tensors of these shapes and dtypes, in
        sentences that begin with the field's name; after the first the rest may not hold."""
        yield from ()

    def number_faults(self) -> Iterator[str]:
        """The same of constants that no shape depends on: said after every other fault of the
        chain, as they may follow from another mistake."""
        yield from ()

    def specs(self, given: Sequence[TensorSpec]) -> tuple[TensorSpec, ...]:
        """Shape and dtype of what it makes of tensors of these shapes and dtypes."""
        raise NotImplementedError

    def compute(self, given: Sequence[Any]) -> tuple[Tensor, ...]:
        """The reference: what it makes of these tensors, or sources. Raises ValueError."""
        raise NotImplementedError

    @property
    def keeps_order(self) -> int | None:
        """The axis along which its values have the order of those taken, whose errors then say
        what may change places: `spread` takes it. None: along none."""
        return None

    def tolerance(self, ref: Tensor) -> Tolerance | Allowed:
        """The error that a tensor which it made may have, where `ref` is right."""
        return EXACT

    def at_boundaries(self, got: Tensor, ref: Tensor, given: Sequence[Tensor]) -> Tensor:
        """The reference, but what was made where rounding decides between the two."""
        return ref

    def fault(self, got: Tensor, ref: Tensor, given: Sequence[Tensor]) -> Fault:
        """A wrong tensor, with what `mistakes` need to know of the step."""
        return Fault(got, ref, given[0] if given else None)

    def altered(self, given: Sequence[Tensor]) -> Mapping[str, tuple[Tensor, ...]]:
        """What it would be given if a usual mistake were made before it, by the mistake's name: a
        golden must notice it."""
        return {}

    def seen(
        self,
        got: Sequence[Tensor],
        golden: Sequence[Tensor],
        spans: Sequence[Span],
    ) -> Seen:
        """What it made against what the golden's step made; `spans` is what the tensors taken may
        honestly hold. A step without a comparison of its own is compared by values, and `spans`
        are those of the tensors made (`seen_by_values`)."""
        return values_seen(got, spans)

    def spread(self, given: Span, along: int | None = None) -> Span | None:
        """What it may honestly make of values in this span, its own rounding included; None: not
        known. Where a later step counts only the order along an axis, `along`, what it returns has
        to have the order of the values made, not their sizes."""
        if self.gain is None:
            return None
        [made] = self.compute([((given.low + given.high) / 2).astype(np.float32)])
        grown = self.gain * (given.high - given.low) / 2
        own = as_allowed(self.tolerance(made))
        span = Span.of(made, own.of_scores, own.axis)
        return Span(span.low - grown, span.high + grown)

    @property
    def seen_by_values(self) -> bool:
        """Whether it has no comparison of its own."""
        return type(self).seen is Step.seen

    def probes(self, given: Sequence[TensorSpec]) -> tuple[Probe, ...]:
        """Tests of the app's own step that takes tensors of these shapes."""
        return ()
