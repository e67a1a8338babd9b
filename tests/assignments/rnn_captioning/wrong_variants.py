"""Wrong variants of the solution: the catalogue's misconceptions, and the odd answers in the folder wrong/."""

from __future__ import annotations

from pathlib import Path

from tests.assignments.wrong_variants import Wrong, catalogued

HERE = Path(__file__).parent
CATALOGUED = catalogued("rnn_captioning")
ODD = [
    Wrong(problem, name, file)
    for file in sorted((HERE / "wrong").glob("*.py"))
    for problem, name in [file.stem.split("__")]
]
WRONG = {variant.id: variant for variant in (*CATALOGUED, *ODD)}
