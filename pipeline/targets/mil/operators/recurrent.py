"""Recurrent layers, step by step along the first axis of `x` [steps, batch, features].

The formulas are those of coremltools' definitions. Anything that these do not define is refused:
see `_plain`."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "linear": lambda x: x,
    "relu": torch.relu,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
}
"""The activations without constants: the definition does not state those of `hard_sigmoid` and
`scaled_tanh`."""


REVERSED_ORDER = "in which order a reversed sequence is given"


def rnn(
    x: Tensor,
    initial_h: Tensor,
    weight_ih: Tensor,
    weight_hh: Tensor,
    bias: Tensor | None = None,
    *,
    direction: str,
    output_sequence: bool,
    activation: str,
) -> tuple[Tensor, Tensor]:
    """Every step's state (or only the last) [steps or 1, batch, hidden], and the last state."""
    _plain(direction == "reverse" and output_sequence, REVERSED_ORDER)
    act, hidden, states = _activation(activation), initial_h, []
    for step in x.flip(0) if direction == "reverse" else x:
        hidden = act(_gates(step, hidden, weight_ih, weight_hh, bias))
        states.append(hidden)
    return _sequence(states, output_sequence), hidden


def lstm(
    x: Tensor,
    initial_h: Tensor,
    initial_c: Tensor,
    weight_ih: Tensor,
    weight_hh: Tensor,
    bias: Tensor | None = None,
    peephole: Tensor | None = None,
    weight_ih_back: Tensor | None = None,
    weight_hh_back: Tensor | None = None,
    bias_back: Tensor | None = None,
    peephole_back: Tensor | None = None,
    *,
    direction: str,
    output_sequence: bool,
    recurrent_activation: str,
    cell_activation: str,
    activation: str,
    clip: float | None = None,
) -> tuple[Tensor, Tensor, Tensor]:
    """Every step's state (or only the last), the last state and the last cell state. With two
    directions, the last axis has the forward values, then the backward ones."""
    _plain(direction == "reverse" and output_sequence, REVERSED_ORDER)
    _plain(peephole is not None or peephole_back is not None, "how a peephole enters the gates")
    _plain(clip is not None, "which values `clip` clips")
    gate, cell, out = map(_activation, (recurrent_activation, cell_activation, activation))

    def along(
        steps: Tensor, h: Tensor, c: Tensor, ih: Tensor, hh: Tensor, b: Tensor | None
    ) -> tuple[list[Tensor], Tensor]:
        states = []
        for step in steps:
            taken, kept, given, new = _gates(step, h, ih, hh, b).chunk(4, -1)
            c = gate(kept) * c + gate(taken) * cell(new)
            h = gate(given) * out(c)
            states.append(h)
        return states, c

    if direction != "bidirectional":
        steps = x.flip(0) if direction == "reverse" else x
        states, memory = along(steps, initial_h, initial_c, weight_ih, weight_hh, bias)
        return _sequence(states, output_sequence), states[-1], memory
    assert weight_ih_back is not None and weight_hh_back is not None
    (h, h_back), (c, c_back) = initial_h.chunk(2, -1), initial_c.chunk(2, -1)
    forth, memory = along(x, h, c, weight_ih, weight_hh, bias)
    back, memory_back = along(x.flip(0), h_back, c_back, weight_ih_back, weight_hh_back, bias_back)
    last = torch.cat([forth[-1], back[-1]], -1)
    both = [torch.cat(pair, -1) for pair in zip(forth, reversed(back), strict=True)]
    sequence = torch.stack(both) if output_sequence else last.unsqueeze(0)
    return sequence, last, torch.cat([memory, memory_back], -1)


def _gates(x: Tensor, h: Tensor, ih: Tensor, hh: Tensor, bias: Tensor | None) -> Tensor:
    gates = x @ ih.T + h @ hh.T
    return gates if bias is None else gates + bias


def _sequence(states: Sequence[Tensor], every: bool) -> Tensor:
    return torch.stack(list(states)) if every else states[-1].unsqueeze(0)


def _activation(name: str) -> Callable[[Tensor], Tensor]:
    _plain(name not in ACTIVATIONS, f"the constants of the activation {name}")
    return ACTIVATIONS[name]


def _plain(wrong: bool, what: str) -> None:
    if wrong:
        raise ValueError(f"coremltools' definition does not say {what}")
