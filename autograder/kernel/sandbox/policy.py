"""Lists what a kernel that runs student code may do: all of it on one screen, and nothing but data."""

from __future__ import annotations

import errno
from dataclasses import dataclass

MIB = 1 << 20
# Stands, among the values of a `Condition`, for the process's own number.
OWN_PID = -1


@dataclass(frozen=True)
class Condition:
    """A system call is allowed when its argument, under the mask, is one of the values.

    Attributes:
        argument: The argument's position, from 0.
        values: Allowed values of its low 32 bits; `OWN_PID` stands for the caller's own number.
        mask: The bits that are compared.
        fault: The errno of a refusal.
    """

    argument: int
    values: tuple[int, ...]
    mask: int = 0xFFFFFFFF
    fault: int = errno.EPERM


# Needed by Python, numpy, matplotlib, h5py, threads, asyncio and ZeroMQ on sockets that it is given.
ALLOWED = """
read write readv writev pread64 pwrite64 preadv pwritev lseek close close_range creat
dup dup2 dup3 pipe pipe2 fsync fdatasync ftruncate truncate fallocate sendfile copy_file_range
stat fstat lstat newfstatat statx statfs fstatfs access faccessat faccessat2 readlink readlinkat getcwd chdir fchdir
getdents getdents64 getxattr lgetxattr fgetxattr listxattr llistxattr flistxattr
mkdir mkdirat rmdir unlink unlinkat rename renameat renameat2 link linkat symlink symlinkat
chmod fchmod fchmodat fchmodat2 utime utimes utimensat futimesat umask
brk mmap munmap mremap mprotect msync membarrier
set_robust_list rseq set_tid_address gettid exit exit_group sched_yield sched_getaffinity
sched_getparam sched_getscheduler sched_get_priority_max sched_get_priority_min getpriority getcpu wait4 waitid
rt_sigaction rt_sigprocmask rt_sigreturn rt_sigpending rt_sigsuspend rt_sigtimedwait sigaltstack pause restart_syscall
clock_gettime clock_getres clock_nanosleep nanosleep gettimeofday time times getitimer setitimer alarm
timer_create timer_settime timer_gettime timer_getoverrun timer_delete timerfd_create timerfd_settime timerfd_gettime
getpid getppid getuid geteuid getgid getegid getresuid getresgid getgroups getpgid getpgrp getsid
getrlimit setrlimit getrusage uname getrandom capget
poll ppoll select pselect6 epoll_create epoll_create1 epoll_ctl epoll_wait epoll_pwait epoll_pwait2 eventfd eventfd2
accept accept4 sendto recvfrom sendmsg recvmsg sendmmsg recvmmsg shutdown getsockname getpeername getsockopt
"""
# What tells or changes which pages of a file are in memory, or how much of it the machine uses, is refused: by that
# kernels could talk to each other.
# Named so that student code gets a plain "Operation not permitted". Whatever is on neither list answers "not
# implemented", at which libc and Python fall back on an older way; so do calls that kernels will have in the future.
REFUSED = """
fork vfork execve execveat socket connect bind listen ptrace process_vm_readv process_vm_writev process_madvise kcmp
mount umount2 pivot_root chroot move_mount open_tree mount_setattr fsopen fsconfig fsmount fspick unshare setns
memfd_create memfd_secret shmget shmat shmctl shmdt semget semop semtimedop semctl msgget msgsnd msgrcv msgctl mq_open
io_uring_setup io_uring_enter io_uring_register bpf perf_event_open userfaultfd keyctl add_key request_key
preadv2 pwritev2 fadvise64 readahead sysinfo
open_by_handle_at name_to_handle_at kexec_load kexec_file_load init_module finit_module delete_module syslog reboot
pidfd_open pidfd_send_signal pidfd_getfd tkill rt_sigqueueinfo rt_tgsigqueueinfo setsid setpgid
setuid setgid setreuid setregid setresuid setresgid setfsuid setfsgid setgroups capset personality
seccomp landlock_create_ruleset landlock_add_rule landlock_restrict_self sethostname setdomainname acct swapon swapoff
sched_setaffinity sched_setparam sched_setattr setpriority ioprio_set mlock mlock2 mlockall
chown fchown lchown fchownat mknod mknodat setxattr lsetxattr fsetxattr inotify_init inotify_init1 fanotify_init
iopl ioperm modify_ldt quotactl quotactl_fd vmsplice splice tee migrate_pages move_pages mbind set_mempolicy
"""
# Also refused where a kernel sees the machine's own files: Landlock does not control these, in old versions or in all.
REFUSED_OUTSIDE = "chmod fchmod fchmodat fchmodat2 utime utimes utimensat futimesat truncate"
CLONE_THREAD, CLONE_NAMESPACES = 0x0001_0000, 0x7E02_0000
FUTEX_PRIVATE = 0x80
AF_UNIX, SOCK_STREAM, SOCK_TYPES = 1, 1, 0xF
O_ACCMODE, O_TRUNC = 0x3, 0x200
# Emptying a file without opening it for writing is what old versions of Landlock do not see.
OPEN = (0, 1, 2, O_TRUNC | 1, O_TRUNC | 2)
CONDITIONS: dict[str, tuple[Condition, ...]] = {
    # Threads, never a process: what RLIMIT_AS bounds is then all that there is. clone3 hides its flags in memory.
    "clone": (Condition(0, (CLONE_THREAD,), CLONE_THREAD | CLONE_NAMESPACES),),
    "kill": (Condition(0, (OWN_PID,)),),
    "tgkill": (Condition(0, (OWN_PID,)),),
    "prlimit64": (Condition(0, (0, OWN_PID)),),
    # Threads wait for each other by futexes of this process's own; by one on a page of a file two kernels could talk.
    # The refusal looks like a wait that has just ended: whoever joins a thread looks again, at once, until it has
    # ended.
    "futex": (Condition(1, (FUTEX_PRIVATE,), FUTEX_PRIVATE, errno.EAGAIN),),
    # What memory is for, huge pages, giving it back. Not: what fetches or drops pages of a file, which others see.
    "madvise": (Condition(2, (0, 1, 2, 4, 8, 14, 15), fault=errno.EINVAL),),
    # ZeroMQ's threads insist on asking for the ordinary scheduler.
    "sched_setscheduler": (Condition(1, (0,)),),
    "open": (Condition(1, OPEN, O_ACCMODE | O_TRUNC),),
    "openat": (Condition(2, OPEN, O_ACCMODE | O_TRUNC),),
    # Datagram sockets could be pointed at any path.
    "socketpair": (Condition(0, (AF_UNIX,)), Condition(1, (SOCK_STREAM,), SOCK_TYPES)),
    # Buffers, timeouts, lingering. Not: programs that filter what arrives.
    "setsockopt": (Condition(1, (1,)), Condition(2, (2, 7, 8, 9, 13, 20, 21))),
    # Terminal or not, bytes waiting, blocking, close on exec. Not: typing into a terminal, signals to others.
    "ioctl": (Condition(1, (0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451), fault=errno.ENOTTY),),
    # Duplicates, flags, the pipe's size and seals read. Not: owners of signals; locks, leases and larger pipes, which
    # take kernel memory that nothing bounds. (flock is on no list: it would lock others out of the data.)
    "fcntl": (Condition(1, (0, 1, 2, 3, 4, 1030, 1032, 1034)),),
    "prctl": (Condition(0, (3, 15, 16)),),  # whether it can be dumped, and the thread's name
}
# What programs find in any system and Python may load late. Not /etc/passwd: there is one user.
# Packed, so that all of the policy stays on one screen.
SYSTEM_PATHS = (
    "/lib", "/lib32", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib/fonts", "/usr/share/fonts",
    "/usr/share/fontconfig", "/usr/share/zoneinfo", "/etc/fonts", "/etc/ld.so.cache", "/etc/localtime", "/etc/timezone",
)  # fmt: skip
NAMESPACES = ("mount", "pid", "net", "ipc", "uts", "cgroup")
DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")


@dataclass(frozen=True)
class Policy:
    """The bounds and lists of one sandbox.

    Attributes:
        memory: Bytes of address space beyond what a kernel has when it is forked.
        scratch_bytes: Size of the folder that it may write; also of any one file.
        scratch_files: Files and folders in it.
        threads: Its threads at the same time.
        descriptors: Its open files.
        signals: Its queued signals and timers.
        inside_uid, inside_name: Its user and group, and its machine's name, as it sees them at level full.
        first_to_go: How much sooner than others it is ended where memory runs out; up to 1000.
        namespaces: New ones at level full, beside that of users.
        allowed, refused, refused_outside, conditions: Names of system calls.
        system_paths: Read-only.
        devices: Harmless devices.
    """

    memory: int = 1024 * MIB
    scratch_bytes: int = 64 * MIB
    scratch_files: int = 4096
    threads: int = 128
    descriptors: int = 256
    signals: int = 256
    inside_uid: int = 1000
    inside_name: str = "hand-in"
    first_to_go: int = 500
    namespaces: tuple[str, ...] = NAMESPACES
    allowed: tuple[str, ...] = tuple(ALLOWED.split())
    refused: tuple[str, ...] = tuple(REFUSED.split())
    refused_outside: tuple[str, ...] = tuple(REFUSED_OUTSIDE.split())
    conditions: tuple[tuple[str, tuple[Condition, ...]], ...] = tuple(CONDITIONS.items())
    system_paths: tuple[str, ...] = SYSTEM_PATHS
    devices: tuple[str, ...] = DEVICES


POLICY = Policy()
