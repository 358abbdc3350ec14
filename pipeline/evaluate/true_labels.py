"""The true labels of photos: from the names of their folders, or from a CSV file."""

from __future__ import annotations

import csv
import difflib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from onpar.parity.files.regular_file import TEXT_LIMIT, read_regular
from onpar.pipeline.errors import OnparError

HEADER = ["file", "label"]


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
    read, for a first line other than HEADER, for a row of another number of cells, and for a photo
    that occurs twice."""
    found: dict[str, Label] = {}
    for line, (file, label) in _rows(path):
        if file in found:
            raise OnparError(
                f"{path}: line {line}: {file} has a label already, in {found[file].where}; remove "
                "one of the two lines"
            )
        found[file] = Label(label, f"line {line}")
    return {file: Label(one.text, f"{path}, {one.where}") for file, one in found.items()}


def _rows(path: Path) -> Iterator[tuple[int, tuple[str, str]]]:
    """The number and the cells of every line but the header."""
    try:
        text = read_regular(path, TEXT_LIMIT).decode("utf-8-sig")
    except OSError as error:
        raise OnparError(
            f"--labels {path}: {error.strerror}; name a CSV file, or a folder whose subfolders are "
            "labels"
        ) from error
    except UnicodeDecodeError as error:
        raise OnparError(f"--labels {path}: is not a CSV file in UTF-8 ({error})") from error
    reader = csv.reader(text.splitlines())
    first = next(reader, [])
    if [cell.strip() for cell in first] != HEADER:
        raise OnparError(
            f"--labels {path}: its first line is {','.join(first)[:80]!r}, expected the header "
            f"{','.join(HEADER)!r}"
        )
    for cells in reader:
        if len(cells) == len(HEADER):
            yield reader.line_num, (cells[0].strip(), cells[1].strip())
        elif cells:
            raise OnparError(
                f"{path}: line {reader.line_num} has {len(cells)} cell{'s' * (len(cells) != 1)}, "
                f"expected {len(HEADER)}, the file and its label; put a label that has a comma in "
                "double quotes"
            )


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
    found, text = places.get(label.text, []), label.text
    if len(found) == 1:
        return found[0]
    if found:
        which = " and ".join(map(str, found))
        raise OnparError(
            f"{label.where}: label {text!r} is the name of the classes {which}; give the index"
        )
    if text.isascii() and text.isdigit() and int(text) < len(labels):
        return int(text)
    close = difflib.get_close_matches(text, labels, 1)
    meant = f"did you mean {close[0]!r}? " if close else ""
    few = ", ".join(labels[:FEW]) + (", …" if len(labels) > FEW else "")
    raise OnparError(
        f"{label.where}: label {text!r} is unknown; {meant}the model's {len(labels):,} labels are "
        f"{few}, or an index from 0 to {len(labels) - 1}"
    )


FEW = 8
"""How many of the known labels an error shows."""
