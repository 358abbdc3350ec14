"""Schemas are read as PyTorch reads them, and a call fits as its loader says."""

from __future__ import annotations

import pytest
import torch

from onpar.pipeline.preflight.loads.torch_schemas import schema
from onpar.pipeline.preflight.read.contents import Use
from onpar.pipeline.preflight.read.torch_code import calls

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


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("torch.rand(2, n)", True),
        ("torch.rand([2, 3])", True),
        ("torch.rand(size)", True),
        ("torch.rand(2)", True),
        ("torch.rand(x, [0])", False),
        ("torch.rand([0], 2)", False),
        ("torch.rand(2, 'a')", False),
        ("torch.rand()", False),
    ],
)
def test_the_last_arguments_are_a_list_where_each_can_be_an_item(text: str, fits: bool) -> None:
    """As `torch.any(x, [0])` is none of `any.int(int[] self)`."""
    assert schema("(int[] size, *, ScalarType? dtype=None) -> Tensor").fits(call(text)) is fits


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("torch.squeeze(x, annotate(List[int], []))", False),
        ("torch.squeeze(x, annotate(Optional[int], n))", True),
        ("torch.squeeze(x, f(List[int]))", True),
        ("torch.squeeze(x, 1)", True),
    ],
)
def test_an_annotated_list_is_a_list(text: str, fits: bool) -> None:
    use = next(use for use in calls(f"y = {text}", "code") if use.name == "aten::squeeze")
    assert schema("(Tensor(a) self, int dim) -> Tensor(a)").fits(use) is fits


def test_a_variable_named_torch_has_methods_that_are_no_operators() -> None:
    code = "torch = self.torch\ny = (torch).forward(torch.neg(x), )\n"
    assert [use.name for use in calls(code, "code")] == ["aten::neg"]


def test_lines_are_counted_over_blocks_deep_and_long() -> None:
    deep = "".join(f"{'  ' * n}if torch.gt(x, {n}):\n" for n in range(600))
    text = deep + "  " * 600 + "y = torch.neg(x)\n" + "else:\n  elif c:\n    lambda = x\n"
    found = [use.where for use in calls(text, "m.py")]
    assert sorted(found, key=lambda where: int(where.split()[-1])) == [
        f"m.py, line {n}" for n in range(1, 602)
    ]


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
