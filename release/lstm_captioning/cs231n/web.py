"""Opens addresses of the web, and nothing else."""

from __future__ import annotations

import urllib.request

USER_AGENT = "cs231n-image-captioning"
"""How requests name the program that makes them."""


def web_opener() -> urllib.request.OpenerDirector:
    """Return an opener for http and https only, so that a redirection can't lead to a local file."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(),
        urllib.request.HTTPRedirectHandler(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
        urllib.request.UnknownHandler(),
    ):
        opener.add_handler(handler)
    return opener
