"""A container as Gradescope starts one, made of this machine's own files: a root and users of its own, and no network.

It has what a container engine leaves to root by default: fourteen capabilities, no further namespaces. The image's
`/autograder` is read; what a run changes in it goes with the run, but for its results.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path

# In the environment of the program, as a harness may have something there.
SECRET = "TOKEN_OF_THE_HARNESS=hush"
# Docker's, https://docs.docker.com/engine/security/#linux-kernel-capabilities.
CAPABILITIES = (
    "chown", "dac_override", "fowner", "fsetid", "kill", "setgid", "setuid", "setpcap", "net_bind_service", "net_raw",
    "sys_chroot", "mknod", "audit_write", "setfcap",
)  # fmt: skip
SITE = sysconfig.get_path("purelib")
NAMESPACES = ("--user", "--mount", "--pid", "--net", "--ipc", "--uts", "--fork", "--kill-child")
USERS = ("--map-users=0,0,65536", "--map-groups=0,0,65536")
MOUNTS = r"""
set -e
root=$1
mount --make-rprivate /
mount -t tmpfs -o mode=755 none "$root"
cd "$root"
for one in bin sbin lib lib32 lib64 usr etc; do
    if [ -L "/$one" ]; then
        cp -d "/$one" "$one"
    elif [ -d "/$one" ]; then
        mkdir "$one" && mount --rbind "/$one" "$one"
    fi
done
mkdir proc dev opt root autograder changes var run && mkdir -m 1777 tmp
mount -t proc proc proc
mount -t tmpfs none dev
for one in null zero full random urandom; do touch "dev/$one" && mount --bind "/dev/$one" "dev/$one"; done
ln -s /proc/self/fd dev/fd
mkdir -m 1777 dev/shm
mount --rbind "$IMAGE/opt" opt
# Where it lies here, as it knows its own place; but everybody may read it there.
[ -z "$PREFIX" ] || { mkdir -p ".$PREFIX" && mount --rbind "$PREFIX" ".$PREFIX"; }
# The packages of this machine, and above them the kit's wheel: pip needs a network, or minutes.
if [ -d "$IMAGE/kit" ]; then
    mount -t overlay -o "lowerdir=$IMAGE/kit:$SITE" overlay "opt/autograder/env/$PACKAGES"
fi
mount -t tmpfs none changes
mkdir changes/upper changes/work
if [ -n "$WRITE" ]; then
    mount --bind "$IMAGE/autograder" autograder
else
    mount -t overlay -o "lowerdir=$IMAGE/autograder,upperdir=changes/upper,workdir=changes/work" overlay autograder
fi
for one in submission results; do
    [ ! -d "$MOUNTED/$one" ] || mount --bind "$MOUNTED/$one" "autograder/$one"
done
[ ! -e "$MOUNTED/submission_metadata.json" ] || cp "$MOUNTED/submission_metadata.json" autograder/
echo 0 > /proc/sys/user/max_user_namespaces
cd /
exec chroot "$root" setpriv --inh-caps=-all --bounding-set="$CAPABILITIES" env -i $ENVIRONMENT /bin/sh -c "$2"
"""


def unavailable() -> str:
    """Return why no container can be made here; empty where one can."""
    if os.getuid() != 0 or not sys.platform.startswith("linux"):
        return "only root can lay out a container"
    mount = ["mount", "-t", "tmpfs", "none", "/mnt"]
    tried = subprocess.run(["unshare", *NAMESPACES, *USERS, *mount], check=False, capture_output=True, text=True)
    return tried.stderr.strip() if tried.returncode else ""


@dataclass(frozen=True)
class Image:
    """An image, and what runs in containers that are made of it.

    Attributes:
        folder: Holds `opt` and `autograder`; what is made when it is built stays there.
        root: An empty folder on which containers' roots are mounted.
    """

    folder: Path
    root: Path

    @classmethod
    def new(cls, folder: Path) -> Image:
        """Return an image without anything but what Gradescope puts into it."""
        for name in ("opt", "autograder/source", "autograder/submission", "autograder/results", "root"):
            (folder / name).mkdir(parents=True)
        return cls(folder, folder / "root")

    def run(
        self, command: str, mounted: Path | None = None, *, write: bool = False, seconds: float = 600
    ) -> subprocess.CompletedProcess[str]:
        """Run a command of the shell in a new container, as root.

        Args:
            command: The command.
            mounted: Holds `submission`, `results` and ``submission_metadata.json``.
            write: Whether the image is changed, as when it is built.
            seconds: The time that it may take.
        """
        own = sys.base_prefix not in ("/usr", "/usr/local")
        environment = {
            "PATH": os.environ["PATH"],
            "IMAGE": str(self.folder),
            "PREFIX": sys.base_prefix if own else "",
            "WRITE": "yes" if write else "",
            "SITE": SITE,
            "PACKAGES": os.path.relpath(SITE, sys.prefix),
            "MOUNTED": str(mounted or ""),
            "CAPABILITIES": ",".join(["-all", *(f"+{one}" for one in CAPABILITIES)]),
            "ENVIRONMENT": f"PATH={sys.base_prefix}/bin:/usr/local/bin:/usr/bin:/bin HOME=/root {SECRET}",
        }
        inside = ["bash", "-c", MOUNTS, "container", str(self.root), command]
        return subprocess.run(
            ["unshare", *NAMESPACES, *USERS, *inside],
            env=environment,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )

    def build(self, bundle: Path) -> subprocess.CompletedProcess[str]:
        """Build the image as ``setup.sh`` does, but for what it fetches."""
        self.unpack(bundle)
        source = self.folder / "autograder" / "source"
        made = self.run("python3 -m venv --without-pip /opt/autograder/env", write=True)
        if made.returncode:
            return made
        (wheel,) = (source / "wheels" / "kit").iterdir()
        subprocess.run(["unzip", "-q", str(wheel), "-d", str(self.folder / "kit")], check=True)
        _, _, rest = (source / "setup.sh").read_text().partition("# Builds the data")
        (source / "rest.sh").write_text(f"set -eu\nkit=/opt/autograder\n#{rest}")
        return self.run("umask 022; cd /autograder/source && sh rest.sh", write=True)

    def unpack(self, bundle: Path) -> None:
        """Unpack what was uploaded, and put the program in its place, as Gradescope does."""
        source = self.folder / "autograder" / "source"
        subprocess.run(["unzip", "-q", str(bundle), "-d", str(source)], check=True)
        shutil.copy2(source / "run_autograder", self.folder / "autograder" / "run_autograder")
        (self.folder / "autograder" / "run_autograder").chmod(0o755)
