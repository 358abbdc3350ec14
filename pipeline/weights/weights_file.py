"""The file that `--weights` names: `model.pth`, or `model.pth#state_dict_ema` for a part of it."""

from __future__ import annotations

import zipfile
from pathlib import Path

from onpar.parity.files.regular_file import opened, why_not_regular
from onpar.pipeline.errors import OnparError

SAVE = "save the weights alone with `torch.save(model.state_dict(), path)`, or as .safetensors"

SUFFIXES = (".safetensors", ".bin", ".pth", ".pt", ".ckpt")


def file_and_key(weights: str) -> tuple[Path, str]:
    """The file, and the key after `#`, empty if there is none."""
    path, _, key = weights.rpartition("#")
    return (Path(path), key) if path and not Path(weights).exists() else (Path(weights), "")


def check_file(weights: str) -> tuple[Path, str]:
    """The file and the key. Raises OnparError if it is not a file, or a kind of file that has no
    weights, which the message names."""
    path, key = file_and_key(weights)
    folder = path.is_dir()
    inside = sorted(one for suffix in SUFFIXES for one in path.glob(f"*{suffix}")) if folder else []
    if inside:
        raise OnparError(
            f"--weights {weights!r}: is a folder; name the file in it, such as "
            f"--weights {inside[0]}"
        )
    why = "is a folder" if folder else why_not_regular(path)
    if why:
        raise OnparError(
            f"--weights {weights!r}: {why}; known: auto, pretrained, demo, built, "
            "seeded:N, or the path of a state dict (.safetensors or .pth)"
        )
    what = _what_else(path)
    if what:
        raise OnparError(f"--weights {path}: {what}")
    return path, key


def _what_else(path: Path) -> str:
    """The kind of a file that is not a checkpoint, and what to do; empty if it may be one."""
    with opened(path) as (file, _):
        start = file.read(1024)
        if start.startswith(b"version https://git-lfs"):
            return "is a Git LFS pointer, not the weights; fetch them with `git lfs pull`"
        if start.lstrip().lower().startswith((b"<!doctype html", b"<html", b"<?xml")):
            return "is a web page, not the weights; download the file that the page leads to"
        if path.suffix.lower() == ".onnx":
            return f"is an ONNX file, expected the weights of the PyTorch module; {SAVE}"
        if start.startswith(b"PK") and _is_script(path):
            return (
                "is a TorchScript archive, expected a state dict; on the machine that made it, "
                "`torch.save(torch.jit.load(path).state_dict(), 'weights.pth')` writes one"
            )
    text = start and all(32 <= byte < 127 or byte in b"\t\r\n" for byte in start)
    if text and path.suffix != ".safetensors":
        return f"is a text file, expected a state dict; {SAVE}"
    return ""


def _is_script(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            return any(name.endswith("/constants.pkl") for name in archive.namelist())
    except (OSError, zipfile.BadZipFile, ValueError, NotImplementedError):
        return False
