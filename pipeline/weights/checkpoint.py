"""Finds a model's weights in a checkpoint, in the common forms. No code is run.

A file holds tensors by name, or dictionaries of them (`state_dict`, `model`, `ema`), and their
names may have a prefix: `module.` from DataParallel and AveragedModel, `_orig_mod.` from
torch.compile, `model.` or `net.` from a Lightning module. The weights are the set whose names match
the model. If several sets match, such as EMA weights and plain ones, `file.pth#KEY` must name one.
"""

from __future__ import annotations

import pickle
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file
from torch import Tensor

from onpar.exporters.errors import first_line
from onpar.pipeline.errors import OnparError
from onpar.pipeline.weights.weights_file import SAVE, check_file

State = Mapping[str, Tensor]

MAX_DEPTH = 3
"""The maximum depth of nested dictionaries that are searched."""

COMPILED = "_orig_mod."
"""The part that torch.compile adds to names, at the beginning or, if a submodule was compiled,
inside."""

AVERAGED_NAME = re.compile(r"(^|[._])(ema|swa|shadow|averag[a-z]*)($|[._])", re.IGNORECASE)
"""Keys of averaged weights."""

HEADER_BYTES = 8
"""A safetensors file begins with its header's length, then the header, which is JSON."""


def read_state(weights: str, wanted: Collection[str]) -> State:
    """The tensors of a file; `wanted` are their names in the model. Raises OnparError if the file
    cannot be read, has no state dict, or has several that match."""
    path, key = check_file(weights)
    content = _content(path)
    sets = dict(_sets(content, "", set()))
    if not sets:
        raise OnparError(f"{path}: expected a state dict of tensors by name; {SAVE}")
    if not any(COMPILED in name for name in wanted):
        sets = {
            where: {name.replace(COMPILED, ""): value for name, value in state.items()}
            for where, state in sets.items()
        }
    found = {
        name: one for where, state in sets.items() for name, one in _fits(where, state, wanted)
    }
    if key and key in found:
        return found[key]
    if key and key in sets:
        return _nearest({key: sets[key]}, wanted, path)
    if key:
        known = ", ".join(dict.fromkeys(name for name in (*found, *sets) if name))
        raise OnparError(
            f"{path}: has no weights under {key!r}; it holds {known or 'one set only'}"
        )
    if found and not _all_equal(list(found.values()), wanted):
        names = ", ".join(name or "the file itself" for name in found)
        example = next(name for name in found if name)
        raise OnparError(
            f"{path}: holds several sets of these weights: {names}; choose one, such as "
            f"--weights '{path}#{example}'"
        )
    if not found:
        return _nearest(sets, wanted, path)
    [name, *_] = found
    averages = [one for one in (*sets, *_lists(content, "", set())) if AVERAGED_NAME.search(one)]
    ignored = [one for one in averages if not f"{name}.".startswith(f"{one}.")]
    if ignored:
        raise OnparError(
            f"{path}: holds averaged weights under {', '.join(ignored)}, whose names do not match "
            f"this model; for the others use --weights '{path}#{name}'"
        )
    return found[name]


def _content(path: Path) -> Any:
    with path.open("rb") as file:
        header = file.read(HEADER_BYTES + 1)[HEADER_BYTES:] == b"{"
    try:
        if path.suffix == ".safetensors" or header:
            return load_file(path)
        return torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        name = re.search(r"GLOBAL ([\w.]+)", str(error))
        raise OnparError(
            f"{path}: refused: it is not a plain state dict, its pickle wants to run "
            f"{name.group(1) if name else 'code'}, or it is damaged; {SAVE}"
        ) from error
    except Exception as error:  # On hostile bytes torch raises a dozen undocumented exceptions.
        raise OnparError(
            f"{path}: not a readable state dict ({first_line(error)}); copy the file again"
        ) from error


def _sets(content: Any, where: str, seen: set[int]) -> Iterator[tuple[str, State]]:
    """The sets of tensors by name, with the keys that lead to each, joined by `.`."""
    if not isinstance(content, Mapping) or id(content) in seen or where.count(".") >= MAX_DEPTH:
        return
    seen.add(id(content))
    tensors = {k: v for k, v in content.items() if isinstance(k, str) and isinstance(v, Tensor)}
    if tensors and (where or len(tensors) == len(content)):
        yield where, tensors
    for key, value in content.items():
        if isinstance(key, str):
            yield from _sets(value, f"{where}.{key}" if where else key, seen)


def _lists(content: Any, where: str, seen: set[int]) -> Iterator[str]:
    """The keys that lead to tensors without names, such as torch_ema's `shadow_params`."""
    if id(content) in seen:
        return
    seen.add(id(content))
    if isinstance(content, Mapping) and where.count(".") < MAX_DEPTH:
        for key, value in content.items():
            yield from _lists(value, f"{where}.{key}" if where else str(key), seen)
    elif isinstance(content, list | tuple) and any(isinstance(one, Tensor) for one in content):
        yield where


def _prefixes(state: State, wanted: Collection[str]) -> Counter[str]:
    """For each prefix in the state, the number of wanted names after it."""
    found = Counter[str]()
    for name in state:
        parts = name.split(".")
        for count in range(len(parts)):
            if ".".join(parts[count:]) in wanted:
                found["".join(f"{part}." for part in parts[:count])] += 1
    return found


def _fits(where: str, state: State, wanted: Collection[str]) -> Iterator[tuple[str, State]]:
    """The parts of a set that have every wanted name, by their `#KEY`."""
    whole = [p for p, count in _prefixes(state, wanted).items() if count == len(wanted)]
    for prefix in whole:
        name = ".".join(part for part in (where, prefix.rstrip(".")) if part)
        yield name, _without(prefix, state, keep_others=len(whole) == 1)


def _without(prefix: str, state: State, keep_others: bool) -> State:
    """The set without the prefix. Names without it stay, so that an error names them."""
    return {
        name.removeprefix(prefix): value
        for name, value in state.items()
        if keep_others or name.startswith(prefix)
    }


def _all_equal(states: list[State], wanted: Collection[str]) -> bool:
    first, *others = states
    return all(
        first[name].dtype == other[name].dtype and torch.equal(first[name], other[name])
        for other in others
        for name in wanted
    )


def _nearest(sets: Mapping[str, State], wanted: Collection[str], path: Path) -> State:
    """If no set has every name, the set and the prefix with the most, for the message about missing
    names. Raises OnparError if none of several sets has any."""
    best: State = {}
    rank = -1
    for state in sets.values():
        [(prefix, count)] = _prefixes(state, wanted).most_common(1) or [("", 0)]
        if count > rank:
            best, rank = _without(prefix, state, keep_others=True), count
    if rank == 0 and len(sets) > 1:
        raise OnparError(
            f"{path}: none of its sets ({', '.join(sets)}) has a tensor of this model; check "
            "the recipe"
        )
    return best
