"""The pytest plugin with the fixture `assert_on_par`. pytest imports it at every start, so it
imports nothing from onpar before the fixture is called."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pytest

if TYPE_CHECKING:
    from onpar import CompareResult, RunResult

MOST = 5
"""The number of reasons that a failure shows; the report has all."""


class AssertOnPar(Protocol):
    """The type of the fixture `assert_on_par`."""

    def __call__(
        self,
        what: str | os.PathLike[str] | RunResult | CompareResult,
        *,
        allow_unjudged: bool = False,
        **options: Any,
    ) -> RunResult | CompareResult: ...


@pytest.fixture(scope="session", name="assert_on_par")
def assert_on_par_fixture() -> AssertOnPar:
    """Call it with a recipe, an artifact, captures, or a result of onpar. The test fails if that is
    not on par, with the reason, the step at fault, and the path of the report.

    A name, or a path that ends in .py, is a recipe, with the options of onpar.run_parity. A folder,
    or a .safetensors file without a sidecar, is captures, with the options of onpar.check_captures.
    Any other path is an artifact, with the options of onpar.check_artifact.

    An UNJUDGED row fails too, and so does a run in which nothing was judged, unless
    `allow_unjudged` is true, like `--allow-unjudged` of the command. Returns the result.
    """
    return assert_on_par


def assert_on_par(
    what: str | os.PathLike[str] | RunResult | CompareResult,
    *,
    allow_unjudged: bool = False,
    **options: Any,
) -> RunResult | CompareResult:
    """The fixture's function."""
    __tracebackhide__ = True
    from onpar import CompareResult, OnparError, RunResult

    if isinstance(what, RunResult | CompareResult):
        if options:
            raise TypeError(f"a result takes no options: {', '.join(options)}")
        result = what
    else:
        try:
            result = _run(what, options)
        except OnparError as error:
            message = f"onpar: {error}"
        else:
            message = ""
        if message:
            pytest.fail(message)
    if not (result.on_par or (allow_unjudged and result.exit_code == 3)):
        pytest.fail(failure(result))
    return result


def failure(result: RunResult | CompareResult) -> str:
    """The message of a test that fails on the result."""
    from onpar import CompareResult
    from onpar.parity.report.printable import printable
    from onpar.parity.report.reasons import reasons

    if isinstance(result, CompareResult):
        found = [f"{row.status}: {row.sentence}" for row in result.rows if not row.on_par]
        lines = found[:MOST]
    else:
        open_rows = result.run.failed or result.run.unjudged or result.run.not_run
        found = [
            f"{heading} on {', '.join(cases)}\n  {printable(sentence)}"
            for (heading, sentence), cases in reasons(open_rows).items()
        ]
        lines = [*found[:MOST], *result.errors, *result.run.problems]
    more = [f"and {len(found) - MOST} more reasons"] if len(found) > MOST else []
    report = getattr(result, "report", None)
    where = [f"Report: {report.resolve()}"] if report else []
    return "\n".join([result.answer, *lines, *more, *where])


def _run(what: str | os.PathLike[str], options: dict[str, Any]) -> RunResult:
    __tracebackhide__ = True
    import onpar
    from onpar.parity.contract.sidecar import sidecar_path
    from onpar.pipeline.recipes import RECIPES

    path = Path(what)
    plain = not path.suffix and len(path.parts) == 1
    if str(what) in RECIPES or path.suffix == ".py" or (plain and not path.exists()):
        return onpar.run_parity(what, **options)
    made_by_export = sidecar_path(path).exists()
    if path.exists() and not made_by_export and (path.is_dir() or path.suffix == ".safetensors"):
        below = Path(options.get("build", "build"), "reports", f"captures-{path.stem}")
        return onpar.check_captures(what, **{"report": below, **options})
    return onpar.check_artifact(what, **options)
