"""Recurrent layers and images read at computed points, with what PyTorch computes."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from small_programs import Array, Case
from torch import nn
from torch.nn import functional as F

draw = np.random.default_rng(5)


def drawn(*shape: int) -> Array:
    return draw.normal(size=shape).astype(np.float32)


STEPS, BATCH, FEATURES, HIDDEN = 4, 2, 3, 5
X = drawn(STEPS, BATCH, FEATURES)
H, C = drawn(2, BATCH, HIDDEN), drawn(2, BATCH, HIDDEN)
x, h, c = map(torch.from_numpy, (X, H, C))


def layer(kind: Any, **rest: Any) -> nn.RNNBase:
    torch.manual_seed(0)
    made: nn.RNNBase = kind(FEATURES, HIDDEN, **rest)
    return made


def ifoz(values: torch.Tensor) -> Array:
    """PyTorch's gates i, f, g, o in coremltools' order."""
    i, f, g, o = values.detach().chunk(4)
    return torch.cat([i, f, o, g]).numpy()


def weights(made: nn.RNNBase, suffix: str, back: str = "") -> dict[str, Array]:
    own = dict(made.named_parameters())
    ih, hh = own[f"weight_ih_l0{suffix}"], own[f"weight_hh_l0{suffix}"]
    bias = own[f"bias_ih_l0{suffix}"] + own[f"bias_hh_l0{suffix}"]
    return {
        f"weight_ih{back}": ifoz(ih),
        f"weight_hh{back}": ifoz(hh),
        f"bias{back}": ifoz(bias),
    }


def flat(state: torch.Tensor) -> torch.Tensor:
    """[directions, batch, hidden] as [batch, directions * hidden]."""
    return torch.cat(list(state), -1)


LSTM, BOTH = layer(nn.LSTM), layer(nn.LSTM, bidirectional=True)
with torch.no_grad():
    OUT, (LAST, MEMORY) = LSTM(x, (h[:1], c[:1]))
    OUT2, (LAST2, MEMORY2) = BOTH(x, (h, c))
    BACK, (BACK_LAST, BACK_MEMORY) = LSTM(x.flip(0), (h[:1], c[:1]))
ONE, TWO = weights(LSTM, ""), weights(BOTH, "") | weights(BOTH, "_reverse", "_back")
START = {"x": X, "initial_h": H[0], "initial_c": C[0]}
EVERY = {"output_sequence": True}

LSTMS = [
    Case("lstm", "lstm", START, {**ONE, **EVERY}, [OUT, LAST[0], MEMORY[0]]),
    Case("lstm-last", "lstm", START, ONE, [OUT[-1:], LAST[0], MEMORY[0]]),
    Case(
        "lstm-reverse",
        "lstm",
        START,
        {**ONE, "direction": "reverse"},
        [BACK[-1:], BACK_LAST[0], BACK_MEMORY[0]],
    ),
    *(
        Case(
            f"lstm-bidirectional{'' if every else '-last'}",
            "lstm",
            {"x": X, "initial_h": flat(h).numpy(), "initial_c": flat(c).numpy()},
            {**TWO, "direction": "bidirectional", "output_sequence": every},
            [OUT2 if every else flat(LAST2)[None], flat(LAST2), flat(MEMORY2)],
        )
        for every in (True, False)
    ),
]

PLAIN, RELU = layer(nn.RNN), layer(nn.RNN, nonlinearity="relu")
with torch.no_grad():
    SEEN, END = PLAIN(x, h[:1])
    SEEN_RELU, END_RELU = RELU(x, h[:1])


def simple(made: nn.RNNBase) -> dict[str, Array]:
    ih, hh, b1, b2 = (one.detach() for one in made.parameters())
    return {"weight_ih": ih.numpy(), "weight_hh": hh.numpy(), "bias": (b1 + b2).numpy()}


RNN = {"x": X, "initial_h": H[0]}
RNNS = [
    Case("rnn", "rnn", RNN, {**simple(PLAIN), **EVERY}, [SEEN, END[0]]),
    Case(
        "rnn-relu",
        "rnn",
        RNN,
        {**simple(RELU), "activation": "relu"},
        [SEEN_RELU[-1:], END_RELU[0]],
    ),
]

IMAGE = drawn(2, 3, 6, 7)
GRID = (2.6 * draw.random((2, 4, 5, 2), np.float32) - 1.3).astype(np.float32)
image, grid = map(torch.from_numpy, (IMAGE, GRID))
OURS = {"zeros": "constant", "border": "border", "reflection": "reflection"}


def read(name: str, expected: torch.Tensor | Array, points: Array = GRID, **rest: Any) -> Case:
    constants = {
        "sampling_mode": "bilinear",
        "padding_mode": "constant",
        "padding_value": 0.0,
        "coordinates_mode": "normalized_minus_one_to_one",
        "align_corners": False,
        **rest,
    }
    return Case(
        f"resample-{name}", "resample", {"x": IMAGE, "coordinates": points}, constants, expected
    )


def pixels(aligned: bool) -> Array:
    """The grid as pixels, in float32."""
    sides = np.array([7, 6])
    at = GRID.astype(np.float64)
    found: Array = (at + 1) / 2 * (sides - 1) if aligned else ((at + 1) * sides - 1) / 2
    return found.astype(np.float32)


RESAMPLED = [
    *(
        read(
            f"{mode}-{padding}-{aligned}",
            F.grid_sample(image, grid, mode, padding, aligned),
            sampling_mode=mode,
            padding_mode="symmetric" if padding == "reflection" and not aligned else OURS[padding],
            align_corners=aligned,
        )
        for mode in ("bilinear", "nearest")
        for padding in OURS
        for aligned in (True, False)
    ),
    read("value", 2 + F.grid_sample(image - 2, grid, align_corners=False), padding_value=2.0),
    read(
        "pixels",
        F.grid_sample(image, grid, align_corners=True),
        pixels(True),
        coordinates_mode="unnormalized",
    ),
    read(
        "pixels-reflected",
        F.grid_sample(image, grid, padding_mode="reflection", align_corners=True),
        pixels(True),
        coordinates_mode="unnormalized",
        padding_mode="reflection",
    ),
    read(
        "from-zero",
        F.grid_sample(image, grid, align_corners=False),
        (GRID + 1) / 2,
        coordinates_mode="normalized_zero_to_one",
    ),
    # The edge's pixel is not repeated, whatever the coordinates' own convention.
    read(
        "reflection-of-edges",
        F.grid_sample(
            image,
            torch.from_numpy(2 * pixels(False) / np.array([6, 5], np.float32) - 1),
            padding_mode="reflection",
            align_corners=True,
        ),
        padding_mode="reflection",
    ),
]

THETA = drawn(2, 2, 3)
AFFINE = [
    Case(
        f"affine-{count}",
        "affine",
        {"x": IMAGE, "transform_matrix": THETA[:count].reshape(count, 6)},
        {
            "output_height": 4,
            "output_width": 5,
            "sampling_mode": "bilinear",
            "padding_mode": "constant",
            "padding_value": 0.0,
            "coordinates_mode": "normalized_minus_one_to_one",
            "align_corners": True,
        },
        F.grid_sample(
            image,
            F.affine_grid(
                torch.from_numpy(THETA[:count]).expand(2, 2, 3), [2, 3, 4, 5], align_corners=True
            ),
            align_corners=True,
        ),
    )
    for count in (1, 2)
]

CASES = [*LSTMS, *RNNS, *RESAMPLED, *AFFINE]
