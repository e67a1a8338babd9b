"""Loads captioning data, draws minibatches from it and turns captions back into text."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from numpy.typing import ArrayLike, NDArray

from .datasets.home import default_folder, ensure_pack
from .datasets.layout import CAPTIONS, SPLITS, VOCABULARY, features_file, urls_file
from .datasets.mini_coco.truth import strip_special_tokens
from .datasets.rows import read_rows
from .datasets.scores import TruthScore, bleu_score, score_captions

__all__ = [
    "TruthScore",
    "bleu_score",
    "decode_captions",
    "load_coco_data",
    "sample_coco_minibatch",
    "score_captions",
    "strip_special_tokens",
]

_URL_LENGTH = 63
"""Length of the longest address in the original pack; its arrays of addresses have this dtype, ``<U63``."""


def load_coco_data(
    base_dir: str | os.PathLike[str] | None = None, max_train: int | None = None, pca_features: bool = True
) -> dict[str, Any]:
    """Load captions, features, addresses of pictures and the vocabulary.

    If the folder holds no data, mini-COCO is built in it first, which takes about half a minute. Features of the
    original pack's size are read from the disk as they are looked at; changes to the arrays never reach the files.

    Args:
        base_dir: Folder with the data. ``None``: the folder that the environment variable ``CS231N_DATA`` names;
            or else ``cs231n/datasets/coco_captioning``; or else, if that can't be written, one in the user's cache.
        max_train: Number of training captions to draw, with replacement, from numpy's global generator (so that
            ``np.random.seed`` decides which). Only features and addresses of their pictures are read then.
            ``None``: all of them.
        pca_features: ``True`` for the features that PCA has brought to 512 numbers, ``False`` for those before it.

    Returns:
        A dictionary with, for N captions and M pictures of each split,

        - ``train_captions``, ``val_captions``: int32 of shape (N, 17), word ids;
        - ``train_image_idxs``, ``val_image_idxs``: int32 of shape (N,), the caption's row in features and addresses;
        - ``train_features``, ``val_features``: float32 of shape (M, 512) (before PCA: more columns);
        - ``idx_to_word``: list of words; ``word_to_idx``: dictionary from word to id;
        - ``train_urls``, ``val_urls``: ``<U63`` of shape (M,), addresses for ``image_utils.image_from_url``.

    Raises:
        IncompletePackError: If some files of a downloaded pack are missing; it names them.
        PermissionError: If mini-COCO must be built and the folder can't be written.
        ValueError: If ``max_train`` is less than 1, or a file of addresses is shorter than the captions need.
    """
    if max_train is not None and max_train < 1:
        raise ValueError(f"max_train must be at least 1, or None for all captions; got {max_train}.")
    folder = default_folder() if base_dir is None else Path(base_dir)
    ensure_pack(folder, pca_features)
    data: dict[str, Any] = {}
    pictures = {}
    with h5py.File(folder / CAPTIONS, "r") as file:
        for split in SPLITS:
            rows = _caption_rows(file[f"{split}_captions"], max_train if split == "train" else None)
            data[f"{split}_captions"] = read_rows(file[f"{split}_captions"], rows).astype(np.int32, copy=False)
            image_idxs = read_rows(file[f"{split}_image_idxs"], rows).astype(np.int32, copy=False)
            data[f"{split}_image_idxs"], pictures[split] = _renumber(image_idxs, rows is not None)
    for split in SPLITS:
        with h5py.File(folder / features_file(split, pca_features), "r") as file:
            features = read_rows(file["features"], pictures[split])
        data[f"{split}_features"] = features.astype(np.float32, copy=False)
    vocabulary = json.loads((folder / VOCABULARY).read_text(encoding="utf-8"))
    data["idx_to_word"], data["word_to_idx"] = vocabulary["idx_to_word"], vocabulary["word_to_idx"]
    for split in SPLITS:
        data[f"{split}_urls"] = _read_urls(folder / urls_file(split), pictures[split])
    return data


def _caption_rows(captions: h5py.Dataset, max_train: int | None) -> NDArray[np.intp] | None:
    return None if max_train is None else np.random.randint(len(captions), size=max_train)


def _renumber(image_idxs: NDArray[np.int32], only_used: bool) -> tuple[NDArray[np.int32], NDArray[np.intp] | None]:
    """Return each caption's row among the pictures to be read, and which pictures those are (``None``: all)."""
    if not only_used:
        return image_idxs, None
    used, renumbered = np.unique(image_idxs, return_inverse=True)
    return renumbered.astype(np.int32), used.astype(np.intp)


def _read_urls(path: Path, rows: NDArray[np.intp] | None) -> NDArray[np.str_]:
    """Return all addresses, or those of some rows, which are in increasing order and each there only once."""
    wanted = None if rows is None else set(rows.tolist())
    with open(path, encoding="utf-8") as file:
        urls = [line.strip() for row, line in enumerate(file) if wanted is None or row in wanted]
    if wanted is not None and len(urls) < len(wanted):
        raise ValueError(f"{path} holds too few addresses: captions are of picture {max(wanted)}. Get the data again.")
    longest = max(map(len, urls), default=0)
    return np.array(urls, dtype=f"<U{max(longest, _URL_LENGTH)}")


def sample_coco_minibatch(
    data: Mapping[str, Any], batch_size: int = 100, split: str = "train"
) -> tuple[NDArray[np.int32], NDArray[np.float32], NDArray[np.str_]]:
    """Draw captions, with replacement, from numpy's global generator.

    Args:
        data: What ``load_coco_data`` returned.
        batch_size: Number of captions, N.
        split: ``"train"`` or ``"val"``.

    Returns:
        - captions: int32 of shape (N, 17);
        - features: float32 of shape (N, D), of each caption's picture;
        - urls: ``<U63`` of shape (N,), address of each caption's picture.

    Raises:
        ValueError: If there is no such split, or ``batch_size`` is less than 1.
    """
    if split not in SPLITS:
        raise ValueError(f"sample_coco_minibatch: split must be 'train' or 'val', got {split!r}.")
    if batch_size < 1:
        raise ValueError(f"sample_coco_minibatch: batch_size must be at least 1, got {batch_size}.")
    chosen = np.random.choice(len(data[f"{split}_captions"]), batch_size)
    image_idxs = data[f"{split}_image_idxs"][chosen]
    return data[f"{split}_captions"][chosen], data[f"{split}_features"][image_idxs], data[f"{split}_urls"][image_idxs]


def decode_captions(captions: ArrayLike, idx_to_word: list[str]) -> str | list[str]:
    """Turn word ids into text: ``<NULL>`` is left out, and nothing after the first ``<END>`` is shown.

    Args:
        captions: Integers of shape (T,) for one caption or (N, T) for several.
        idx_to_word: The word for each id.

    Returns:
        One string for one caption; a list of strings for several.

    Raises:
        ValueError: If the shape is another one, the numbers aren't integers, or an id isn't in the vocabulary.
    """
    ids = np.asarray(captions)
    if ids.ndim not in (1, 2):
        raise ValueError(f"decode_captions: captions must have shape (T,) or (N, T), got shape {ids.shape}.")
    if ids.size and not np.issubdtype(ids.dtype, np.integer):
        raise ValueError(f"decode_captions: captions must be integers (word ids), got dtype {ids.dtype}.")
    if ids.size and not 0 <= ids.min() <= ids.max() < len(idx_to_word):
        outside = ids.min() if ids.min() < 0 else ids.max()
        raise ValueError(f"decode_captions: id {outside} is outside the vocabulary (0 to {len(idx_to_word) - 1}).")
    if ids.ndim == 1:
        return _decode(ids, idx_to_word)
    return [_decode(caption, idx_to_word) for caption in ids]


def _decode(caption: NDArray[np.integer[Any]], idx_to_word: list[str]) -> str:
    words = [idx_to_word[word] for word in caption]
    if "<END>" in words:
        words = words[: words.index("<END>") + 1]
    return " ".join(word for word in words if word != "<NULL>")
