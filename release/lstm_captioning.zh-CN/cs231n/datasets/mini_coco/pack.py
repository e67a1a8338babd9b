"""Writes mini-COCO as a pack: the files, names and types of the original course's download."""

from __future__ import annotations

import collections
import json
import random
import sys
from collections.abc import Sequence
from pathlib import Path

import h5py
import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from ..layout import CAPTION_LENGTH, CAPTIONS, SPECIAL_WORDS, SPLITS, VOCABULARY, features_file, urls_file
from .address import address
from .features import fit_projection, raw_features
from .language import write_captions
from .render import render
from .scene import GENERATOR_VERSION, SPLIT_SIZES, picture_random, sample_scene

STAMP = "mini_coco.json"
"""Tells that a pack is mini-COCO, which version of the generator built it, and the order of its captions."""

RARE_SHARE = 0.00125
"""A word that stands in a smaller share of the training captions becomes ``<UNK>``."""

ORDER = 21
"""Which order the captions are in. With this one the 50 captions that the course draws with seed 231 to overfit a model
are of 50 pictures, which tell them apart well: two captions of one picture cannot both be learned by heart."""

STAMP_TEXT = json.dumps({"data": "mini-COCO", "generator_version": GENERATOR_VERSION, "order": ORDER}) + "\n"

PictureCaptions = list[list[str]]


def write_pack(folder: Path) -> None:
    """Write all files of the pack, without the stamp, into an existing folder, with a progress bar on a terminal."""
    captions = {split: _captions(split) for split in SPLITS}
    vocabulary = build_vocabulary(captions["train"])
    _write_vocabulary(folder, vocabulary)
    _write_captions(folder, captions, vocabulary)
    total = sum(SPLIT_SIZES[split] for split in SPLITS)
    with tqdm(
        total=total, desc="mini-COCO", unit=" pictures", file=sys.stdout, leave=False, mininterval=0.5, disable=None
    ) as bar:
        raw = {split: _raw_features(split, bar) for split in SPLITS}
    project = fit_projection(raw["train"])
    for split in SPLITS:
        _write_features(folder / features_file(split, pca_features=False), raw[split])
        _write_features(folder / features_file(split, pca_features=True), project(raw[split]))
        addresses = [address(split, index) for index in range(SPLIT_SIZES[split])]
        (folder / urls_file(split)).write_text("\n".join(addresses) + "\n", encoding="utf-8")


def build_vocabulary(captions: PictureCaptions) -> list[str]:
    """Return the special words, then the words of the captions, commonest first, without the rare ones."""
    counts = collections.Counter(word for group in captions for caption in group for word in caption.split())
    least = RARE_SHARE * sum(len(group) for group in captions)
    common = [word for word, count in counts.items() if count >= least]
    return [*SPECIAL_WORDS, *sorted(common, key=lambda word: (-counts[word], word))]


def encode_captions(captions: Sequence[str], vocabulary: Sequence[str]) -> NDArray[np.int32]:
    """Return captions as int32 of shape (len(captions), CAPTION_LENGTH): START, words, END, NULLs."""
    ids = {word: place for place, word in enumerate(vocabulary)}
    encoded = np.full((len(captions), CAPTION_LENGTH), ids["<NULL>"], dtype=np.int32)
    for row, caption in zip(encoded, captions, strict=True):
        words = ["<START>", *caption.split(), "<END>"]
        row[: len(words)] = [ids.get(word, ids["<UNK>"]) for word in words]
    return encoded


def _captions(split: str) -> PictureCaptions:
    return [
        write_captions(sample_scene(split, index), picture_random("words", split, index))
        for index in range(SPLIT_SIZES[split])
    ]


def _raw_features(split: str, bar: tqdm) -> NDArray[np.float32]:
    features = []
    for index in range(SPLIT_SIZES[split]):
        features.append(raw_features(render(sample_scene(split, index))))
        bar.update()
    return np.stack(features)


def _write_vocabulary(folder: Path, vocabulary: list[str]) -> None:
    tables = {
        "idx_to_word": vocabulary,
        "word_to_idx": {word: place for place, word in enumerate(vocabulary)},
    }
    (folder / VOCABULARY).write_text(json.dumps(tables), encoding="utf-8")


def _write_captions(folder: Path, captions: dict[str, PictureCaptions], vocabulary: list[str]) -> None:
    with h5py.File(folder / CAPTIONS, "w") as file:
        for split, groups in captions.items():
            pairs = [(caption, index) for index, group in enumerate(groups) for caption in group]
            random.Random(f"mini-coco {GENERATOR_VERSION} order {ORDER} {split}").shuffle(pairs)
            file[f"{split}_captions"] = encode_captions([caption for caption, _ in pairs], vocabulary)
            file[f"{split}_image_idxs"] = np.array([index for _, index in pairs], dtype=np.int32)


def _write_features(path: Path, features: NDArray[np.float32]) -> None:
    with h5py.File(path, "w") as file:
        file["features"] = features
