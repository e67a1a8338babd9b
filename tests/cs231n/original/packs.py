"""A small pack of the original's format, as files and as an archive."""

import io
import json
import zipfile

import h5py
import numpy as np

from cs231n.datasets.layout import (
    ARCHIVE_FOLDER,
    CAPTION_LENGTH,
    CAPTIONS,
    EXTRA_FILES,
    SPECIAL_WORDS,
    SPLITS,
    VOCABULARY,
    PackShape,
    features_file,
    urls_file,
)

SMALL = PackShape(
    captions={"train": 40, "val": 20},
    pictures={"train": 12, "val": 8},
    words=9,
    pca_columns=4,
    raw_columns=6,
)


def write_files(folder, shape=SMALL):
    rng = np.random.default_rng(0)
    words = [*SPECIAL_WORDS, *(f"word{place}" for place in range(shape.words - len(SPECIAL_WORDS)))]
    tables = {"idx_to_word": words, "word_to_idx": {word: place for place, word in enumerate(words)}}
    (folder / VOCABULARY).write_text(json.dumps(tables))
    with h5py.File(folder / CAPTIONS, "w") as file:
        for split in SPLITS:
            size = (shape.captions[split], CAPTION_LENGTH)
            file[f"{split}_captions"] = rng.integers(shape.words, size=size, dtype=np.int32)
            file[f"{split}_image_idxs"] = rng.integers(shape.pictures[split], size=size[0], dtype=np.int32)
    for split, images in zip(SPLITS, EXTRA_FILES, strict=True):
        pictures = shape.pictures[split]
        for pca in (True, False):
            with h5py.File(folder / features_file(split, pca), "w") as file:
                file["features"] = rng.normal(size=(pictures, shape.columns(pca))).astype(np.float32)
        (folder / urls_file(split)).write_text("".join(f"http://host/{split}/{row}.jpg\n" for row in range(pictures)))
        (folder / images).write_text("".join(f"{row}.jpg\n" for row in range(pictures)))
    return folder


def zipped(members, method=zipfile.ZIP_DEFLATED):
    """Return an archive of contents by name, or by ``ZipInfo``."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", method) as archive:
        for member, data in members.items():
            archive.writestr(member, data)
    return content.getvalue()


def members(folder):
    """Return a folder's files under the names that they have in the archive."""
    files = {f"{ARCHIVE_FOLDER}/{path.name}": path.read_bytes() for path in sorted(folder.iterdir())}
    return {f"{ARCHIVE_FOLDER}/": b"", **files}
