"""A limit of onpar's own evaluator is a reason, not a failure: nobody requires the row."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, NoReturn

import pytest

from onpar.pipeline.capture import capture_job
from onpar.pipeline.capture.captures import PlannedCapture, collect_captures
from onpar.pipeline.errors import NotEvaluatedError
from onpar.pipeline.jobs.scheduler import Done, Job
from onpar.pipeline.targets import mil


def test_the_job_ends_well_with_what_the_evaluator_lacks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def load(*_: Any) -> NoReturn:
        raise NotEvaluatedError("m.mlpackage: onpar's evaluator does not support the operator gru")

    spec = SimpleNamespace(format="coreml", options=None)
    for name, value in {
        "read_sidecar": lambda _: spec,
        "load_recipe": lambda _: None,
        "capture_key": lambda *_: "key",
        "stale": lambda *_: {"case": tmp_path},
        "read_content": lambda _: b"",
    }.items():
        monkeypatch.setattr(capture_job, name, value)
    monkeypatch.setattr(mil, "load", load)
    said = capture_job.capture_artifact("mil", "m.mlpackage", str(tmp_path), {"threads": 1}, "")
    assert said.startswith(
        "m.mlpackage: onpar's evaluator does not support the operator gru; or leave it out"
    )
    assert 'left_out={"mil:coreml": "why"}' in said


def test_such_a_capture_is_refused_and_has_not_failed() -> None:
    job = Job("capture mil coreml-fp32-tensor", "", {}, 1, 0)
    planned = PlannedCapture("mil", "coreml-fp32-tensor", (Path("a.safetensors"),), job)
    [lacking] = collect_captures([planned], [Done(job, 0.0, 1.0, result="it lacks gru")])
    assert (lacking.refused, lacking.error, lacking.paths) == ("it lacks gru", "", ())
    [ran] = collect_captures([planned], [Done(job, 0.0, 1.0, result="")])
    assert (ran.refused, ran.error, ran.paths) == ("", "", planned.paths)
