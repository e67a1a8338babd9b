"""Names the exact versions of what the kit needs: those that are installed here."""

from __future__ import annotations

import re
from collections.abc import Iterable
from importlib import metadata

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

# Bundles are for Linux, wherever they are made.
TARGET = {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix", "platform_machine": "x86_64"}


def pinned(requirements: Iterable[str], python: str) -> list[str]:
    """Return ``name==version`` for all that is needed on Linux, as far as it is installed here, in alphabetical order.

    What is needed there and not here, as on another system, is left to pip.

    Args:
        requirements: What is needed, in the form of PEP 508.
        python: The version of Python there, such as ``3.12``.
    """
    found: dict[str, str] = {}
    seen: set[tuple[str, frozenset[str]]] = set()
    waiting = [(Requirement(one), frozenset({""})) for one in requirements]
    environment = {**TARGET, "python_version": python, "python_full_version": f"{python}.0"}
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
        waiting += [(Requirement(one), asked) for one in installed.requires or ()]
    return [f"{name}=={found[name]}" for name in sorted(found)]
