"""Marks a course's notebooks on nbgrader: releases, hidden tests, feedback and reports. Staff only."""

import sys

__version__ = "0.1.0"

# jsonschema, which nbformat needs, would compile a grammar for a format that no schema of a notebook has: that takes
# longer than all else that a command imports. It does without where the import fails.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
