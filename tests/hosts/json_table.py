"""Sidecars whose text is changed: which JSON Python, Java and C++ take, and which they refuse."""

from __future__ import annotations

import json
from typing import Any

from sidecar_row import Row

from onpar.parity.limits.limits import MAX_JSON_DEPTH, MAX_NUMBER_LENGTH


def deep(levels: int) -> dict[str, Any]:
    """Lists in one another: with the sidecar itself so many levels."""
    lists = levels - 1
    return {"more": json.loads("[" * lists + "]" * lists)}


SOUND_JSON = (
    Row("spaces behind its end", end=" \t\r\n \n"),
    Row("nested as deep as may be", changed=deep(MAX_JSON_DEPTH)),
    *(Row(f"{text[:20]} in an unknown key", changed={"x": value},
          text=(f'"x": {value}', f'"x": {text}'))
      for value, text in ((0.0, "1e-2147483648"), (0.0, "0e2147483648"), (0.0, "1e-99999999999"),
                          (0.5, "0.5" + "0" * (MAX_NUMBER_LENGTH - 3)), (0.5, "5E-1"))),
    *(Row(f"a number of {len(str(value))} digits", changed={"x": value})
      for value in (1 << 64, 10**300)),
    Row("digits in a text", changed={"x": '"\\' + "1" * (MAX_NUMBER_LENGTH + 1)}),
    Row("an integer -0", text=('"shorter": 0', '"shorter": -0'), times=-1),
    Row("a mean with an exponent", text=("0.25", "2.5e-1"), times=-1),
)  # fmt: skip

REFUSED_JSON = (
    *(Row(f"an integer {text}", "runs", text=('"runs": [3', f'"runs": [{text}'))
      for text in ("3.0", "3e0", "3E+0", "30e-1")),
    *(Row(f"a level {text}", "pad", text=("99, 199]", f"99, {text}]"), times=-1)
      for text in ("199.0", "1.99e2", "199e0")),
    Row("a key twice", "twice", text=('"io": "tensor"', '"io": "image", "io": "tensor"')),
    Row("a key twice inside", "twice", text=('"fit": ', '"fit": "crop", "fit": ')),
    Row("nested too deeply", "not a readable sidecar", deep(MAX_JSON_DEPTH + 1)),
    Row("a byte order mark", "not a readable sidecar", text=("{", "\ufeff{")),
    Row("half of a surrogate pair", "not a readable sidecar", text=(
        '"engine": ""', '"engine": "\\ud800"')),
    Row("more behind its end", "not a readable sidecar", text=('"sidecar_sha256"', '"x": 1}{"y"')),
    Row("a NUL byte behind its end", "not a readable sidecar", end="\0"),
    Row("JSON behind a NUL byte", "not a readable sidecar", end="\n\0{}"),
    Row("a NUL byte inside", "not a readable sidecar", text=('"io"', '\0"io"')),
    Row("a letter behind its end", "not a readable sidecar", end="\nx"),
    Row("a control character behind its end", "not a readable sidecar", end="\x0c"),
    Row("a space that is none of JSON's", "not a readable sidecar", end="\u00a0"),
    Row("a number that JSON has not", "not a readable sidecar", text=(
        '"bytes": 1234', '"bytes": NaN')),
    Row("a digit that is not ASCII's", "not a readable sidecar", {"x": 1}, text=(
        '"x": 1', '"x": \u0661')),
    Row("a number beyond a double", "not a readable sidecar", text=(
        '"export_seconds": 1.5', '"export_seconds": 1e999')),
    *(Row(f"a number {name}", "not a readable sidecar", {"x": 0.5},
          text=('"x": 0.5', f'"x": {text}'))
      for name, text in (("of 1e309", "1e309"), ("of -1e309", "-1e309"),
                         ("of 400 digits", "1" * 400), ("of 4,301 digits", "1" * 4301),
                         ("of too many digits", "0.5" + "0" * (MAX_NUMBER_LENGTH - 2)))),
    Row("a key twice behind a long number", "not a readable sidecar", {"x": 0.5}, text=(
        '"x": 0.5', '"x": ' + "1" * 4301 + ', "io": "image"')),
    Row("a mean of too many digits", "not a readable sidecar", times=-1, text=(
        "0.25", "0.25" + "0" * MAX_NUMBER_LENGTH)),
)  # fmt: skip
