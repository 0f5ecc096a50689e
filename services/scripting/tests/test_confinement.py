"""What can a script process still do once Lua itself has been broken? Nothing that the kernel lets pass."""

from __future__ import annotations

import os
import platform
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from rmos.contracts.toolpath import from_columns
from rmos.scripting.engine import Limits, SandboxUnavailable, ScriptError
from rmos.scripting.sandbox import process, seccomp
from rmos.scripting.sandbox.wire import decode_answer

pytestmark = pytest.mark.skipif(not process.confined(), reason="scripts run only where the kernel confines them")

LIMITS = Limits(wall_ms=3000, result_bytes=1000)


def test_a_confined_child_has_no_rights_left() -> None:
    child = process.Child(LIMITS)
    try:
        child.wait_ready()
        proc = Path(f"/proc/{child.pid}")
        status = dict(line.split(":", 1) for line in (proc / "status").read_text().splitlines() if ":" in line)
        assert status["Seccomp"].strip() == "2"
        assert status["NoNewPrivs"].strip() == "1"
        assert "0" not in status["Uid"].split()
        assert int(status["CapEff"], 16) == 0
        if os.geteuid() == 0:
            assert sorted(os.listdir(proc / "fd")) == ["0", "1", "2"]
            assert (proc / "environ").read_bytes() == b""
            assert os.readlink(proc / "cwd") == "/"
    finally:
        child.kill()


def test_waiting_children_end_with_the_service() -> None:
    code = "import os\nfrom rmos.scripting.sandbox.process import Child\nfrom rmos.scripting.engine import Limits\n"
    code += "c = Child(Limits()); c.wait_ready(); print(c.pid, flush=True); os._exit(0)"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    ended = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    pid, deadline = int(ended.stdout), time.monotonic() + 5
    while psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < deadline
        time.sleep(0.02)


DRILL = """
import ctypes, mmap, os, resource, signal, socket, sys, time
sys.path.append(sys.argv[1])
from rmos.scripting.sandbox import seccomp
libc = ctypes.CDLL(None, use_errno=True)
parent = os.getppid()
page = mmap.mmap(-1, 4096)
address = ctypes.addressof(ctypes.c_char.from_buffer(page))
def call(*arguments):
    if libc.syscall(*[ctypes.c_long(a) for a in arguments]) < 0:
        raise OSError(ctypes.get_errno(), 'refused')
seccomp.install(writable=(0, 2))
try:
    exec(sys.argv[2])
except OSError as error:
    os.write(2, f'errno {error.errno}'.encode())
    os._exit(0)
os.write(2, b'done')
os._exit(0)
"""

KILLED = {
    "open a socket": "socket.socket()",
    "open a unix socket": "socket.socket(socket.AF_UNIX)",
    "fork": "os.fork()",
    "run a program": "os.execv('/bin/true', ['true'])",
    "run a shell": "os.system('true')",
    "signal its parent": "os.kill(parent, 0)",
    "end its parent": "os.kill(parent, signal.SIGKILL)",
    "trace its parent": "libc.ptrace(16, parent, 0, 0)",
    "make memory executable": "libc.mprotect(ctypes.c_void_p(address), 4096, 5)",
    "map executable memory": "mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_EXEC)",
    "make a file in memory": "os.memfd_create('x')",
    "leave its namespaces": "libc.unshare(0x10000000)",
    "raise a limit": "resource.setrlimit(resource.RLIMIT_NPROC, (9, 9))",
    "sleep": "time.sleep(1)",
    "set a timer": "signal.setitimer(signal.ITIMER_REAL, 1)",
    "choose a processor": "os.sched_setaffinity(0, {0})",
    "read another descriptor": "os.read(1, 1)",
    "write another descriptor": "os.write(1, b'x')",
    "copy a descriptor": "os.dup(2)",
    "make a pipe": "os.pipe()",
    "remove a file": "os.unlink('/nonexistent')",
    "change rights of a file": "os.chmod('/tmp', 0)",
    "change its user": "os.setuid(0)",
    "mount": "libc.mount(b'x', b'/mnt', b'tmpfs', 0, None)",
    "clone by the newest call": "call(435, 0, 0)",
    "use io_uring": "call(425, 1, 0)",
    "use handles of processes": "call(434, parent, 0)",
    "call what does not exist yet": "call(9999)",
}
REFUSED = {
    "open a file": "os.open('/etc/passwd', os.O_RDONLY)",
    "create a file": "os.open('/tmp/rmos-drill', os.O_CREAT | os.O_WRONLY)",
    "list a directory": "os.listdir('/')",
    "look at a file": "os.stat('/')",
    "change its own process": "if libc.prctl(4, 1, 0, 0, 0): raise OSError(ctypes.get_errno(), 'refused')",
}


def drill(action: str) -> subprocess.CompletedProcess[str]:
    root = str(Path(seccomp.__file__).parents[3])
    command = [sys.executable, "-I", "-S", "-c", DRILL, root, action]
    return subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)


@pytest.mark.parametrize("action", KILLED.values(), ids=KILLED.keys())
def test_arbitrary_python_in_a_confined_process_is_killed_when_it_tries_to(action: str) -> None:
    ended = drill(action)
    assert (ended.returncode, ended.stderr, ended.stdout) == (-signal.SIGSYS, "", "")


@pytest.mark.parametrize("action", REFUSED.values(), ids=REFUSED.keys())
def test_arbitrary_python_in_a_confined_process_is_refused_to(action: str) -> None:
    assert drill(action).stderr == "errno 1"


@pytest.mark.skipif(platform.machine() != "x86_64", reason="x32 calls exist on x86_64 only")
def test_x32_calls_are_killed() -> None:
    assert drill("call(0x40000000 + 39)").returncode == -signal.SIGSYS


def test_a_confined_process_may_abort_itself_and_think() -> None:
    assert drill("os.abort()").returncode == -signal.SIGABRT
    assert drill("sum(range(10**5)); bytearray(10**7)").stderr == "done"


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_the_filter_of_every_machine_jumps_only_forward_to_existing_instructions(machine: str) -> None:
    code = seccomp.program(machine, 1, (0,), (0, 2))
    for at, (operation, when_true, when_false, _) in enumerate(code):
        if operation & 7 == 5:
            assert at + 1 + max(when_true, when_false) < len(code)
    assert code[-1] == (6, 0, 0, 0x80000000)


ROGUES = {
    "is killed for a forbidden call": ("sandbox_violation", "os.kill(os.getpid(), 31)"),
    "crashes": ("engine_crash", "os.kill(os.getpid(), 11)"),
    "aborts": ("engine_crash", "os.abort()"),
    "aborts for want of memory": ("memory", "os.write(2, b'PANIC: not enough memory'); os.abort()"),
    "is killed by the kernel": ("memory", "os.kill(os.getpid(), 9)"),
    "uses up its processor time": ("cpu", "os.kill(os.getpid(), 24)"),
    "ends without an answer": ("engine_crash", "os._exit(0)"),
    "ends within its answer": ("engine_crash", "os.write(0, bytes([9, 0, 0, 0, 1])); os._exit(0)"),
    "announces too long an answer": ("result_too_large", "os.write(0, bytes([0, 0, 0, 9])); os._exit(0)"),
    "announces the longest answer": ("result_too_large", "os.write(0, bytes([255] * 4)); time.sleep(60)"),
    "answers and fails": ("engine_crash", "os.write(0, bytes(4)); os._exit(1)"),
    "answers and stays": ("engine_crash", "os.write(0, bytes(4)); time.sleep(60)"),
    "answers nothing": ("engine_crash", "os.write(0, bytes(4)); os._exit(0)"),
    "never answers": ("wall_timeout", "time.sleep(60)"),
    "answers drop by drop": ("wall_timeout", "os.write(0, bytes([9, 0, 0, 0, 1])); time.sleep(60)"),
}


@pytest.mark.parametrize(("code", "action"), ROGUES.values(), ids=ROGUES.keys())
def test_a_process_is_judged_by_how_it_ends_when_it(
    code: str, action: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rogue = tmp_path / "rogue.py"
    rogue.write_text(f"import os, time\nos.write(0, b'R'); os.read(0, 99)\n{action}\n")
    monkeypatch.setattr(process, "_CHILD", rogue)
    limits = Limits(wall_ms=300, result_bytes=1000)
    child = process.Child(limits)
    child.wait_ready()
    with pytest.raises(ScriptError) as caught:
        decode_answer(child.exchange(b"request", limits), from_columns({"kind": [1]}))
    assert caught.value.code == code
    assert not psutil.pid_exists(child.pid)


def test_a_process_that_cannot_start_serves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "missing"))
    with pytest.raises(SandboxUnavailable):
        process.Child(LIMITS)
