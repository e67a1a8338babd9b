"""Checks that the files of a pack hold what the original's hold: names, shapes, types, ids in range."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import h5py
import numpy as np

from ..layout import (
    CAPTION_LENGTH,
    CAPTIONS,
    SPECIAL_WORDS,
    SPLITS,
    VOCABULARY,
    PackShape,
    features_file,
    urls_file,
)
from .faults import WrongFileError


def check_contents(folder: Path, shape: PackShape) -> None:
    """Look into each file of a pack that loading needs.

    Of the features the shape and type are looked at, of the rest every number and line.

    Args:
        folder: Holds the pack.
        shape: How much it must hold.

    Raises:
        WrongFileError: If a file holds something else; the message names it, and what was expected.
    """
    _check_vocabulary(folder / VOCABULARY, shape.words)
    with _opened(folder / CAPTIONS) as file:
        for split in SPLITS:
            captions, pictures = shape.captions[split], shape.pictures[split]
            _check_ids(file, f"{split}_captions", (captions, CAPTION_LENGTH), shape.words)
            _check_ids(file, f"{split}_image_idxs", (captions,), pictures)
    for split in SPLITS:
        for pca in (True, False):
            with _opened(folder / features_file(split, pca)) as file:
                _numbers(file, "features", (shape.pictures[split], shape.columns(pca)), "floating")
        _check_urls(folder / urls_file(split), shape.pictures[split])


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[h5py.File]:
    try:
        with h5py.File(path, "r") as file:
            yield file
    except (OSError, KeyError, RuntimeError, TypeError, ValueError) as error:
        raise WrongFileError(f"{path.name} can't be read as HDF5: {error}") from error


def _numbers(file: h5py.File, name: str, shape: tuple[int, ...], kind: Literal["integer", "floating"]) -> h5py.Dataset:
    """Return a dataset whose numbers are of a shape and kind, and lie in the file itself."""
    where = f"{Path(file.filename).name}: {name}"
    if not isinstance(file.get(name, getlink=True), h5py.HardLink) or not isinstance(file[name], h5py.Dataset):
        raise WrongFileError(f"{where} should be an array in this file.")
    dataset = file[name]
    if dataset.is_virtual or dataset.external:
        raise WrongFileError(f"{where} should lie in this file, not in another.")
    if dataset.shape != shape or not np.issubdtype(dataset.dtype, getattr(np, kind)):
        raise WrongFileError(
            f"{where} should hold {kind} numbers of shape {shape}; it has {dataset.dtype} of {dataset.shape}."
        )
    return dataset


def _check_ids(file: h5py.File, name: str, shape: tuple[int, ...], number: int) -> None:
    ids = _numbers(file, name, shape, "integer")[()]
    if ids.size and not 0 <= ids.min() <= ids.max() < number:
        raise WrongFileError(
            f"{Path(file.filename).name}: {name} should hold ids from 0 to {number - 1}; it goes from {ids.min()} to "
            f"{ids.max()}."
        )


def _check_vocabulary(path: Path, size: int) -> None:
    try:
        tables = json.loads(path.read_text(encoding="utf-8"))
        words, ids = tables["idx_to_word"], tables["word_to_idx"]
        right = (
            len(words) == size
            and tuple(words[: len(SPECIAL_WORDS)]) == SPECIAL_WORDS
            and ids == {word: place for place, word in enumerate(words)}
        )
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise WrongFileError(f"{path.name} is not a vocabulary: {type(error).__name__}: {error}") from error
    if not right:
        raise WrongFileError(
            f"{path.name} should list {size} words, of which the first are {' '.join(SPECIAL_WORDS)}, and their ids."
        )


def _check_urls(path: Path, number: int) -> None:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError) as error:
        raise WrongFileError(f"{path.name} is not a list of addresses: {error}") from error
    if len(lines) != number or not all(line.startswith(("http://", "https://")) for line in lines):
        raise WrongFileError(f"{path.name} should hold {number} web addresses, one a line; it has {len(lines)} lines.")
