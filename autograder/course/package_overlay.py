"""Loads a package under another name, with some of its files taken from elsewhere.

The solution in the original course's layout is a few files that lie over the package that students get. Loading both
folders as one package under a name of its own keeps it apart from the one that student code imports. The package must
import itself relatively.
"""

from __future__ import annotations

import importlib
import importlib.machinery
import importlib.util
import sys
from pathlib import Path
from types import ModuleType


def load_overlay(name: str, folders: list[Path]) -> ModuleType:
    """Return the package ``name`` whose modules are looked for in ``folders``; the first that has one wins.

    A package of that name that was loaded before is replaced.

    Args:
        name: A name that is not in use otherwise.
        folders: Package folders; subpackages are overlaid in the same way.

    Raises:
        FileNotFoundError: A folder does not exist.
    """
    for folder in folders:
        if not folder.is_dir():
            raise FileNotFoundError(f"no package folder {folder}")
    for module in loaded(name):
        del sys.modules[module]
    _add_package(name, folders)
    for child in sorted({sub.name for folder in folders for sub in folder.iterdir() if _is_package(sub)}):
        _add_package(f"{name}.{child}", [folder / child for folder in folders if (folder / child).is_dir()])
    return sys.modules[name]


def loaded(name: str) -> list[str]:
    """Return the names of a package and its modules, of those that are loaded."""
    within = f"{name}."
    # A list is made in one step; other threads may import meanwhile, and a walk through the modules would fail.
    return [key for key in list(sys.modules) if key == name or key.startswith(within)]


def _is_package(folder: Path) -> bool:
    return folder.is_dir() and any(folder.glob("*.py"))


def _add_package(name: str, folders: list[Path]) -> None:
    init = next((folder / "__init__.py" for folder in folders if (folder / "__init__.py").is_file()), None)
    locations = [str(folder) for folder in folders]
    if init is None:
        spec = importlib.machinery.ModuleSpec(name, None, is_package=True)
        spec.submodule_search_locations = locations
    else:
        found = importlib.util.spec_from_file_location(name, init, submodule_search_locations=locations)
        if found is None:
            raise ImportError(f"{init} cannot be loaded")
        spec = found
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    if spec.loader is not None:
        spec.loader.exec_module(module)
    parent, _, child = name.rpartition(".")
    if parent:
        setattr(sys.modules[parent], child, module)


def public_names(package: str, modules: list[str]) -> dict[str, object]:
    """Return what some modules of a package define, later ones winning.

    Args:
        package: The name under which it was loaded.
        modules: Dotted names below it, such as ``classifiers.rnn``.
    """
    names: dict[str, object] = {}
    for module in modules:
        names.update(vars(importlib.import_module(f"{package}.{module}")))
    return names
