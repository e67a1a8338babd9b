"""Marks a course's notebooks on nbgrader: releases, hidden tests, feedback and reports. Staff only."""

__version__ = "0.1.0"
