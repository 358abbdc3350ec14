"""A row of the tables of sidecars, and the sidecar that it stands for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

import msgspec
from preps import Prep
from sidecars import artifact, sealed

from onpar.parity.contract.sidecar import sidecar_text
from onpar.parity.contract.spec import ModelSpec

PREP = Prep("image", 6, 5, (0.5, 0.4, 0.3), (0.2, 0.25, 0.3), "letterbox", (9, 99, 199))

SHA = "0123456789abcdef" * 4

ABSENT = object()
"""The value of a key that is removed."""


@dataclass(frozen=True)
class Row:
    """A sidecar: `changed` has new values by path (`steps.2.std`), `then` those of what else would
    follow from the changes, `text` replaces a piece of its JSON `times` times, -1 everywhere, and
    `end` follows the JSON. `key` is what is wrong with it; empty: it is sound. `follows` says that
    the steps follow from other inputs and outputs."""

    name: str
    key: str = ""
    changed: Mapping[str, Any] = field(default_factory=dict)
    then: Mapping[str, Any] = field(default_factory=dict)
    text: tuple[str, str] = ("", "")
    times: int = 1
    end: str = ""
    io: str = "tensor"
    follows: bool = True


def text_of(row: Row) -> str:
    """The row's sidecar. What of it follows from the rest follows from the changes too: the model's
    inputs and outputs, the network's step, the arrays and their sources, the options' size, and the
    digests."""
    facts = json.loads(sidecar_text(artifact(PREP)))
    model = facts["model"]
    if row.io == "image":
        photo = {**facts["inputs"][0], "shape": [6, 5, 3], "dtype": "uint8"}
        drawn = {**facts["outputs"][0], "name": "classmap", "shape": [6, 5], "dtype": "uint8"}
        facts |= {"io": "image", "inputs": [photo], "outputs": [drawn], "runs": [2, 4]}
    for path, value in row.changed.items():
        put(facts, path.split("."), value)
    if row.io == "tensor":
        model |= {key: deepcopy(facts.get(key, [])) for key in ("inputs", "outputs")}
        if row.follows:
            follow(facts)
    model["steps"] = facts.get("steps", [])
    sizes = [one for one in model["steps"] if one.get("step") == "resize-image"]
    for one in sizes:
        facts["options"] |= {key: one[key] for key in ("height", "width") if key in one}
    for path, value in row.then.items():
        put(facts, path.split("."), value)
    if "recipe_sha256" not in row.changed:
        facts["recipe_sha256"] = recipe_digest(model)
    old, new = row.text
    text = sealed(facts)
    assert old in text, f"{row.name}: {old} is not in it"
    return text.replace(old, new, row.times) + row.end


def follow(facts: Any) -> None:
    """The network's step and the arrays, for other inputs and outputs; the cases for the arrays."""
    steps, names = facts["steps"], [one.get("name") for one in facts["inputs"]]
    at = next(i for i, one in enumerate(steps) if one["step"] == "run")
    arrays = [one for one in facts["inputs"] if one.get("name") not in ("image", None)]
    steps[at] |= {"takes": names, "makes": [one.get("name") for one in facts["outputs"]]}
    steps[at:at] = [
        {"step": "given", "takes": [one["name"]], "makes": [one["name"]]}
        | {key: one.get(key) for key in ("shape", "dtype")}
        for one in arrays
    ]
    facts["runs"] = [at + len(arrays)] * 2
    for one in facts["cases"][:1] if arrays else ():
        one["sources"] += [source(array["name"], "") for array in arrays]


def put(facts: Any, path: list[str], value: Any) -> None:
    """Change the value at a path."""
    *way, last = (int(part) if part.isdigit() else part for part in path)
    for part in way:
        facts = facts[part]
    if value is ABSENT:
        del facts[last]
    else:
        facts[last] = deepcopy(value)


def recipe_digest(model: Any) -> str:
    """That of the model, as far as it is one."""
    try:
        return msgspec.json.decode(msgspec.json.encode(model), type=ModelSpec).sha256
    except msgspec.ValidationError:
        return SHA


def spec(name: str, *shape: int, dtype: str = "float32") -> dict[str, Any]:
    return {"name": name, "shape": list(shape), "dtype": dtype, "groups": None}


def source(name: str, file: str, sha256: str = SHA) -> dict[str, Any]:
    return {"name": name, "file": file, "sha256": sha256}


def case(name: str, image: str = "dog.png", sha256: str = SHA) -> dict[str, Any]:
    return {"name": name, "sources": [source("photo", image, sha256)]}


def prep(**fields: Any) -> dict[str, Any]:
    """Other constants of the photo's steps."""
    return {f"steps.{2 if key in ('mean', 'std') else 1}.{key}": v for key, v in fields.items()}


def step(index: int, **fields: Any) -> dict[str, Any]:
    """Other constants of a step: 0 decode-image, 1 resize-image, 2 normalize, 3 run, 4 argmax."""
    return {f"steps.{index}.{key}": value for key, value in fields.items()}


STEPS: list[Any] = json.loads(sidecar_text(artifact(PREP)))["steps"]
