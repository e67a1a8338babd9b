"""Says what to do about a part of the sandbox that this machine does not offer."""

from __future__ import annotations

from pathlib import Path

SETTINGS = Path("/proc/sys")
# What lets a container make namespaces, by the file that its engine leaves in it.
ENGINES = {
    "/run/.containerenv": "podman run --security-opt seccomp=deploy/seccomp.json --security-opt unmask=ALL",
    "/.dockerenv": (
        "docker run --security-opt seccomp=deploy/seccomp.json --security-opt systempaths=unconfined --security-opt"
        " apparmor=unconfined"
    ),
}
PAGE = "`autograder docs containers`"
# Settings that switch user namespaces off: file below /proc/sys, the value that does, what to set.
SWITCHES = (
    ("kernel/apparmor_restrict_unprivileged_userns", "1", "sysctl -w kernel.apparmor_restrict_unprivileged_userns=0"),
    ("kernel/unprivileged_userns_clone", "0", "sysctl -w kernel.unprivileged_userns_clone=1"),
    ("user/max_user_namespaces", "0", "sysctl -w user.max_user_namespaces=15000"),
)


def in_container() -> bool:
    """Return whether this seems to be a container."""
    return any(Path(mark).exists() for mark in ENGINES)


def for_container() -> str:
    """Return how a container is started so that it can make namespaces."""
    for mark, command in ENGINES.items():
        if Path(mark).exists():
            return f"Start this container with {command}: {PAGE} says why."
    return f"For a container, {PAGE} says how to start it."


def for_user_namespace() -> str:
    """Return what lets an ordinary user make user namespaces: what is switched off here, or all that may be."""
    found = []
    for name, off, command in SWITCHES:
        file = SETTINGS / name
        if file.exists() and file.read_text().strip() == off:
            found.append(command)
    if found:
        return f"As root: {'; '.join(found)} (and write it to a file in /etc/sysctl.d)."
    if in_container():
        return for_container()
    return f"Nothing that is known to refuse it is set here; a security module may. {for_container()}"


def for_namespaces() -> str:
    """Return what lets a user make namespaces of every kind."""
    return (
        "First what is said of the user namespace; then each of user.max_*_namespaces must be above 0."
        f" {for_container()}"
    )


def for_mounts() -> str:
    """Return what lets mounts be made in a user namespace."""
    return (
        "A security module refuses them: on Ubuntu, as root,"
        " sysctl -w kernel.apparmor_restrict_unprivileged_userns=0, or an AppArmor profile with `userns,` for this"
        f" Python. {for_container()}"
    )


def for_root() -> str:
    """Return what lets the new root be made."""
    return (
        "Linux 5.12 or later is needed. A container's covered /proc keeps a new one from being mounted."
        f" {for_container()}"
    )


def for_landlock() -> str:
    """Return what gives Landlock."""
    return (
        "Linux 5.13 or later with CONFIG_SECURITY_LANDLOCK; where it is built in and not on, add landlock to lsm= on"
        " the kernel's command line (cat /sys/kernel/security/lsm shows the list). A container's seccomp profile must"
        " let landlock_* through."
    )


def for_filter() -> str:
    """Return what gives seccomp filters."""
    return "The kernel must be built with CONFIG_SECCOMP_FILTER; a container's profile must let seccomp through."


def for_calls() -> str:
    """Return what gives the system calls that everything rests on."""
    return "Linux 5.3 or later on x86_64 or aarch64; a container's profile must let pidfd_open through."


def for_other_user() -> str:
    """Return what lets student code run as a user of its own."""
    return "Run the grader as an ordinary user, or install Python and the kit where every user can read them."


def for_level() -> str:
    """Return what to do when the parts work and the whole does not."""
    return "See the lines above; if they all work, please report this line."
