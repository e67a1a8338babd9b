"""The release, untouched."""

UNTOUCHED = True
