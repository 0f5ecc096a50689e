"""Which system calls may a confined process make? Only those a running interpreter needs to think and to answer."""

from __future__ import annotations

import ctypes
import os
import platform
import signal
import struct
import sys

_ALLOW, _EPERM, _KILL = 0x7FFF0000, 0x00050001, 0x80000000
_LOAD, _JUMP_EQUAL, _JUMP_BITS, _RETURN = 0x20, 0x15, 0x45, 0x06
_PR_SET_DUMPABLE, _PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS, _MODE_FILTER = 4, 22, 38, 2
_X32_BIT, _PROT_EXEC = 0x40000000, 4

_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_CALLS: dict[str, dict[str, int]] = {
    "x86_64": {
        "read": 0, "write": 1, "open": 2, "stat": 4, "fstat": 5, "lstat": 6, "lseek": 8, "mmap": 9, "mprotect": 10,
        "munmap": 11, "brk": 12, "rt_sigaction": 13, "rt_sigprocmask": 14, "rt_sigreturn": 15, "ioctl": 16,
        "access": 21, "sched_yield": 24, "mremap": 25, "madvise": 28, "getpid": 39, "exit": 60, "readlink": 89,
        "gettimeofday": 96, "prctl": 157, "gettid": 186, "time": 201, "futex": 202, "getdents64": 217,
        "restart_syscall": 219, "clock_gettime": 228, "exit_group": 231, "tgkill": 234, "openat": 257,
        "newfstatat": 262, "readlinkat": 267, "faccessat": 269, "getrandom": 318, "statx": 332, "faccessat2": 439,
    },
    "aarch64": {
        "ioctl": 29, "faccessat": 48, "openat": 56, "getdents64": 61, "lseek": 62, "read": 63, "write": 64,
        "readlinkat": 78, "newfstatat": 79, "fstat": 80, "exit": 93, "exit_group": 94, "futex": 98,
        "clock_gettime": 113, "sched_yield": 124, "restart_syscall": 128, "tgkill": 131, "rt_sigaction": 134,
        "rt_sigprocmask": 135, "rt_sigreturn": 139, "prctl": 167, "gettimeofday": 169, "getpid": 172, "gettid": 178,
        "brk": 214, "munmap": 215, "mremap": 216, "mmap": 222, "mprotect": 226, "madvise": 233, "getrandom": 278,
        "statx": 291, "faccessat2": 439,
    },
}  # fmt: skip
_ALLOWED = (
    "futex", "munmap", "mremap", "brk", "madvise", "exit", "exit_group", "rt_sigaction", "rt_sigprocmask",
    "rt_sigreturn", "restart_syscall", "sched_yield", "clock_gettime", "gettimeofday", "time", "getrandom", "getpid",
    "gettid",
)  # fmt: skip
_REFUSED = (
    "open", "openat", "stat", "lstat", "fstat", "newfstatat", "statx", "access", "faccessat", "faccessat2",
    "readlink", "readlinkat", "getdents64", "lseek", "ioctl", "prctl",
)  # fmt: skip

Instruction = tuple[int, int, int, int]


def supported() -> bool:
    """Whether a filter exists for this kernel, processor and word size."""
    return sys.platform == "linux" and platform.machine() in _ARCH and sys.maxsize > 2**32 and sys.byteorder == "little"


def _argument(index: int) -> Instruction:
    """Load the low word of a system call argument."""
    return (_LOAD, 0, 0, 16 + 8 * index)


def _guard(number: int, body: list[Instruction]) -> list[Instruction]:
    """Run `body`, which must end in a return, for one system call only."""
    return [(_JUMP_EQUAL, 0, len(body), number), *body]


def _when_argument_in(index: int, values: tuple[int, ...]) -> list[Instruction]:
    body = [_argument(index)]
    for value in values:
        body += [(_JUMP_EQUAL, 0, 1, value), (_RETURN, 0, 0, _ALLOW)]
    return [*body, (_RETURN, 0, 0, _KILL)]


def _when_argument_lacks(index: int, bits: int) -> list[Instruction]:
    return [_argument(index), (_JUMP_BITS, 0, 1, bits), (_RETURN, 0, 0, _KILL), (_RETURN, 0, 0, _ALLOW)]


def _only_own_abort(pid: int) -> list[Instruction]:
    """Let abort() end the process with SIGABRT; every other signal sent kills it."""
    return [
        _argument(0),
        (_JUMP_EQUAL, 0, 3, pid),
        _argument(2),
        (_JUMP_EQUAL, 0, 1, int(signal.SIGABRT)),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _KILL),
    ]


def program(machine: str, pid: int, readable: tuple[int, ...], writable: tuple[int, ...]) -> list[Instruction]:
    """The filter for one process: every system call not named here kills it. Raises KeyError on other machines."""
    calls = _CALLS[machine]
    code: list[Instruction] = [
        (_LOAD, 0, 0, 4), (_JUMP_EQUAL, 1, 0, _ARCH[machine]), (_RETURN, 0, 0, _KILL), (_LOAD, 0, 0, 0),
    ]  # fmt: skip
    if machine == "x86_64":
        code += [(_JUMP_BITS, 0, 1, _X32_BIT), (_RETURN, 0, 0, _KILL)]
    code += _guard(calls["read"], _when_argument_in(0, readable))
    code += _guard(calls["write"], _when_argument_in(0, writable))
    code += _guard(calls["mmap"], _when_argument_lacks(2, _PROT_EXEC))
    code += _guard(calls["mprotect"], _when_argument_lacks(2, _PROT_EXEC))
    code += _guard(calls["tgkill"], _only_own_abort(pid))
    for names, verdict in ((_ALLOWED, _ALLOW), (_REFUSED, _EPERM)):
        for name in names:
            if name in calls:
                code += _guard(calls[name], [(_RETURN, 0, 0, verdict)])
    return [*code, (_RETURN, 0, 0, _KILL)]


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


def _prctl(libc: ctypes.CDLL, *arguments: int) -> None:
    padded = [ctypes.c_ulong(a) for a in (*arguments[1:], 0, 0, 0, 0)[:4]]
    if libc.prctl(ctypes.c_int(arguments[0]), *padded) != 0:
        raise OSError(ctypes.get_errno(), f"prctl {arguments[0]} failed")


def install(readable: tuple[int, ...] = (0,), writable: tuple[int, ...] = (0, 2)) -> None:
    """Confine the calling, single-threaded process for good. Raises OSError when the kernel refuses."""
    if not supported():
        raise OSError("no system call filter for this platform")
    code = program(platform.machine(), os.getpid(), readable, writable)
    packed = ctypes.create_string_buffer(b"".join(struct.pack("<HBBI", *i) for i in code))
    filtering = _Program(len(code), ctypes.cast(packed, ctypes.c_void_p))
    libc = ctypes.CDLL(None, use_errno=True)
    _prctl(libc, _PR_SET_DUMPABLE, 0)
    _prctl(libc, _PR_SET_NO_NEW_PRIVS, 1)
    _prctl(libc, _PR_SET_SECCOMP, _MODE_FILTER, ctypes.addressof(filtering))
