"""Finding goldens among files: of a case, of a photo that someone took, of a file's program."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from onpar.parity.contract.capture import CaptureError, CaptureInfo, read_info
from onpar.parity.contract.chain import decoded_photo
from onpar.parity.contract.golden import DECODED_BY, DIGESTS, PROGRAM
from onpar.parity.contract.spec import Artifact
from onpar.parity.files.json_file import decode_json


@dataclass(frozen=True)
class GoldenEntry:
    """A golden's file and its metadata, read without its tensors; `below` is the folder in which it
    was searched."""

    path: Path
    info: CaptureInfo
    below: Path = Path()


def index_goldens(folders: Iterable[Path]) -> tuple[list[GoldenEntry], list[CaptureError]]:
    """Every golden in the folders and below, in order of the folders, then of the file names. And
    for each file that cannot be read, the reason: the rows of a silently dropped golden would not
    be judged."""
    found, unreadable = list[GoldenEntry](), list[CaptureError]()
    paths = ((f, p) for f in folders for p in sorted(f.rglob("[!.]*.safetensors")))
    for folder, path in paths:
        try:
            info = read_info(path)
        except CaptureError as error:
            unreadable.append(error)
            continue
        if info.target == "reference":
            found.append(GoldenEntry(path, info, folder))
    return found, unreadable


def find_golden(entries: list[GoldenEntry], artifact: Artifact, case: str) -> GoldenEntry | None:
    """The golden of this recipe, weights and photo; else one in a folder of the same name, of the
    recipe, size and weights, which is then STALE_GOLDEN; None if there is neither. Raises
    CaptureError for two."""
    sources = next((c.digests for c in artifact.cases if c.name == case), None)
    wanted = (artifact.recipe_sha256, artifact.weights_sha256, sources)
    near = [
        e
        for e in entries
        if e.info.recipe == artifact.model.recipe and e.info.case == case
        if not {DECODED_BY, PROGRAM} & e.info.extra.keys()
    ]
    exact = [
        e for e in near if (e.info.recipe_sha256, e.info.weights_sha256, e.info.sources) == wanted
    ]
    folder = artifact.options.with_weights(artifact.weights)
    stale = (e for e in near if e.path.parent.name == folder)
    return _only(exact) or next(stale, None)


def find_photo_golden(
    entries: list[GoldenEntry], artifact: Artifact, info: CaptureInfo
) -> GoldenEntry | None:
    """The golden that `onpar golden --from` made of the captured photo, under any case name. None
    for a photo, or a name, of the artifact's own cases: their goldens judge the decoding too.
    Raises CaptureError for two."""
    if any(info.case == c.name or info.sources == c.digests for c in artifact.cases):
        return None
    wanted = (artifact.recipe_sha256, artifact.weights_sha256, info.sources)
    made = (e for e in entries if DECODED_BY in e.info.extra and PROGRAM not in e.info.extra)
    same = [
        e for e in made if (e.info.recipe_sha256, e.info.weights_sha256, e.info.sources) == wanted
    ]
    return _only(same)


def find_program(
    entries: list[GoldenEntry], artifact: Artifact, golden: CaptureInfo
) -> GoldenEntry | None:
    """The golden of the artifact's program for the case of that golden: of the very file, of which
    another variant may have an equal one; or, if the program hangs on nothing but the precision, of
    that. That of a photo that someone took is never that of a case, and starts from the same
    pixels. Raises CaptureError for two."""
    wanted = (artifact.recipe_sha256, artifact.weights_sha256, golden.sources)
    pixels = _pixels(golden, artifact)
    made = (e for e in entries if e.info.extra.get(PROGRAM))
    same = [
        e
        for e in made
        if (e.info.recipe_sha256, e.info.weights_sha256, e.info.sources) == wanted
        if e.info.case == golden.case and _pixels(e.info, artifact) == pixels
        if e.info.extra[PROGRAM] == artifact.precision
        or (e.info.extra[PROGRAM], e.info.artifact_sha256) == (artifact.variant, artifact.sha256)
    ]
    return _only(same)


def _pixels(golden: CaptureInfo, artifact: Artifact) -> str | None:
    """The digest of the pixels that a target decoded; None if the reference decoded them."""
    if DECODED_BY not in golden.extra:
        return None
    try:
        digests = decode_json(golden.extra[DIGESTS].encode(), dict[str, str])
        return digests[decoded_photo(artifact.model)]
    except (KeyError, ValueError):  # `read_golden` says what is wrong with it.
        return ""


def _only(same: list[GoldenEntry]) -> GoldenEntry | None:
    """The first of the goldens of one case; None without goldens.

    Raises CaptureError if its folder has a second one: the names of the files would decide which
    one judges. Weights with two names have a golden for each, in separate folders, and both judge
    alike.
    """
    for one in same[1:]:
        first, digests = same[0], one.info.extra.get(DIGESTS)
        alike = one.path.parent != first.path.parent and first.info.extra.get(DIGESTS) == digests
        if one.below == first.below and not alike:
            given = " --from CAPTURE" if DECODED_BY in one.info.extra else ""
            raise CaptureError(
                f"{one.path}: a second golden of case {one.info.case}, besides {first.path}, of "
                f"the same recipe, weights and photo; delete both, and run `onpar golden{given}`"
            )
    return next(iter(same), None)
