"""The images where an artifact is furthest from float, as they are shown on the page, kept in a
file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from onpar.parity.files.atomic import write_whole
from onpar.parity.files.json_file import JsonError, read_json
from onpar.parity.report.page.evaluated.label_lists import LabelLists
from onpar.parity.report.page.evaluated.map_pictures import MapPictures
from onpar.parity.report.page.pictures import Picture


@dataclass(frozen=True)
class Pictured:
    """An image as it was given to the models, and what they made of it."""

    image: str
    photo: Picture
    shown: MapPictures | LabelLists


@dataclass(frozen=True)
class _Kept:
    key: str
    pictures: dict[str, tuple[Pictured, ...]]


def write_pictures(path: Path, key: str, pictures: Mapping[str, tuple[Pictured, ...]]) -> None:
    """Keep the pictures of each artifact by its SHA-256, with the key of what made them."""
    write_whole(path, [msgspec.json.encode(_Kept(key, dict(pictures)))], follow_links=False)


def read_pictures(path: Path, key: str) -> dict[str, tuple[Pictured, ...]] | None:
    """The pictures that `key` made; None where there are none."""
    try:
        kept = read_json(path, _Kept)
    except JsonError:
        return None
    return kept.pictures if kept.key == key else None
