"""The root of its own that a kernel sees: what is in it, and what must not be."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from autograder.course.paths import KIT_ROOT
from autograder.kernel.sandbox import filesystem
from autograder.kernel.sandbox.filesystem import Bind
from autograder.kernel.sandbox.levels import Level
from autograder.kernel.sandbox.policy import POLICY

# Every folder that can be listed and every file that can be opened.
WALK = """
result = []
for folder, _, names in os.walk('/', onerror=None):
    if folder.startswith('/proc/'):
        continue
    for name in names:
        path = os.path.join(folder, name)
        if os.access(path, os.R_OK):
            result.append(path)
result = [path for path in result if not path.startswith(('/usr/lib', '/usr/share'))]
"""


@pytest.fixture(scope="module")
def files(cages):
    """All files that a kernel can read, but for the system's libraries."""
    answer = cages(Level.FULL).run(WALK)
    assert not answer.error
    return answer.value


def test_only_the_visible_part_of_the_kit_is_there(files):
    kit = {Path(path).relative_to(KIT_ROOT).parts for path in files if Path(path).is_relative_to(KIT_ROOT)}
    assert ("cs231n", "rnn_layers.py") in kit
    assert ("autograder", "kernel", "call_server.py") in kit
    others = {parts for parts in kit if parts[0] not in {"cs231n", ".venv"} and parts[:2] != ("autograder", "kernel")}
    assert others == {("autograder", "__init__.py")}


@pytest.mark.parametrize(
    "word", ["solutions", "/source/", "assignments", "classroom", "gradebook.db", ".autograder_salt", "/.git/"]
)  # fmt: skip
def test_nothing_secret_is_there(files, word):
    library = tuple(map(str, filesystem.interpreter_paths()))
    assert [path for path in files if word in path and not path.startswith(library)] == []


@pytest.mark.parametrize("name", ["passwd", "shadow", "group", "hosts", "ssh", "machine-id"])
def test_files_of_the_system_that_tell_of_it_are_not_there(files, name):
    assert f"/etc/{name}" not in files


def test_only_harmless_devices_are_there(full):
    answer = full.run("result = sorted(os.listdir('/dev'))")
    assert answer.value == sorted(["fd", "stdin", "stdout", *(Path(one).name for one in POLICY.devices)])


def test_devices_work(full):
    code = "result = [len(open('/dev/urandom', 'rb').read(8)), open('/dev/zero', 'rb').read(2).hex()]"
    assert full.run(code).value == [8, "0000"]


def test_tmp_is_the_folder_that_can_be_written(full):
    if any(Path(filesystem.TEMPORARY) in path.parents for path in filesystem.readable_paths()):
        pytest.skip("the kit, or its Python, lies in /tmp, which is shown instead")
    code = "open('/tmp/x', 'w').close(); result = [os.listdir('.'), tempfile.gettempdir()]"
    assert full.run(code).value == [["x"], "/tmp"]


def test_folders_below_tmp_that_may_be_read_stay_where_they_are(cage_of, tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "numbers").write_text("12")
    (tmp_path / "secret").write_text("42")
    tmp_path.chmod(0o755)
    cage = cage_of(Level.FULL, *filesystem.readable_paths([tmp_path / "data"]))
    if cage.fault:
        pytest.skip(cage.fault)
    assert cage.run("result = open(path).read()", path=str(tmp_path / "data" / "numbers")).value == "12"
    assert cage.run("result = os.listdir(path)", path=str(tmp_path)).value == ["data"]


def test_a_kit_installed_among_other_packages_shows_no_more_of_itself(cage_of, tmp_path):
    site = tmp_path / "site-packages"
    for package in ("autograder", "cs231n"):
        shutil.copytree(KIT_ROOT / package, site / package, ignore=shutil.ignore_patterns("datasets", "__pycache__"))
    (site / "another.py").write_text("")
    cage = cage_of(Level.FULL, *filesystem.interpreter_paths(), site, kit=site)
    if cage.fault:
        pytest.skip(cage.fault)
    code = "result = [sorted(os.listdir(site)), sorted(os.listdir(f'{site}/autograder')), filesystem.__file__]"
    listed = [["another.py", "autograder", "cs231n"], ["__init__.py", "kernel"]]
    assert cage.run(code, site=str(site)).value == [*listed, str(site / "autograder/kernel/sandbox/filesystem.py")]
    assert cage.run("open(f'{site}/autograder/x', 'w')", site=str(site)).error


def test_an_installed_kit_that_a_link_leads_to_is_there_by_both_names_and_shows_no_more_of_itself(cage_of, tmp_path):
    site, link = tmp_path / "site-packages", tmp_path / "link"
    shutil.copytree(KIT_ROOT / "autograder", site / "autograder", ignore=shutil.ignore_patterns("__pycache__"))
    (site / "another.py").write_text("")
    link.symlink_to(site)
    cage = cage_of(Level.FULL, *filesystem.interpreter_paths(), link, kit=site)
    if cage.fault:
        pytest.skip(cage.fault)
    code = "result = [sorted(os.listdir(one)) for site in sites for one in (site, f'{site}/autograder')]"
    listed = [["another.py", "autograder"], ["__init__.py", "kernel"]]
    assert cage.run(code, sites=[str(site), str(link)]).value == [*listed, *listed]


@pytest.mark.parametrize("level", [Level.FULL, Level.NO_USERNS])
def test_a_kit_that_lies_where_kernels_must_read_is_refused(level, cages, cage_of):
    cages(level)  # skips where it is not available
    cage = cage_of(level, KIT_ROOT)
    fault = cage.fault or cage.run("result = 1").sandbox
    assert f"kernels must read {KIT_ROOT}, but {KIT_ROOT / 'source'} lies there" in fault


def test_everything_is_mounted_read_only_and_without_privileges(full):
    code = "result = [bin(os.statvfs(path).f_flag & 7) for path in paths]"  # read-only, no setuid, no devices
    paths = ["/", "/usr/lib", str(KIT_ROOT / "cs231n"), str(filesystem.interpreter_paths()[0])]
    assert full.run(code, paths=paths).value == ["0b111"] * 4
    assert full.run(code, paths=["/hand-in", "/proc"]).value == ["0b110"] * 2


def test_a_zygote_needs_no_more_of_pythons_prefix_than_its_library():
    paths = filesystem.interpreter_paths()
    assert paths
    for path in paths:
        assert path.is_dir()
        assert "lib" in str(path)


def test_what_another_mount_shows_already_is_not_mounted_again():
    below = Bind("/usr/lib/x", "/usr/lib/x")
    kept = [Bind("/usr/lib", "/usr/lib"), Bind("/data", "/usr/lib/data")]
    assert filesystem.mountable([below, *reversed(kept), kept[0]]) == kept
    assert len(filesystem.mountable([Bind("/a", "/a"), Bind("/ab", "/ab")])) == 2
