"""Does the install succeed where no compiler is, and is one build enough for every CPython from 3.11 on?"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import structlog
from rmos.cam_accel import kernels, main
from rmos.cam_accel.kernels import NativeMissing, ReferenceKernels
from rmos.cam_accel.settings import Settings
from rmos.chassis.metrics import Metrics
from rmos.chassis.service import Resources

MEMBER = Path(__file__).parents[1]
NO_COMPILER = "no C++ compiler is here"


def build(source: Path, out: Path, **env: str) -> Path:
    """The wheel."""
    argv = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "-w", str(out), str(source)]
    found = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        argv, capture_output=True, text=True, env={**os.environ, "PATH": found, **env}, timeout=240, check=False
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]
    (wheel,) = out.glob("*.whl")
    return wheel


def copied(to: Path) -> Path:
    shutil.copytree(MEMBER, to, ignore=shutil.ignore_patterns("build", "__pycache__"))
    return to


def test_without_a_compiler_the_reference_alone_is_installed(tmp_path: Path) -> None:
    wheel = build(copied(tmp_path / "cam-accel"), tmp_path / "wheel", CXX=str(tmp_path / "no-compiler"))
    names = zipfile.ZipFile(wheel).namelist()
    assert {"rmos/cam_accel/engine.py", "rmos/cam_accel/post/controllers.toml"} <= set(names)
    assert not any("_native" in name for name in names)
    assert wheel.name.endswith("-py3-none-any.whl")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not (os.environ.get("CXX") or shutil.which("c++") or shutil.which("cl")):
        pytest.skip(NO_COMPILER)
    folder = tmp_path_factory.mktemp("wheel")
    return build(copied(folder / "cam-accel"), folder / "out")


def test_the_wheel_is_small_and_of_the_stable_abi(wheel: Path) -> None:
    assert "-cp310-abi3-" in wheel.name
    assert wheel.stat().st_size < 2_000_000
    modules = [n for n in zipfile.ZipFile(wheel).namelist() if "_native" in n]
    assert len(modules) == 1
    assert "cpython" not in modules[0]


def interpreter(minor: int) -> str | None:
    """A CPython: the one that runs, or one on PATH or under PYENV_ROOT."""
    root = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    here = sys.executable if sys.version_info[:2] == (3, minor) else None
    for python in (here, shutil.which(f"python3.{minor}"), *map(str, sorted(root.glob(f"versions/3.{minor}.*/bin/python3")))):
        argv = [python or "", "-c", "import sys; print(sys.implementation.name, sys.version_info[1])"]
        said = subprocess.run(argv, capture_output=True, text=True, check=False).stdout if python else ""
        if said.split() == ["cpython", str(minor)]:
            return python
    return None


LOAD = """
import importlib.util, sys
from array import array
module, libraries = sys.argv[1:]
sys.path.append(libraries)
spec = importlib.util.spec_from_file_location("rmos.cam_accel._native", module)
native = importlib.util.module_from_spec(spec)
spec.loader.exec_module(native)
codes, zero, x = array("B", [1, 1]), array("d", [0, 0]), array("d", [3, 7])
print(native.extent(codes, codes, x, *[zero] * 7, (0.0, 0.0, 0.0)))
"""


@pytest.mark.parametrize("minor", [11, 12, 13, 14])
def test_one_build_loads_and_computes_on_every_cpython(wheel: Path, tmp_path: Path, minor: int) -> None:
    """Only the extension is loaded: the libraries of RMOS need not be there."""
    python = interpreter(minor)
    if python is None:
        pytest.skip(f"no CPython 3.{minor} is on PATH or under PYENV_ROOT")
    zipfile.ZipFile(wheel).extractall(tmp_path / "wheel")
    (module,) = (tmp_path / "wheel").glob("rmos/cam_accel/_native*")
    (tmp_path / "libraries").mkdir()
    backend = importlib.util.find_spec("nanobind_backend")
    if backend is not None and backend.origin is not None:
        (tmp_path / "libraries" / "nanobind_backend").symlink_to(Path(backend.origin).parent)
    argv = [python, "-I", "-c", LOAD, str(module), str(tmp_path / "libraries")]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=60, check=False)
    if "nanobind_backend" in done.stderr and minor != sys.version_info[1]:
        pytest.skip(f"nanobind-backend, a library of one CPython each, is not installed for 3.{minor}")
    assert done.returncode == 0, f"{python}: {done.stderr}"
    assert done.stdout.strip() == "((3.0, 0.0, 0.0), (7.0, 0.0, 0.0))"


def test_a_native_module_that_was_built_can_be_loaded() -> None:
    """One that lacks a symbol would leave the reference in its place, and every test of parity skipped."""
    assert kernels._native is not None or "No module named" in kernels._why_not


@pytest.mark.parametrize("native", [True, False])
async def test_the_service_says_by_log_and_gauge_which_kernels_compute(native: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    found = kernels._native if native else None
    if native and found is None:
        pytest.skip("the native kernels are not built here")
    monkeypatch.setattr(kernels, "_native", found)
    service = main.create_service(Settings(nats_url="", postgres_dsn="", blob_url=""))
    metrics = Metrics(service.name)
    with structlog.testing.capture_logs() as logs:
        await service.assemble(Resources(service.settings, None, None, metrics, lambda: None))  # type: ignore[arg-type]
    assert metrics.registry.get_sample_value("rmos_cam_accel_native") == int(native)
    said = [line for line in logs if "reference kernels are in use" in line["event"] and line["log_level"] == "warning"]
    assert len(said) == (0 if native else 1)


def test_native_kernels_that_are_demanded_and_not_there_stop_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernels, "_native", None)
    with pytest.raises(NativeMissing, match="RMOS_CPP_ACCEL=on"):
        main.create_service(Settings(nats_url="", postgres_dsn="", blob_url="", cpp_accel="on"))
    assert isinstance(kernels.choose("auto"), ReferenceKernels)
