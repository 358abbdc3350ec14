"""The layers that int8 keeps in float32: names of modules, for every format or by format."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from onpar.exporters import VARIANTS

FloatLayers = tuple[str, ...] | Mapping[str, tuple[str, ...]]
"""Names of modules, as `named_modules()` of what build() returns has them; or those by format."""

QUANTIZING = tuple(
    one.format
    for one in VARIANTS.values()
    if one.precision == "int8" and "-int8-" not in one.made_from
)
"""The formats whose exporters quantize the module; the others are made from one of their files."""

EXPECTED = 'a tuple of names of modules, as in float_layers=("head.0",)'


def float_layer_faults(layers: Any) -> Iterator[str]:
    """What is wrong with the layers, whatever a user gave."""
    for name, names in layers.items() if isinstance(layers, Mapping) else (("", layers),):
        where = f"float_layers[{name!r}]" if isinstance(layers, Mapping) else "float_layers"
        if name and name not in QUANTIZING:
            origin = _made_from(str(name))
            instead = f"{origin}, which it is made from" if origin else ", ".join(QUANTIZING)
            yield f"float_layers names the format {str(name)[:80]!r}, expected {instead}"
        if isinstance(names, str) or not isinstance(names, list | tuple):
            yield f"{where} is {str(names)[:80]!r}, expected {EXPECTED}"
        else:
            for one in names:
                if not isinstance(one, str) or not one:
                    yield f"{where} has {str(one)[:80]!r}, expected {EXPECTED}"


def _made_from(name: str) -> str:
    """The format whose int8 files those of the format are made from; empty if it has none."""
    int8 = VARIANTS.get(f"{name}-int8-tensor")
    return VARIANTS[int8.made_from].format if int8 else ""


def as_tuples(layers: Any) -> FloatLayers:
    """The same with a tuple for each list."""
    if isinstance(layers, Mapping):
        return {name: tuple(names) for name, names in layers.items()}
    return tuple(layers)


def of_format(layers: FloatLayers, name: str) -> tuple[str, ...]:
    """The layers of a format, sorted; none for one that does not quantize the module itself."""
    if name not in QUANTIZING:
        return ()
    names = layers.get(name, ()) if isinstance(layers, Mapping) else layers
    return tuple(sorted(set(names)))


def all_names(layers: FloatLayers) -> tuple[str, ...]:
    """Every name, whatever its format."""
    each = layers.values() if isinstance(layers, Mapping) else (layers,)
    return tuple(dict.fromkeys(name for names in each for name in names))


def unknown_layer(layers: FloatLayers, modules: Collection[str]) -> str:
    """The fault of the first name that is not one of the `modules`; empty without one."""
    for name in all_names(layers):
        if name not in modules:
            outer = name.rpartition(".")[0]  # That of a parameter.
            close = [outer] if outer in modules else difflib.get_close_matches(name, modules, 3)
            meant = (
                f"did you mean {' or '.join(map(repr, close))}?"
                if close
                else (f"it has {', '.join(sorted(modules)[:8])}{', …' if len(modules) > 8 else ''}")
            )
            return f"{name!r}, which is not a module of what build() returns; {meant}"
    return ""
