"""What runs in the confined process? Lua, once: setup, confinement, one request, one answer, end.

Arguments: import root of this package, import root of lupa, heap cap in bytes, processor time in seconds. Descriptor
0 is the only channel. It exits 3 when the interpreter fails and 4 when the process cannot be confined.
"""

from __future__ import annotations

import gc
import os
import resource
import struct
import sys
from collections.abc import Callable
from pathlib import Path

CHANNEL = 0
READY = b"R"
NOBODY = 65534
MAX_REQUEST = 256 << 20
_HEADROOM = 64 << 20


def _deny(*_: object) -> None:
    raise AttributeError("nothing of Python is reachable from Lua")


def _lua(name: str) -> bytes:
    return Path(__file__).with_name(f"{name}.lua").read_bytes()


def load_lua(memory_bytes: int) -> Callable[[bytes], bytes]:
    """The Lua function that answers a request, in a fresh interpreter whose heap is capped at `memory_bytes`."""
    from lupa import lua54

    runtime = lua54.LuaRuntime(
        encoding=None,
        register_eval=False,
        register_builtins=False,
        attribute_handlers=(_deny, _deny),
        max_memory=memory_bytes,
    )
    world = runtime.execute(_lua("bootstrap"), name=b"=bootstrap", mode=b"t")
    answer: Callable[[bytes], bytes] = runtime.execute(_lua("exchange"), world, name=b"=exchange", mode=b"t")
    return answer


def _drop_root() -> None:
    if os.geteuid() == 0:
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)


def _limit(memory_bytes: int, cpu_s: int) -> None:
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    space = pages * resource.getpagesize() + 3 * memory_bytes + _HEADROOM
    resource.setrlimit(resource.RLIMIT_AS, (space, space))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s + 1))
    for kind, value in (
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_NOFILE, 3),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
    ):
        resource.setrlimit(kind, (value, value))


def _read(count: int) -> bytes:
    parts = bytearray()
    while len(parts) < count:
        part = os.read(CHANNEL, min(count - len(parts), 1 << 20))
        if not part:
            os._exit(0)
        parts += part
    return bytes(parts)


def _write(data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(CHANNEL, view) :]


def _serve(answer: Callable[[bytes], bytes]) -> None:
    (size,) = struct.unpack("<I", _read(4))
    if size > MAX_REQUEST:
        os._exit(3)
    reply = answer(_read(size))
    if type(reply) is not bytes:
        os._exit(3)
    _write(struct.pack("<I", len(reply)) + reply)


def main(arguments: list[str]) -> None:
    """Never returns. Nothing is read from the channel before the process is confined."""
    package_root, lupa_root, memory_bytes, cpu_s = arguments
    try:
        sys.path += [package_root, lupa_root]
        from rmos.scripting.sandbox import seccomp

        answer = load_lua(int(memory_bytes))
        sys.path.clear()
        _drop_root()
        _limit(int(memory_bytes), int(cpu_s))
        gc.disable()
        seccomp.install(readable=(CHANNEL,), writable=(CHANNEL, 2))
    except BaseException as error:
        os.write(2, f"cannot confine: {type(error).__name__}: {error}".encode())
        os._exit(4)
    try:
        _write(READY)
        _serve(answer)
    except MemoryError:
        os.write(2, b"not enough memory")
        os._exit(3)
    except BaseException:
        os._exit(3)
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1:])
