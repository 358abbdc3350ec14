"""Operators with blocks, which are run as often as the values say."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import coremltools as ct
import numpy as np
import pytest
import torch
from coremltools.converters.mil.mil import Builder as mb  # noqa: N813
from small_programs import IOS15, IOS17, evaluated, saved
from torch import nn

from onpar.pipeline.errors import NotEvaluatedError
from onpar.pipeline.targets.mil.operators import control

X = np.arange(6, dtype=np.float32).reshape(2, 3) - 2


def ran(build: Callable[[Any], Any], folder: Path, x: Any = X) -> Any:
    return evaluated(saved(lambda taken: [build(taken["x"])], {"x": x}, IOS15, folder), {"x": x})[
        "out"
    ]


@pytest.mark.parametrize(("sign", "expected"), [(1, X * 3), (-1, -X - 1)])
def test_cond_runs_the_block_that_its_value_names(sign: int, expected: Any, tmp_path: Path) -> None:
    def build(x: Any) -> Any:
        positive = mb.greater(x=mb.reduce_sum(x=x), y=0.0)
        return mb.cond(
            pred=mb.squeeze(x=positive) if positive.shape else positive,
            _true_fn=lambda: mb.mul(x=x, y=3.0),
            _false_fn=lambda: mb.sub(x=x, y=1.0),
            name="out",
        )

    np.testing.assert_array_equal(ran(build, tmp_path, sign * X), expected)


def doubled(x: Any, limit: float) -> Any:
    """Twice as much as long as the first element's square is below the limit, and the rounds."""
    _, out = mb.while_loop(
        _cond=lambda _, v: mb.less(x=mb.reduce_max(x=mb.abs(x=v), keep_dims=False), y=limit),
        _body=lambda n, v: (mb.add(x=n, y=1), mb.add(x=v, y=x)),
        loop_vars=(0, x),
    )
    return mb.identity(x=out, name="out")


def test_while_loop_runs_its_body_until_its_condition_is_false(tmp_path: Path) -> None:
    np.testing.assert_array_equal(ran(lambda x: doubled(x, 10.0), tmp_path), X * 4)


def test_a_loop_without_an_end_is_not_evaluated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(control, "MAX_ITERATIONS", 5)
    with pytest.raises(NotEvaluatedError, match=r"while_loop .*the loop goes on after 5 rounds"):
        ran(lambda x: doubled(x, 1e30), tmp_path)


@pytest.mark.parametrize("batch_first", [True, False])
def test_a_gru_which_coremltools_writes_as_a_loop(tmp_path: Path, batch_first: bool) -> None:
    torch.manual_seed(0)
    module = nn.GRU(3, 4, num_layers=2, batch_first=batch_first).eval().requires_grad_(False)
    x = torch.randn(2, 5, 3)
    model = ct.convert(
        torch.jit.trace(module, x),
        inputs=[ct.TensorType(name="x", shape=x.shape)],
        outputs=[ct.TensorType(name="out"), ct.TensorType(name="last")],
        compute_precision=ct.precision.FLOAT32,
        minimum_deployment_target=IOS17,
        skip_model_load=True,
    )
    kinds = {one.op_type for one in model._mil_program.functions["main"].operations}
    assert "while_loop" in kinds
    model.save(str(tmp_path / "gru.mlpackage"))
    got = evaluated(tmp_path / "gru.mlpackage", {"x": x.numpy()})["out"]
    np.testing.assert_allclose(got, module(x)[0], rtol=1e-5, atol=1e-6)
