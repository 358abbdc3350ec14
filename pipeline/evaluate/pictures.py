"""The photos of `onpar evaluate`, and the truth of each: a mask, or a label."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from onpar.parity.contract.steps.step import Step
from onpar.parity.contract.steps.top_k import TopK
from onpar.parity.evaluation.tasks import TASKS
from onpar.pipeline.build_folder.keys import file_digest
from onpar.pipeline.errors import OnparError
from onpar.pipeline.evaluate.true_labels import classes_of, in_csv, in_folders, in_other_folders

SUFFIXES = (".jpeg", ".jpg", ".png")


@dataclass(frozen=True)
class Picture:
    """A photo, its name, which is its path below the folder of the images, and its truth: the path
    of a mask, or a class; neither if the truth is not known."""

    path: Path
    name: str
    mask: Path | None = None
    label: int | None = None

    def as_argument(self) -> dict[str, Any]:
        """The picture as an argument of a job."""
        return asdict(self) | {"path": str(self.path), "mask": self.mask and str(self.mask)}


def from_argument(given: Mapping[str, Any]) -> Picture:
    """The picture that `as_argument` made."""
    mask = given["mask"]
    return Picture(Path(given["path"]), given["name"], Path(mask) if mask else None, given["label"])


@dataclass(frozen=True)
class Identified:
    """A picture, and what identifies its record: its name, the SHA-256 of its file, its truth."""

    picture: Picture
    identity: tuple[str, str, str]


def identified(picture: Picture) -> Identified:
    """The picture with the digests of its files."""
    mask, label = picture.mask, picture.label
    truth = file_digest(mask) if mask else "" if label is None else str(label)
    return Identified(picture, (picture.name, file_digest(picture.path), truth))


def find_pictures(
    images: Path, masks: Path | None, labels: Path | None, last: Step, recipe: str
) -> list[Picture]:
    """The photos of a folder by name, or if it has none those of its subfolders, with their masks
    or labels. The subfolders of a classification's photos are their labels.

    Raises OnparError if there are none, if a mask or a label is missing, and if the recipe, whose
    `last` step this is, has no use for them; UnicodeEncodeError for a name that is not UTF-8.
    """
    task = TASKS[last.kind]
    for option, given in (("masks", masks), ("labels", labels)):
        if given is not None and option != task.truth:
            raise OnparError(
                f"--{option} {given}: recipe {recipe} gives {task.what}, whose truth is named with "
                f"--{task.truth}; leave --{option} out"
            )
    pictures = photos_of(images)
    if isinstance(last, TopK):
        return _with_labels(pictures, images, labels, last)
    return _with_masks(pictures, images, masks) if masks else pictures


def photos_of(images: Path) -> list[Picture]:
    """The photos of a folder by name, or if it has none those of its subfolders. Raises OnparError
    if there are none; UnicodeEncodeError for a name that is not UTF-8."""
    if not images.is_dir():
        what = "is not a folder" if images.exists() else "no such folder"
        raise OnparError(f"--images {images}: {what}; name the folder of the photos")
    pictures = _in(images, "[!.]*") or _in(images, "[!.]*/[!.]*")
    if not pictures:
        raise OnparError(
            f"--images {images}: no photo in it or in its subfolders, expected files that end in "
            f"{', '.join(SUFFIXES)}"
        )
    for one in pictures:
        str(one.path).encode()  # Neither a record nor the report can contain another name.
    return pictures


def _in(folder: Path, pattern: str) -> list[Picture]:
    paths = (path for path in folder.glob(pattern) if path.suffix.lower() in SUFFIXES)
    found = [Picture(path, path.relative_to(folder).as_posix()) for path in paths]
    return sorted(found, key=lambda one: one.name)


def _with_masks(pictures: Sequence[Picture], images: Path, masks: Path) -> list[Picture]:
    if not masks.is_dir():
        raise OnparError(f"--masks {masks}: no such folder")
    if masks.resolve() == images.resolve():
        raise OnparError(
            f"--masks {masks}: is also the folder of the photos, so masks would count as photos; "
            "keep the masks in a separate folder"
        )
    pairs = [(one, masks / Path(one.name).with_suffix(".png")) for one in pictures]
    missing = [mask for _, mask in pairs if not mask.is_file()]
    if missing:
        others = f" (and {len(missing) - 1:,} more)" if len(missing) > 1 else ""
        raise OnparError(
            f"{missing[0]}: no such mask{others}; --masks holds a <photo's name>.png for each of "
            f"the {len(pairs):,} photos of {images}"
        )
    return [replace(one, mask=mask) for one, mask in pairs]


def _with_labels(
    pictures: Sequence[Picture], images: Path, labels: Path | None, last: TopK
) -> list[Picture]:
    names = [one.name for one in pictures]
    inside = _in(images, "[!.]*/[!.]*")
    direct = "/" not in names[0]
    if labels is None and direct and inside:
        raise OnparError(
            f"--images {images}: {names[0]} is in the folder itself, {inside[0].name} in a "
            "subfolder, whose name would be its label; put each photo into the subfolder of its "
            "label, or name the labels of all with --labels"
        )
    if labels is None and direct:
        return list(pictures)
    if labels is None or (labels.resolve() == images.resolve() and not direct):
        known = in_folders(images, names)
    elif labels.is_dir():
        files = [one.name for one in _in(labels, "[!.]*/[!.]*")]
        known = in_other_folders(labels, names, files)
    else:
        known = in_csv(labels)
    classes = classes_of(known, names, labels or images, last.labels)
    return [replace(one, label=classes[one.name]) for one in pictures]
