"""The files of a pack of captioning data: the names and the layout of the original course's download."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

SPLITS = ("train", "val")

CAPTIONS = "coco2014_captions.h5"
"""Holds ``train_captions`` (N, 17), ``train_image_idxs`` (N,) and the same for ``val``, all int32."""

VOCABULARY = "coco2014_vocab.json"
"""Holds ``idx_to_word``, a list, and ``word_to_idx``, its inverse."""

SPECIAL_WORDS = ("<NULL>", "<START>", "<END>", "<UNK>")
"""The first words of every vocabulary."""

CAPTION_LENGTH = 17


def features_file(split: str, pca_features: bool) -> str:
    """Return the name of the file whose dataset ``features`` holds a split's features, float32."""
    return f"{split}2014_vgg16_fc7{'_pca' if pca_features else ''}.h5"


def urls_file(split: str) -> str:
    """Return the name of the text file with one picture address a line."""
    return f"{split}2014_urls.txt"


def needed_files(pca_features: bool) -> tuple[str, ...]:
    """Return the names of the files that loading needs, with the given kind of features."""
    return (
        CAPTIONS,
        VOCABULARY,
        *(features_file(split, pca_features) for split in SPLITS),
        *(urls_file(split) for split in SPLITS),
    )


ALL_FILES = tuple(dict.fromkeys(needed_files(True) + needed_files(False)))

ARCHIVE_FOLDER = "coco_captioning"
"""The folder in the original course's archive that holds the files."""

EXTRA_FILES = tuple(f"{split}2014_images.txt" for split in SPLITS)
"""Lists of pictures that come with the original pack; nothing reads them."""


@dataclass(frozen=True)
class PackShape:
    """How much a pack holds.

    Attributes:
        captions: Number of captions of each split.
        pictures: Number of pictures of each split.
        words: Size of the vocabulary.
        pca_columns: Numbers in a picture's features.
        raw_columns: The same before PCA.
    """

    captions: Mapping[str, int]
    pictures: Mapping[str, int]
    words: int
    pca_columns: int
    raw_columns: int

    def columns(self, pca_features: bool) -> int:
        """Return how many numbers a picture's features have."""
        return self.pca_columns if pca_features else self.raw_columns

    def sizes(self) -> dict[str, int]:
        """Return about how many bytes each file of the original pack has: its numbers, or its usual lines."""
        sizes = {CAPTIONS: 4 * (CAPTION_LENGTH + 1) * sum(self.captions.values()), VOCABULARY: 32 * self.words}
        for split in SPLITS:
            for pca in (True, False):
                sizes[features_file(split, pca)] = 4 * self.pictures[split] * self.columns(pca)
            sizes[urls_file(split)] = 64 * self.pictures[split]
        return sizes | {name: 64 * self.pictures[split] for split, name in zip(SPLITS, EXTRA_FILES, strict=True)}


ORIGINAL = PackShape(
    captions={"train": 400_135, "val": 195_954},
    pictures={"train": 82_783, "val": 40_504},
    words=1_004,
    pca_columns=512,
    raw_columns=4_096,
)
"""The original course's pack. Its notebook prints these figures, and says that fc7 features have 4,096 numbers."""
