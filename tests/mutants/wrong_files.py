"""Damaged files: captures as bytes, goldens and sidecars; functions that are or make a `Make`."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from preps import prep_of
from producer import App
from sabotage import Damage, Make
from samples import photo_case

from onpar.parity.contract.capture import Capture, Tensor, read_capture, write_capture
from onpar.parity.contract.golden import sealed
from onpar.parity.contract.sidecar import sidecar_path, sidecar_text


def written(damage: Callable[[bytes], bytes]) -> Make:
    """The file's bytes changed after it was written."""
    return lambda app: damage(_whole(app))


def header(old: str, new: str) -> Make:
    """Text of the same length replaced in the header."""
    assert len(old) == len(new)
    return written(lambda content: content.replace(old.encode(), new.encode(), 1))


def headed(old: str, new: str) -> Make:
    """Text replaced in the header, by text of any length."""

    def damage(content: bytes) -> bytes:
        start = 8 + int.from_bytes(content[:8], "little")
        assert old.encode() in content[8:start]
        text = content[8:start].replace(old.encode(), new.encode(), 1)
        return len(text).to_bytes(8, "little") + text + content[start:]

    return written(damage)


def header_length(length: int) -> Make:
    return written(lambda content: length.to_bytes(8, "little") + content[8:])


def typed(name: str, dtype: str, change: Damage) -> Make:
    """A tensor of a type that onpar's writer does not write; `dtype` is safetensors' name."""

    def make(app: App) -> bytes:
        content = _whole(app)
        size = int.from_bytes(content[:8], "little")
        entries = json.loads(content[8 : 8 + size])
        metadata = {"__metadata__": entries.pop("__metadata__")}
        data = b""
        for key, entry in sorted(entries.items(), key=lambda item: item[0] != name):
            start, end = entry["data_offsets"]
            values = content[8 + size + start : 8 + size + end]
            if key == name:
                kind = {"U8": np.uint8, "F32": np.float32}[entry["dtype"]]
                values, entry["dtype"] = change(np.frombuffer(values, kind)).tobytes(), dtype
            entry["data_offsets"] = [len(data), len(data) + len(values)]
            data += values
        text = json.dumps(metadata | entries).encode()
        text += b" " * (-len(text) % 8)
        return len(text).to_bytes(8, "little") + text + data

    return make


def _whole(app: App) -> bytes:
    whole = app.build / "whole.safetensors"
    write_capture(whole, app.capture())
    return whole.read_bytes()


def upper_half(values: Tensor) -> Tensor:
    """f32 as the bits of bfloat16."""
    return (values.view(np.uint32) >> 16).astype(np.uint16)


def foreign(path: Path) -> Make:
    """The bytes of a file that is no capture."""
    return lambda app: path.read_bytes()


def golden(change: Callable[[Capture], Capture], seal: bool = True) -> Make:
    """The app is right; the golden is another, or with `seal=False` was changed after it was
    made."""

    def make(app: App) -> Capture:
        path = _golden(app)
        changed = change(read_capture(path))
        write_capture(path, sealed(changed) if seal else changed)
        return app.capture()

    return make


def _golden(app: App) -> Path:
    [path] = (app.build / "goldens").rglob("coffee.safetensors")
    return path


def one_bit(name: str) -> Make:
    """The lowest bit of a tensor's first value in the golden is another than when it was made."""

    def change(capture: Capture) -> Capture:
        tensor = capture.tensors[name].copy()
        tensor.reshape(-1).view(np.uint8)[0] ^= 1
        return replace(capture, tensors={**capture.tensors, name: tensor})

    return golden(change, seal=False)


def input_flat(capture: Capture) -> Capture:
    """The golden's input has the same bytes in another shape."""
    flat = capture.tensors["image"].reshape(1, -1)
    return replace(capture, tensors={**capture.tensors, "image": flat})


def input_whole(capture: Capture) -> Capture:
    """The golden's input is of whole numbers."""
    whole = capture.tensors["image"].astype(np.int32)
    return replace(capture, tensors={**capture.tensors, "image": whole})


def input_nan(capture: Capture) -> Capture:
    """One value of the golden's input is NaN."""
    values = capture.tensors["image"].copy()
    values[0, 0, 0, 0] = np.nan
    return replace(capture, tensors={**capture.tensors, "image": values})


def floor(seal: bool = True, **values: float) -> Make:
    """The golden says that the noise floor of every channel is another."""
    return golden(lambda capture: _measured(capture, "floor", values), seal)


def gates(seal: bool = True, **values: float) -> Make:
    """The golden says that its output moved by something else."""
    return golden(lambda capture: _measured(capture, "gates", values), seal)


def renamed_golden(app: App) -> Capture:
    """The golden of another photo, under the name and digest of this one."""
    own = read_capture(_golden(app)).info
    other = read_capture(_golden(app).with_name("chelsea.safetensors"))
    claimed = replace(other.info, case=own.case, sources=own.sources)
    write_capture(_golden(app), replace(other, info=claimed))
    return app.capture()


def second_golden(app: App) -> Capture:
    """Another golden of the same case, that allows more, before it in the order of the names."""
    lenient = _measured(read_capture(_golden(app)), "floor", {"max_abs": 1.0, "rms": 1.0})
    write_capture(_golden(app).with_name("a.safetensors"), sealed(lenient))
    return app.capture()


def _measured(capture: Capture, key: str, values: Mapping[str, float]) -> Capture:
    content = json.loads(capture.info.extra[key])
    for one in content["out"]["each"] if key == "floor" else [content["out"]]:
        one |= values
    extra = {**capture.info.extra, key: json.dumps(content)}
    return replace(capture, info=replace(capture.info, extra=extra))


def newer(**changes: str) -> Make:
    """The model was exported anew and captured; the golden is still that of before."""
    return lambda app: _sidecar(app, **changes).capture()


def newer_recipe(app: App) -> Capture:
    """The recipe normalises by another mean since the golden was made."""
    model = app.artifact.model
    prep = replace(prep_of(model), mean=(0.5, 0.5, 0.5))
    changed = replace(model, steps=(*prep.steps, *model.steps[3:]))
    digest = changed.sha256
    return _sidecar(app, model=changed, steps=changed.steps, recipe_sha256=digest).capture()


def newer_photo(app: App) -> Capture:
    """The case's photo was replaced."""
    cases = [photo_case(case.name, case.sources[0].file, "0" * 64) for case in app.artifact.cases]
    return _sidecar(app, cases=tuple(cases)).capture()


def lenient(app: App) -> Capture:
    """A tolerance that is finite, has a reason, and excuses everything."""
    assert app.artifact.tolerance
    return _sidecar(app, tolerance=replace(app.artifact.tolerance, max_floors=1e9)).capture()


def golden_itself(app: App) -> Capture:
    """The golden handed in as the capture: nothing has run."""
    return read_capture(_golden(app))


def no_golden(app: App) -> Capture:
    """A photo was added and exported, and `onpar golden` did not run."""
    coffee = next(case for case in app.artifact.cases if case.name == "coffee")
    cases = (*app.artifact.cases, replace(coffee, name="espresso"))
    return _sidecar(app, cases=cases).capture("espresso")


def _sidecar(app: App, **changes: Any) -> App:
    """The artifact's sidecar changed, in the mutant's own build."""
    artifact = replace(app.artifact, **changes)
    path = sidecar_path(app.path)
    path.unlink()
    path.write_text(sidecar_text(artifact))
    return replace(app, artifact=artifact)
