"""The fuzzer finds faults that were put there, and nothing in what the kit reads."""

from __future__ import annotations

import itertools
import json
import os

import pytest

from tests.fuzz import submissions
from tests.fuzz.__main__ import TARGETS, main
from tests.fuzz.runner import MEMORY, Fuzz
from tests.fuzz.target import Target, Wrong, drawn
from tests.support.sampling import some

SECONDS = 1.0


@pytest.mark.parametrize("name", sorted(TARGETS))
@pytest.mark.thorough
def test_nothing_is_found_in_a_short_while(name):
    with Fuzz(TARGETS) as fuzz:
        tried = list(fuzz.run(TARGETS[name], 0, SECONDS))
    assert sum(count for count, _ in tried)
    assert [fault.what for _, faults in tried for fault in faults] == []


@pytest.mark.parametrize("name", sorted(TARGETS))
def test_a_seed_gives_the_same_inputs_again(name):
    first, again, other = (list(itertools.islice(TARGETS[name].cases(seed), 5)) for seed in (3, 3, 4))
    assert first == again != other


def breaks(data):
    raise KeyError(data[0])


def spins(_data):
    while True:
        pass


def ends(_data):
    os._exit(3)


def leaves(_data):
    raise SystemExit


def fills(_data):
    bytearray(2 * MEMORY)


def refuses(data):
    if data == b"0":
        raise ValueError
    raise Wrong("it refused nothing")


PLANTED = {
    breaks: "KeyError: 48",
    spins: "took more than 0.2 seconds of processor time",
    ends: "ended its process (3)",
    leaves: "SystemExit",
    fills: "of memory",
    refuses: "Wrong: it refused nothing",
}


@pytest.fixture
def planted():
    cases = drawn(lambda rng: rng.choice((b"0", b"01")))
    return {
        run.__name__: Target(run.__name__, cases, run, (ValueError,), 0.2 if run is spins else 60.0) for run in PLANTED
    }


@pytest.mark.parametrize("run", some(PLANTED, 3), ids=lambda run: run.__name__)
def test_what_was_put_there_is_found_told_and_can_be_seen_again(run, planted, tmp_path, capfd):
    name = run.__name__
    common = ["--only", name, "--folder", str(tmp_path)]
    assert main([*common, "--seconds", "0.5", "--seed", "7"], planted) == 1
    said = capfd.readouterr().out
    assert PLANTED[run] in said
    (file,) = tmp_path.iterdir()
    assert f"again: python -m tests.fuzz --only {name} --input {file}" in said
    number = file.name.rpartition("-")[2]
    for again in (["--input", str(file)], ["--seed", "7", "--case", number]):
        assert main([*common, *again], planted) == 1
        assert PLANTED[run] in capfd.readouterr().out


def test_what_is_expected_is_no_fault(planted, tmp_path):
    file = tmp_path / "input"
    file.write_bytes(b"0")
    assert main(["--only", "refuses", "--input", str(file), "--folder", str(tmp_path)], planted) == 0


def test_time_that_grows_faster_than_the_input_is_a_fault(monkeypatch):
    clock = iter((0.0, 0.5, 0.5, 10.5, 0.0, 0.5, 0.5, 2.5))
    monkeypatch.setattr(submissions, "used", lambda: next(clock))
    monkeypatch.setattr(submissions, "hand_in", lambda _data: None)
    sizes = json.dumps([{"a.py": "1"}, {"a.py": "1111"}]).encode()
    with pytest.raises(Wrong, match=r"a\.py: 0\.50 seconds, and 10\.00 seconds at 4 times the size"):
        submissions.set_off(sizes)
    submissions.set_off(sizes)
