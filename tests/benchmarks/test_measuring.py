"""What a command used, with all that it started."""

import json
import os
import subprocess
import sys

import psutil
import pytest

from autograder.course.course import Course
from autograder.course.paths import KIT_ROOT
from benchmarks.contenders import Marking, Students, marked_lines
from benchmarks.measuring import Usage, peak_of
from benchmarks.results import aims_table, at_least, at_most, cores, save

# Ends at once; its grandchild lives on, works, and tells how much.
LEAVES_A_GRANDCHILD = """
import os, sys, time
reading, writing = os.pipe()
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.close(writing)
        os.read(reading, 1)  # until its parents are gone
        while time.process_time() < 0.4:
            pass
        open(sys.argv[1], "w").write(str(time.process_time()))
    os._exit(0)
"""
MEASURE = """
import json, os, sys
from pathlib import Path
from dataclasses import asdict
from benchmarks.measuring import measure
script, told, log = sys.argv[1:]
print(json.dumps(asdict(measure([sys.executable, "-c", script, told], Path.cwd(), os.environ, Path(log)))))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="processes adopt orphans on Linux only")
def test_it_counts_what_a_grandchild_uses_that_outlives_the_command(tmp_path):
    # In a process of its own: whoever measures waits for all of its children.
    told = tmp_path / "told"
    command = [sys.executable, "-c", MEASURE, LEAVES_A_GRANDCHILD, told, tmp_path / "log"]
    ended = subprocess.run(command, cwd=KIT_ROOT, stdout=subprocess.PIPE, check=True)
    usage = json.loads(ended.stdout)
    assert usage["code"] == 0
    assert usage["cpu"] >= float(told.read_text()) >= 0.4


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_the_peak_of_a_process_is_what_it_once_held():
    ballast = b"1" * 80_000_000
    held = psutil.Process().memory_info().rss
    del ballast
    now = psutil.Process().memory_info().rss
    assert peak_of(os.getpid()) > (held + now) / 2  # the system counts pages in batches
    assert peak_of(2**22 + 1) == 0


def test_only_lines_of_marked_hand_ins_count(tmp_path):
    course = Course(tmp_path)
    journal = course.classroom / "logs" / "run.jsonl"
    journal.parent.mkdir(parents=True)
    lines = [{"event": "begun", "id": "1"}, {"event": "marked", "id": "1", "cells_cpu": 2.0, "calls_cpu": 0.5}]
    journal.write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert [line["cells_cpu"] for line in marked_lines(course)] == [2.0]


def test_a_graders_own_time_is_all_but_the_students():
    marking = Marking(10, 10, Usage(0, wall=20.0, cpu=38.0, peak=1), Students(cells=30.0, calls=4.0))
    assert (marking.seconds, marking.cpu) == (2.0, 3.8)
    assert marking.own == pytest.approx(0.4)
    assert marking.busy == 30.0 / (20.0 * cores())
    untold = Marking(10, 9, Usage(0, 20.0, 38.0, 1))
    assert (untold.own, untold.busy) == (None, None)
    assert "own_cpu_per_hand_in" not in untold.figures()


def test_an_aim_is_met_up_to_its_bound():
    aims = [at_least("a", 2, 2.0), at_least("b", 2, 1.99), at_most("c", 0.35, 0.36), at_most("d", 1, None)]
    assert [aim.met for aim in aims] == [True, False, False, None]
    assert list(aims_table(aims).columns[3].cells) == ["yes", "no", "no", "-"]


def test_a_section_of_figures_takes_the_place_of_the_one_before(tmp_path):
    file = tmp_path / "results" / "bench.json"
    save(file, "class", {"n": 1}, [at_least("a", 2, 3.0)])
    save(file, "growth", {"n": 2})
    save(file, "class", {"n": 3})
    held = json.loads(file.read_text())
    assert {name: entry["n"] for name, entry in held.items()} == {"class": 3, "growth": 2}
    assert held["growth"]["machine"]["cores"] == cores()
    assert [path.name for path in file.parent.iterdir()] == ["bench.json"]
