"""Pickles as data: what they would build is written down, and nothing of it is built or called.

Of the opcodes only those that libtorch's own pickler writes are known (torch/csrc/jit/
serialization/pickler.h); any other is refused.
"""

from __future__ import annotations

import pickletools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


class PickleError(ValueError):
    """Bytes that are no pickle of libtorch's; the message says where."""


@dataclass(frozen=True)
class Name:
    """A global that the pickle names: `module.name`."""

    path: str


@dataclass
class Made:
    """What calling a global, or loading a record, would give."""

    of: Any
    given: Any
    state: Any = None


@dataclass
class _Stack:
    items: list[Any] = field(default_factory=list)
    marks: list[int] = field(default_factory=list)
    memo: dict[int, Any] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)

    def since_mark(self) -> list[Any]:
        start = self.marks.pop()
        if start > len(self.items):
            raise IndexError
        taken = self.items[start:]
        del self.items[start:]
        return taken

    def last(self, count: int) -> list[Any]:
        if count > len(self.items):
            raise IndexError
        taken = self.items[-count:]
        del self.items[-count:]
        return taken


def _name(stack: _Stack, argument: Any) -> None:
    path = str(argument).replace(" ", ".", 1)
    stack.names.add(path)
    stack.items.append(Name(path))


def _put(stack: _Stack, argument: Any) -> None:
    stack.memo[argument] = stack.items[-1]


def _build(stack: _Stack, _: Any) -> None:
    made, state = stack.last(2)
    if not isinstance(made, Made):
        raise TypeError("BUILD of what was not called")
    made.state = state
    stack.items.append(made)


def _items(stack: _Stack, items: list[Any]) -> None:
    stack.items[-1].update(zip(items[::2], items[1::2], strict=True))


def _constant(value: Any) -> Callable[[_Stack, Any], None]:
    return lambda stack, _: stack.items.append(value)


def _tuple(count: int) -> Callable[[_Stack, Any], None]:
    return lambda stack, _: stack.items.append(tuple(stack.last(count)))


OPCODES: dict[str, Callable[[_Stack, Any], None]] = {
    "PROTO": lambda stack, version: None,
    "MARK": lambda stack, _: stack.marks.append(len(stack.items)),
    "NONE": _constant(None),
    "NEWTRUE": _constant(True),
    "NEWFALSE": _constant(False),
    **dict.fromkeys(
        ("BININT", "BININT1", "BININT2", "LONG1", "BINFLOAT", "BINUNICODE"),
        lambda stack, value: stack.items.append(value),
    ),
    "EMPTY_TUPLE": _constant(()),
    "TUPLE1": _tuple(1),
    "TUPLE2": _tuple(2),
    "TUPLE3": _tuple(3),
    "TUPLE": lambda stack, _: stack.items.append(tuple(stack.since_mark())),
    "EMPTY_LIST": lambda stack, _: stack.items.append([]),
    "APPEND": lambda stack, _: (lambda it: stack.items[-1].append(it))(stack.last(1)[0]),
    "APPENDS": lambda stack, _: (lambda it: stack.items[-1].extend(it))(stack.since_mark()),
    "EMPTY_DICT": lambda stack, _: stack.items.append({}),
    "SETITEM": lambda stack, _: _items(stack, stack.last(2)),
    "SETITEMS": lambda stack, _: _items(stack, stack.since_mark()),
    "BINPUT": _put,
    "LONG_BINPUT": _put,
    "BINGET": lambda stack, index: stack.items.append(stack.memo[index]),
    "LONG_BINGET": lambda stack, index: stack.items.append(stack.memo[index]),
    "GLOBAL": _name,
    "BINPERSID": lambda stack, _: stack.items.append(Made("record", *stack.last(1))),
    "REDUCE": lambda stack, _: stack.items.append(Made(*stack.last(2))),
    "NEWOBJ": lambda stack, _: stack.items.append(Made(*stack.last(2))),
    "BUILD": _build,
}


def unpickled(content: bytes) -> tuple[Any, frozenset[str]]:
    """What the pickle holds, and the globals that it names. Raises PickleError."""
    stack, at = _Stack(), 0
    try:
        for opcode, argument, position in pickletools.genops(content):
            at = position or 0
            if opcode.name == "STOP":
                return stack.items.pop(), frozenset(stack.names)
            OPCODES[opcode.name](stack, argument)
    except KeyError as error:
        raise PickleError(f"unexpected {error} at byte {at}") from error
    except (ValueError, IndexError, TypeError, AttributeError, OverflowError) as error:
        raise PickleError(f"byte {at}: {error or 'too few values'}") from error
    raise PickleError(f"it ends at byte {at}")
