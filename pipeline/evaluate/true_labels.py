"""The true labels of photos: from the names of their folders, or from a CSV file."""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from onpar.pipeline.errors import OnparError
from onpar.pipeline.evaluate.labels_csv import rows


@dataclass(frozen=True)
class Label:
    """A label as it was given, a name or an index, and where."""

    text: str
    where: str


def in_folders(folder: Path, names: Iterable[str]) -> dict[str, Label]:
    """The labels of photos by name, such as `cat/1.jpg` below `folder`: the names of their
    subfolders, as of torchvision.datasets.ImageFolder."""
    parts = ((name, PurePosixPath(name).parts[0]) for name in names)
    return {name: Label(label, str(folder / label)) for name, label in parts}


def in_other_folders(folder: Path, names: Sequence[str], files: Sequence[str]) -> dict[str, Label]:
    """The same for photos that are somewhere else, by the name of their file; `files` are those
    below `folder`. Raises OnparError if two subfolders have a file of that name."""
    found: dict[str, Label] = {}
    for label, file in (
        (label, PurePosixPath(n).name) for n, label in in_folders(folder, files).items()
    ):
        if file in found:
            raise OnparError(
                f"--labels {folder}: {file} is in {found[file].where} and in {label.where}; keep "
                "it in one"
            )
        found[file] = label
    pairs = ((name, found.get(PurePosixPath(name).name)) for name in names)
    return {name: label for name, label in pairs if label}


def in_csv(path: Path) -> dict[str, Label]:
    """The labels of a CSV file in UTF-8 by the name of the photo. Raises OnparError if it cannot be
    read (`labels_csv.rows`), and for a photo that occurs twice."""
    found: dict[str, Label] = {}
    for line, (file, label) in rows(path):
        if file in found:
            raise OnparError(
                f"{path}: line {line}: {file} has a label already, in {found[file].where}; remove "
                "one of the two lines"
            )
        found[file] = Label(label, f"line {line}")
    return {file: Label(one.text, f"{path}, {one.where}") for file, one in found.items()}


def classes_of(
    known: Mapping[str, Label], names: Sequence[str], source: Path, labels: Sequence[str]
) -> dict[str, int]:
    """The class of each photo by name, from its label: one of `labels`, or their index; a name
    goes first. Raises OnparError for a photo without a label, and for a label that is not known or
    is the name of several classes."""
    missing = [name for name in names if name not in known]
    if missing:
        others = f" (and {len(missing) - 1:,} more)" if len(missing) > 1 else ""
        raise OnparError(
            f"--labels {source}: no label for {missing[0]}{others}; each of the {len(names):,} "
            "photos needs one: a CSV names it by its path below --images, a folder has a file of "
            "its name in the subfolder of its label"
        )
    places: dict[str, list[int]] = defaultdict(list)
    for index, label in enumerate(labels):
        places[label].append(index)
    return {name: _class_of(known[name], places, labels) for name in names}


def _class_of(label: Label, places: Mapping[str, list[int]], labels: Sequence[str]) -> int:
    found, text = places.get(label.text, []), label.text[:MOST_SHOWN]
    if len(found) == 1:
        return found[0]
    if found:
        which = " and ".join(map(str, found))
        raise OnparError(
            f"{label.where}: label {text!r} is the name of the classes {which}; give the index"
        )
    # Python refuses to convert thousands of digits.
    digits = label.text.lstrip("0") or label.text[:1]
    is_index = digits.isascii() and digits.isdigit() and len(digits) <= len(str(len(labels)))
    if is_index and int(digits) < len(labels):
        return int(digits)
    close = difflib.get_close_matches(text, labels, 1)
    meant = f"did you mean {close[0]!r}? " if close else ""
    few = ", ".join(labels[:FEW]) + (", …" if len(labels) > FEW else "")
    wordnet = f". {OF_WORDNET}" if WORDNET.fullmatch(text) else ""
    raise OnparError(
        f"{label.where}: label {text!r} is unknown; {meant}the model's {len(labels):,} labels are "
        f"{few}, or an index from 0 to {len(labels) - 1}{wordnet}"
    )


WORDNET = re.compile(r"n\d{8}")

OF_WORDNET = (
    "It looks like a WordNet id, as ImageNet's folders are named: onpar does not know these; give "
    "--labels a CSV with the header file,label that has each photo's label by name or index"
)


FEW = 8
"""How many of the known labels an error shows."""

MOST_SHOWN = 80
"""How many characters of a label an error shows."""
