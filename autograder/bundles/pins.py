"""Names the exact versions of what the kit needs: those that are installed here."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import metadata

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

# Some take newer releases of a version alone, such as 3.11.5 and later; images have them.
NEWEST = 99
# Bundles are for Linux, wherever they are made.
TARGET = {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix", "platform_machine": "x86_64"}


@dataclass(frozen=True)
class Pins:
    """Exact versions.

    Attributes:
        lines: ``name==version``, in alphabetical order.
        python: The oldest release of Python that all of them take, such as ``3.11.5``.
    """

    lines: list[str]
    python: str


def pinned(requirements: Iterable[str], python: str) -> Pins:
    """Return the versions of all that is needed on Linux, as far as it is installed here.

    What is needed there and not here, as on another system, is left to pip.

    Args:
        requirements: What is needed, in the form of PEP 508.
        python: The version of Python there, such as ``3.12``.
    """
    found: dict[str, str] = {}
    takes = SpecifierSet()
    seen: set[tuple[str, frozenset[str]]] = set()
    waiting = [(Requirement(one), frozenset({""})) for one in requirements]
    environment = {**TARGET, "python_version": python, "python_full_version": f"{python}.{NEWEST}"}
    while waiting:
        requirement, extras = waiting.pop()
        if requirement.marker and not any(requirement.marker.evaluate({**environment, "extra": one}) for one in extras):
            continue
        name, asked = canonicalize_name(requirement.name), frozenset({"", *requirement.extras})
        if (name, asked) in seen:
            continue
        seen.add((name, asked))
        try:
            installed = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            continue
        # A version of this machine's own, such as 2.5.0+cpu, is in no index.
        found[name] = re.sub(r"\+.*", "", installed.version)
        takes &= SpecifierSet(",".join(installed.metadata.get_all("Requires-Python") or ()))
        waiting += [(Requirement(one), asked) for one in installed.requires or ()]
    releases = (f"{python}.{patch}" for patch in range(NEWEST))
    return Pins([f"{name}=={found[name]}" for name in sorted(found)], next(filter(takes.contains, releases), python))
