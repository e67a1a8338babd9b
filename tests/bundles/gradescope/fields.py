"""The fields of ``results.json`` as Gradescope documents them.

From https://gradescope-autograders.readthedocs.io/en/latest/specs/, made of the repository
gradescope/autograder_samples at its commit af5dee4.
"""

from __future__ import annotations

from typing import Any

VISIBILITY = {"hidden", "after_due_date", "after_published", "visible"}
FORMATS = {"text", "html", "simple_format", "md", "ansi"}
TOP: dict[str, Any] = {
    "score": (int, float),
    "execution_time": (int, float),
    "output": str,
    "output_format": FORMATS,
    "test_output_format": FORMATS,
    "test_name_format": FORMATS,
    "visibility": VISIBILITY,
    "stdout_visibility": VISIBILITY,
    "extra_data": dict,
    "tests": list,
    "leaderboard": list,
}
TEST: dict[str, Any] = {
    "score": (int, float),
    "max_score": (int, float),
    "status": {"passed", "failed"},
    "name": str,
    "name_format": FORMATS,
    "number": str,
    "output": str,
    "output_format": FORMATS,
    "tags": list,
    "visibility": VISIBILITY,
    "extra_data": dict,
}


def faults(results: dict[str, Any]) -> list[str]:
    """Return what in results is not as documented."""
    found = _faults(results, TOP, "")
    for test in results.get("tests", []):
        found += _faults(test, TEST, f"test {test.get('number')}: ")
    if "score" not in results and not results.get("tests"):
        found.append("neither a score nor tests")
    return found


def _faults(form: dict[str, Any], known: dict[str, Any], where: str) -> list[str]:
    found = [f"{where}{name} is not documented" for name in form if name not in known]
    for name, kind in known.items():
        if name in form:
            value = form[name]
            fits = value in kind if isinstance(kind, set) else isinstance(value, kind) and not isinstance(value, bool)
            found += [] if fits else [f"{where}{name} is {value!r}"]
    return found
