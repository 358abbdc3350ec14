"""A value that a test knows to be there, for mypy."""

from typing import TypeVar

T = TypeVar("T")


def present(value: T | None) -> T:
    """The value. Fails the test where it is None."""
    assert value is not None
    return value
