"""The report for a CI server: JUnit XML, valid by Ant's schema and by that of Jenkins' xUnit.

Ant's (JUnit.xsd by Windy Road) requires every attribute that is written here. Older versions of
Jenkins' xUnit's (junit-10.xsd) allow three decimals for a suite's time. GitLab shows the text of
`failure` and `skipped`, not their `message`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

from onpar.parity.judge.run import Run
from onpar.parity.judge.status import Status
from onpar.parity.judge.verdict import Verdict
from onpar.parity.report.figures import magnitude, middle
from onpar.parity.report.printable import clipped

SKIPPED_STATUSES = (Status.NOT_RUN, Status.UNJUDGED)

NAME, SENTENCE, STAGES = 1000, 10_000, 100_000
"""Characters that are kept of a name, a sentence and a row's stages. A reader with limits, such as
libxml2, refuses a document with a text of ten million."""


@dataclass(frozen=True)
class _Test:
    """A row: its place, its time in seconds, and how it ended (`kind` None: it passed)."""

    target: str
    variant: str
    case: str
    seconds: float = 0.0
    kind: str | None = None
    status: str = ""
    sentence: str = ""
    stages: str = ""
    halves: str = ""


def junit_xml(run: Run) -> str:
    """The run as a JUnit document: a suite for each target, a test for each row.

    A required row that was not captured is a failure, and so is an input that could not be judged.
    So is a run that fails without a failing row: a comparison of nothing must not be green.
    JUnit has no third outcome: UNJUDGED rows are skipped, and each suite's properties have the
    conclusion of the whole run. What each row of a lower precision computes and costs is in its
    suite's `system-out`, also where it passed.
    """
    tests = list(_tests(run))
    if not run.passing and all(test.kind != "failure" for test in tests):
        nothing = ("failure", Status.UNJUDGED, run.answer)
        tests.append(_Test("onpar", "run", "comparison", 0, *nothing))
    root = ET.Element("testsuites")
    for number, target in enumerate(dict.fromkeys(test.target for test in tests)):
        _suite(root, number, target, [t for t in tests if t.target == target], run)
    ET.indent(root)
    return ET.tostring(root, "unicode", xml_declaration=True) + "\n"


def _tests(run: Run) -> Iterator[_Test]:
    for v in run.verdicts:
        ms = middle(v.info.infer_ms) if v.info else None
        kind = "failure" if v in run.failed else "skipped" if v.status in SKIPPED_STATUSES else None
        yield _Test(
            *(v.place, v.variant, v.case, (ms or 0) / 1000),
            *(kind, v.status, v.sentence, stage_table(v)),
            halves=v.halves,
        )
    for row in run.absent:
        sentence = "required, and nothing was captured; run `onpar capture` where it can run"
        yield _Test(row.target, row.variant, row.case, 0, "failure", Status.NOT_RUN, sentence)
    for problem in run.problems:
        yield _Test("onpar", "input", problem, 0, "failure", "INPUT", problem)
    there = {v.target for v in run.verdicts} | {row.target for row in run.absent}
    for target in run.targets:
        if not target.judged and target.name not in there:
            yield _Test(target.name, "target", "not judged", 0, "skipped", "", target.needs)


def stage_table(verdict: Verdict) -> str:
    """Stage, status, largest error and allowed error, and detail: one line per stage."""
    lines = []
    for s in verdict.stages:
        error = magnitude(s.distance.max_abs if s.distance else None)
        allowed = magnitude(s.tolerance.max_abs if s.tolerance else None)
        name = s.tensor if s.tensor.startswith(s.stage) else s.stage
        lines.append(f"{name:<16} {s.status:<15} {error:>9} of {allowed:<9} {s.detail}")
    return "\n".join(clipped(line, STAGES // len(lines)) for line in lines)


def _suite(root: ET.Element, number: int, target: str, tests: list[_Test], run: Run) -> None:
    suite = ET.SubElement(
        root,
        "testsuite",
        name=clipped(target, NAME).strip() or "unknown",
        package="onpar",
        id=str(number),
        timestamp=_timestamp(run.created_at),
        hostname="localhost",
        tests=str(len(tests)),
        failures=str(sum(test.kind == "failure" for test in tests)),
        errors="0",
        skipped=str(sum(test.kind == "skipped" for test in tests)),
        time=f"{sum(test.seconds for test in tests):.3f}",
    )
    properties = ET.SubElement(suite, "properties")
    for name, value in (("conclusion", run.conclusion), ("answer", run.answer)):
        ET.SubElement(properties, "property", name=name, value=clipped(value, SENTENCE))
    for test in tests:
        case = ET.SubElement(
            suite,
            "testcase",
            name=clipped(test.case, NAME),
            classname=clipped(f"{test.target}.{test.variant}", NAME),
            time=f"{test.seconds:.6f}",
        )
        if test.kind:
            sentence = clipped(test.sentence, SENTENCE)
            end = ET.SubElement(case, test.kind, message=sentence)
            end.text = sentence
            if test.kind == "failure":
                end.set("type", test.status)
                end.text += f"\n\n{test.stages}"
    said = [f"{t.variant} on {t.case}: {t.halves}" for t in tests if t.halves]
    lines = (clipped(line, STAGES // len(said)) for line in said)
    ET.SubElement(suite, "system-out").text = "\n".join(lines) or None
    ET.SubElement(suite, "system-err")


def _timestamp(created: str) -> str:
    """ISO 8601 in UTC without a zone, which Ant's schema forbids; the epoch for anything else."""
    try:
        moment = datetime.fromisoformat(created)
    except ValueError:
        moment = datetime.fromtimestamp(0, UTC)
    if moment.tzinfo:
        moment = moment.astimezone(UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}"
