"""Assignments: a folder each, with its hidden tests and what they need."""
