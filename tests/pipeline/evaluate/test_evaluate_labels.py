"""`onpar evaluate` of a classification: real artifacts, labels from folders and from a CSV, and
what is refused."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from here import onpar_here
from PIL import Image
from playwright.sync_api import Browser

from onpar.parity.evaluation.evaluation import read_evaluation
from onpar.parity.evaluation.summaries.labels_figures import LabelsFigures, LabelsReference

COLOURS = ("red", "green", "blue")
EACH = 4


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Noise with a little more of one colour, in a subfolder of its label; the last photo of each
    has more of another colour than its label says."""
    folder = tmp_path_factory.mktemp("photos")
    rng = np.random.default_rng(0)
    for index, colour in enumerate(COLOURS):
        (folder / colour).mkdir()
        for number in range(EACH):
            levels = rng.integers(60, 160, (40, 48, 3))
            shown = index if number < EACH - 1 else (index + 1) % 3
            levels[..., shown] += 9 - 4 * (number == 0)
            Image.fromarray(levels.astype(np.uint8)).save(folder / colour / f"{colour}{number}.png")
    return folder


@pytest.fixture
def flat(photos: Path, tmp_path: Path) -> Path:
    """The same photos in one folder."""
    folder = tmp_path / "flat"
    folder.mkdir()
    for path in photos.glob("*/*.png"):
        os.link(path, folder / path.name)
    return folder


def words(artifacts: tuple[Path, ...], images: Path, *options: str | Path) -> list[str | Path]:
    chosen = [word for path in artifacts for word in ("--artifact", path)]
    return ["evaluate", "--images", images, *chosen, *options]


def said(*given: str | Path) -> dict[str, Any]:
    done = onpar_here(*given, "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def refused(*given: str | Path) -> str:
    done = onpar_here(*given)
    assert done.returncode == 2, done.stdout + done.stderr
    [line] = [one for one in done.stderr.splitlines() if one.startswith("onpar: ")]
    return line.removeprefix("onpar: ")


def csv_of(path: Path, *rows: str) -> Path:
    path.write_text("\n".join(("file,label", *rows)) + "\n")
    return path


def test_subfolders_are_labels_and_top_1_top_5_and_agreement_are_reported(
    artifacts: tuple[Path, Path], photos: Path, tmp_path: Path, chromium: Browser
) -> None:
    shown = said(*words(artifacts, photos, "--build", tmp_path))
    done = read_evaluation(Path(shown["json"]))
    assert isinstance(done.reference, LabelsReference)
    truth = done.reference.truth
    assert truth is not None and truth.top_k is not None
    # The last photo of each label is of another.
    assert (done.images, truth.top1) == (12, 9 / 12)
    fp32, int8 = done.artifacts
    assert isinstance(fp32.seen, LabelsFigures) and isinstance(int8.seen, LabelsFigures)
    assert (fp32.seen.same, fp32.worst) == (12, ())
    assert fp32.seen.truth is not None
    assert (fp32.seen.truth.top1, fp32.seen.truth.drop) == (truth.top1, 0.0)
    assert fp32.max_abs is not None and int8.max_abs is not None
    assert 0 < fp32.max_abs < 1e-5 < int8.max_abs
    assert fp32.snr_db is not None and int8.snr_db is not None
    assert int8.snr_db.mean < fp32.snr_db.mean - 40
    table = onpar_here(*words(artifacts, photos, "--build", tmp_path)).stdout
    assert "Against the labels" in table and "75.00%" in table and "Top-5" in table
    assert onpar_here(*words(artifacts, photos, "--build", tmp_path), "--json").stdout.count(
        '"ran": 0'
    )
    page = chromium.new_page()
    page.goto(Path(shown["html"]).as_uri())
    assert page.get_by_role("heading", level=2).all_inner_texts()[:2] == [
        "Against the float reference 12 images",
        "Against the labels",
    ]
    page.close()


def test_a_csv_a_folder_of_labels_and_indices_give_the_same_figures(
    artifacts: tuple[Path, Path], photos: Path, flat: Path, tmp_path: Path
) -> None:
    build = ("--build", tmp_path / "build")
    named, numbered = (
        [
            f"{path.name},{label}"
            for path in sorted(photos.glob("*/*.png"))
            for label in [give(path)]
        ]
        for give in (lambda p: p.parent.name, lambda p: COLOURS.index(p.parent.name))
    )
    given: dict[str, Path] = {
        "csv": csv_of(tmp_path / "named.csv", *named),
        "indices": csv_of(tmp_path / "numbered.csv", *numbered, "not-there.png,5"),
        "folder": photos,
    }
    found = {
        name: said(*words(artifacts[:1], flat, "--labels", labels, *build))["evaluation"]
        for name, labels in given.items()
    }
    truths = [one["reference"]["truth"] for one in found.values()]
    assert truths[0] == truths[1] == truths[2]
    assert truths[0]["top1"] == 0.75


def test_without_labels_agreement_alone_is_reported(
    artifacts: tuple[Path, Path], flat: Path, tmp_path: Path
) -> None:
    shown = onpar_here(*words(artifacts[:1], flat, "--build", tmp_path / "build"))
    assert shown.returncode == 0, shown.stderr
    assert "shows float's first label on 12 of 12 images" in shown.stdout
    assert "Against the labels" not in shown.stdout


def test_labels_that_cannot_be_used_are_refused_by_line_and_name(
    artifacts: tuple[Path, Path], flat: Path, tmp_path: Path
) -> None:
    names = sorted(path.name for path in flat.iterdir())
    rows = [f"{name},red" for name in names]
    file = tmp_path / "labels.csv"

    def with_rows(*changed: str, header: str = "file,label") -> str:
        file.write_text("\n".join((header, *changed)))
        return refused(*words(artifacts[:1], flat, "--labels", file, "--build", tmp_path / "build"))

    first = names[0]
    unknown = with_rows(f"{first},gren", *rows[1:])
    assert f"{file}, line 2: label 'gren' is unknown; did you mean 'green'?" in unknown
    assert "the model's 6 labels are red, green, blue, grey, crane, crane, or an index" in unknown
    assert "label '6' is unknown" in with_rows(f"{first},6", *rows[1:])
    assert "It looks like a WordNet id" in with_rows(f"{first},n01440764", *rows[1:])
    twice = with_rows(f"{first},crane", *rows[1:])
    assert "label 'crane' is the name of the classes 4 and 5; give the index" in twice
    missing = with_rows(*rows[2:])
    assert f"no label for {first} (and 1 more); each of the 12 photos needs one" in missing
    again = with_rows(*rows, f"{first},blue")
    assert f"line 14: {first} has a label already, in line 2" in again
    cells = with_rows(rows[0], f"{names[1]},red,more")
    assert f"{file}: line 3 has 3 cells, expected 2" in cells
    assert "line 2 has 1 cell, expected 2" in with_rows("one.png")
    header = with_rows(*rows, header="file;label")
    assert "its first line is 'file;label', expected the header 'file,label'" in header
    file.write_bytes(b"file,label\n\xff")
    assert "is not a CSV file in UTF-8" in refused(
        *words(artifacts[:1], flat, "--labels", file, "--build", tmp_path / "build")
    )


def test_folders_that_are_not_labels_are_refused(
    artifacts: tuple[Path, Path], photos: Path, flat: Path, tmp_path: Path
) -> None:
    build = ("--build", tmp_path / "build")
    (flat / "gren").mkdir()
    os.link(flat / "green1.png", flat / "gren" / "green9.png")
    mixed = refused(*words(artifacts[:1], flat, *build))
    assert "blue0.png is in the folder itself, gren/green9.png in a subfolder" in mixed
    for path in flat.glob("*.png"):
        path.unlink()
    unknown = refused(*words(artifacts[:1], flat, *build))
    assert f"{flat / 'gren'}: label 'gren' is unknown; did you mean 'green'?" in unknown
    (flat / "red").mkdir()
    os.link(photos / "red" / "red0.png", flat / "red" / "green9.png")
    both = refused(*words(artifacts[:1], photos, "--labels", flat, *build))
    assert f"green9.png is in {flat / 'gren'} and in {flat / 'red'}; keep it in one" in both


def test_options_that_the_task_has_no_use_for_and_a_missing_file_are_refused(
    artifacts: tuple[Path, Path], photos: Path, segformer: Path, tmp_path: Path
) -> None:
    build = ("--build", tmp_path / "build")
    said = refused(*words(artifacts[:1], photos, "--masks", photos, *build))
    assert "recipe colours gives labels, whose truth is named with --labels" in said
    said = refused(*words((segformer,), photos, "--labels", photos, *build))
    assert "recipe segformer gives class maps, whose truth is named with --masks" in said
    said = refused(*words(artifacts[:1], photos, "--labels", tmp_path / "none.csv", *build))
    assert "none.csv: No such file or directory; name a CSV file, or a folder" in said
    said = refused(*words(artifacts[:1], photos, "--tolerances", tmp_path / "t.json", *build))
    assert "no tolerance can be measured yet for a model without a class map" in said
    assert not list((tmp_path / "build").glob("evaluations/*/records*"))
    said = refused(*words(artifacts[:1], photos / "none", *build))
    assert "none: no such folder; name the folder of the photos" in said
    said = refused(*words(artifacts[:1], photos / "red" / "red0.png", *build))
    assert "red0.png: is not a folder" in said
