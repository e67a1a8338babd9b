"""Finds the server's address and the person's token: in variables, then in files.

On a JupyterHub nobody has to set anything: its administrator sets both variables, see docs/reference/jupyterlab.md. The
hub's own token, which its notebook servers hold, is sent nowhere: whoever has it can do there what its user can.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from autograder_client.errors import ClientError

SERVER, TOKEN, COURSE = "AUTOGRADER_SERVER", "AUTOGRADER_TOKEN", "AUTOGRADER_COURSE"
# What travels unencrypted can be read, and so can the token; on this machine nobody is between.
LOCAL = {"localhost", "127.0.0.1", "::1"}


def folder() -> Path:
    """Return the folder of the client's files."""
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "autograder"


@dataclass(frozen=True)
class Settings:
    """Where the server is, and who asks.

    Attributes:
        url: The server's address, without a slash at its end.
        token: The person's secret; never shown.
    """

    url: str
    token: str = field(repr=False)

    @classmethod
    def found(cls, url: str = "", token: str = "") -> Settings:
        """Return the settings of this person on this machine.

        Args:
            url: The server's address; looked for when empty.
            token: The token; looked for when empty.

        Raises:
            ClientError: There is none, or it cannot be used.
        """
        kept = _kept("server")
        url = url or os.environ.get(SERVER) or kept
        if not url:
            raise ClientError(
                f"no grading server is named: give its address with --server, or set {SERVER}, as your course says"
            )
        url = checked(url)
        # A token that was kept is told to the server that it is for, and to no other.
        own = _kept("token") if kept in ("", url) else ""
        token = token or os.environ.get(TOKEN) or own
        if not token:
            raise ClientError(f"no token: make one on {url}/tokens and run `autograder-client sign-in`, or set {TOKEN}")
        return cls(url, token)


def checked(url: str) -> str:
    """Return a server's address as it is used.

    Raises:
        ClientError: It is no address of a server, or the token would travel unencrypted.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ClientError(f"{url} is no address of a server: it looks like https://grading.example.org")
    if parts.username or parts.password:
        raise ClientError("the server's address holds a password: take it out, and use a token")
    if parts.scheme == "http" and parts.hostname not in LOCAL and not os.environ.get("AUTOGRADER_INSECURE"):
        raise ClientError(
            f"{url} is not encrypted, so others could read your token: use https. "
            "(In a closed network AUTOGRADER_INSECURE=1 allows it.)"
        )
    return url.rstrip("/")


def keep(name: str, value: str) -> Path:
    """Keep a setting in a file that only this person can read, and return the file."""
    file = folder() / name
    file.parent.mkdir(parents=True, exist_ok=True)
    # Made with its mode, so that it can at no time be read by others.
    file.unlink(missing_ok=True)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, stat.S_IRUSR | stat.S_IWUSR)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(value + "\n")
    return file


def _kept(name: str) -> str:
    try:
        return (folder() / name).read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as fault:
        raise ClientError(f"{folder() / name} cannot be read ({fault}): remove it and sign in again") from fault
