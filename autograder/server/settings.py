"""Reads the server's own settings, ``server.toml`` in its data folder; all of them have a default."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec

from autograder.course.course import CourseError
from autograder.course.settings_words import meant, read_toml

SQLITE = "server.db"
SETTINGS_FILE = "server.toml"


class Kind(StrEnum):
    """What a provider through which people sign in is."""

    JUPYTERHUB = "jupyterhub"
    OIDC = "oidc"


class Provider(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A provider through which people sign in.

    Attributes:
        kind: What it is.
        url: JupyterHub's public address, or the issuer of an OpenID provider.
        client_id: What it knows this server by.
        client_secret_file: The file, below the data folder or absolute, that holds the secret; only its owner may read
            it.
        title: What people know it by; its name in the file when left out.
        link_by_login: Whether somebody who signs in here for the first time is the person of the same login. Only for a
            provider whose users cannot choose their names.
        login_claim: The claim of an OpenID provider that is the login.
    """

    kind: Kind
    url: str
    client_id: str
    client_secret_file: str
    title: str = ""
    link_by_login: bool = False
    login_claim: str = "preferred_username"


class Sessions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How people stay signed in.

    Attributes:
        idle_hours: A browser stays signed in for so long after its last page.
        longest_days: And so long after signing in, at most.
        wrong_in_ten_minutes: Wrong tokens from one address; further ones are answered 429.
    """

    idle_hours: float = 24.0
    longest_days: float = 14.0
    wrong_in_ten_minutes: int = 30


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Limits on what the server takes in.

    Attributes:
        files: Files of one attempt.
        file_bytes: Bytes of one file.
        attempt_bytes: Bytes of all files of one attempt.
        waiting_each: Attempts of one student that may wait to be marked, in a course.
        hourly_each: Attempts of one student at one assignment within an hour, whatever the rules say.
        bytes_each: Bytes of all attempts of one student in a course.
        uploading_each: Uploads of one person that are under way at the same time.
        at_once: Requests of one person that are under way at the same time, with pages that follow an attempt.
        changes: Requests of one person within ten minutes that change something; staff may send as many as they like.
        waiting: Attempts of all students that may wait, in a course.
        marking_each: Attempts of one student that are marked at the same time.
        reserve_bytes: Free space of the disk below which nothing is taken; None: 1 GiB, or a fiftieth of the disk where
            that is more.
        same_minutes: The same files again within this time are the same attempt.
    """

    files: int = 40
    file_bytes: int = 50 << 20
    attempt_bytes: int = 100 << 20
    waiting_each: int = 5
    hourly_each: int = 120
    bytes_each: int = 2 << 30
    uploading_each: int = 8
    at_once: int = 32
    changes: int = 600
    waiting: int = 5_000
    marking_each: int = 2
    reserve_bytes: int | None = None
    same_minutes: float = 10.0


class Retention(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long the server keeps what it need not keep for good; `autograder server retention` deletes it.

    Attributes:
        attempts_days: What was handed in, and the pages of it, after the assignment's end.
        logs_days: Logs.
        ended_days: Sessions and tokens after they have ended, and the steps of attempts that were watched.
    """

    attempts_days: float = 730.0
    logs_days: float = 90.0
    ended_days: float = 30.0


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    url: str = ""
    database: str = ""
    administrators: list[str] = []
    trusted_proxies: tuple[str, ...] = ("127.0.0.1", "::1")
    metrics_token_file: str = ""
    sessions: Sessions = Sessions()
    limits: Limits = Limits()
    retention: Retention = Retention()
    providers: dict[str, Provider] = {}


TABLES: dict[str, type[msgspec.Struct]] = {"sessions": Sessions, "limits": Limits, "retention": Retention}


@dataclass(frozen=True)
class Settings:
    """The server's settings.

    Attributes:
        url: The address under which people reach it, without a slash at its end.
        database: Its database's URL; SQLite in its data folder when empty.
        administrators: The logins of those who may see and set up all courses.
        trusted_proxies: Addresses and networks of proxies; what these say of who asks, and by which scheme, is
            believed, and nobody else's word.
        metrics_token: The secret with which metrics are read from elsewhere; empty: on this machine alone.
        metrics_token_file: The file that holds it.
        sessions: How people stay signed in.
        limits: Limits on what is taken in.
        retention: How long things are kept.
        providers: Providers through which people sign in, by their names in addresses.
    """

    url: str = "http://127.0.0.1:8765"
    database: str = ""
    administrators: tuple[str, ...] = ()
    trusted_proxies: tuple[str, ...] = ("127.0.0.1", "::1")
    metrics_token: str = field(default="", repr=False)
    metrics_token_file: str = ""
    sessions: Sessions = field(default_factory=Sessions)
    limits: Limits = field(default_factory=Limits)
    retention: Retention = field(default_factory=Retention)
    providers: dict[str, Provider] = field(default_factory=dict)

    @property
    def origin(self) -> str:
        """Scheme, host and port of its address, as browsers name them in ``Origin``."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}".lower()

    @property
    def https(self) -> bool:
        """Whether people reach it through TLS: cookies are then sent through nothing else."""
        return urlsplit(self.url).scheme == "https"


def secret_of(provider: Provider, data: Path) -> str:
    """Return the secret by which a provider knows this server.

    Args:
        provider: The provider.
        data: The server's data folder.

    Raises:
        OSError: Its file cannot be read.
    """
    return (data / provider.client_secret_file).read_text(encoding="utf-8").strip()


def read_settings(data: Path, url: str | None = None) -> Settings:
    """Return the settings in a data folder; the defaults where it has no ``server.toml``.

    Args:
        data: The server's data folder.
        url: The public address, where the command line says it; it goes before the file's.

    Raises:
        CourseError: The file says something that is not known, or that cannot be.
    """
    file = data / SETTINGS_FILE
    said = _read(file) if file.is_file() else _File()
    url = (url or said.url or Settings.url).rstrip("/")
    if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).netloc:
        raise CourseError(f"{url!r} is no address of a server: give one such as https://handin.example.edu")
    for table in TABLES:
        for key, value in msgspec.structs.asdict(getattr(said, table)).items():
            if value is not None and value <= 0:
                raise CourseError(f"{file}: [{table}] {key} is {value}: write a number above 0")
    for proxy in said.trusted_proxies:
        _check_proxy(file, proxy)
    for name, provider in said.providers.items():
        _check_provider(file, name, provider)
    return Settings(
        url,
        said.database,
        tuple(one.lower() for one in said.administrators),
        said.trusted_proxies,
        _metrics_token(file, said.metrics_token_file),
        said.metrics_token_file,
        said.sessions,
        said.limits,
        said.retention,
        said.providers,
    )


def database_url(data: Path, settings: Settings, asked: str | None = None) -> str:
    """Return the URL of a server's database: what is asked for, what its settings say, or SQLite in its folder."""
    return asked or settings.database or f"sqlite:///{data.resolve() / SQLITE}"


def _read(file: Path) -> _File:
    values = read_toml(file)
    _check_keys(file, values, _File, "")
    try:
        return msgspec.convert(values, _File)
    except msgspec.ValidationError as fault:
        raise CourseError(f"{file}: {fault}; `autograder docs operator` has an example of each setting") from fault


def _check_keys(file: Path, values: dict[str, Any], kind: type[msgspec.Struct], table: str) -> None:
    known = [one.name for one in msgspec.structs.fields(kind)]
    for key in values:
        if key not in known:
            raise CourseError(f"{file}: {table}{key} is not known: {meant(key, known)}")
    if kind is not _File:
        return
    for name, inner in TABLES.items():
        if isinstance(values.get(name), dict):
            _check_keys(file, values[name], inner, f"[{name}] ")
    providers = values.get("providers")
    for name, provider in providers.items() if isinstance(providers, dict) else ():
        if isinstance(provider, dict):
            _check_keys(file, provider, Provider, f"[providers.{name}] ")


def _check_proxy(file: Path, proxy: str) -> None:
    try:
        ipaddress.ip_network(proxy)
    except ValueError as fault:
        raise CourseError(
            f"{file}: trusted_proxies has {proxy!r}: write the proxy's address or its network, such as 10.0.0.5 or "
            "10.0.0.0/24; who is trusted can say that a request comes from anybody"
        ) from fault


def _metrics_token(file: Path, named: str) -> str:
    if not named:
        return ""
    secret = file.parent / named
    _check_secret(file, "metrics_token_file", named, "write a long random word into it, and into Prometheus's settings")
    if not (token := secret.read_text(encoding="utf-8").strip()):
        raise CourseError(f"{secret} is empty: write a long random word into it")
    return token


def _check_secret(file: Path, key: str, named: str, what_to_do: str) -> None:
    secret = file.parent / named
    if not secret.is_file():
        raise CourseError(f"{file}: {key} is {named!r}, and there is no file {secret}: {what_to_do}")
    if secret.stat().st_mode & 0o077:
        raise CourseError(f"{secret} can be read by others on this machine: run `chmod 600 {secret}`")


def _check_provider(file: Path, name: str, provider: Provider) -> None:
    if not name.isascii() or not name.replace("-", "").replace("_", "").isalnum():
        raise CourseError(f"{file}: [providers.{name}]: name it with letters, digits and - alone: addresses hold it")
    parts = urlsplit(provider.url)
    local = parts.hostname in ("127.0.0.1", "localhost", "::1")
    if not parts.netloc or parts.query or parts.fragment or (parts.scheme != "https" and not local):
        raise CourseError(
            f"{file}: [providers.{name}] url is {provider.url!r}: write an address with https, or one of this machine; "
            "secrets go there"
        )
    _check_secret(
        file,
        f"[providers.{name}] client_secret_file",
        provider.client_secret_file,
        "write the secret that the provider shows into it",
    )
