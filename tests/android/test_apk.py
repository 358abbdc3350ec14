"""An APK that was really built: signed, aligned, with a model that is whole, and what it says."""

from __future__ import annotations

import re
import subprocess
import zipfile
from pathlib import Path

import pytest
from apks import ABI, Made, make_apk
from builds import linked
from tools import needs

from onpar.parity.contract.sidecar import read_sidecar
from onpar.pipeline.apps.android.apk_licences import notices
from onpar.pipeline.apps.android.elf import page_size
from onpar.pipeline.apps.android.maven import repository
from onpar.pipeline.apps.android.onnxruntime_android import version
from onpar.pipeline.build_folder.keys import file_digest
from onpar.pipeline.errors import OnparError
from onpar.pipeline.paths import ROOT

PAGE = 16384


@pytest.fixture(scope="session")
def apk(wide_build: Path, tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Of seeded weights at 96×160, for arm64."""
    for tool in ("mvn", "javac", "aapt2", "zipalign"):
        needs(tool, "make system")
    return make_apk(linked(wide_build, tmp_path_factory.mktemp("apk")))


def said_by(*command: str | Path) -> str:
    done = subprocess.run(
        [needs(str(command[0]), "make system"), *map(str, command[1:])],
        capture_output=True,
        encoding="utf-8",
        errors="replace",  # dexdump writes Java's own UTF-8
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_it_is_signed_for_its_oldest_android_and_for_today_s(apk: Made) -> None:
    newest = said_by("apksigner", "verify", "--verbose", "--min-sdk-version", "28", apk.path)
    assert "Signature Scheme v3): true" in newest
    older = said_by("apksigner", "verify", "--verbose", "--min-sdk-version", "24", apk.path)
    assert "Signature Scheme v2): true" in older


def test_a_phone_is_told_its_name_its_androids_and_what_to_start(apk: Made) -> None:
    badging = said_by("aapt2", "dump", "badging", apk.path)
    for line in (
        "package: name='org.onpar.app' versionCode='1'",
        "sdkVersion:'28'",
        "targetSdkVersion:'35'",
        "application-debuggable",
        "launchable-activity: name='org.onpar.app.MainActivity'",
        f"native-code: '{ABI}'",
    ):
        assert line in badging
    # Libraries are loaded from where they lie in the APK.
    tree = said_by("aapt2", "dump", "xmltree", "--file", "AndroidManifest.xml", apk.path)
    assert re.search(r"extractNativeLibs\(0x[0-9a-f]+\)=false", tree)


def test_its_bytecode_has_the_app_and_nothing_that_old_androids_lack(apk: Made) -> None:
    code = said_by("dexdump", "-d", apk.path)
    assert "invoke-virtual" in code and "invoke-custom" not in code
    classes = set(re.findall(r"Class descriptor\s*: 'L([^;]+);'", code))
    assert {
        "org/onpar/app/MainActivity",
        "org/onpar/core/Session",
        "org/onpar/runtimes/PyTorch",
        "org/pytorch/Module",
        "org/pytorch/PyTorchAndroid",
        "com/facebook/jni/HybridData",
        "com/facebook/soloader/nativeloader/NativeLoader",
        "com/google/gson/Gson",
    } <= classes
    assert not any(name.startswith(("android/", "java/", "org/junit")) for name in classes)


def test_what_is_mapped_begins_at_a_page_of_16_kb_also_once_it_is_signed(apk: Made) -> None:
    starts = apk.starts()
    assert len(apk.libraries()) >= 3
    for name in apk.libraries():
        assert starts[name] % PAGE == 0, name
    assert starts["resources.arsc"] % 4 == 0
    said_by("zipalign", "-c", "16384", apk.path)


def test_it_says_of_which_libraries_the_pages_are_too_small(apk: Made) -> None:
    sizes = {Path(n).name: page_size(apk.read(n), n) for n in apk.libraries()}
    small = sorted(name for name, size in sizes.items() if size < PAGE)
    assert f"{', '.join(small)} are laid out for pages of 4 KB" in apk.said
    assert sizes["libpytorch_jni.so"] == 4096


def test_its_model_is_the_one_that_its_sidecar_describes(apk: Made, tmp_path: Path) -> None:
    models = [n for n in apk.names() if n.startswith("assets/models/")]
    formats = []
    for name in [n for n in models if n.endswith(".json")]:
        (tmp_path / "model.json").write_bytes(apk.read(name))
        sidecar = read_sidecar(tmp_path / "model.json")
        formats.append(sidecar.format)
        assert name == f"assets/models/{sidecar.file}.json"
        model = tmp_path / sidecar.file
        model.write_bytes(apk.read(f"assets/models/{sidecar.file}"))
        assert file_digest(model) == sidecar.sha256
        assert f"assets/models/{sidecar.file}" in apk.starts()
        for case in sidecar.cases:
            [source] = case.sources
            photo = tmp_path / source.file
            photo.write_bytes(apk.read(f"assets/photos/{source.file}"))
            assert file_digest(photo) == source.sha256
    # Where Maven has ONNX Runtime's archive, it is there too, with its model.
    has_onnx = f"lib/{ABI}/libonnxruntime.so" in apk.names()
    assert formats == (["onnx", "torchscript"] if has_onnx else ["torchscript"])
    assert ("ONNX Runtime is missing" in apk.said) is not has_onnx


def test_the_licence_of_everything_bundled_is_in_it(apk: Made) -> None:
    text = apk.read("assets/licenses/NOTICES.txt").decode()
    for what in ("onpar", "Gson", "PyTorch", "fbjni", "SoLoader", "libc++", "Error Prone"):
        assert what in text
    named = {name for line in text.splitlines() for name in re.findall(r"\S+\.txt", line)}
    assert {f"assets/licenses/{name}" for name in named} <= set(apk.names())
    assert apk.read("assets/licenses/onpar.txt") == (ROOT / "LICENSE").read_bytes()
    others = apk.read("assets/licenses/PyTorch.txt").decode()
    for part in ("Facebook, Inc", "XNNPACK", "cpuinfo", "pthreadpool", "QNNPACK", "FP16"):
        assert part in others
    with pytest.raises(OnparError, match=r"surprise-1.0 would be in the APK"):
        notices(["gson-2.15.0", "surprise-1.0"])


def test_the_runner_knows_the_version_of_the_library_beside_it(apk: Made) -> None:
    properties = apk.read("org/onpar/runtimes/pytorch.properties").decode()
    assert f"version={version('pytorch')}\n" in properties


LOAD = """
import java.nio.file.*;
import org.onpar.core.*;
import org.onpar.runtimes.PyTorch;

class Load {
    public static void main(String[] words) throws Exception {
        Sidecar sidecar = SidecarReader.read(Files.readAllBytes(Paths.get(words[0])), words[0]);
        try {
            PyTorch.LOADER.load(new byte[] {1}, sidecar, Integer.parseInt(words[1]));
        } catch (InputException error) {
            System.out.println(error.getMessage());
        }
    }
}
"""


@pytest.mark.parametrize("threads", ["0", "2"])
def test_the_runner_asks_for_the_library_that_the_apk_has(
    apk: Made, wide_build: Path, tmp_path: Path, threads: str
) -> None:
    """With PyTorch's own classes for Android, on a JVM, which finds no library of that name."""
    (tmp_path / "Load.java").write_text(LOAD)
    parts = []
    for listed in ("bundled", "tools"):
        text = (ROOT / "android_app" / "apk" / "target" / f"{listed}.txt").read_text()
        parts += text.strip().split(":")
    [archive] = [part for part in parts if part.endswith(".aar")]
    with zipfile.ZipFile(archive) as aar:
        aar.extract("classes.jar", tmp_path)
    path = ":".join([*parts, str(tmp_path / "classes.jar")])
    [sidecar] = (wide_build / "artifacts").glob("*-fp32-tensor.pt.json")
    said = said_by("java", "-cp", path, tmp_path / "Load.java", sidecar, threads)
    assert said.startswith("PyTorch: its native library cannot be loaded here (no pytorch_jni in")
    assert f"lib/{ABI}/libpytorch_jni.so" in apk.libraries()


def test_what_is_up_to_date_is_not_built_again(apk: Made) -> None:
    before = apk.path.stat().st_mtime_ns
    again = make_apk(apk.path.parent.parent)
    assert again.path.stat().st_mtime_ns == before and again.said == apk.said


@pytest.mark.slow
def test_building_again_gives_the_same_bytes(apk: Made) -> None:
    digest = file_digest(apk.path)
    apk.path.unlink()
    make_apk(apk.path.parent.parent)
    assert file_digest(apk.path) == digest


@pytest.mark.slow
def test_a_given_archive_of_onnx_runtime_is_in_it_with_a_model(
    wide_build: Path, tmp_path: Path
) -> None:
    # The desktop's classes are the same, and its arm64 libraries are libraries.
    number = version("onnxruntime")
    below = f"com/microsoft/onnxruntime/onnxruntime/{number}/onnxruntime-{number}.jar"
    classes = tmp_path / "classes.jar"
    archive = tmp_path / "onnxruntime-android.aar"
    with (
        zipfile.ZipFile(repository() / below) as desktop,
        zipfile.ZipFile(classes, "w") as jar,
        zipfile.ZipFile(archive, "w") as aar,
    ):
        for name in desktop.namelist():
            if name.endswith(".class"):
                jar.writestr(name, desktop.read(name))
        for name in ("libonnxruntime.so", "libonnxruntime4j_jni.so"):
            native = f"ai/onnxruntime/native/linux-aarch64/{name}"
            aar.writestr(f"jni/{ABI}/{name}", desktop.read(native))
        jar.close()
        aar.write(classes, "classes.jar")
    made = make_apk(linked(wide_build, tmp_path / "build"), "--onnxruntime", archive)
    assert "contains ONNX Runtime (onnxruntime-android.aar) and PyTorch" in made.said
    assert "onnxruntime-android.aar is not locked" in made.said
    assert {f"lib/{ABI}/libonnxruntime.so", f"lib/{ABI}/libonnxruntime4j_jni.so"} <= set(
        made.libraries()
    )
    assert any(name.endswith("-fp32-tensor.onnx") for name in made.names())
    assert "ONNX Runtime: MIT" in made.read("assets/licenses/NOTICES.txt").decode()
    code = said_by("dexdump", made.path)
    assert "Lai/onnxruntime/OrtEnvironment;" in code and "Lorg/onpar/runtimes/OnnxRuntime;" in code


def test_assets_alone_are_for_android_studio(wide_build: Path, tmp_path: Path) -> None:
    build = linked(wide_build, tmp_path / "build")
    assets = build / "android" / "assets"
    for chosen, suffixes, licence in (
        ((), {"onnx", "onnx.json"}, "ONNX Runtime"),
        (("--format", "torchscript-fp32-tensor"), {"pt", "pt.json"}, "PyTorch"),
    ):
        make_apk(build, "--assets", *chosen)
        models = {path.name.rpartition("fp32-tensor.")[2] for path in (assets / "models").iterdir()}
        assert models == suffixes
        assert licence in (assets / "licenses" / "NOTICES.txt").read_text("utf-8")
        assert len(list((assets / "photos").iterdir())) == 6
    assert not (build / "android" / "onpar.apk").exists()
