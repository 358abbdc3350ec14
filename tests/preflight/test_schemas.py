"""Schemas are read as PyTorch reads them, and a call fits as its loader says."""

from __future__ import annotations

import pytest
import torch

from pipeline.preflight.contents import Use
from pipeline.preflight.torch_code import calls
from pipeline.preflight.torch_schemas import schema

CONV = "(Tensor input, Tensor weight, Tensor? bias=None, SymInt[2] stride=1, str padding='a, b')"
SUM = "(Tensor self, int[1]? dim, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor"


def call(text: str) -> Use:
    [use] = calls(f"y = {text}", "code")
    return use


def test_every_schema_of_pytorch_is_read_as_pytorch_reads_it() -> None:
    known = torch._C._jit_get_all_schemas()
    assert len(known) > 4000
    for one in known:
        name, _, rest = str(one).partition("(")
        read = schema("(" + rest)
        if read.anything:
            assert "..." in str(one)
            continue
        expected = [(a.name, a.has_default_value(), a.kwarg_only) for a in one.arguments]
        assert [(f.name, f.default, f.keyword_only) for f in read.formals] == expected, name


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("torch.conv2d(x, w)", True),
        ("torch.conv2d(x, w, None, [1, 1], 'same')", True),
        ("torch.conv2d(x, w, None, 1, 'same')", True),
        ("torch.conv2d(x, w, padding='same')", True),
        ("torch.conv2d(x)", False),
        ("torch.conv2d(x, w, None, [1, 1], 'same', 3)", False),
        ("torch.conv2d(x, w, None, 'same')", False),
        ("torch.conv2d(x, w, None, [1, 1], 2)", False),
        ("torch.conv2d(x, None)", False),
        ("torch.conv2d(x, w, weight=w)", False),
        ("torch.conv2d(x, w, groups=2)", False),
    ],
)
def test_a_call_fits_by_its_number_of_arguments_its_names_and_its_literals(
    text: str, fits: bool
) -> None:
    assert schema(CONV).fits(call(text)) is fits


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("torch.sum(x, None)", True),
        ("torch.sum(x, [1])", True),
        ("torch.sum(x, [1], dtype=6)", True),
        ("torch.sum(x, [1], True, 6)", False),
        ("torch.sum(x)", False),
    ],
)
def test_what_stands_behind_the_star_goes_by_its_name(text: str, fits: bool) -> None:
    assert schema(SUM).fits(call(text)) is fits


def test_bytecode_hands_over_no_more_arguments_than_there_are() -> None:
    for count, fits in ((0, True), (5, True), (6, False), (None, True)):
        use = Use("aten::conv2d", overload="", specified=count)
        assert schema(CONV).fits(use) is fits


def test_only_operators_are_calls() -> None:
    code = """
def forward(self, x: Tensor) -> List[Tensor]:
  _0 = __torch__.torch.nn.functional.relu
  a = annotate(List[int], [])
  b = (self.conv).forward(x, )
  c = _0(torch.neg(x), False, )
  d = ops.quantized.add(x, x, 0.5, -3)
  ops.prim.RaiseException("no: {}", "builtins.ValueError")
  return [c, uninitialized(Tensor), CONSTANTS.c0]
"""
    found = [(use.name, use.given, use.where) for use in calls(code, "m.py")]
    assert sorted(found) == [
        ("aten::neg", ("?",), "m.py, line 6"),
        ("prim::RaiseException", ("str", "str"), "m.py, line 8"),
        ("quantized::add", ("?", "?", "float", "int"), "m.py, line 7"),
    ]
