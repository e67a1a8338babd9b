"""Makes the module files of a submission importable in its kernel, and binds what they define into the globals.

This runs among untrusted code, like `autograder.kernel.call_server`: nothing here decides a mark. The submission's
``package/layers.py`` becomes ``package.layers``, its own helper modules lie beside it, and what the kit provides
(modules, functions, a class's constructor) comes from the kit, whatever copies the submission holds.

A file that fails when it is imported keeps what it has defined so far. What it lacks raises an error that says so when
it is called. So each problem costs its own points only.
"""

from __future__ import annotations

import json
import linecache
import sys
import traceback
from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from types import FunctionType, ModuleType
from typing import Any

# Source text, not a function of this file: its traceback then shows a line of the student's file, not of the kit.
ABSENT = "def absent(*_args, **_kwargs):\n    raise NotImplementedError(why)\n"


class SubmissionImporter(MetaPathFinder, Loader):
    """The module files of one submission, as an importer.

    Args:
        plan: What `autograder.submissions.module_submission.ModuleSubmission.plan` returns: ``package``, ``files``
            (texts by path) and ``parts``, the files in which problems are solved. Each part has ``file``, ``owner``
            (the class whose methods they are), ``names`` (what it must define) and ``fault`` (why it cannot be run).
    """

    def __init__(self, plan: dict[str, Any]) -> None:
        self._package: str = plan["package"]
        self._texts: dict[str, str] = plan["files"]
        self._parts: dict[str, dict[str, Any]] = {part["file"]: part for part in plan["parts"]}
        self._paths = {module_name(path): path for path in (*self._texts, *self._parts)}
        self._kit: dict[str, ModuleType] = {}
        self._loaded: dict[str, ModuleType] = {}

    def install(self) -> None:
        """Take the place of the kit's modules of the same names."""
        inside = [name for name in self._paths if name.startswith(f"{self._package}.")]
        # The kit's modules are imported before they are displaced: what they provide is copied into the student's, and
        # while one is imported it must find its own neighbours.
        for name in inside:
            if _exists(name):
                self._kit[name] = import_module(name)
        # The zygote has imported the kit's modules. Out of the table, the next import asks this importer.
        for name in inside:
            sys.modules.pop(name, None)
        for path, text in self._texts.items():
            # Tracebacks show lines of files that are nowhere on the disk: linecache is where they look.
            linecache.cache[path] = (len(text), None, [line + "\n" for line in text.split("\n")], path)
        provide_past()
        # First in the list, before Python's own importer, which would find the kit's files.
        sys.meta_path.insert(0, self)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return how to load a module of the submission, None for any other."""
        file = self._paths.get(fullname)
        if file is None:
            # A folder without an __init__.py is a package all the same, as in Python. The kit's own package stays what
            # it is, so that modules that the submission does not hold come from the kit.
            is_folder = any(name.startswith(f"{fullname}.") for name in self._paths)
            own = is_folder and fullname != self._package and not _exists_elsewhere(fullname, self)
            return ModuleSpec(fullname, None, is_package=True) if own else None
        if not fullname.startswith(f"{self._package}.") and _exists_elsewhere(fullname, self):
            return None  # a file beside the package hides nothing that is installed
        spec = ModuleSpec(fullname, self, origin=file, is_package=file.endswith("/__init__.py"))
        # Without a location the module would have no __file__.
        spec.has_location = True
        return spec

    def create_module(self, spec: ModuleSpec) -> None:
        """Let Python make the module."""

    def exec_module(self, module: ModuleType) -> None:
        """Run a file of the submission; one in which problems are solved never fails as a whole."""
        file = self._paths[module.__name__]
        part, kit = self._parts.get(file), self._kit.get(module.__name__)
        # Kept apart from sys.modules, where student code may put what it likes under this name.
        self._loaded[module.__name__] = module
        why = part["fault"] if part else None
        try:
            if not why:
                # dont_inherit: this file's own ``from __future__`` statements must not change how the student's code is
                # compiled.
                exec(compile(self._texts[file], file, "exec", dont_inherit=True), vars(module))
        except BaseException as fault:  # also an interrupt: who sent it knows, and what is defined so far counts
            # A helper module of the student's own fails as in plain Python: the file that imports it is what is told
            # about.
            if part is None and kit is None:
                raise
            why = self._told(file, fault, shown=part is not None)
        # After the file has run: a function that the kit provides wins over a copy that was handed in.
        if kit is not None:
            vars(module).update(provided(kit, part["owner"] if part else None))
        if part is not None:
            complete(module, part, kit, why)

    def _told(self, file: str, fault: BaseException, *, shown: bool) -> str:
        """Print what stopped a file, and return it as one line."""
        # Without frames of the kit and of importlib, of which students can do nothing.
        frames = [frame for frame in traceback.extract_tb(fault.__traceback__) if frame.filename in self._texts]
        last = next((frame.lineno for frame in reversed(frames) if frame.filename == file), None)
        what = "".join(traceback.format_exception_only(fault)).strip()
        if shown:
            print("".join(["Traceback:\n", *traceback.format_list(frames), what]), file=sys.stderr)
        if isinstance(fault, SyntaxError) and fault.filename == file:  # the grader has only parsed it
            return f"{file}, line {fault.lineno} is no Python 3 ({fault.msg})"
        place = f"{file}, line {last}," if last else file
        return f"{place} raised {type(fault).__name__} when it was imported"

    def bind(self, file: str, namespace: dict[str, Any]) -> None:
        """Import a file and put what it had to define into the notebook's globals."""
        part, name = self._parts[file], module_name(file)
        import_module(name)
        defined = vars(self._loaded[name])
        for key in [part["owner"]] if part["owner"] else part["names"]:
            namespace[key] = defined[key]


_installed: dict[str, SubmissionImporter] = {}


def load(plan: str, file: str, namespace: dict[str, Any]) -> None:
    """Import one file of a submission; the first call in a kernel puts the submission's modules in place.

    Args:
        plan: The submission, as JSON; see `SubmissionImporter`.
        file: The path of one of the plan's parts, such as ``package/layers.py``.
        namespace: The notebook's globals; what the part had to define is bound in them.
    """
    try:
        # The cell holds the plan as text, so the text itself is the key: each cell of the same submission brings the
        # same.
        if plan not in _installed:
            _installed[plan] = SubmissionImporter(json.loads(plan))
            _installed[plan].install()
        _installed[plan].bind(file, namespace)
    except Exception as fault:  # the cell's own traceback would show the plan
        print("".join(traceback.format_exception_only(fault)).strip(), file=sys.stderr)


def module_name(path: str) -> str:
    """Return the name under which a file is imported."""
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def _exists(name: str) -> bool:
    # find_spec() raises, instead of returning None, where a parent package is missing.
    try:
        return find_spec(name) is not None
    except ImportError:
        return False


def _exists_elsewhere(name: str, finder: MetaPathFinder) -> bool:
    """Return whether another importer knows a top-level module."""
    others = [other for other in sys.meta_path if other is not finder and hasattr(other, "find_spec")]
    return any(other.find_spec(name, None, None) is not None for other in others)


def provided(kit: ModuleType, owner: str | None) -> dict[str, Any]:
    """Return the public functions and classes that a module of the kit defines, except the class to be completed."""
    return {
        name: value
        for name, value in vars(kit).items()
        # What the module itself has imported, numpy for example, is not provided by it.
        if not name.startswith("_") and name != owner and getattr(value, "__module__", None) == kit.__name__
    }


def complete(module: ModuleType, part: dict[str, Any], kit: ModuleType | None, why: str | None) -> None:
    """Add to a module what its file had to define and did not, and to a class what the kit provides of it."""
    defined, file, owner = vars(module), part["file"], part["owner"]
    if owner:
        given = getattr(kit, owner)
        # Without the class no method can be called; an empty one lets each method say for itself that it is missing.
        if not isinstance(defined.get(owner), type):
            defined[owner] = type(owner, (object,), {"__module__": module.__name__, "__doc__": given.__doc__})
        made = defined[owner]
        for name, value in vars(given).items():
            # Only functions of the kit's class that are not the student's task, among them its constructor: they
            # replace whatever the submission has in their place.
            if isinstance(value, FunctionType) and name not in part["names"]:
                setattr(made, name, value)
        for name in part["names"]:
            if not hasattr(made, name):
                setattr(made, name, missing(why or f"{file}: the class {owner} defines no {name}", file))
        return
    for name in part["names"]:
        if name not in defined:
            defined[name] = missing(why or f"{file} defines no {name}", file)


def missing(why: str, file: str) -> Callable[..., None]:
    """Return a function that takes the place of a missing one; tracebacks show it as a line of ``<file>``."""
    names: dict[str, Any]
    name, names = f"<{file}>", {"why": why}
    exec(compile(ABSENT, name, "exec"), names)
    linecache.cache[name] = (len(ABSENT), None, ABSENT.splitlines(keepends=True), name)
    absent: Callable[..., None] = names["absent"]
    return absent


def provide_past() -> None:
    """Let ``from past.builtins import xrange`` work, as the original course's environment did with ``future``."""
    if not _exists("past"):
        past, builtins = ModuleType("past"), ModuleType("past.builtins")
        vars(builtins)["xrange"] = range
        vars(past)["builtins"] = builtins
        sys.modules.update({"past": past, "past.builtins": builtins})
