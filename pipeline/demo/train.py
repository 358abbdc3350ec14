"""Train the demo weights: `make demo-weights`, an hour on 2 cores, minutes on a GPU.

    .venv/bin/python -m onpar.pipeline.demo.train [--seed 0] [--steps 4500] [--out FILE.safetensors]

The same seed on the same kind of machine with the same number of threads gives the same weights;
another machine rounds differently. Writes the weights, and their card next to them.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from pathlib import Path

import numpy as np
import torch
from rich.progress import Progress, track
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from onpar.parity.contract.chains import IMAGENET_MEAN, IMAGENET_STD
from onpar.parity.contract.classmap import argmax
from onpar.parity.contract.confusion import add, confusion, iou, sides
from onpar.parity.contract.spec import RecipeOptions
from onpar.parity.files.atomic import whole_file, write_text
from onpar.pipeline.demo.card import CARD
from onpar.pipeline.demo.photographs import HELD_OUT_PHOTOS, TRAIN, pixels
from onpar.pipeline.demo.scenes import CLASSES, Image, scene
from onpar.pipeline.demo.write_scenes import HELD_OUT_SEED
from onpar.pipeline.host import now, processor
from onpar.pipeline.paths import DEMO
from onpar.pipeline.recipes import load_recipe
from onpar.pipeline.recipes.deeplabv3 import VOC_CLASSES

RECIPE = "deeplabv3_mobilenet_v3_large"

SIZE, LARGEST = 160, 2.1
"""Training scenes: their side in pixels, and the largest object's length relative to it. Objects
reach beyond the frame, so that the weights learn them as large as in the held-out scenes."""

BATCH, LEARNING_RATE, WEIGHT_DECAY = 12, 2e-3, 1e-2

MOMENTUM = 0.1
"""The momentum of the batch norms: torchvision's 0.01 for MobileNetV3 is too slow for such a short
training."""

HELD_OUT_SIZE = 400
"""Side in pixels of the held-out scenes: the default export size."""


def main() -> int:
    """Train, measure on held-out scenes, write weights and card."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--steps", type=int, default=4500)
    parser.add_argument("--scenes", type=int, default=8000, help="how many to train on")
    parser.add_argument("--held-out", type=int, default=200, help="how many to measure on")
    parser.add_argument("--out", type=Path, default=DEMO / f"{RECIPE}.safetensors")
    chosen = parser.parse_args()
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    started = time.monotonic()
    model = train(chosen.seed, chosen.steps, chosen.scenes, device)
    minutes = (time.monotonic() - started) / 60
    state = stored(model)
    model.load_state_dict({k: v.float() for k, v in state.items()}, strict=False)
    ious = held_out_ious(model, chosen.held_out, device)
    figures = {
        "seed": chosen.seed,
        "steps": chosen.steps,
        "scenes": chosen.scenes,
        "batch": BATCH,
        "held_out": chosen.held_out,
        "miou": round(float(np.mean([iou for index, iou in ious.items() if index])), 4),
        "ious": {index: round(iou, 4) for index, iou in ious.items()},
        "minutes": round(minutes, 1),
        "machine": _machine(device),
        "torch": torch.__version__,
        "made_at": now(),
    }
    chosen.out.parent.mkdir(parents=True, exist_ok=True)
    with whole_file(chosen.out) as temporary:
        save_file(state, temporary, {"training": json.dumps(figures)})
    write_text(
        chosen.out.with_suffix(".md"), CARD.render(figures, recipe=RECIPE, names=VOC_CLASSES)
    )
    print(json.dumps(figures, indent=1))
    return 0


def train(seed: int, steps: int, scenes: int, device: torch.device) -> nn.Module:
    """The recipe's model, with its auxiliary head, trained from scratch, in eval mode."""
    torch.manual_seed(seed)
    model = load_recipe(RecipeOptions(RECIPE, SIZE, SIZE, keep_aux=True)).build()
    model.to(device).to(memory_format=torch.channels_last).train()
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.momentum = MOMENTUM
    photos = pixels(TRAIN)
    drawn = [
        scene(photos, (seed, 0, index), SIZE, SIZE, LARGEST, varied=True)
        for index in track(range(scenes), "scenes", transient=True)
    ]
    images = np.stack([image for image, _ in drawn])
    masks = np.stack([mask for _, mask in drawn])
    optimizer = torch.optim.AdamW(model.parameters(), LEARNING_RATE, weight_decay=WEIGHT_DECAY)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, LEARNING_RATE, total_steps=steps, pct_start=0.05
    )
    rng = np.random.default_rng([seed, 1])
    with Progress(transient=True) as progress:
        task = progress.add_task("training", total=steps)
        for step in range(steps):
            chosen = rng.integers(scenes, size=BATCH)
            flipped = slice(None, None, int(rng.choice((-1, 1))))
            taken = _normalised(images[chosen][:, :, flipped], device)
            wanted = torch.from_numpy(masks[chosen][:, :, flipped].astype(np.int64)).to(device)
            scores = model(taken)
            loss = _loss(scores["out"], wanted)
            total = loss + 0.4 * _loss(scores["aux"], wanted)
            optimizer.zero_grad()
            total.backward()
            optimizer.step()
            schedule.step()
            progress.update(task, advance=1, description=f"loss {loss.item():.3f}")
            if not sys.stdout.isatty() and step % 100 == 0:
                print(f"step {step} loss {loss.item():.3f}", flush=True)
    return model.eval()


def _loss(scores: Tensor, wanted: Tensor) -> Tensor:
    """Cross entropy of scores [N, C, H, W] in channels-last memory, computed on rows of classes:
    this makes a step on a CPU a quarter faster."""
    rows = scores.permute(0, 2, 3, 1).reshape(-1, scores.shape[1])
    return cross_entropy(rows, wanted.reshape(-1))


def held_out_ious(model: nn.Module, scenes: int, device: torch.device) -> dict[int, float]:
    """Intersection over union of each drawn class, and of the background (0), over all held-out
    scenes together; a class that does not occur is left out."""
    photos, classes = pixels(HELD_OUT_PHOTOS), len(VOC_CLASSES)
    table = np.zeros((classes, classes), np.int64)
    for index in track(range(scenes), "held-out scenes", transient=True):
        image, mask = scene(photos, (*HELD_OUT_SEED, index), HELD_OUT_SIZE, HELD_OUT_SIZE)
        with torch.inference_mode():
            got = model(_normalised(image[None], device))["out"].cpu().numpy()
        add(table, confusion(mask, argmax(got), classes))
    shares = iou(sides(table))
    return {index: float(shares[index]) for index in (0, *CLASSES) if shares[index] >= 0}


def stored(model: nn.Module) -> dict[str, Tensor]:
    """The state dict as stored: float16, except the batch norms' statistics, whose small variances
    float16 would round to 0."""
    return {
        name: (value if "running" in name else value.half()).contiguous().cpu()
        for name, value in model.state_dict().items()
        if value.is_floating_point()
    }


def _machine(device: torch.device) -> str:
    if device.type == "cuda":
        return str(torch.cuda.get_device_name())
    return f"{os.cpu_count()} cores of {processor()}"


def _normalised(images: Image, device: torch.device) -> Tensor:
    levels = torch.from_numpy(np.ascontiguousarray(images)).to(device).permute(0, 3, 1, 2).float()
    mean, std = (
        torch.tensor(v, device=device).view(1, 3, 1, 1) for v in (IMAGENET_MEAN, IMAGENET_STD)
    )
    return ((levels / 255 - mean) / std).contiguous(memory_format=torch.channels_last)


if __name__ == "__main__":
    sys.exit(main())
