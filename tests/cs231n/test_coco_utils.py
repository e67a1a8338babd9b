import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import h5py
import numpy as np
import pytest

from cs231n.coco_utils import (
    bleu_score,
    decode_captions,
    load_coco_data,
    sample_coco_minibatch,
    score_captions,
)
from cs231n.datasets import home
from cs231n.datasets.home import IncompletePackError, default_folder, ensure_pack
from cs231n.datasets.layout import ALL_FILES, CAPTIONS, VOCABULARY, features_file, urls_file
from cs231n.datasets.mini_coco.pack import STAMP
from cs231n.datasets.mini_coco.scene import SPLIT_SIZES
from cs231n.image_utils import image_from_url
from tests.support.sampling import thorough

FEW = {"train": 520, "val": 20}
"""Sizes of a small mini-COCO; PCA to 512 numbers needs more pictures than that."""

KEYS = [
    "train_captions",
    "train_image_idxs",
    "val_captions",
    "val_image_idxs",
    "train_features",
    "val_features",
    "idx_to_word",
    "word_to_idx",
    "train_urls",
    "val_urls",
]


@pytest.fixture(scope="module")
def small_pack(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data") / "pack"
    with pytest.MonkeyPatch.context() as patch:
        for split, size in FEW.items():
            patch.setitem(SPLIT_SIZES, split, size)
        ensure_pack(folder)
    return folder


@pytest.fixture
def no_building(monkeypatch):
    def refuse(folder):
        raise AssertionError(f"mini-COCO was built in {folder}")

    monkeypatch.setattr(home, "write_pack", refuse)


@pytest.fixture
def quick_build(monkeypatch):
    """Build a pack whose files hold nothing but their names."""
    built = []

    def write(folder):
        built.append(folder)
        for name in ALL_FILES:
            (folder / name).write_text(name)

    monkeypatch.setattr(home, "write_pack", write)
    return built


def foreign_pack(folder, num_train=40, num_pictures=30):
    """Write a pack in the format of the download, without a stamp."""
    rng = np.random.default_rng(0)
    folder.mkdir(parents=True)
    with h5py.File(folder / CAPTIONS, "w") as file:
        for split in ("train", "val"):
            file[f"{split}_captions"] = rng.integers(0, 5, size=(num_train, 17)).astype(np.int32)
            file[f"{split}_image_idxs"] = rng.integers(0, num_pictures, size=num_train).astype(np.int32)
    words = ["<NULL>", "<START>", "<END>", "<UNK>", "a"]
    tables = {"idx_to_word": words, "word_to_idx": {word: place for place, word in enumerate(words)}}
    (folder / VOCABULARY).write_text(json.dumps(tables))
    for split in ("train", "val"):
        for pca in (True, False):
            with h5py.File(folder / features_file(split, pca), "w") as file:
                file["features"] = rng.normal(size=(num_pictures, 6 if pca else 9)).astype(np.float32)
        (folder / urls_file(split)).write_text("".join(f"http://host/{row}.jpg\n" for row in range(num_pictures)))
    return folder


class TestLoading:
    def test_the_ten_entries_come_in_the_courses_order_and_types(self, small_pack):
        data = load_coco_data(small_pack)
        assert list(data) == KEYS
        for split, size in FEW.items():
            assert data[f"{split}_captions"].shape == (5 * size, 17)
            assert data[f"{split}_captions"].dtype == np.int32
            assert data[f"{split}_image_idxs"].shape == (5 * size,)
            assert data[f"{split}_image_idxs"].dtype == np.int32
            assert data[f"{split}_features"].shape == (size, 512)
            assert data[f"{split}_features"].dtype == np.float32
            assert data[f"{split}_urls"].dtype == np.dtype("<U63")
            assert data[f"{split}_urls"][1] == f"minicoco://{split}/000001"
        assert type(data["idx_to_word"]) is list
        assert type(data["word_to_idx"]) is dict
        assert [data["word_to_idx"][word] for word in data["idx_to_word"]] == list(range(len(data["idx_to_word"])))

    def test_every_caption_starts_ends_and_is_padded(self, small_pack):
        data = load_coco_data(small_pack)
        for caption in data["train_captions"]:
            words = [data["idx_to_word"][word] for word in caption]
            end = words.index("<END>")
            assert words[0] == "<START>"
            assert set(words[end + 1 :]) <= {"<NULL>"}
            assert not {"<NULL>", "<START>", "<END>"} & set(words[1:end])

    def test_captions_are_true_of_the_pictures_their_addresses_lead_to(self, small_pack):
        data = load_coco_data(small_pack)
        texts = decode_captions(data["val_captions"], data["idx_to_word"])
        known = [row for row, text in enumerate(texts) if "<UNK>" not in text]
        urls = data["val_urls"][data["val_image_idxs"]]
        assert score_captions([texts[row] for row in known], urls[known]).share_true == 1.0
        assert image_from_url(urls[0]).shape == (128, 128, 3)

    def test_features_are_zero_mean_and_not_constant(self, small_pack):
        features = load_coco_data(small_pack)["train_features"]
        np.testing.assert_allclose(features.mean(axis=0), 0, atol=1e-3)
        assert (features.std(axis=0) > 1e-5).sum() > 400

    def test_features_before_pca_are_read_when_asked_for(self, small_pack):
        assert load_coco_data(small_pack, pca_features=False)["train_features"].shape == (FEW["train"], 769)

    def test_max_train_draws_from_the_global_generator_and_keeps_only_what_is_used(self, small_pack):
        everything = load_coco_data(small_pack)
        np.random.seed(231)
        few = load_coco_data(small_pack, max_train=50)
        np.random.seed(231)
        drawn = np.random.randint(5 * FEW["train"], size=50)
        np.testing.assert_array_equal(few["train_captions"], everything["train_captions"][drawn])
        pictures = everything["train_image_idxs"][drawn]
        np.testing.assert_array_equal(
            few["train_features"][few["train_image_idxs"]], everything["train_features"][pictures]
        )
        np.testing.assert_array_equal(few["train_urls"][few["train_image_idxs"]], everything["train_urls"][pictures])
        assert len(few["train_features"]) == len(few["train_urls"]) == len(set(pictures))
        assert few["train_image_idxs"].dtype == np.int32
        np.testing.assert_array_equal(few["val_features"], everything["val_features"])

    @pytest.mark.parametrize("max_train", [1, 3, 39, 40, 500])
    def test_few_and_many_rows_are_read_alike(self, tmp_path, no_building, max_train):
        folder = foreign_pack(tmp_path / "pack", num_train=400, num_pictures=200)
        everything = load_coco_data(folder)
        np.random.seed(1)
        few = load_coco_data(folder, max_train=max_train)
        np.random.seed(1)
        drawn = np.random.randint(400, size=max_train)
        np.testing.assert_array_equal(few["train_captions"], everything["train_captions"][drawn])
        np.testing.assert_array_equal(
            few["train_features"][few["train_image_idxs"]],
            everything["train_features"][everything["train_image_idxs"][drawn]],
        )

    def test_only_the_needed_rows_are_read_from_the_file(self, tmp_path, no_building, monkeypatch):
        folder = foreign_pack(tmp_path / "pack", num_train=4000, num_pictures=2000)
        read = []
        original = h5py.Dataset.__getitem__

        def spy(dataset, selection, *rest):
            rows = original(dataset, selection, *rest)
            read.append((dataset.name, len(rows)))
            return rows

        monkeypatch.setattr(h5py.Dataset, "__getitem__", spy)
        load_coco_data(folder, max_train=5)
        assert all(rows <= 5 for name, rows in read if name.startswith("/train"))
        assert min(rows for name, rows in read if name == "/features") <= 5

    @pytest.mark.parametrize("max_train", [0, -3])
    def test_a_senseless_max_train_is_refused(self, small_pack, max_train):
        with pytest.raises(ValueError, match="max_train must be at least 1"):
            load_coco_data(small_pack, max_train=max_train)

    def test_addresses_longer_than_usual_are_not_cut(self, tmp_path, no_building):
        folder = foreign_pack(tmp_path / "pack")
        url = "http://host/" + 80 * "x"
        (folder / urls_file("val")).write_text(f"{url}\n" * 30)
        assert load_coco_data(folder)["val_urls"][0] == url

    def test_too_few_addresses_are_an_error(self, tmp_path, no_building):
        folder = foreign_pack(tmp_path / "pack")
        (folder / urls_file("train")).write_text("http://host/0.jpg\n")
        with pytest.raises(ValueError, match="too few addresses"):
            load_coco_data(folder, max_train=40)


class TestFirstUse:
    def test_a_new_folder_gets_a_whole_stamped_pack_and_nothing_else(self, small_pack):
        assert {path.name for path in small_pack.iterdir()} == {*ALL_FILES, STAMP, ".mini_coco.lock"}

    def test_it_is_built_once_and_says_where(self, tmp_path, quick_build, capsys):
        folder = tmp_path / "new" / "pack"
        ensure_pack(folder)
        ensure_pack(folder)
        assert len(quick_build) == 1
        assert str(folder) in capsys.readouterr().out

    def test_a_pack_of_an_older_generator_is_built_anew(self, tmp_path, quick_build):
        ensure_pack(tmp_path)
        (tmp_path / STAMP).write_text('{"data": "mini-COCO", "generator_version": 0}\n')
        ensure_pack(tmp_path)
        assert len(quick_build) == 2

    def test_a_mini_coco_that_lost_a_file_is_built_anew(self, tmp_path, quick_build):
        ensure_pack(tmp_path)
        (tmp_path / CAPTIONS).unlink()
        ensure_pack(tmp_path)
        assert (tmp_path / CAPTIONS).exists()

    def test_a_build_that_is_broken_off_leaves_no_pack_and_can_be_repeated(self, tmp_path, quick_build, monkeypatch):
        real_replace = os.replace

        def break_off(source, target):
            if Path(target).name == ALL_FILES[3]:
                raise KeyboardInterrupt
            real_replace(source, target)

        monkeypatch.setattr(os, "replace", break_off)
        with pytest.raises(KeyboardInterrupt):
            ensure_pack(tmp_path)
        monkeypatch.setattr(os, "replace", real_replace)
        ensure_pack(tmp_path)
        assert len(quick_build) == 2
        assert {path.name for path in tmp_path.iterdir()} == {*ALL_FILES, STAMP, ".mini_coco.lock"}

    def test_what_a_killed_build_left_is_cleared_away(self, tmp_path, quick_build):
        left_over = tmp_path / ".mini_coco_building_x"
        left_over.mkdir()
        (left_over / CAPTIONS).write_text("half")
        ensure_pack(tmp_path)
        assert not left_over.exists()

    def test_other_files_in_the_folder_are_left_alone(self, tmp_path, quick_build):
        (tmp_path / "notes.txt").write_text("mine")
        ensure_pack(tmp_path)
        assert (tmp_path / "notes.txt").read_text() == "mine"

    def test_a_download_is_used_as_it_is(self, tmp_path, no_building):
        folder = foreign_pack(tmp_path / "pack")
        before = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
        assert load_coco_data(folder)["train_urls"][2] == "http://host/2.jpg"
        assert {path.name: path.stat().st_mtime_ns for path in folder.iterdir()} == before

    def test_half_a_download_is_an_error_that_lists_what_is_missing(self, tmp_path, no_building):
        folder = foreign_pack(tmp_path / "pack")
        (folder / VOCABULARY).unlink()
        (folder / urls_file("val")).unlink()
        with pytest.raises(IncompletePackError, match="incomplete") as caught:
            load_coco_data(folder)
        assert caught.value.missing == [VOCABULARY, urls_file("val")]
        assert not (folder / STAMP).exists()

    def test_a_download_without_the_large_features_is_enough_for_the_small_ones(self, tmp_path, no_building):
        folder = foreign_pack(tmp_path / "pack")
        (folder / features_file("train", pca_features=False)).unlink()
        assert load_coco_data(folder)["train_features"].shape[1] == 6
        with pytest.raises(IncompletePackError, match=r"train2014_vgg16_fc7\.h5"):
            load_coco_data(folder, pca_features=False)

    def test_a_file_in_place_of_the_folder_is_refused(self, tmp_path):
        path = tmp_path / "file"
        path.write_text("")
        with pytest.raises(NotADirectoryError, match="name the folder"):
            load_coco_data(path)

    def test_a_folder_that_cannot_be_made_is_an_error_that_says_what_to_do(self, tmp_path):
        (tmp_path / "file").write_text("")
        with pytest.raises(PermissionError, match="CS231N_DATA"):
            ensure_pack(tmp_path / "file" / "pack")

    @thorough
    def test_two_processes_at_once_build_one_whole_pack(self, tmp_path):
        script = textwrap.dedent(f"""
            import sys
            from cs231n.coco_utils import load_coco_data
            from cs231n.datasets.mini_coco.scene import SPLIT_SIZES
            SPLIT_SIZES.update({FEW!r})
            data = load_coco_data(sys.argv[1])
            print(data["train_features"].shape, float(data["train_features"].sum()), data["train_captions"].sum())
        """)
        root = Path(__file__).parents[2]
        processes = [
            subprocess.Popen(
                [sys.executable, "-c", script, str(tmp_path / "pack")], cwd=root, stdout=subprocess.PIPE, text=True
            )
            for _ in range(2)
        ]
        try:
            outputs = [process.communicate(timeout=120)[0] for process in processes]
        finally:
            for process in processes:
                process.kill()
        assert [process.returncode for process in processes] == [0, 0]
        assert outputs[0].splitlines()[-1] == outputs[1].splitlines()[-1]
        assert sum("Building mini-COCO" in output for output in outputs) == 1

    def test_the_same_pack_comes_out_of_every_build(self, small_pack, tmp_path, monkeypatch):
        for split, size in FEW.items():
            monkeypatch.setitem(SPLIT_SIZES, split, size)
        again = load_coco_data(tmp_path)
        for key, value in load_coco_data(small_pack).items():
            if isinstance(value, np.ndarray) and value.dtype == np.float32:
                np.testing.assert_allclose(again[key], value, rtol=1e-4, atol=1e-5)
            else:
                np.testing.assert_array_equal(again[key], value)


class TestDefaultFolder:
    def test_the_environment_variable_decides(self, monkeypatch, tmp_path):
        monkeypatch.setenv("CS231N_DATA", str(tmp_path))
        assert default_folder() == tmp_path

    def test_it_lies_beside_the_code_if_that_can_be_written(self, monkeypatch, tmp_path):
        monkeypatch.delenv("CS231N_DATA", raising=False)
        monkeypatch.setattr(home, "_BESIDE_THE_CODE", tmp_path / "datasets" / "coco_captioning")
        assert default_folder() == tmp_path / "datasets" / "coco_captioning"

    def test_it_lies_beside_the_code_if_a_pack_is_there(self, monkeypatch, tmp_path):
        monkeypatch.delenv("CS231N_DATA", raising=False)
        monkeypatch.setattr(home, "_BESIDE_THE_CODE", foreign_pack(tmp_path / "pack"))
        monkeypatch.setattr(os, "access", lambda path, mode: False)
        assert default_folder() == tmp_path / "pack"

    def test_else_it_lies_in_the_users_cache(self, monkeypatch, tmp_path):
        monkeypatch.delenv("CS231N_DATA", raising=False)
        monkeypatch.setattr(home, "_BESIDE_THE_CODE", tmp_path / "code" / "coco_captioning")
        monkeypatch.setattr(os, "access", lambda path, mode: False)
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
        monkeypatch.setattr(sys, "platform", "linux")
        assert default_folder() == tmp_path / "cache" / "cs231n" / "coco_captioning"


class TestMinibatches:
    def test_rows_belong_together_and_follow_the_seed(self, small_pack):
        data = load_coco_data(small_pack)
        np.random.seed(3)
        captions, features, urls = sample_coco_minibatch(data, batch_size=7, split="val")
        np.random.seed(3)
        chosen = np.random.choice(len(data["val_captions"]), 7)
        pictures = data["val_image_idxs"][chosen]
        np.testing.assert_array_equal(captions, data["val_captions"][chosen])
        np.testing.assert_array_equal(features, data["val_features"][pictures])
        np.testing.assert_array_equal(urls, data["val_urls"][pictures])

    def test_a_hundred_training_captions_are_drawn_unless_told_otherwise(self, small_pack):
        captions, features, urls = sample_coco_minibatch(load_coco_data(small_pack))
        assert (len(captions), len(features), len(urls)) == (100, 100, 100)
        assert all(url.startswith("minicoco://train/") for url in urls)

    def test_an_unknown_split_or_size_is_refused(self):
        with pytest.raises(ValueError, match="'train' or 'val', got 'test'"):
            sample_coco_minibatch({}, split="test")
        with pytest.raises(ValueError, match="batch_size must be at least 1"):
            sample_coco_minibatch({}, batch_size=0)


WORDS = ["<NULL>", "<START>", "<END>", "<UNK>", "a", "cat"]


class TestDecoding:
    def test_one_caption_becomes_a_string(self):
        assert decode_captions(np.array([1, 4, 5, 2, 0, 0]), WORDS) == "<START> a cat <END>"

    def test_several_captions_become_a_list(self):
        assert decode_captions(np.array([[4, 5, 2], [5, 0, 4]]), WORDS) == ["a cat <END>", "cat a"]

    def test_nothing_is_shown_after_the_first_end(self):
        assert decode_captions([4, 2, 5, 2, 3], WORDS) == "a <END>"

    def test_no_captions_give_an_empty_list(self):
        assert decode_captions(np.zeros((0, 17), dtype=np.int32), WORDS) == []

    @pytest.mark.parametrize(
        ("captions", "message"),
        [
            ([1, 6], "id 6 is outside"),
            ([-1, 3], "id -1 is outside"),
            (np.zeros((1, 2, 3), dtype=int), r"shape \(1, 2, 3\)"),
            ([1.0, 2.0], "must be integers"),
            (3, r"shape \(\)"),
        ],
    )
    def test_what_cannot_be_decoded_is_refused(self, captions, message):
        with pytest.raises(ValueError, match=message):
            decode_captions(captions, WORDS)


class TestScores:
    def test_the_share_of_true_captions_is_counted(self, small_pack):
        data = load_coco_data(small_pack)
        texts = decode_captions(data["val_captions"], data["idx_to_word"])
        row = next(row for row, text in enumerate(texts) if "<UNK>" not in text)
        url = data["val_urls"][data["val_image_idxs"][row]]
        score = score_captions([texts[row], "a red", texts[row], ""], [url] * 4)
        assert score.share_true == 0.5
        assert score.share_grammatical == 0.5
        assert [verdict.true for verdict in score.verdicts] == [True, False, True, False]

    def test_captions_and_addresses_must_match(self):
        with pytest.raises(ValueError, match="2 captions and 1 addresses"):
            score_captions(["a", "b"], ["minicoco://val/000001"])
        with pytest.raises(ValueError, match="0 captions"):
            score_captions([], [])
        with pytest.raises(TypeError, match="single strings"):
            score_captions("a red circle", "minicoco://val/000001")
        with pytest.raises(ValueError, match="not the address of a mini-COCO picture"):
            score_captions(["a red circle"], ["http://host/1.jpg"])

    def test_bleu_is_one_for_a_copy_and_zero_for_other_words(self):
        reference = "a large red circle above a star"
        assert bleu_score([f"<START> {reference} <END>"], [[reference]]) == pytest.approx(1.0)
        assert bleu_score(["two blue squares in one row"], [[reference]]) == 0.0

    def test_bleu_clips_repeated_words_as_in_the_paper(self):
        references = [["the cat is on the mat", "there is a cat on the mat"]]
        assert bleu_score(["the the the the the the the"], references, max_order=1) == pytest.approx(2 / 7)

    def test_bleu_punishes_short_captions_and_takes_the_geometric_mean(self):
        expected = np.exp(1 - 6 / 4) * np.sqrt((4 / 4) * (2 / 3))
        assert bleu_score(["a b d e"], [["a b c d e f"]], max_order=2) == pytest.approx(expected)

    @pytest.mark.parametrize(
        ("captions", "references", "order", "message"),
        [
            (["a"], [], 4, "1 captions and 0 lists"),
            ([], [], 4, "0 captions"),
            (["a"], ["a"], 4, r"references\[0\]"),
            (["a"], [[]], 4, r"references\[0\]"),
            (["a"], [["a"]], 0, "max_order"),
        ],
    )
    def test_bleu_refuses_what_it_cannot_score(self, captions, references, order, message):
        with pytest.raises(ValueError, match=message):
            bleu_score(captions, references, max_order=order)
