"""Train the demo weights: `make demo-weights`, an hour on 2 cores, minutes on a GPU; of
`mobilenet_v3_small` alone, `make demo-weights ARGS=mobilenet_v3_small`, minutes on one core.

    .venv/bin/python -m onpar.pipeline.demo.train [RECIPE …] [--seed 0] [--steps N] [--out FILE]

Without a recipe, those of all. The same seed on the same kind of machine with the same number of
threads gives the same weights; another machine rounds differently. Writes the weights, and their
card next to them.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from rich.progress import Progress, track
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.nn.functional import interpolate

from onpar.parity.contract.spec import RecipeOptions
from onpar.parity.files.atomic import whole_file, write_text
from onpar.pipeline.demo import classify_scenes, segment_scenes
from onpar.pipeline.demo.photographs import TRAIN, pixels
from onpar.pipeline.demo.task import Task, normalised
from onpar.pipeline.host import now, processor
from onpar.pipeline.paths import DEMO
from onpar.pipeline.recipes import load_recipe
from onpar.pipeline.recipes.deeplabv3 import VOC_CLASSES

TASKS = {task.recipe: task for task in (segment_scenes.TASK, classify_scenes.TASK)}
"""By recipe, what its demo weights learn."""

LEARNING_RATE, WEIGHT_DECAY = 2e-3, 1e-2

MOMENTUM = 0.1
"""The momentum of the batch norms: torchvision's 0.01 for MobileNetV3 is too slow for such a short
training."""


def main() -> int:
    """Train, measure on held-out scenes, write weights and card."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("recipes", nargs="*", metavar="RECIPE", help=f"of {', '.join(TASKS)}")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--steps", type=int)
    parser.add_argument("--scenes", type=int, help="how many to train on")
    parser.add_argument("--held-out", type=int, default=200, help="how many to measure on")
    parser.add_argument("--out", type=Path, help="of one recipe")
    chosen = parser.parse_args()
    recipes = chosen.recipes or [*TASKS]
    for name in recipes:
        if name not in TASKS:
            parser.error(f"{name!r} has no demo weights to train; known: {', '.join(TASKS)}")
    if chosen.out and len(recipes) > 1:
        parser.error("--out: name one RECIPE")
    for name in recipes:
        task, out = TASKS[name], chosen.out or DEMO / f"{name}.safetensors"
        figures = write_weights(
            task,
            chosen.seed,
            chosen.steps or task.steps,
            chosen.scenes or task.scenes,
            chosen.held_out,
            out,
        )
        print(json.dumps(figures, indent=1))
    return 0


def write_weights(
    task: Task, seed: int, steps: int, scenes: int, held_out: int, out: Path
) -> dict[str, Any]:
    """Train the task, and write its weights and their card; the card's figures."""
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    started = time.monotonic()
    model = train(task, seed, steps, scenes, device)
    minutes = (time.monotonic() - started) / 60
    state = stored(model)
    model.load_state_dict({k: v.float() for k, v in state.items()}, strict=False)
    figures = {
        "seed": seed,
        "steps": steps,
        "scenes": scenes,
        "batch": task.batch,
        "held_out": held_out,
        **task.measure(model, held_out, device),
        "minutes": round(minutes, 1),
        "machine": _machine(device),
        "torch": torch.__version__,
        "made_at": now(),
    }
    out.parent.mkdir(parents=True, exist_ok=True)
    with whole_file(out) as temporary:
        save_file(state, temporary, {"training": json.dumps(figures)})
    card = task.card.render(figures, recipe=task.recipe, names=VOC_CLASSES)
    write_text(out.with_suffix(".md"), card)
    return figures


def train(task: Task, seed: int, steps: int, scenes: int, device: torch.device) -> nn.Module:
    """The recipe's model, with its auxiliary head, trained from scratch, in eval mode."""
    torch.manual_seed(seed)
    model = load_recipe(RecipeOptions(task.recipe, task.size, task.size, keep_aux=True)).build()
    model.to(device).to(memory_format=torch.channels_last).train()
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.momentum = MOMENTUM
    photos = pixels(TRAIN)
    drawn = [
        task.draw(photos, (seed, 0, index))
        for index in track(range(scenes), "scenes", transient=True)
    ]
    images = np.stack([image for image, _ in drawn])
    targets = np.stack([target for _, target in drawn])
    optimizer = torch.optim.AdamW(model.parameters(), LEARNING_RATE, weight_decay=WEIGHT_DECAY)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, LEARNING_RATE, total_steps=steps, pct_start=0.05
    )
    rng = np.random.default_rng([seed, 1])
    with Progress(transient=True) as progress:
        shown = progress.add_task("training", total=steps)
        for step in range(steps):
            chosen = rng.integers(scenes, size=task.batch)
            flipped = slice(None, None, int(rng.choice((-1, 1))))
            taken = resized(task, normalised(images[chosen][:, :, flipped], device), step)
            of_scenes = targets[chosen]
            if of_scenes.ndim > 1:  # a class for every pixel
                of_scenes = of_scenes[:, :, flipped]
            wanted = torch.from_numpy(of_scenes.astype(np.int64)).to(device)
            loss, total = task.loss(model(taken), wanted)
            optimizer.zero_grad()
            total.backward()
            optimizer.step()
            schedule.step()
            progress.update(shown, advance=1, description=f"loss {loss.item():.3f}")
            if not sys.stdout.isatty() and step % 100 == 0:
                print(f"step {step} loss {loss.item():.3f}", flush=True)
    return model.eval()


def resized(task: Task, batch: Tensor, step: int) -> Tensor:
    """The batch in the side whose turn it is."""
    if not task.sides:
        return batch
    side = task.sides[step % len(task.sides)]
    if side == batch.shape[-1]:
        return batch
    return interpolate(batch, (side, side), mode="bilinear", antialias=True)


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
    threads = torch.get_num_threads()
    return (
        f"{threads} thread{'s' if threads > 1 else ''} on {os.cpu_count()} cores of {processor()}"
    )


if __name__ == "__main__":
    sys.exit(main())
