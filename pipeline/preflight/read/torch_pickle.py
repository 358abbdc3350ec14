"""Reads pickles as data: the objects that they would build are described, not built or called.

Only the opcodes that libtorch's own pickler writes are supported
(torch/csrc/jit/serialization/pickler.h); any other is refused.
"""

from __future__ import annotations

import pickletools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


class PickleError(ValueError):
    """Bytes that are not a pickle of libtorch; the message says where."""


@dataclass(frozen=True)
class Name:
    """A global that the pickle names: `module.name`."""

    path: str


@dataclass
class Made:
    """The result of calling a global, or of loading a record."""

    of: Any
    given: Any
    state: Any = None


@dataclass
class Pairs:
    """A dictionary, as pairs: a key may be anything, such as a tensor, or a tuple too deep to
    hash."""

    pairs: list[tuple[Any, Any]]

    def add(self, items: list[Any]) -> None:
        """Keys and values in turn."""
        self.pairs.extend(zip(items[::2], items[1::2], strict=True))


@dataclass(frozen=True)
class Pickle:
    """The content of a pickle, the globals that it names, and those that it calls."""

    value: Any
    names: frozenset[str]
    called: frozenset[str]


MAX_OPCODES = 1_000_000
"""The maximum number of opcodes in a pickle; reading as many takes about 1.5 s. Measured:
DeepLabV3-ResNet101's data 25,000, its bytecode 53,000; of a transformer of BERT-large's 24 layers
12,000 and 28,000, scripted 380,000."""


@dataclass
class _Stack:
    items: list[Any] = field(default_factory=list)
    marks: list[int] = field(default_factory=list)
    memo: dict[int, Any] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    called: set[str] = field(default_factory=set)

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


def _reduce(stack: _Stack, _: Any) -> None:
    of, given = stack.last(2)
    if isinstance(of, Name):
        stack.called.add(of.path)
    stack.items.append(Made(of, given))


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
    "EMPTY_DICT": lambda stack, _: stack.items.append(Pairs([])),
    "SETITEM": lambda stack, _: (lambda it: stack.items[-1].add(it))(stack.last(2)),
    "SETITEMS": lambda stack, _: (lambda it: stack.items[-1].add(it))(stack.since_mark()),
    "BINPUT": _put,
    "LONG_BINPUT": _put,
    "BINGET": lambda stack, index: stack.items.append(stack.memo[index]),
    "LONG_BINGET": lambda stack, index: stack.items.append(stack.memo[index]),
    "GLOBAL": _name,
    "BINPERSID": lambda stack, _: stack.items.append(Made("record", *stack.last(1))),
    "REDUCE": _reduce,
    "NEWOBJ": lambda stack, _: stack.items.append(Made(*stack.last(2))),
    "BUILD": _build,
}


def unpickled(content: bytes) -> Pickle:
    """Read a pickle. Its content may be nested to any depth, and may contain itself: code that
    walks it must neither recurse nor hash. Raises PickleError."""
    stack, at = _Stack(), 0
    try:
        for count, (opcode, argument, position) in enumerate(pickletools.genops(content)):
            at = position or 0
            if opcode.name == "STOP":
                value = stack.items.pop()
                return Pickle(value, frozenset(stack.names), frozenset(stack.called))
            if count == MAX_OPCODES:
                raise OverflowError(f"it has more than {MAX_OPCODES:,} opcodes")
            OPCODES[opcode.name](stack, argument)
    except KeyError as error:
        raise PickleError(f"unexpected {error} at byte {at}") from error
    except (ValueError, IndexError, TypeError, AttributeError, OverflowError) as error:
        raise PickleError(f"byte {at}: {error or 'too few values'}") from error
    raise PickleError(f"it ends at byte {at}")
