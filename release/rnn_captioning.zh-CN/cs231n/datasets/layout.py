"""The files of a pack of captioning data: the names and the layout of the original course's download."""

from __future__ import annotations

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
