"""mini-COCO: pictures of coloured shapes with five English captions each, in the format of the COCO captioning pack.

Everything is a function of the split and the index of a picture: ``scene`` says what is in it, ``render`` draws it,
``language`` describes it, ``features`` (with ``filters``) looks at its pixels, ``pack`` writes the files, and
``truth`` (with ``grammar`` and ``facts``) judges what a caption says.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .address import SCHEME, parse_address
from .render import render
from .scene import sample_scene
from .truth import Verdict, caption_truth

__all__ = ["SCHEME", "Verdict", "caption_truth", "picture_at"]


def picture_at(url: str) -> NDArray[np.uint8]:
    """Return the picture behind a mini-COCO address: uint8 RGB of shape (128, 128, 3).

    Raises:
        ValueError: If the text isn't the address of a mini-COCO picture.
    """
    return render(sample_scene(*parse_address(url)))
