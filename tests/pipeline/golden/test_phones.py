"""What docs/phones.md says is so; captures made here stand in for a phone's."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import numpy as np
import pytest
from taken_photos import take

from onpar.parity.contract.capture import write_capture
from onpar.pipeline.paths import IMAGES, ROOT

PAGE = (ROOT / "docs" / "phones.md").read_text(encoding="utf-8")

BLOCKS = re.findall(r"```(\w*)\n(.*?)```", PAGE, flags=re.S)

PHONE_NEEDED = (
    "adb ",
    "onpar capture --target android-device",
    "export ONPAR_IOS_APP=",
    "TEAM=ABCDE12345 bash .ci/ios_mac device",
    "bash .ci/ios_mac simulator",
    "xcrun devicectl list devices",
    "onpar capture --target ios-",
)
"""How the commands begin that cannot be run without a phone, or a Mac."""


@pytest.mark.slow
def test_the_commands_of_the_page_work_one_after_another(tmp_path: Path) -> None:
    for link in ("Makefile", ".venv", "pyproject.toml", "requirements.lock"):
        (tmp_path / link).symlink_to(ROOT / link)
    commands = [line for kind, text in BLOCKS if kind == "sh" for line in text.splitlines()]
    assert len(commands) == 6
    for command in commands:
        if "phone" in command and not (tmp_path / "phone").exists():
            come_back(tmp_path)
        done = subprocess.run(
            command, shell=True, cwd=tmp_path, capture_output=True, text=True, timeout=300
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    run = json.loads((tmp_path / "build" / "phone.json").read_text())
    cases = {verdict["case"]: verdict["stages"] for verdict in run["verdicts"]}
    assert cases.keys() == {"coffee", "IMG_2041"}
    told = [stage["detail"] for stage in cases["IMG_2041"] if stage["stage"] == "decode-image"]
    assert told[0].startswith("decoding was not judged")
    assert (tmp_path / "build" / "phone" / "report.html").exists()
    assert list((tmp_path / "build" / "goldens").glob("*/photos/IMG-2041-*.safetensors"))


def come_back(checkout: Path) -> None:
    """Put captures of the exported model into the folder `phone`."""
    coffee = (IMAGES / "coffee.png").read_bytes()
    for name, photo in (("IMG_2041", None), ("coffee", coffee)):
        capture = take(checkout / "build", photo, name)
        write_capture(checkout / "phone" / f"{name}.safetensors", capture)


def test_every_other_command_of_the_page_needs_a_phone() -> None:
    others = [line for kind, text in BLOCKS if kind != "sh" for line in text.splitlines()]
    assert others
    assert all(line.startswith(PHONE_NEEDED) for line in others)


def test_a_capture_is_as_big_as_the_page_says(tmp_path: Path) -> None:
    height, width, side, classes = 3024, 4032, 400, 21
    pixels = {
        "decoded": np.zeros((height, width, 3), np.uint8),
        "resized": np.zeros((side, side, 3), np.uint8),
        "classmap": np.zeros((side, side), np.uint8),
    }
    inside = {
        "image": np.zeros((1, 3, side, side), np.float32),
        "out": np.zeros((1, classes, side, side), np.float32),
    }
    for io, tensors in (("tensor", pixels | inside), ("image", pixels)):
        size = sum(tensor.nbytes for tensor in tensors.values()) / 1e6
        assert f"{size:.1f} MB with io `{io}`" in PAGE.replace("\n", " ")
    assert f"{pixels['decoded'].nbytes / 1e6:.1f} of them the photo" in PAGE.replace("\n", " ")


def test_every_link_of_the_page_leads_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", PAGE):
        assert target.startswith("http") or (ROOT / "docs" / target).exists(), target
