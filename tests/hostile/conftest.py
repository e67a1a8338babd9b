"""Attacks are data: pytest must neither collect nor run them."""

collect_ignore = ["attacks"]
