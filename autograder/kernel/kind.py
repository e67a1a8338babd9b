"""Says what the kernels of one zygote have in common."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from .sandbox.levels import Level


@dataclass(frozen=True)
class KernelKind:
    """What the kernels of one zygote have in common.

    Attributes:
        level: The level of their sandbox.
        readable: What they may read, besides Python's library and what serves them.
        packages: Folders of packages that student code imports, by the folders' names, and may read.
        modules: What student code imports: loaded once, before kernels are forked.
        staff: Folders that no kernel may see, for the solutions and tests in them.
    """

    level: Level
    readable: tuple[Path, ...] = ()
    packages: tuple[Path, ...] = ()
    modules: tuple[str, ...] = ()
    staff: tuple[Path, ...] = ()

    @property
    def visible(self) -> tuple[Path, ...]:
        """All that they may read, besides Python's library and what serves them."""
        return (*self.readable, *self.packages)

    def without_modules(self) -> KernelKind:
        """Return the same kind with nothing loaded ahead."""
        return replace(self, modules=())

    def as_argument(self) -> str:
        """Return it as an argument of a program."""
        return json.dumps(asdict(self), default=str)

    @classmethod
    def from_argument(cls, text: str) -> KernelKind:
        """Return what `as_argument` has written."""
        read = json.loads(text)
        paths = {name: tuple(map(Path, read[name])) for name in ("readable", "packages", "staff")}
        return cls(Level(read["level"]), modules=tuple(read["modules"]), **paths)
