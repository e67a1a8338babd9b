"""What a sandboxed process can't do. Each attack is run without the sandbox first, where it works."""

from __future__ import annotations

import contextlib
import errno
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from autograder.kernel.sandbox import filesystem, syscalls
from autograder.kernel.sandbox.fork import SandboxError, enter_zygote
from autograder.kernel.sandbox.levels import Level
from autograder.kernel.sandbox.policy import POLICY

GONE_SECONDS = 20


@dataclass(frozen=True)
class Attack:
    """A piece of code, how it is refused, and what it comes to without the sandbox: it works, or fails otherwise."""

    code: str
    refusal: int = errno.EPERM
    control: int | None = None


FORKED = "\nif not pid: os._exit(0)\nos.waitpid(pid, 0)"
ATTACKS = {
    "fork": Attack(f"pid = os.fork(){FORKED}"),
    "clone without CLONE_THREAD": Attack(f"pid = call('clone', 17, 0, 0, 0, 0){FORKED}"),
    "a vfork for a program": Attack("subprocess.run(['/bin/true'], check=True)"),
    "a program in place of this one": Attack("os.execv('/nowhere', ['x'])", control=errno.ENOENT),
    "clone3, whose flags can't be looked at": Attack("call('clone3', None, 0)", errno.ENOSYS, control=errno.EINVAL),
    "memory in a nameless file": Attack("os.close(os.memfd_create('x'))"),
    "memory that outlives the process": Attack("call('shmctl', call('shmget', 0, 4096, 0o600), 0, None)"),
    "a message queue": Attack("call('msgctl', call('msgget', 0, 0o600), 0, None)"),
    "TCP": Attack("socket.socket().close()"),
    "UDP": Attack("socket.socket(socket.AF_INET, socket.SOCK_DGRAM).close()"),
    "a Unix socket": Attack("socket.socket(socket.AF_UNIX).close()"),
    "netlink": Attack("socket.socket(socket.AF_NETLINK, socket.SOCK_RAW).close()"),
    "datagrams to any path": Attack("socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)"),
    "a filter program on a socket": Attack(
        "one, other = socket.socketpair()\none.setsockopt(1, 26, struct.pack('HxxxxxxP', 0, 0))", control=errno.EINVAL
    ),
    "being traced": Attack("call('ptrace', 0, 0, 0, 0)"),
    "another process's memory": Attack("call('process_vm_readv', os.getpid(), None, 0, None, 0, 0)"),
    "a user namespace": Attack("call('unshare', 0)"),
    "a mount": Attack("call('mount', None, None, None, 0, None)", control=errno.EFAULT),
    "another root": Attack("call('chroot', b'/nowhere')", control=errno.ENOENT),
    "a process by descriptor": Attack("os.close(os.pidfd_open(os.getpid()))"),
    "a signal to its parent": Attack("os.kill(stranger, 0)"),
    "a signal to all": Attack("os.kill(-1, 0)"),
    "a signal to a thread of another": Attack("call('tgkill', stranger, stranger, 0)"),
    "a signal by another call": Attack("call('tkill', os.getpid(), 0)"),
    "a signal by a file's owner": Attack("fcntl.fcntl(os.pipe()[0], fcntl.F_SETOWN, stranger)"),
    "limits of its parent": Attack("resource.prlimit(stranger, resource.RLIMIT_CORE)"),
    "outliving its parent": Attack("call('prctl', 1, 0, 0, 0, 0)"),
    "core dumps": Attack("call('prctl', 4, 1, 0, 0, 0)"),
    "another filter": Attack("call('prctl', 22, 2, None, 0, 0)", control=errno.EFAULT),
    "file locks without number": Attack("fcntl.lockf(open('x', 'w'), fcntl.LOCK_EX)"),
    "locking others out of a file": Attack("fcntl.flock(open('x', 'w'), fcntl.LOCK_EX)", errno.ENOSYS),
    "large pipes": Attack("fcntl.fcntl(os.pipe()[0], fcntl.F_SETPIPE_SZ, 1 << 17)"),
    "moving pages between pipes": Attack("call('splice', -1, None, -1, None, 0, 0)", control=None),
    "watching files": Attack("call('inotify_init1', 0)"),
    "the execution domain": Attack("call('personality', 0xFFFFFFFF)"),
    "a file by handle": Attack("call('name_to_handle_at', -1, b'', None, None, 0)", control=errno.ENOENT),
    "keys": Attack("call('keyctl', 0, -3, 0, 0, 0)"),
    "io_uring": Attack("call('io_uring_setup', 1, None)", control=errno.EFAULT),
    "BPF": Attack("call('bpf', 99, None, 0)", control=errno.EINVAL),
    "performance counters": Attack("call('perf_event_open', None, 0, 0, 0, 0)", control=errno.EFAULT),
    "faults handled by itself": Attack("call('userfaultfd', 4096)", control=errno.EINVAL),
    "emptying a file that is only read": Attack("os.open('x', os.O_CREAT | os.O_TRUNC)"),
    "a named pipe": Attack("os.mkfifo('x')"),
    "a file's owner": Attack("os.chown('.', os.getuid(), os.getgid())"),
    "page sharing settings": Attack("call('mbind', None, 0, 0, None, 0, 0)"),
}  # fmt: skip


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_works_outside_and_is_refused_inside(name, inside, outside):
    attack = ATTACKS[name]
    control = outside.run(attack.code, stranger=os.getpid())
    if attack.control is None:
        assert not control.error, f"no proof without a control: {control}"
    elif control.number == attack.refusal:
        pytest.skip(f"this machine refuses it to everybody ({control.text})")
    else:
        assert control.number == attack.control
    refused = inside.run(attack.code, stranger=os.getpid())
    assert (refused.number, refused.sandbox) == (attack.refusal, ""), refused


def test_a_process_inside_still_has_threads_files_and_pairs_of_sockets(inside):
    answer = inside.run(
        "thread = threading.Thread(target=lambda: open('made', 'w').write('by a thread'))\n"
        "thread.start(); thread.join()\n"
        "one, other = socket.socketpair(); one.sendall(b'hello')\n"
        "result = [open('made').read(), other.recv(9).decode(), os.listdir('.')]"
    )
    assert answer.value == ["by a thread", "hello", ["made"]]


def test_all_that_other_programs_have_open_is_closed(inside, outside):
    code = "result = os.fstat(secret).st_rdev"
    assert outside.run(code).value
    assert inside.run(code).number == errno.EBADF


def test_standard_descriptors_are_nowhere(inside):
    assert (
        inside.run("result = [os.fstat(n).st_rdev == os.stat('/dev/null').st_rdev for n in range(3)]").value
        == [True] * 3
    )


def test_no_capability_is_left(inside):
    assert inside.run("result = capabilities()").value == 0


def test_privileges_cannot_be_gained_by_a_program(inside, outside):
    code = "result = call('prctl', 3, 0, 0, 0, 0)"  # PR_GET_DUMPABLE
    assert outside.run(code).value == 1
    assert inside.run(code).value == 0


def test_memory_is_bounded_however_it_is_asked_for(inside, outside):
    size = 2 * POLICY.memory
    for code in (
        f"bytearray({size})",
        f"mmap.mmap(-1, {size})",
        f"mmap.mmap(-1, {size}, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)",
        f"maps = [mmap.mmap(-1, 1 << 26) for _ in range({size >> 26})]",
    ):
        assert not outside.run(code).error
        answer = inside.run(code)
        assert (answer.error, answer.number) in {("MemoryError", None), ("OSError", errno.ENOMEM)}, code


def test_half_of_the_memory_can_be_had(inside):
    assert not inside.run(f"bytearray({POLICY.memory // 2})").error


def test_limits_cannot_be_raised_again(inside):
    code = (
        "_, hard = resource.getrlimit(resource.RLIMIT_AS); resource.setrlimit(resource.RLIMIT_AS, (hard + 1, hard + 1))"
    )
    assert inside.run(code).error


def test_threads_are_bounded(inside, outside):
    code = f"""
stop = threading.Event()
threading.stack_size(1 << 16)
try:
    for _ in range({POLICY.threads * 2}):
        threading.Thread(target=stop.wait).start()
finally:
    stop.set()
"""
    assert not outside.run(code).error
    assert inside.run(code).error == "RuntimeError"


def test_open_files_are_bounded(inside, outside):
    code = f"files = [open('/dev/null') for _ in range({POLICY.descriptors})]"
    assert not outside.run(code).error
    assert inside.run(code).number == errno.EMFILE


def test_a_file_is_bounded(inside, outside):
    code = f"open('large', 'wb').truncate({POLICY.scratch_bytes + 1})"
    assert not outside.run(code).error
    assert inside.run(code).number == errno.EFBIG


def test_all_files_together_are_bounded(full):
    half = POLICY.scratch_bytes // 2 + 1
    answer = full.run(f"for name in 'ab': open(name, 'wb').write(bytes({half}))")
    assert answer.number == errno.ENOSPC


def test_the_number_of_files_is_bounded(full):
    answer = full.run(f"for number in range({POLICY.scratch_files}): open(str(number), 'w').close()")
    assert answer.number == errno.ENOSPC


def test_files_of_the_machine_are_not_there(full, outside):
    with tempfile.NamedTemporaryFile("w", dir=Path.home()) as file:
        for path in (file.name, __file__, "/etc/passwd", "/bin/sh", "/sys/kernel", "/proc/version"):
            code = f"os.stat({path!r})"
            assert not outside.run(code).error, path
            assert full.run(code).number in (errno.ENOENT, errno.ENOTDIR), path


def test_files_of_the_machine_are_closed(no_userns, outside):
    with tempfile.NamedTemporaryFile("w", dir="/tmp") as file:
        os.chmod(file.name, 0o666)
        for path in (file.name, "/etc/passwd", "/proc/version", "/proc/self/environ"):
            for code in (f"open({path!r}).read()", f"os.listdir({str(Path(path).parent)!r})"):
                assert not outside.run(code).error, code
                assert no_userns.run(code).number == errno.EACCES, code


@pytest.mark.parametrize("change", ["os.chmod(path, 0)", "os.utime(path)", "os.truncate(path, 0)", "os.unlink(path)"])
def test_files_of_the_same_user_cannot_be_changed(change, inside, outside):
    with tempfile.TemporaryDirectory() as folder:
        for cage in (outside, inside):
            path = Path(folder, cage.level)
            path.write_text("marks")
            answer = cage.run(change, path=str(path))
            if cage is outside:
                assert not answer.error
            else:
                assert answer.number in (errno.EPERM, errno.EACCES, errno.ENOENT)
                assert path.read_text() == "marks"
                assert path.stat().st_mode & 0o600 == 0o600


def test_what_is_read_only_cannot_be_written(full):
    code = "open(path, 'w')"
    for path in ("/usr/lib/x", "/x", "/dev/x", "/etc/x", "/proc/self/comm"):
        assert full.run(code, path=path).number in (errno.EROFS, errno.EACCES), path
        answer = full.run(code, path=path, unfiltered=True)
        assert answer.number in (errno.EROFS, errno.EACCES), path


def test_nothing_but_itself_is_seen_running(full):
    assert full.run("result = [os.getpid(), sorted(os.listdir('/proc'))]").value == [1, ["1", "self", "thread-self"]]


def test_the_machines_name_is_not_told(full):
    assert full.run("result = [socket.gethostname(), os.getuid()]").value == [POLICY.inside_name, POLICY.inside_uid]


def test_each_process_has_its_own_folder(inside):
    inside.run("open('left', 'w').write('for the next one')")
    assert inside.run("result = os.listdir('.')").value == []


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give each kernel a user of its own")
def test_as_root_each_kernel_is_another_user(no_userns):
    users = {no_userns.run("result = os.getuid()").value for _ in range(2)}
    assert len(users) == 2
    assert 0 not in users


def test_a_process_that_cannot_be_shut_in_names_the_step_and_the_next_one_is_not_harmed(full):
    answer = full.run("result = 1", scratch="/elsewhere")
    assert answer.sandbox.startswith("a folder and a process list of its own: ")
    assert answer.sandbox.endswith("lies in /hand-in, and /elsewhere does not")
    assert full.run("result = 2").value == 2


def test_without_landlock_level_no_userns_is_not_to_be_had(monkeypatch):
    monkeypatch.setattr(syscalls, "landlock_abi", lambda: 0)
    with pytest.raises(SandboxError, match=r"^Landlock: this kernel has none"):
        enter_zygote(Level.NO_USERNS, POLICY)


def test_a_zygote_whose_python_another_user_cannot_read_says_so(tmp_path, cage_of):
    if os.getuid():
        pytest.skip("only root becomes another user")
    (tmp_path / "private").mkdir(mode=0o700)
    cage = cage_of(Level.NO_USERNS, tmp_path / "private")
    assert cage.fault == f"another user for student code: a user other than root cannot read {tmp_path}/private"


@pytest.mark.parametrize(
    ("level", "victim"),
    [(Level.FULL, "outermost"), (Level.FULL, "inner"), (Level.NO_USERNS, "outermost"), (Level.OFF, "outermost")],
)
def test_when_a_process_of_the_zygote_is_killed_its_kernels_end(level, victim, cage_of, readable_at):
    cage = cage_of(level, *readable_at(level))
    if cage.fault:
        pytest.skip(cage.fault)
    with tempfile.TemporaryDirectory() as folder:
        scratch = str(filesystem.SCRATCH) if level is Level.FULL else folder
        cage.begin("signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(1000)", scratch=scratch)
        outermost = psutil.Process(cage.pid)
        others = outermost.children(recursive=True)
        try:
            assert len(others) == (2 if level is Level.FULL else 1)
            (others[0] if victim == "inner" else outermost).kill()
            assert cage.end() != 0
            assert psutil.wait_procs(others, GONE_SECONDS)[1] == []
        finally:
            for one in others:
                with contextlib.suppress(psutil.NoSuchProcess):
                    one.kill()
