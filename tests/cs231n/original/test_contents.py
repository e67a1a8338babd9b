import json
from dataclasses import replace

import h5py
import numpy as np
import pytest

from cs231n.datasets.layout import ALL_FILES, CAPTIONS, ORIGINAL, VOCABULARY, features_file, urls_file
from cs231n.datasets.original.contents import check_contents
from cs231n.datasets.original.faults import WrongFileError
from tests.cs231n.original.packs import SMALL, write_files

PCA = features_file("train", pca_features=True)


@pytest.fixture
def folder(tmp_path):
    return write_files(tmp_path)


def put(path, name, value):
    with h5py.File(path, "a") as file:
        del file[name]
        file[name] = value


def refused(folder, words, shape=SMALL):
    with pytest.raises(WrongFileError, match=words):
        check_contents(folder, shape)


def test_a_right_pack_passes(folder):
    check_contents(folder, SMALL)


def test_another_packs_size_does_not_pass(folder):
    refused(folder, r"should list 1004 words", ORIGINAL)
    refused(folder, r"train_captions should hold integer numbers of shape \(400135, 17\)", replace(ORIGINAL, words=9))


@pytest.mark.parametrize("name", [name for name in ALL_FILES if name.endswith(".h5")])
def test_a_file_that_is_no_hdf5_is_named(folder, name):
    (folder / name).write_bytes(b"no")
    refused(folder, f"{name} can't be read as HDF5")


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("train_captions", np.zeros((40, 16), np.int32), r"has int32 of \(40, 16\)"),
        ("val_captions", np.zeros((20, 17), np.float32), "has float32"),
        ("train_captions", np.full((40, 17), 9, np.int32), r"ids from 0 to 8; it goes from 9 to 9"),
        ("val_image_idxs", np.full(20, -1, np.int32), "ids from 0 to 7; it goes from -1"),
        ("val_image_idxs", np.zeros(21, np.int32), r"of shape \(20,\)"),
        ("val_image_idxs", h5py.SoftLink("/val_captions"), "be an array in this file"),
        ("val_image_idxs", h5py.ExternalLink("/etc/x.h5", "/x"), "be an array in this file"),
    ],
)
def test_wrong_captions_are_named(folder, name, value, words):
    put(folder / CAPTIONS, name, value)
    refused(folder, rf"coco2014_captions\.h5: {name} should.*{words}")


def test_an_array_that_is_missing_is_named(folder):
    with h5py.File(folder / PCA, "a") as file:
        del file["features"]
    refused(folder, "features should be an array in this file")


def test_features_of_another_length_are_named(folder):
    put(folder / PCA, "features", np.zeros((12, 5), np.float32))
    refused(folder, rf"{PCA}: features should hold floating numbers of shape \(12, 4\)")


def test_numbers_that_lie_in_other_files_are_refused(folder, tmp_path):
    with h5py.File(folder / PCA, "a") as file:
        del file["features"]
        file.create_dataset("features", (12, 4), np.float32, external=[("/etc/hostname", 0, 192)])
    refused(folder, "should lie in this file")
    with h5py.File(folder / PCA, "a") as file:
        del file["features"]
        layout = h5py.VirtualLayout((12, 4), np.float32)
        layout[:] = h5py.VirtualSource("/etc/x.h5", "x", (12, 4))
        file.create_virtual_dataset("features", layout)
    refused(folder, "should lie in this file")


def tables(words):
    return json.dumps({"idx_to_word": words, "word_to_idx": {word: place for place, word in enumerate(words)}})


WORDS = ["<NULL>", "<START>", "<END>", "<UNK>", *"abcde"]


@pytest.mark.parametrize(
    "text",
    [
        tables(WORDS[:-1]),
        tables(WORDS[::-1]),
        json.dumps({"idx_to_word": WORDS, "word_to_idx": {}}),
        json.dumps({"idx_to_word": WORDS}),
        json.dumps({"idx_to_word": 3, "word_to_idx": 3}),
        json.dumps({"idx_to_word": [[]] * 9, "word_to_idx": {}}),
        "[]",
        "{",
        "[" * 100_000,
    ],
    ids=["too few", "backwards", "no ids", "one table", "numbers", "lists", "a list", "half", "deep"],
)
def test_a_wrong_vocabulary_is_named(folder, text):
    (folder / VOCABULARY).write_text(text)
    refused(folder, r"coco2014_vocab\.json (should list|is not a vocabulary)")


@pytest.mark.parametrize(
    "text", ["http://host/a\n" * 7, "file:///etc/hostname\n" * 8, "\udcff" * 8], ids=["short", "files", "no text"]
)
def test_wrong_addresses_are_named(folder, text):
    (folder / urls_file("val")).write_bytes(text.encode(errors="surrogateescape"))
    refused(folder, r"val2014_urls\.txt (should hold 8 web addresses|is not a list)")
