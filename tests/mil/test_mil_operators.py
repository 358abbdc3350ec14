"""Every operator computes what PyTorch, NumPy, and coremltools' own definition say."""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from collections.abc import Callable, Mapping
from typing import Any

import cases_compression
import cases_elementwise
import cases_recurrent
import cases_reduction
import cases_resize
import cases_shape
import cases_windows
import numpy as np
import pytest
from coremltools.converters.mil.mil import Builder as mb  # noqa: N813
from coremltools.converters.mil.mil import Function, types
from coremltools.converters.mil.mil.ops.registry import SSAOpRegistry
from small_programs import Array, Case, evaluated, saved

from onpar.pipeline.paths import ROOT
from onpar.pipeline.targets.mil.operators import BLOCKS, DECLARED, OPERATORS, UNSUPPORTED

FAMILIES = (
    cases_compression,
    cases_elementwise,
    cases_recurrent,
    cases_reduction,
    cases_resize,
    cases_shape,
    cases_windows,
)
CASES = [case for family in FAMILIES for case in family.CASES]
NAMES = [case.name for case in CASES]

OF_A_MASK = ("constexpr_lut_to_sparse", "constexpr_sparse_blockwise_shift_scale")
"""They give a mask and values, of which constexpr_sparse_to_dense makes one tensor."""

WITH_BLOCKS = ("cond", "while_loop")
"""Their cases are in test_mil_blocks.py."""

OWN = {BLOCKS, DECLARED}
"""Parameters that are no inputs of a definition."""

TAKEN = ("float32", "int32")

CAST = {"bool": "bool", "int8": "int8", "uint8": "uint8"}


def flat(case: Case) -> dict[str, Array]:
    """What a program takes for a case: its inputs, those of a list one by one."""
    found = {}
    for key, value in case.inputs.items():
        for index, one in enumerate(value if isinstance(value, list) else [value]):
            wide = one if one.dtype.name in TAKEN else one.astype(np.int32)
            found[f"case{NAMES.index(case.name)}_{key}_{index}"] = wide
    return found


def given(case: Case, take: Callable[[str, Array], Any]) -> dict[str, Any]:
    """The operator's computed inputs, each cast to its own type."""

    def one(key: str, index: int, value: Array) -> Any:
        var = take(f"case{NAMES.index(case.name)}_{key}_{index}", value)
        return mb.cast(x=var, dtype=CAST[value.dtype.name]) if value.dtype.name in CAST else var

    return {
        key: [one(key, index, part) for index, part in enumerate(value)]
        if isinstance(value, list)
        else one(key, 0, value)
        for key, value in case.inputs.items()
        if key != "unused"
    }


def constants(case: Case) -> dict[str, Any]:
    """Of lists of numbers arrays; of reshape_like's tuples constants of their own."""
    if case.op == "reshape_like":
        return {key: [mb.const(val=one) for one in value] for key, value in case.constants.items()}
    return {
        key: np.array(value, np.bool_ if isinstance(value[0], bool) else np.int32)
        if isinstance(value, list)
        else value
        for key, value in case.constants.items()
    }


def outputs(case: Case, take: Callable[[str, Array], Any]) -> list[Any]:
    """The operator's outputs, as a program can give them."""
    made = getattr(mb, case.op)(**given(case, take), **constants(case))
    found = list(made) if isinstance(made, tuple | list) else [made]
    if case.op in OF_A_MASK:
        found = [mb.constexpr_sparse_to_dense(nonzero_data=found[1], mask=found[0])]
    return found


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Array]]:
    """What the evaluator makes of every case: one program a deployment target, saved and read."""
    found: dict[str, list[Array]] = {}
    for target in {case.target for case in CASES}:
        chosen = [case for case in CASES if case.target == target]
        inputs = {"dummy": np.zeros((1,), np.float32)}
        for case in chosen:
            inputs |= flat(case)

        def build(taken: Mapping[str, Any], chosen: list[Case] = chosen) -> list[Any]:
            given_out = []
            for case in chosen:
                made = outputs(case, lambda name, _: taken[name])
                for index, var in enumerate(made):
                    name = f"case{NAMES.index(case.name)}_out_{index}"
                    if types.builtin_to_string(var.dtype) in ("fp32", "int32"):
                        given_out.append(mb.identity(x=var, name=name))
                    else:
                        dtype = "fp32" if var.dtype == types.fp16 else "int32"
                        given_out.append(mb.cast(x=var, dtype=dtype, name=name))
            return given_out

        path = saved(build, inputs, target, tmp_path_factory.mktemp(target.name))
        got = evaluated(path, inputs)
        for case in chosen:
            prefix = f"case{NAMES.index(case.name)}_out_"
            found[case.name] = [value for name, value in got.items() if name.startswith(prefix)]
    return found


def wanted(case: Case) -> list[Array]:
    expected = case.expected
    several = isinstance(expected, list | tuple)
    return [np.asarray(one) for one in (expected if several else [expected])]


def close(got: Array, expected: Array, exact: bool) -> None:
    assert got.shape == expected.shape
    if exact or expected.dtype.kind in "iub":
        np.testing.assert_array_equal(got, expected)
    else:
        np.testing.assert_allclose(got, expected, rtol=2e-5, atol=2e-6)


@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_an_operator_computes_what_others_say(case: Case, results: dict[str, list[Array]]) -> None:
    got, expected = results[case.name], wanted(case)
    assert len(got) == len(expected)
    for one, other in zip(got, expected, strict=True):
        close(one, other, case.exact)


TOLD_APART = {
    "align_corners": ("upsample_bilinear-True", "upsample_bilinear-False"),
    "sampling_mode": ("resize_bilinear-UNALIGN_CORNERS-5", "resize_bilinear-DEFAULT-5"),
    "exclude_padding_from_average": ("avg_pool-custom", "avg_pool-excluded"),
    "pad_type": ("conv-same-odd", "conv-same-lower"),
    "mode": ("pad-reflect", "pad-replicate"),
    "gelu's mode": ("gelu", "gelu-tanh"),
    "interleave": ("concat", "concat-interleaved"),
}
"""Cases that differ in one attribute alone."""


@pytest.mark.parametrize("attribute", TOLD_APART)
def test_an_evaluator_that_ignores_an_attribute_fails(
    attribute: str, results: dict[str, list[Array]]
) -> None:
    """It would compute the other case's result."""
    for name, other in (TOLD_APART[attribute], TOLD_APART[attribute][::-1]):
        [got], case = results[name], CASES[NAMES.index(other)]
        with pytest.raises(AssertionError):
            close(got, wanted(case)[0], case.exact)


NOT_INFERRED = [
    "affine",
    "avg_pool",
    "batch_norm",
    "batch_to_space",
    "conv",
    "conv_transpose",
    "crop",
    "depth_to_space",
    "dequantize",
    "gather_nd",
    "instance_norm",
    "l2_pool",
    "local_response_norm",
    "lstm",
    "max_pool",
    "one_hot",
    "pixel_shuffle",
    "pixel_unshuffle",
    "resample",
    "reshape_like",
    "resize",
    "resize_bilinear",
    "resize_nearest_neighbor",
    "reverse_sequence",
    "rnn",
    "scatter",
    "scatter_nd",
    "silu",
    "sliding_windows",
    "space_to_batch",
    "space_to_depth",
    "upsample_bilinear",
    "upsample_nearest_neighbor",
]
"""Operators whose value coremltools never infers, and so says only in words what they compute."""

INFERRED_WRONGLY = ("concat-interleaved", "cumsum-exclusive", "matmul-mixed")
"""coremltools 9.0's inference ignores `interleave`, raises TypeError for `exclusive`, and takes two
constants of one type alone."""

INFERRED = [
    case for case in CASES if case.op not in NOT_INFERRED and case.name not in INFERRED_WRONGLY
]


@pytest.mark.parametrize("case", INFERRED, ids=[case.name for case in INFERRED])
def test_an_operator_computes_what_coremltools_infers_of_constants(
    case: Case, results: dict[str, list[Array]]
) -> None:
    with Function({"dummy": mb.placeholder((1,))}, opset_version=case.target):
        made = outputs(case, lambda _, value: mb.const(val=value.copy()))
        inferred = [_value(var) for var in made]
    assert not any(one is None for one in inferred)
    for got, value in zip(results[case.name], inferred, strict=True):
        np.testing.assert_allclose(got, np.asarray(value), rtol=2e-5, atol=2e-6)


def _value(var: Any) -> Any:
    """What coremltools knows of a value at conversion, or makes of compressed constants."""
    if var.val is None and var.op.op_type.startswith("constexpr_"):
        return var.op.materialized_val_inference()
    return var.val


def test_every_operator_has_a_case() -> None:
    assert {case.op for case in CASES} == OPERATORS.keys() - set(WITH_BLOCKS)
    assert len(set(NAMES)) == len(NAMES)


def test_every_operator_of_the_registry_is_evaluated_or_absent_for_a_reason() -> None:
    assert OPERATORS.keys() | UNSUPPORTED.keys() == SSAOpRegistry.core_ops.keys()
    assert not OPERATORS.keys() & UNSUPPORTED.keys()
    text = (ROOT / "docs" / "coreml.md").read_text(encoding="utf-8")
    for name, reason in UNSUPPORTED.items():
        assert any(f"`{name}`" in line and reason in line for line in text.splitlines()), name


def definitions() -> list[tuple[str, Any]]:
    """Every version of every operator that coremltools defines."""
    return [
        (name, definition)
        for name, versions in SSAOpRegistry.core_ops.items()
        for definition in versions.values()
        if name in OPERATORS
    ]


def taken(definition: Any) -> set[str]:
    """The names of its inputs; those that begin with `_` are its blocks."""
    return {key for key in definition.input_spec.input_types if not key.startswith("_")}


def test_every_input_of_every_version_of_a_definition_is_a_parameter() -> None:
    for name, definition in definitions():
        parameters = inspect.signature(OPERATORS[name]).parameters
        assert taken(definition) <= parameters.keys(), name


def test_every_parameter_is_an_input_of_some_version() -> None:
    known: dict[str, set[str]] = {}
    for name, definition in definitions():
        known.setdefault(name, set()).update(taken(definition))
    for name, function in OPERATORS.items():
        assert inspect.signature(function).parameters.keys() - OWN == known[name], name


def filled_in(definition: Any) -> set[str]:
    """The inputs that coremltools gives a value where the file has none (but for None)."""
    sources = [
        inspect.getsource(one.default_inputs)
        for one in definition.__mro__
        if "default_inputs" in vars(one)
    ]
    return {key for source in sources for key in re.findall(r"\b(\w+)=(?!None)", source)}


def test_a_parameter_has_a_default_just_where_some_version_may_leave_it_out() -> None:
    """There or filled in in every version, or else Python's default is what stands for it."""
    found: dict[tuple[str, str], list[bool]] = {}
    for name, definition in definitions():
        kinds, filled = definition.input_spec.input_types, filled_in(definition)
        for key in inspect.signature(OPERATORS[name]).parameters.keys() - OWN:
            there = key in kinds and (not kinds[key].optional or key in filled)
            found.setdefault((name, key), []).append(there)
    for (name, key), needed in found.items():
        parameter = inspect.signature(OPERATORS[name]).parameters[key]
        assert (parameter.default is inspect.Parameter.empty) == all(needed), (name, key)


UNUSED = {("topk", "sort")}
"""What need not be looked at: without `sort` any order will do."""


@pytest.mark.parametrize("name", OPERATORS)
def test_no_parameter_is_passed_over(name: str) -> None:
    function = OPERATORS[name]
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    read = {one.id for one in ast.walk(tree) if isinstance(one, ast.Name)}
    passed = {one.arg for one in ast.walk(tree) if isinstance(one, ast.keyword)}
    for key in inspect.signature(function).parameters:
        assert key in read | passed or (name, key) in UNUSED


def test_constant_attributes_are_those_that_every_definition_wants_constant() -> None:
    for name, definition in definitions():
        parameters = inspect.signature(OPERATORS[name]).parameters
        for key, kind in definition.input_spec.input_types.items():
            if key in parameters and parameters[key].kind is inspect.Parameter.KEYWORD_ONLY:
                assert kind.const, (name, key)
