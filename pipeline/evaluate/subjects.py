"""The models of `onpar evaluate`: artifacts of one model, and its weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from onpar.parity.contract.chain import images_of, only_image, sources_of
from onpar.parity.contract.sidecar import read_sidecar, sidecar_path
from onpar.parity.contract.spec import Artifact, SpecError
from onpar.parity.contract.steps.step import Step
from onpar.parity.evaluation.tasks import TASKS
from onpar.parity.files.regular_file import why_not_regular
from onpar.pipeline.build_folder.given_file import why_not_exported
from onpar.pipeline.build_folder.keys import artifact_digest
from onpar.pipeline.check.matching import weights_of
from onpar.pipeline.errors import OnparError
from onpar.pipeline.host import unlike_phones
from onpar.pipeline.recipes import load_recipe
from onpar.pipeline.recipes.recipe import Recipe
from onpar.pipeline.targets import elsewhere, installs, loaders


@dataclass(frozen=True)
class Subject:
    """An artifact to evaluate, and the target that runs it on this machine."""

    path: Path
    artifact: Artifact
    target: str

    @property
    def last(self) -> Step:
        """The last step of its model's chain, which says what the task is."""
        return self.artifact.model.steps[-1]


@dataclass(frozen=True)
class Weights:
    """The `safetensors` artifact that the reference is built with, and its recipe."""

    path: Path
    artifact: Artifact
    recipe: Recipe


def read_subjects(paths: Sequence[Path]) -> list[Subject]:
    """The artifacts, without duplicates. Raises OnparError if one cannot be read, does not take
    a photo and end in a step that has figures, or does not run on this machine, and if they are of
    several models."""
    # Two recipes can give equal bytes, for example with other labels: those are not duplicates.
    first, *others = found = [_subject(path) for path in paths]
    for one in others:
        for what, got, expected in (
            ("recipe", one.artifact.recipe_sha256, first.artifact.recipe_sha256),
            ("weights", one.artifact.weights_sha256, first.artifact.weights_sha256),
        ):
            if got != expected:
                raise OnparError(
                    f"{one.path}: its {what} {got[:16]}… are not those of {first.path}, "
                    f"{expected[:16]}…; evaluate the artifacts of one export together, others apart"
                )
    return list({one.artifact.sha256: one for one in found}.values())


def _subject(path: Path) -> Subject:
    artifact = _artifact(path)
    model = artifact.model
    images = images_of(model)
    kind = model.steps[-1].kind
    if not images or kind not in TASKS:
        known = ", ".join(f"{name} ({task.what})" for name, task in TASKS.items())
        absence = f"ends in the step {kind}" if images else "takes no photo"
        raise OnparError(
            f"{path}: recipe {model.recipe} {absence}; `onpar evaluate` runs models that take a "
            f"photo and end in {known}, `onpar check` judges any model on its cases"
        )
    if only_image(model) is None:
        names = ", ".join(name for name in sources_of(model.steps) if name != images[0])
        raise OnparError(
            f"{path}: recipe {model.recipe} takes {names} in addition to the photo, which a folder "
            "of photos does not give; `onpar check` judges it on its cases"
        )
    targets = loaders(artifact.format)
    if not targets:
        places = ", ".join(elsewhere(artifact.format)) or "nowhere yet"
        install = installs(artifact.format)
        raise OnparError(
            f"{path}: no target on this machine runs the format {artifact.format} (it runs on: "
            f"{places}); {f'{install}, or ' if install else ''}leave it out, `onpar targets` has "
            "what runs here"
        )
    reason = unlike_phones(artifact.format, artifact.precision)
    if reason:
        raise OnparError(f"{path}: {reason}")
    return Subject(path, artifact, targets[0])


def _artifact(path: Path) -> Artifact:
    """The sidecar of an unchanged exported file."""
    why = "" if path.is_dir() else why_not_regular(path)
    if why:
        raise OnparError(f"--artifact {path}: {why}; make it with `onpar export`")
    why = why_not_exported(path) if path.exists() else ""
    if why:
        raise OnparError(f"--artifact {path}: {why}")
    try:
        artifact = read_sidecar(sidecar_path(path))
    except SpecError as error:
        raise OnparError(str(error)) from error
    got = artifact_digest(path)
    if got != artifact.sha256:
        raise OnparError(
            f"{path}: its digest is {got[:16]}…, its sidecar says {artifact.sha256[:16]}…: the "
            "file is not the one that was exported; run `onpar export` again"
        )
    return artifact


def find_weights(subject: Subject) -> Weights:
    """The weights that the artifact was exported from, in the same folder. Raises OnparError if
    they are missing, or the recipe has changed since."""
    wanted, folder = subject.artifact, subject.path.parent
    found = []
    for sidecar in sorted(folder.glob("[!.]*.safetensors.json")):
        try:
            found.append((sidecar.with_suffix(""), read_sidecar(sidecar)))
        except SpecError:
            continue  # An unrelated export.
    path = weights_of(wanted, found)
    if path is None:
        raise OnparError(
            f"{folder}: the weights {wanted.weights_sha256[:16]}… of {wanted.file} are missing, "
            "which the float reference needs; run `onpar export --format safetensors` with the "
            "recipe, size and weights of the artifact, or copy the .safetensors file and its .json "
            "there"
        )
    recipe = load_recipe(wanted.options)
    if recipe.model.sha256 != wanted.recipe_sha256:
        raise OnparError(
            f"{subject.path}: was exported from the recipe {wanted.recipe_sha256[:16]}…, "
            f"{wanted.options.recipe} is {recipe.model.sha256[:16]}… now; run `onpar export` again"
        )
    return Weights(path, _artifact(path), recipe)
