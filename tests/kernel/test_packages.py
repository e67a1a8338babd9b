"""Packages that are imported from their own folders, whatever else has their names."""

import importlib
import json
import sys

import pytest

from autograder.kernel import packages
from autograder.kernel.kind import KernelKind
from autograder.kernel.packages import PackageFinder, finder_of, is_provided, note_folders
from autograder.kernel.sandbox.levels import Level
from autograder.kernel.zygote_client import ZygoteClient


@pytest.fixture
def sums(tmp_path):
    """A package ``sums`` of one module, beside a file that would hide one of Python's."""
    folder = tmp_path / "given" / "sums"
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text("")
    (folder / "adding.py").write_text("WHERE = __file__\n")
    (folder.parent / "this_hides_random.py").write_text("raise RuntimeError('imported')\n")
    return folder


@pytest.fixture
def found(sums, monkeypatch):
    monkeypatch.setattr(sys, "meta_path", [finder_of([sums]), *sys.meta_path])
    yield
    for name in [name for name in sys.modules if name.split(".")[0] == "sums"]:
        del sys.modules[name]


def test_a_package_is_found_by_the_name_of_its_folder_with_its_modules(found, sums):
    assert str(sums / "adding.py") == importlib.import_module("sums.adding").WHERE


def test_what_lies_beside_it_is_not(found):
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("this_hides_random")


def test_a_package_may_be_found_below_another(sums):
    spec = PackageFinder({"xml.sums": sums}).find_spec("xml.sums")
    assert spec is not None
    assert spec.origin == str(sums / "__init__.py")
    assert PackageFinder({"xml.sums": sums}).find_spec("sums") is None


def test_code_of_packages_that_were_noted_is_no_students(sums, monkeypatch):
    monkeypatch.setattr(packages, "_noted", set())
    assert not is_provided(str(sums / "adding.py"))
    note_folders([sums])
    assert is_provided(str(sums / "adding.py"))
    assert not is_provided(str(sums.with_name("sums_of_mine.py")))


def test_a_kind_survives_the_way_to_its_zygote(tmp_path):
    kind = KernelKind(Level.FULL, (tmp_path / "data",), (tmp_path / "sums",), ("sums.adding",), (tmp_path / "source",))
    assert KernelKind.from_argument(kind.as_argument()) == kind
    assert json.loads(kind.without_modules().as_argument())["modules"] == []


THREAD = "import threading\nthreading.Thread(target=threading.Event().wait, daemon=True).start()\n"


def test_a_module_that_starts_a_thread_is_loaded_by_the_kernels_that_import_it(sums, level, kernel_said):
    (sums / "busy.py").write_text(THREAD)
    (sums / "missing.py").write_text("import no_such_module_anywhere\n")
    kind = KernelKind(level, packages=(sums,), modules=("sums.busy", "sums.missing", "sums.adding"))
    assert kernel_said(kind, "import sys; print('sums.adding' in sys.modules); import sums.busy") == "False\n"
    kind = KernelKind(level, packages=(sums,), modules=("sums.missing", "sums.adding"))
    assert kernel_said(kind, "import sys; print('sums.adding' in sys.modules)") == "True\n"


def test_two_kinds_with_packages_of_one_name_have_kernels_side_by_side(sums, tmp_path, level, kernel_said):
    other = tmp_path / "other" / "sums"
    other.mkdir(parents=True)
    (other / "adding.py").write_text("WHERE = 'the other'\n")
    asked = "import sums.adding; print(sums.adding.WHERE)"
    kinds = [KernelKind(level, packages=(folder,), modules=("sums.adding",)) for folder in (sums, other)]
    assert [kernel_said(kind, asked) for kind in (*kinds, kinds[0])] == [
        f"{sums / 'adding.py'}\n",
        "the other\n",
        f"{sums / 'adding.py'}\n",
    ]


@pytest.mark.parametrize("what", ["packages", "readable"])
def test_a_folder_that_would_show_staffs_is_refused(sums, level, what):
    if level is Level.OFF:
        pytest.skip("where there is no sandbox, all can be seen")
    secret = sums / "solutions"
    secret.mkdir()
    client = ZygoteClient(KernelKind(level, **{what: (sums,)}, staff=(secret,)))
    with pytest.raises(Exception, match=f"kernels must read {sums}, but {secret} lies there"):
        client.warm()
