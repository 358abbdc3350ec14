"""What preflight says: whether a runtime loads a file, and if not, why, and the way out."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from onpar.pipeline.preflight.table import Runtime, Table


@dataclass(frozen=True)
class Reason:
    """Why a file does not load: what is wrong, in a sentence, and the way out, in another.

    `operator` is the one that is missing, `since` the first version of the runtime that has it;
    both are empty where it is not about an operator, `since` also where no version has it.
    """

    what: str
    remedy: str
    operator: str = ""
    since: str = ""

    @property
    def sentence(self) -> str:
        """Both, as printed."""
        return f"{self.what}; {self.remedy}"


class Answer(StrEnum):
    """Whether a runtime loads a file."""

    LOADS = "loads"
    DOES_NOT = "does not load"
    NOT_KNOWN = "not known"


@dataclass(frozen=True)
class Preflight:
    """A file and a runtime: it loads there where there is no reason against it, and nothing is
    unknown that decides.

    `unknown` says what is not known, where there is no reason against it, as a sentence's end;
    `checked` what was looked at, `unchecked` what no such file or table shows.
    """

    file: str
    runtime: str
    version: str
    loads: bool
    reasons: tuple[Reason, ...]
    unknown: tuple[str, ...]
    checked: str
    unchecked: str
    source: str

    @property
    def name(self) -> str:
        """`pytorch_android@1.13.1`."""
        return f"{self.runtime}@{self.version}"

    @property
    def answer(self) -> Answer:
        """The answer in one of three."""
        if self.loads:
            return Answer.LOADS
        return Answer.DOES_NOT if self.reasons else Answer.NOT_KNOWN


@dataclass(frozen=True)
class Listed:
    """A runtime within its family's table."""

    family: str
    table: Table
    index: int

    @property
    def runtime(self) -> Runtime:
        """The runtime itself."""
        return self.table.runtimes[self.index]

    @property
    def name(self) -> str:
        """`pytorch_android@1.13.1`."""
        return f"{self.runtime.name}@{self.runtime.version}"

    @property
    def called(self) -> str:
        """`pytorch_android 1.13.1`, as sentences name it."""
        return f"{self.runtime.name} {self.runtime.version}"

    def schemas(self, operator: str) -> list[str]:
        """The texts behind an operator that it has; none where it has it not."""
        return self.of(operator, self.index)

    def of(self, operator: str, index: int) -> list[str]:
        """Those that the runtime at `index` has."""
        bit = 1 << index
        return [text for text, mask in self.table.operators.get(operator, []) if mask & bit]

    def first(self, operators: Iterable[str], texts: Container[str] | None = None) -> str:
        """The first of its versions that has one of the operators, by one of the texts where they
        are given; empty where none has. Versions stand in the table in their order."""
        for index, one in enumerate(self.table.runtimes):
            found = (text for name in operators for text in self.of(name, index))
            if one.name == self.runtime.name and any(
                texts is None or text in texts for text in found
            ):
                return one.version
        return ""

    @cached_property
    def overloads(self) -> dict[str, list[str]]:
        """Of every operator that any runtime of the family has, its full names by its name."""
        names: dict[str, list[str]] = {}
        for full in self.table.operators:
            space, _, rest = full.partition("::")
            names.setdefault(f"{space}::{rest.partition('.')[0]}", []).append(full)
        return names


def has_since(listed: Listed, since: str) -> str:
    """The end of a sentence about what the runtime lacks: where it is to be had."""
    if since:
        return f"the first {listed.runtime.name} that has it is {since}"
    return f"no published {listed.runtime.name} that onpar knows has it"
