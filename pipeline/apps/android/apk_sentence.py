"""The sentence about an APK: its content, what is missing, and what it cannot do."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from onpar.pipeline.apps.android.apk_contents import Bundled
from onpar.pipeline.apps.android.apk_signing import PAGE
from onpar.pipeline.apps.android.elf import page_size
from onpar.pipeline.apps.android.onnxruntime_android import Found, version


def sentence(
    found: Found, abis: Sequence[str], bundled: Sequence[Bundled], assets: Path, size: int
) -> str:
    """One line; the page sizes are read from the libraries."""
    models = sorted(p.name for p in (assets / "models").iterdir() if p.suffix != ".json")
    runtimes = [f"PyTorch {version('pytorch')}"]
    if found.path:
        runtimes.insert(0, f"ONNX Runtime ({found.path.name})")
    pages = {
        Path(name).name: page_size(library, name)
        for one in bundled
        for name, library in one.libraries.items()
    }
    small = sorted(name for name, page in pages.items() if page < PAGE)
    said = [
        f"{size / 1e6:.1f} MB, contains {' and '.join(runtimes)} for "
        f"{', '.join(abis)}, with {', '.join(models)}"
    ]
    if not found.path:
        said.append(f"ONNX Runtime is missing: {found.why} (--onnxruntime FILE.aar adds it)")
    if small:
        largest = min(pages[name] for name in small) // 1024
        said.append(
            f"{', '.join(small)} are laid out for pages of {largest} KB: a phone with pages of "
            f"{PAGE // 1024} KB does not load them"
        )
    if found.note:
        said.append(found.note)
    return "; ".join(said) + ". Signed with a debug key; it has never run on a phone."
