"""The commands that make the apps for phones.

Each command imports its stage only when it runs, so that `--help` stays fast.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from onpar.pipeline.cli.options import (
    build_option,
    format_option,
    json_option,
    model_options,
)
from onpar.pipeline.exit_codes import after


@click.command()
@model_options
@format_option
@click.option(
    "--abi", "abis", multiple=True, help="Only for this processor; default: arm64-v8a, x86_64."
)
@click.option(
    "--onnxruntime",
    metavar="FILE",
    envvar="ONPAR_ONNXRUNTIME",
    type=click.Path(path_type=Path),
    help="ONNX Runtime's Android archive, where Maven cannot get it.",
)
@click.option("--assets", is_flag=True, help="Only fill android/assets, for Android Studio.")
@build_option
@json_option
def apk(
    formats: tuple[str, ...],
    abis: tuple[str, ...],
    onnxruntime: Path | None,
    assets: bool,
    as_json: bool,
    **model: Any,
) -> None:
    """Build the Android app with a model, as a file that a phone installs.

    It has the float32 model for each of its runtimes, or the models that --format names.

    Example: onpar apk --recipe selfie_segmentation --abi arm64-v8a
    """
    from onpar.pipeline.apps.android.apk import apk as apk_stage
    from onpar.pipeline.apps.android.apk import check_abis, check_tools
    from onpar.pipeline.apps.android.apk_assets import (
        models_for,
        models_for_studio,
        write_assets,
    )
    from onpar.pipeline.apps.android.onnxruntime_android import find
    from onpar.pipeline.apps.bundled import check_model
    from onpar.pipeline.cli import show
    from onpar.pipeline.errors import OnparError
    from onpar.pipeline.export.artifacts import chosen_variants
    from onpar.pipeline.export.artifacts import export as export_stage
    from onpar.pipeline.paths import CHECKOUT, ONLY_A_CHECKOUT
    from onpar.pipeline.recipes import load_recipe
    from onpar.pipeline.weights.chosen import chosen

    if not CHECKOUT:
        raise OnparError(ONLY_A_CHECKOUT)
    processors, named = check_abis(abis), chosen_variants(formats) if formats else []
    if not assets:
        check_tools()
    with chosen(**model) as (choice, folder, watch):
        check_model(load_recipe(choice.options))
        if assets:
            variants, bundled = models_for_studio(named)
        else:
            found = find(onnxruntime, choice.offline, folder, watch)
            variants = models_for(named, pytorch=True, onnx=bool(found.path))
        recipe, exports = export_stage(choice, variants, folder, watch)
        exports = [one for one in exports if one.variant in variants]
        filled = folder.android / "assets"
        if assets:
            write_assets(filled, recipe, exports, bundled)
        else:
            made = apk_stage(recipe, exports, found, processors, folder, watch)
    if as_json:
        show.as_json({"assets": filled} if assets else made)
    else:
        click.echo(f"{filled}: filled" if assets else f"{made.path}: {made.sentence}")
    errors = [one.failure for one in exports if one.error]
    show.failures(errors)
    sys.exit(after(errors))


@click.command("ios-models")
@model_options
@format_option
@build_option
@json_option
def ios_models(formats: tuple[str, ...], as_json: bool, **model: Any) -> None:
    """Fill ios_app/Models, from which Xcode copies the models into the iOS app.

    It writes the float32 ONNX model, or the models that --format names, and leaves the others that
    are there.

    Example: onpar ios-models --format onnx-fp32-tensor --format coreml-fp32-tensor
    """
    from onpar.pipeline.apps.bundled import check_model
    from onpar.pipeline.apps.ios.app_models import models_for, write_models
    from onpar.pipeline.cli import show
    from onpar.pipeline.errors import OnparError
    from onpar.pipeline.export.artifacts import chosen_variants
    from onpar.pipeline.export.artifacts import export as export_stage
    from onpar.pipeline.paths import CHECKOUT, IOS, ONLY_A_CHECKOUT
    from onpar.pipeline.recipes import load_recipe
    from onpar.pipeline.weights.chosen import chosen

    if not CHECKOUT:
        raise OnparError(ONLY_A_CHECKOUT)
    variants = models_for(chosen_variants(formats) if formats else [])
    with chosen(**model) as (choice, folder, watch):
        check_model(load_recipe(choice.options))
        _, exports = export_stage(choice, variants, folder, watch)
        exports = [one for one in exports if one.variant in variants]
        written = write_models(IOS / "Models", exports)
    if as_json:
        show.as_json({"models": written})
    else:
        for path in written:
            click.echo(f"{path}: written, with its sidecar")
    errors = [one.failure for one in exports if one.error]
    show.failures(errors)
    sys.exit(after(errors))
