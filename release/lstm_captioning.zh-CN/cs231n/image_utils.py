"""Gets the picture behind an address: drawn for mini-COCO, downloaded for the original pack."""

from __future__ import annotations

import http.client
import io
import urllib.error
import urllib.parse
import urllib.request
from http import HTTPStatus

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from .datasets.mini_coco import SCHEME, picture_at
from .web import USER_AGENT, web_opener

TIMEOUT_SECONDS = 10
ATTEMPTS = 2
MAX_BYTES = 20 * 2**20
MAX_PIXELS = 50_000_000


class PictureUnavailableError(OSError):
    """A picture can't be downloaded or read.

    Attributes:
        url: Its address.
    """

    def __init__(self, url: str, why: str) -> None:
        super().__init__(
            f"The picture at {url} can't be shown: {why}. Check the network connection and run the cell again. If only "
            "this picture fails, its owner may have removed it: draw another minibatch. mini-COCO needs no network."
        )
        self.url = url


def image_from_url(url: str) -> NDArray[np.uint8]:
    """Return the picture at an address.

    Addresses of mini-COCO (``minicoco://...``) are drawn without a network. ``http`` and ``https`` are downloaded,
    with a time limit, a bound on the size, and a second attempt if the first one fails for a reason that may pass.

    Args:
        url: Address, as in ``data['train_urls']``.

    Returns:
        uint8 RGB of shape (height, width, 3).

    Raises:
        ValueError: If the address is of another kind (a local file, for example), or isn't a picture of mini-COCO.
        PictureUnavailableError: If the download fails or isn't a picture; the message says what to do.
    """
    url = str(url)
    scheme = urllib.parse.urlsplit(url).scheme.lower()
    if scheme == SCHEME:
        return picture_at(url)
    if scheme not in ("http", "https"):
        raise ValueError(
            f"image_from_url takes addresses that begin with {SCHEME}://, http:// or https://; got {url!r}."
        )
    return _decode(url, _download(url))


def _download(url: str) -> bytes:
    failure: Exception | None = None
    for _ in range(ATTEMPTS):
        try:
            return _fetch(url)
        except urllib.error.HTTPError as error:
            error.close()
            failure = error
            if error.code < HTTPStatus.INTERNAL_SERVER_ERROR:
                # What the server refuses now it will refuse again.
                break
        except (OSError, http.client.HTTPException) as error:
            failure = error
    reason = getattr(failure, "reason", None) or failure
    raise PictureUnavailableError(url, f"{type(failure).__name__}: {reason}") from failure


def _fetch(url: str) -> bytes:
    """Return what is at an address, at most one byte more than allowed."""
    request = urllib.request.Request(url, headers={"User-Agent": USER_AGENT})
    with web_opener().open(request, timeout=TIMEOUT_SECONDS) as response:
        content: bytes = response.read(MAX_BYTES + 1)
    return content


def _decode(url: str, content: bytes) -> NDArray[np.uint8]:
    if len(content) > MAX_BYTES:
        raise PictureUnavailableError(url, f"it is larger than {MAX_BYTES // 2**20} MiB")
    try:
        with Image.open(io.BytesIO(content)) as picture:
            if picture.width * picture.height <= MAX_PIXELS:
                return np.asarray(picture.convert("RGB"))
    except (OSError, SyntaxError, Image.DecompressionBombError) as error:
        # Pillow raises OSError for unknown and cut-off pictures, SyntaxError for some broken PNG files.
        raise PictureUnavailableError(url, f"what the server sent is not a picture ({error})") from error
    raise PictureUnavailableError(url, f"it has more than {MAX_PIXELS:,} pixels")
