"""What Apple's documents leave open is found where a result hangs on it, and the row shows it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from coremltools.converters.mil.mil import Builder as mb  # noqa: N813
from small_programs import IOS15, saved
from test_target import COLOURS, artifact

from onpar.pipeline.build_folder.content import read_content
from onpar.pipeline.paths import ROOT
from onpar.pipeline.targets import mil
from onpar.pipeline.targets.mil.operators import OPERATORS
from onpar.pipeline.targets.mil.semantics import FINDINGS, unknown


def t(*values: Any) -> torch.Tensor:
    return torch.tensor(values)


POOL = {"x": torch.zeros(1, 1, 5, 5), "pad_type": "valid", "pad": (0, 0, 0, 0), "ceil_mode": True}
SEVEN = {"kernel_sizes": (7, 7), "strides": (4, 4), "pad": (3, 3, 3, 3), "pad_type": "custom"}
UP = {"x": torch.zeros(1, 1, 4, 4)}
GRID = {"x": torch.zeros(1, 1, 4, 4), "align_corners": True, "sampling_mode": "nearest"}
GRID |= {"coordinates_mode": "unnormalized"}
TRANSPOSED = {"weight": torch.zeros(1, 1, 3, 3), "dilations": (1, 1), "pad_type": "same"}
QUANTIZED = {"input": t(1.0, 2.0), "scale": t(0.4, 1.0), "axis": 0}
UPDATE = {"mode": "update", "axis": 0}

MET: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("avg_pool", POOL | SEVEN | {"ceil_mode": False}, POOL | SEVEN | {"strides": (2, 2)}),
    (
        "max_pool",
        POOL | {"kernel_sizes": (1, 1), "strides": (3, 3)},
        POOL | {"kernel_sizes": (2, 2), "strides": (2, 2)},
    ),
    ("reduce_argmax", {"x": t(3, 1, 3), "axis": 0}, {"x": t(3, 1, 1, 0), "axis": 0}),
    ("reduce_argmin", {"x": t(3, 1, 1), "axis": 0}, {"x": t(3, 2, 2, 0), "axis": 0}),
    ("topk", {"x": t(1, 2, 1), "axis": 0}, {"x": t(1, 2, 3), "axis": 0}),
    ("argsort", {"x": t(1, 2, 1), "axis": -1}, {"x": t(1, 2, 3), "axis": -1}),
    ("round", {"x": t(0.2, 1.5)}, {"x": t(0.2, 1.4)}),
    ("quantize", QUANTIZED, QUANTIZED | {"scale": t(0.3, 1.0)}),
    ("mod", {"x": t(-1.5, 2.0), "y": t(1.0)}, {"x": t(-1.5, -2.0), "y": t(-1.0)}),
    ("gather", {"indices": t(0, -1)}, {"indices": t(0, 1)}),
    ("scatter", UPDATE | {"indices": t(1, 1)}, UPDATE | {"indices": t(1, 2)}),
    (
        "scatter_nd",
        {"mode": "update", "indices": t([0, 1], [0, 1])},
        {"mode": "update", "indices": t([0, 1], [1, 1])},
    ),
    (
        "scatter_along_axis",
        UPDATE | {"indices": t([1, 0], [1, 2])},
        UPDATE | {"indices": t([1, 0], [2, 1])},
    ),
    (
        "upsample_nearest_neighbor",
        UP | {"scale_factor_height": 1.5, "scale_factor_width": 2.0},
        UP | {"scale_factor_height": 2.0, "scale_factor_width": 2.0},
    ),
    (
        "resize_nearest_neighbor",
        UP | {"target_size_height": 2, "target_size_width": 8},
        UP | {"target_size_height": 4, "target_size_width": 8},
    ),
    (
        "resize",
        UP | {"shape": t(1, 1, 6, 0), "resized_dims": 2, "interpolation_mode": "NEAREST_NEIGHBOR"},
        UP | {"shape": t(1, 1, 8, 0), "resized_dims": 2, "interpolation_mode": "NEAREST_NEIGHBOR"},
    ),
    ("resample", GRID | {"coordinates": t([0.5, 1.0])}, GRID | {"coordinates": t([0.4, 1.0])}),
    ("conv_transpose", TRANSPOSED | {"strides": (2, 2)}, TRANSPOSED | {"strides": (1, 1)}),
    (
        "scaled_dot_product_attention",
        {"attn_mask": t([True, False], [False, False])},
        {"attn_mask": t([0.0, -torch.inf])},
    ),
    (
        "one_hot",
        {"indices": t(0, 3), "one_hot_vector_size": t(3)},
        {"indices": t(0, 2), "one_hot_vector_size": t(3)},
    ),
    ("local_response_norm", {"size": 4}, {"size": 5}),
    ("cast", {"x": t(3e9), "dtype": "int32"}, {"x": t(2e9), "dtype": "int32"}),
]


@pytest.mark.parametrize(("operator", "met", "other"), MET, ids=[one[0] for one in MET])
def test_what_is_left_open_is_met_just_where_a_result_hangs_on_it(
    operator: str, met: dict[str, Any], other: dict[str, Any]
) -> None:
    [found] = unknown(operator, met)
    assert found.startswith(f"{operator}: ")
    assert unknown(operator, other) == ()


def test_every_finding_that_is_not_followed_has_a_case() -> None:
    tried = {unknown(operator, met)[0] for operator, met, _ in MET}
    for one in FINDINGS:
        assert set(one.operators) <= OPERATORS.keys()
        said = {f"{name}: {one.condition}" for name in one.operators}
        assert bool(said & tried) is not one.followed, one
        assert not one.followed or one.reported


def test_the_documentation_has_every_finding() -> None:
    text = (ROOT / "docs" / "coreml.md").read_text(encoding="utf-8")
    for one in FINDINGS:
        names = ", ".join(f"`{name}`" for name in one.operators)
        done = "followed" if one.followed else "PyTorch's, shown in the row"
        row = f"| {names} | {one.condition} | {one.definition} | {one.reported or '–'} | {done} |"
        assert row in text


def test_an_overhanging_window_is_divided_by_the_whole_kernel() -> None:
    """As Apple's runtime was reported to do, where PyTorch divides by the elements inside."""
    ones = torch.ones(1, 1, 5, 5)
    got = OPERATORS["avg_pool"](
        ones,
        kernel_sizes=(2, 2),
        strides=(2, 2),
        pad_type="valid",
        pad=(0, 0, 0, 0),
        ceil_mode=True,
        exclude_padding_from_average=False,
    )
    assert got[0, 0].tolist() == [[1, 1, 0.5], [1, 1, 0.5], [0.5, 0.5, 0.25]]


def test_a_run_notes_what_it_hangs_on_and_the_next_one_forgets_it(tmp_path: Path) -> None:
    halves = np.full((1, 3, 4, 6), 1.5, np.float32)
    path = saved(
        lambda taken: [mb.round(x=taken["image"], name="out")], {"image": halves}, IOS15, tmp_path
    )
    loaded = mil.load(read_content(path), artifact(COLOURS, "tensor"), 1)
    loaded.run({"image": halves})
    assert list(loaded.notes) == ["round: a number halfway between two integers"]
    loaded.run({"image": halves + 0.25})
    assert not loaded.notes
