"""Numbers as JSON holds them, so that a sidecar that is read has the digest that was written."""

from __future__ import annotations

from numbers import Integral, Real

import msgspec


def as_floats(step: msgspec.Struct, *names: str) -> None:
    """Make floats of these fields of a new step where they are other numbers, such as numpy's: JSON
    writes 0 and 0.0 differently."""
    for name in names:
        value: object = getattr(step, name)
        if isinstance(value, Real) and not isinstance(value, bool):
            msgspec.structs.force_setattr(step, name, float(value))


def as_int(step: msgspec.Struct, name: str) -> None:
    """The same of a whole number."""
    value: object = getattr(step, name)
    if isinstance(value, Integral) and not isinstance(value, bool):
        msgspec.structs.force_setattr(step, name, int(value))
