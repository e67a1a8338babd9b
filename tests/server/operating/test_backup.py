"""A server's backup is a whole, made while it runs; what it is restored to proves the same receipts."""

import hashlib
import io
import json
import re
import subprocess
import sys
import tarfile
from contextlib import closing

import pytest
from sqlalchemy import select

from autograder.course.course import CourseError
from autograder.server.attempts.receipts import key_at
from autograder.server.attempts.storage import RECORD, Storage
from autograder.server.database import Database
from autograder.server.operating import backup
from autograder.server.operating.backup import MANIFEST, Place, back_up, restore
from autograder.server.tables import Attempt, Base, Job, Person
from autograder_client import receipts
from tests.grading.dumps import new_database
from tests.server.attempts.test_intake import Desk
from tests.server.operating.test_metrics import add_marking
from tests.support.sampling import thorough


@pytest.fixture
def desk(either_school):
    """A server with two attempts, one of them marked, settings, a secret, and a release that was sent."""
    made = Desk(either_school)
    first = made.hand_in(b"the first", key="one").attempt.id
    made.hand_in("naïve «second»".encode(), login="ben", key="two")
    with either_school.database.writing() as session:
        job = session.scalars(select(Job.id).where(Job.attempt_id == first)).one()
    made.server.storage.write_marking(first, job, 1, {RECORD: b"{}"})
    add_marking(either_school, first, job=job)
    data = made.server.data
    (data / "hub.secret").write_text("s3cret")
    (data / "hub.secret").chmod(0o600)
    url = f'database = "{either_school.database.url}"' if "postgresql" in either_school.database.url else ""
    (data / "server.toml").write_text(f'{url}\nmetrics_token_file = "hub.secret"\n')
    (data / "releases" / "vision").mkdir(parents=True)
    (data / "releases" / "vision" / "a.ipynb").write_text("{}")
    return made


@pytest.fixture
def file(desk, tmp_path):
    made = tmp_path / "backup.tar"
    back_up(place_of(desk), made)
    return made


def place_of(desk):
    return Place.of(desk.server.data)


def here(desk, tmp_path):
    """Return where a restored server's database is: another one, of the same kind."""
    if "postgresql" in desk.server.database.url:
        return new_database(re.sub(r"/\w+\?", "/postgres?", desk.server.database.url))
    return f"sqlite:///{tmp_path / 'elsewhere.db'}"


def rows(url):
    """Return all rows, by table, without what restoring changes."""
    with closing(Database(url)) as database, database.reading() as session:
        return {
            table.name: sorted(
                repr({name: value for name, value in row.items() if name != "entered_at"})
                for row in session.execute(select(table)).mappings()
            )
            for table in Base.metadata.sorted_tables
            if table.name != "audit_line"
        }


def files(data):
    return {
        str(one.relative_to(data)): one.read_bytes()
        for place in ("attempts", "releases")
        for one in (data / place).rglob("*")
        if one.is_file()
    }


def test_a_restored_server_has_the_same_rows_files_and_receipts(desk, file, tmp_path):
    url, new = here(desk, tmp_path), tmp_path / "new"
    copied = restore(file, new, url)
    assert (copied.attempts, copied.files, copied.faults) == (2, 3, [])
    assert rows(url) == rows(desk.server.database.url)
    assert files(new) == files(desk.server.data)
    assert (new / "hub.secret").read_text() == "s3cret"
    assert new.stat().st_mode & 0o077 == (new / "receipt.key").stat().st_mode & 0o077 == 0
    key = key_at(new)
    with closing(Database(url)) as database, database.reading() as session:
        for attempt in session.scalars(select(Attempt)):
            receipts.verify(attempt.receipt, key.public)
            # Gradebooks may be of another day.
            assert attempt.entered_at is None


def test_the_restored_database_takes_what_comes_next(desk, file, tmp_path):
    url = here(desk, tmp_path)
    restore(file, tmp_path / "new", url)
    with closing(Database(url)) as database:
        with database.writing() as session:
            known = set(session.scalars(select(Person.id)))
            person = Person(login="new", created_at=desk.server.clock())
            session.add(person)
            session.flush()
            assert person.id > max(known)
        database.migrate()


@thorough
def test_sqlite_is_restored_into_postgresql_and_back(desk, file, postgres, tmp_path):
    there, back = new_database(postgres), f"sqlite:///{tmp_path / 'back.db'}"
    restore(file, tmp_path / "one", there)
    back_up(Place.of(tmp_path / "one", there), tmp_path / "second.tar")
    restore(tmp_path / "second.tar", tmp_path / "two", back)
    assert rows(back) == rows(there) == rows(desk.server.database.url)
    assert files(tmp_path / "two") == files(desk.server.data)


def test_what_is_handed_in_meanwhile_is_in_it_as_a_whole_or_not_at_all(desk, tmp_path, monkeypatch):
    dumped = backup._dump

    def dump(connection, table, file):
        dumped(connection, table, file)
        if table.name == "person":  # before attempts are read
            desk.hand_in(b"meanwhile", key="three")

    monkeypatch.setattr(backup, "_dump", dump)
    back_up(place_of(desk), tmp_path / "b.tar")
    url = here(desk, tmp_path)
    assert restore(tmp_path / "b.tar", tmp_path / "new", url).attempts == 2
    assert len(files(tmp_path / "new")) == len(files(desk.server.data)) - 1


def test_it_is_compressed_where_its_name_says_so_and_nobody_else_reads_it(desk, tmp_path):
    file = tmp_path / "b.tar.gz"
    back_up(place_of(desk), file)
    assert file.read_bytes()[:2] == b"\x1f\x8b"
    assert file.stat().st_mode & 0o077 == 0
    assert restore(file, tmp_path / "new", here(desk, tmp_path)).attempts == 2


def test_a_file_that_is_damaged_is_told_when_it_is_backed_up_and_restored(desk, tmp_path):
    attempt = desk.kept()[0][0][0][0]
    (damaged,) = desk.server.storage.files(attempt).iterdir()
    damaged.write_bytes(b"something else")
    assert "is not what was handed in" in back_up(place_of(desk), tmp_path / "b.tar").faults[0]
    assert attempt in restore(tmp_path / "b.tar", tmp_path / "new", here(desk, tmp_path)).faults[0]


def test_what_retention_deleted_is_no_fault(desk, tmp_path):
    Storage(desk.server.data).forget_attempt(desk.kept()[0][0][0][0])
    assert back_up(place_of(desk), tmp_path / "b.tar").faults == []
    assert restore(tmp_path / "b.tar", tmp_path / "new", here(desk, tmp_path)).faults == []


class TestRefusals:
    def changed(self, file, change):
        """Write a backup anew, with its members changed, and return it."""
        with tarfile.open(file) as tar:
            members = {one.name: tar.extractfile(one).read() for one in tar}
        change(members)
        changed = file.with_name("changed.tar")
        with tarfile.open(changed, "w") as tar:
            for name, data in members.items():
                info = tarfile.TarInfo(name)
                info.size = len(data)
                tar.addfile(info, io.BytesIO(data))
        return changed

    def refused(self, desk, file, tmp_path, message):
        url = here(desk, tmp_path)
        with pytest.raises(CourseError, match=message):
            restore(file, tmp_path / "new", url)
        assert not (tmp_path / "new").exists()
        assert not [one for one in tmp_path.iterdir() if one.name.startswith(".new")]

    def test_a_folder_that_holds_something_is_not_touched(self, desk, file, tmp_path):
        with pytest.raises(CourseError, match="is not empty: name a new folder"):
            restore(file, desk.server.data)
        (tmp_path / "new").mkdir()
        restore(file, tmp_path / "new", here(desk, tmp_path))

    def test_a_database_that_holds_something_is_not_touched(self, desk, file, tmp_path):
        before = rows(desk.server.database.url)
        with pytest.raises(CourseError, match="has rows in"):
            restore(file, tmp_path / "new", desk.server.database.url)
        assert rows(desk.server.database.url) == before

    def test_a_byte_that_has_changed_is_found(self, desk, file, tmp_path):
        def change(members):
            name = next(name for name in members if "/files/" in name)
            members[name] = b"x" + members[name][1:]

        self.refused(desk, self.changed(file, change), tmp_path, "is damaged")

    def test_a_receipt_that_does_not_prove_its_row_is_found(self, desk, file, tmp_path):
        def change(members):
            name = "tables/attempt.jsonl"
            first, *rest = members[name].decode().splitlines()
            row = json.loads(first)
            row["receipt"]["student"] = "mallory"
            members[name] = "\n".join([json.dumps(row), *rest]).encode()
            manifest = json.loads(members[MANIFEST])
            manifest["sha256"][name] = hashlib.sha256(members[name]).hexdigest()
            members[MANIFEST] = json.dumps(manifest).encode()

        self.refused(desk, self.changed(file, change), tmp_path, "the signature does not fit")

    def test_one_that_was_cut_short_is_none(self, desk, file, tmp_path):
        cut = tmp_path / "cut.tar"
        cut.write_bytes(file.read_bytes()[:10240])
        self.refused(desk, cut, tmp_path, "cut short|cannot be read")
        self.refused(
            desk, self.changed(file, lambda members: members.pop(MANIFEST)), tmp_path, "ends before its manifest"
        )

    @pytest.mark.parametrize("name", ["../evil", "data/../../evil", "/evil", "evil"])
    def test_nothing_is_written_elsewhere(self, desk, file, tmp_path, name):
        changed = self.changed(file, lambda members: members.update({name: b""}))
        self.refused(desk, changed, tmp_path, "does not belong into a backup")
        assert not (tmp_path / "evil").exists()

    def test_of_a_newer_version_it_is_said_to_be(self, desk, file, tmp_path):
        def change(members):
            members[MANIFEST] = members[MANIFEST].replace(b'"version": 1', b'"version": 2')

        self.refused(desk, self.changed(file, change), tmp_path, "update the kit")

    def test_a_backup_is_never_replaced(self, desk, file):
        with pytest.raises(CourseError, match="is there already"):
            back_up(place_of(desk), file)

    def test_a_folder_that_is_no_servers_is_said_to_be_none(self, tmp_path):
        with pytest.raises(CourseError, match="is no server's folder"):
            Place.of(tmp_path)

    def test_two_at_a_time_are_refused_and_leave_nothing(self, desk, tmp_path):
        with place_of(desk).alone(), pytest.raises(CourseError, match="wait until it has ended"):
            back_up(place_of(desk), tmp_path / "b.tar")
        assert not list(tmp_path.glob("*b.tar*"))


@thorough
def test_the_commands_say_what_they_did(school, tmp_path):
    desk = Desk(school)
    desk.hand_in()

    def run(*arguments):
        command = [sys.executable, "-m", "autograder.cli", "server", *map(str, arguments)]
        return subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)

    made = run("backup", tmp_path / "b.tar", "--data", school.server.data)
    assert made.stdout.startswith("1 attempts, 1 files"), made.stderr
    restored = run("restore", tmp_path / "b.tar", "--data", tmp_path / "new")
    assert "restored into" in restored.stdout, restored.stderr
    assert (tmp_path / "new" / "server.db").is_file()
    assert "0 attempts" in run("retention", "--data", tmp_path / "new").stdout
    again = run("restore", tmp_path / "b.tar", "--data", tmp_path / "new")
    assert (again.returncode, "is not empty" in again.stderr) == (2, True)
