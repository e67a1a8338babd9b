"""A disk that is full, a real one of a few MB: nothing that was acknowledged is lost, and students are told."""

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
IN_NAMESPACES = ("unshare", "--user", "--map-root-user", "--mount")
# Runs in namespaces of its own, where it may mount a file system.
SCRIPT = """
import hashlib, os, sys
from pathlib import Path
from autograder_client import receipts
from autograder.server.errors import RequestError
from autograder.server.tables import Attempt, Event, Job
from tests.server.attempts.test_intake import Desk
from tests.support.school import make_school

disk, reserve = Path(sys.argv[1]), int(sys.argv[2])
desk = Desk(make_school(disk))
desk.limit(reserve_bytes=reserve, waiting_each=1000)
taken, refused = {}, []
while len(refused) < 3:
    content = os.urandom(300_000)
    try:
        taken[desk.hand_in(content).attempt.id] = content
    except RequestError as fault:
        refused.append((fault.status, fault.kind))
assert set(refused) == {(507, "disk-full")}, refused
(attempts, _, _), files = desk.kept()
assert {one for (one,) in attempts} == set(taken), "a row or a receipt too many"
assert len(files) == len(taken), "files are left of what was refused"
# The database's own writing takes some of the reserve.
assert desk.server.storage.free() > reserve - 500_000
with desk.server.database.reading() as session:
    for row in session.query(Attempt):
        receipts.verify(row.receipt, desk.server.key.public)
        (file,) = desk.server.storage.files(row.id).iterdir()
        assert file.read_bytes() == taken[row.id]
        assert hashlib.sha256(taken[row.id]).hexdigest() == row.receipt["sha256"]
assert desk.server.database.engine.connect().exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
# With room again, it goes on.
for attempt in list(taken)[:2]:
    desk.server.storage.forget_attempt(attempt)
assert desk.hand_in(b"small").new
print("taken", len(taken))
"""


def may_mount() -> bool:
    asked = [*IN_NAMESPACES, "mount", "-t", "tmpfs", "none", "/mnt"]
    try:
        return subprocess.run(asked, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


@pytest.mark.skipif(not may_mount(), reason="this machine lets nobody mount a file system in a namespace")
@pytest.mark.parametrize("reserve", [1, 2_000_000], ids=["to the last byte", "with a reserve"])
def test_what_was_acknowledged_is_there_when_the_disk_is_full(tmp_path, reserve):
    (tmp_path / "fill.py").write_text(textwrap.dedent(SCRIPT))
    inside = 'mount -t tmpfs -o size=6m none "$1" && exec "$2" fill.py "$1" "$3"'
    (tmp_path / "disk").mkdir()
    ended = subprocess.run(
        [*IN_NAMESPACES, "sh", "-c", inside, "sh", str(tmp_path / "disk"), sys.executable, str(reserve)],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "HOME": str(tmp_path)},
    )
    assert ended.returncode == 0, ended.stderr
    assert int(ended.stdout.split()[1]) >= 3
