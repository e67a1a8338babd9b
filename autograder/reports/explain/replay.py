"""Makes the calls of one hidden test again on the student's code, and fails as the test did: ``python replay.py TEST``.

``TEST.json`` beside this file lists the calls, ``TEST.npz`` holds the arrays that the test passed and expected. The
hand-in's code runs in this process, and nothing shuts it in: read hand_in.py first.
"""

from __future__ import annotations

import json
import math
import random
import sys
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

FOLDER = Path(__file__).parent


def replay(test: dict[str, Any], arrays: Mapping[str, np.ndarray], hand_in: object) -> None:
    """Make the calls, and check the value that the test looked at.

    Args:
        test: The calls, as `autograder.reports.explain.evidence.ReplayData.data` gives them.
        arrays: By name. They are read anew for each call, so that no call sees what another one changed.
        hand_in: The module with the student's code.
    """
    print(test["test"])
    values: dict[str, Any] = {"hand_in": hand_in}

    def value_of(form: Any) -> Any:
        match form:
            case {"array": name}:
                return arrays[name]
            case {"value": name}:
                return values[name]
            case {"tuple": items}:
                return tuple(map(value_of, items))
            case {"dict": pairs}:
                return {key: value_of(item) for key, item in pairs}
            case list():
                return list(map(value_of, form))
        return form

    # Where each test begins as well.
    random.seed(test["seed"])
    np.random.seed(test["seed"])
    for step in test["steps"]:
        if "text" in step:
            print(step["text"], flush=True)
        of = values[step["of"]]
        match step["do"]:
            case "attribute":
                values[step["as"]] = getattr(of, step["name"])
            case "item":
                values[step["as"]] = of[value_of(step["key"])]
            case "set_item":
                of[value_of(step["key"])] = value_of(step["value"])
            case "call":
                kwargs = {name: value_of(form) for name, form in step["kwargs"].items()}
                values[step["as"]] = of(*value_of(step["args"]), **kwargs)
    if test["value"] is not None:
        check_value(values[test["value"]], value_of(test["expected"]), test)


def check_value(value: Any, expected: Any, test: dict[str, Any]) -> None:
    """Fail unless the value that the test looked at is as it expects."""
    match test["look"]:
        case "about":  # it saw only this of it
            assert type(value).__name__ == expected.get("type"), value
            assert "length" not in expected or len(value) == expected["length"], value
        case "keys":
            assert sorted(value) == sorted(expected or []), sorted(value)
        case "plain":
            assert value == expected, f"{value!r} is returned; {expected!r} is expected"
        case "same":
            right = alike(value, expected, test["tolerance"])
            assert right, f"returned: {value!r}\nexpected: {expected!r}"
        case "array":
            returned = np.asarray(value)
            if expected is not None:  # else the solution gives nothing that can be read, either
                assert returned.shape == expected.shape, f"shape {returned.shape}; {expected.shape} is asked"
                tolerance, scale = test["tolerance"], float(np.abs(expected).max(initial=0.0)) or 1.0
                np.testing.assert_allclose(returned, expected, rtol=tolerance, atol=tolerance * scale)
                same = returned.dtype.kind == expected.dtype.kind
                assert same or not test["same_type"], f"type {returned.dtype}; {expected.dtype} is asked"
    print(value)
    print("This is as expected. A test that failed all the same compares it with something else: see what it saw.")


def alike(value: Any, expected: Any, tolerance: float) -> bool:
    """Return whether a value is the expected one to a test: a list as good as a tuple, numbers within the tolerance."""
    value = value.tolist() if isinstance(value, np.ndarray | np.generic) else value
    match expected:
        case dict():
            same = isinstance(value, dict) and value.keys() == expected.keys()
            return same and all(alike(value[key], part, tolerance) for key, part in expected.items())
        case list():
            same = isinstance(value, list | tuple) and len(value) == len(expected)
            return same and all(alike(one, part, tolerance) for one, part in zip(value, expected, strict=True))
        case int() | float():
            number = isinstance(value, int | float)
            return number and math.isclose(value, expected, rel_tol=tolerance, abs_tol=tolerance)
    return bool(value == expected)


def replay_named() -> None:
    """Replay the test that is named on the command line."""
    tests = {file.stem: file for file in sorted(FOLDER.glob("*.json"))}
    if len(sys.argv) != 2 or Path(sys.argv[1]).stem not in tests:
        sys.exit(f"python replay.py TEST; TEST is one of {', '.join(tests)}")
    file = tests[Path(sys.argv[1]).stem]
    with np.load(file.with_suffix(".npz"), allow_pickle=False) as arrays:
        replay(json.loads(file.read_text("utf-8")), arrays, import_module("hand_in"))


if __name__ == "__main__":
    replay_named()
