import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from cs231n.coco_utils import load_coco_data
from cs231n.datasets import download, home
from cs231n.datasets.download import ARCHIVE, RECORD, main
from cs231n.datasets.layout import ALL_FILES, EXTRA_FILES, VOCABULARY, features_file
from cs231n.datasets.mini_coco.pack import STAMP, STAMP_TEXT
from tests.cs231n.original.packs import SMALL, zipped
from tests.cs231n.original.server import Answer
from tests.support.sampling import thorough

ROOT = Path(__file__).parents[3]
LOCKS = {".coco_download.lock", ".mini_coco.lock"}
INSTALLED = {*ALL_FILES, *EXTRA_FILES, RECORD, *LOCKS}


@pytest.fixture
def run(server, archive, pace, tmp_path, capsys):
    """Run the program, and return its exit code and what it printed."""
    server.give(Answer(archive))

    def run(*options, to=tmp_path / "pack"):
        code = main(["--url", server.url, "--to", str(to), *options], SMALL, pace)
        said = capsys.readouterr()
        return code, said.out + said.err

    return run


@pytest.fixture
def folder(tmp_path):
    """Where ``run`` installs the pack."""
    return tmp_path / "pack"


@pytest.fixture
def no_building(monkeypatch):
    def refuse(folder):
        raise AssertionError(f"mini-COCO was built in {folder}")

    monkeypatch.setattr(home, "write_pack", refuse)


def names(folder):
    return {path.name for path in folder.iterdir()}


def pretend_mini_coco(folder):
    folder.mkdir(exist_ok=True)
    for name in ALL_FILES:
        (folder / name).write_text("mini")
    (folder / STAMP).write_text(STAMP_TEXT)


@pytest.mark.usefixtures("no_building")
class TestInstalling:
    def test_the_pack_loads(self, run, folder, archive):
        code, said = run()
        assert code == 0
        assert load_coco_data(folder)["train_features"].shape == (12, 4)
        assert load_coco_data(folder, pca_features=False)["val_features"].shape == (8, 6)
        assert names(folder) == INSTALLED
        digest = hashlib.sha256(archive).hexdigest()
        assert f"The pack is in {folder}: 12 train and 8 val pictures.\nsha256 of its archive: {digest}" in said
        assert "No --sha256 was given, and the course publishes none" in said

    def test_where_it_is_from_is_written_down(self, run, folder, server, archive):
        run()
        digest = hashlib.sha256(archive).hexdigest()
        record = json.loads((folder / RECORD).read_text())
        assert record == {"url": server.url, "bytes": len(archive), "sha256": digest}

    def test_a_second_run_does_nothing(self, run, folder, server):
        run()
        before = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
        code, said = run()
        assert code == 0
        assert f"already in {folder}: nothing to do" in said
        assert len(server.asked) == 1
        assert ARCHIVE not in said
        after = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
        assert after == before

    def test_the_checksum_is_compared(self, run, folder, archive):
        digest = hashlib.sha256(archive).hexdigest()
        assert run("--sha256", digest.upper())[0] == 0
        assert run("--sha256", digest)[0] == 0

    def test_another_checksum_is_refused_and_the_file_is_out_of_the_way(self, run, folder):
        code, said = run("--sha256", 64 * "0")
        assert code == 4
        assert f"not {64 * '0'}. The file is now {folder / 'coco_captioning.zip.wrong'}" in said
        assert names(folder) == {f"{ARCHIVE}.wrong", ".coco_download.lock"}
        assert run()[0] == 0

    def test_a_pack_of_another_checksum_is_refused(self, run, folder):
        run()
        code, said = run("--sha256", 64 * "0")
        assert code == 4
        assert "holds a pack already" in said
        assert names(folder) == INSTALLED

    def test_the_archive_is_kept_if_asked_for_and_used_again(self, run, folder, server):
        run("--keep-archive")
        assert names(folder) == {*INSTALLED, ARCHIVE}
        assert f"{folder / ARCHIVE} is there too; delete it if you don't need it" in run()[1]
        (folder / VOCABULARY).unlink()
        code, said = run()
        assert code == 0
        assert f"Using {folder / ARCHIVE}, which is there already" in said
        assert len(server.asked) == 1
        assert json.loads((folder / RECORD).read_text())["url"] is None

    def test_a_pack_that_was_unpacked_by_hand_is_looked_into(self, run, folder):
        run()
        (folder / RECORD).unlink()
        code, said = run()
        assert code == 0
        assert "sha256 of its archive: not known" in said
        assert run("--sha256", 64 * "0")[0] == 4
        (folder / VOCABULARY).write_text("{}")
        code, said = run()
        assert code == 4
        assert f"{folder} holds another pack: {VOCABULARY}" in said

    def test_half_a_pack_is_made_whole_and_other_files_stay(self, run, folder):
        run()
        (folder / features_file("val", pca_features=True)).unlink()
        (folder / "notes.txt").write_text("mine")
        assert run()[0] == 0
        assert names(folder) == {*INSTALLED, "notes.txt"}
        load_coco_data(folder)

    def test_it_takes_the_place_of_mini_coco(self, run, folder):
        pretend_mini_coco(folder)
        code, said = run()
        assert code == 0
        assert "It took the place of mini-COCO" in said
        assert names(folder) == INSTALLED
        load_coco_data(folder)

    def test_the_environment_variable_names_the_folder(self, run, folder, server, pace, monkeypatch):
        monkeypatch.setenv("CS231N_DATA", str(folder))
        assert main(["--url", server.url], SMALL, pace) == 0
        assert load_coco_data()["val_captions"].shape == (20, 17)

    def test_what_does_not_belong_there_is_named(self, run, folder, server, files):
        server.give(Answer(zipped({**files, "\x1b[31mnotes": b"x"})))
        code, said = run()
        assert code == 0
        assert r"Left out, as they don't belong to the pack: '\x1b[31mnotes'" in said


class TestWhatGoesWrong:
    @pytest.mark.parametrize(
        ("answer", "code", "words"),
        [
            (Answer(status=404), 3, "404"),
            (Answer(status=403), 3, "403"),
            (Answer(b"<html>", kind="text/html"), 4, "web page"),
            (Answer(b"<html>"), 4, "web page"),
            (Answer(zipped({"cats.txt": b"x"})), 4, "is not the pack"),
            (Answer(zipped({"../evil": b"x"})), 4, "leads out of its folder"),
        ],
    )
    def test_the_exit_code_tells_the_kind(self, run, folder, server, answer, code, words):
        server.give(answer)
        seen, said = run()
        assert (seen, words in said) == (code, True)
        assert "Traceback" not in said
        assert not any((folder / name).exists() for name in ALL_FILES)
        assert home._stamp(folder) is None

    def test_an_archive_that_stops_half_way_is_refused(self, run, server, archive):
        server.give(Answer(archive[: len(archive) // 2]))
        code, said = run()
        assert code == 4
        assert "was cut short or damaged" in said

    def test_an_archive_with_wrong_contents_changes_nothing(self, run, folder, server, files):
        pretend_mini_coco(folder)
        server.give(Answer(zipped({**files, f"coco_captioning/{VOCABULARY}": b"{}"})))
        code, said = run()
        assert code == 4
        assert VOCABULARY in said
        assert {(folder / name).read_text() for name in ALL_FILES} == {"mini"}
        assert (folder / STAMP).read_text() == STAMP_TEXT
        assert not list(folder.glob(".coco_unpacking_*"))

    def test_space_is_looked_for_before_unpacking(self, run, folder, server, monkeypatch):
        run("--keep-archive")
        (folder / VOCABULARY).unlink()
        monkeypatch.setattr(shutil, "disk_usage", lambda path: type("Usage", (), {"free": 10}))
        code, said = run()
        assert code == 5
        assert "needed to unpack the archive" in said
        assert (folder / ARCHIVE).exists()

    def test_a_folder_that_cannot_be_made(self, run, tmp_path):
        (tmp_path / "file").write_text("")
        code, said = run(to=tmp_path / "file" / "pack")
        assert code == 6
        assert "Name another folder with --to" in said

    @pytest.mark.parametrize(
        "options",
        [
            ["--url", "ftp://host/x"],
            ["--url", "file:///etc/passwd"],
            ["--url", "x"],
            ["--url", "http://host:port/"],
            ["--sha256", "12"],
        ],
    )
    def test_wrong_usage(self, options, capsys):
        with pytest.raises(SystemExit) as caught:
            main(options)
        assert caught.value.code == 2
        assert options[0] in capsys.readouterr().err


PROGRAM = textwrap.dedent("""
    import signal, sys
    signal.signal(signal.SIGINT, signal.default_int_handler)  # also where the tests run in the background of a shell
    from cs231n.datasets.download import main
    from tests.cs231n.original.packs import SMALL
    sys.exit(main(sys.argv[1:], SMALL))
""")


@pytest.fixture
def start(server, folder):
    """Start the program as a process; it is ended when the test is over."""
    started = []

    def start():
        command = [sys.executable, "-c", PROGRAM, "--url", server.url, "--to", str(folder)]
        started.append(subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.communicate()


class TestStopping:
    @pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGKILL])
    def test_a_stopped_download_is_continued(self, run, start, folder, server, archive, sign):
        half = len(archive) // 2
        server.give(Answer(archive, cut=half, stalls=True))
        process = start()
        assert server.stalled.wait(30)
        part = folder / f"{ARCHIVE}.part"
        while not part.exists() or part.stat().st_size < half:
            assert process.poll() is None
        process.send_signal(sign)
        _, said = process.communicate(timeout=30)
        if sign == signal.SIGINT:
            assert process.returncode == 130
            assert f"MB are in {part}: run the same command again to go on from there." in said
            assert "Traceback" not in said
        server.give(Answer(archive))
        assert run()[0] == 0
        assert server.ranges() == [None, f"bytes={half}-"]
        load_coco_data(folder)

    def test_two_at_once_download_once(self, start, folder, server, archive):
        server.give(Answer(archive, cut=len(archive) // 2, stalls=True), Answer(archive))
        first = start()
        assert server.stalled.wait(30)
        second = start()
        assert second.stdout.readline() == f"Waiting for another process that downloads into {folder}.\n"
        server.released.set()
        assert [process.wait(30) for process in (first, second)] == [0, 0]
        assert "nothing to do" in second.stdout.read()
        assert server.ranges() == [None, f"bytes={len(archive) // 2}-"]

    def test_stopped_while_unpacking_it_says_that_the_archive_is_there(self, run, folder, monkeypatch):
        def stop(*_):
            raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            patch.setattr(download, "check_contents", stop)
            code, said = run()
        assert code == 130
        assert f"{folder / ARCHIVE} is complete: run the same command again to unpack it" in said
        assert not (folder / STAMP).exists()
        assert run()[0] == 0


KILLED_AT_EACH_STEP = textwrap.dedent("""
    import os, shutil, sys
    from pathlib import Path

    from cs231n.datasets import home
    from cs231n.datasets.download import ARCHIVE, main
    from cs231n.datasets.layout import ALL_FILES
    from cs231n.datasets.original.contents import check_contents
    from tests.cs231n.original.packs import SMALL

    before, folder, stride = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    changes = {"os.rename", "os.remove", "os.mkdir", "os.rmdir"}

    def die_at(step):
        done = 0

        def watch(event, arguments):
            nonlocal done
            writes = event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wxa")
            if event in changes or writes:
                done += 1
                if done > step:
                    os._exit(9)

        sys.addaudithook(watch)

    def holds_one_pack():
        if not home._is_ready(folder, pca_features=False):
            return "nothing that loads"
        if home.holds_mini_coco(folder):
            assert {(folder / name).read_text() for name in ALL_FILES} == {"mini"}
            return "mini"
        check_contents(folder, SMALL)
        return "whole"

    def run(step):
        child = os.fork()
        if child == 0:
            sys.stdout = open(os.devnull, "w")
            die_at(step)
            os._exit(main(["--to", str(folder)], SMALL))
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

    step = code = 0
    while True:
        shutil.copytree(before, folder)
        code = run(step)
        print(step, code, holds_one_pack(), flush=True)
        if code == 0:
            break
        assert code == 9
        assert run(10**6) == 0
        assert holds_one_pack() == "whole"
        assert not list(folder.glob(".coco_unpacking_*"))
        shutil.rmtree(folder)
        step += stride
""")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="kills processes that were forked")
@pytest.mark.parametrize(("mini", "stride"), [(False, 4), (True, 5), pytest.param(True, 1, marks=thorough)])
def test_killed_at_any_step_it_leaves_no_mixture_and_can_be_repeated(archive, tmp_path, mini, stride):
    before = tmp_path / "before"
    before.mkdir()
    if mini:
        pretend_mini_coco(before)
    (before / ARCHIVE).write_bytes(archive)
    command = [sys.executable, "-c", KILLED_AT_EACH_STEP, before, tmp_path / "pack", str(stride)]
    done = subprocess.run(command, check=False, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    states = [line.split(maxsplit=2)[2] for line in done.stdout.splitlines()]
    first = "mini" if mini else "nothing that loads"
    assert len(states) > 30 // stride
    assert [state for place, state in enumerate(states) if state not in states[:place]] == list(
        dict.fromkeys([first, "nothing that loads", "whole"])
    )


class TestTheScript:
    def test_it_runs_the_program_from_anywhere(self, tmp_path):
        script = ROOT / "cs231n" / "datasets" / "get_coco_captioning.sh"
        environment = {**os.environ, "PYTHON": sys.executable}
        command = ["sh", str(script), "--url", "x"]
        done = subprocess.run(command, check=False, cwd=tmp_path, env=environment, capture_output=True, text=True)
        assert done.returncode == 2
        assert "python -m cs231n.datasets.download: error: argument --url: 'x' is not an address" in done.stderr


def test_the_usual_address_is_the_courses_with_proof_of_who_answers():
    assert download.Installation(Path()).url == "https://cs231n.stanford.edu/coco_captioning.zip"
