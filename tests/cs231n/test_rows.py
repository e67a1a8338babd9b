import h5py
import numpy as np
import pytest

from cs231n.datasets import rows
from cs231n.datasets.rows import read_rows

NUMBERS = np.arange(400 * 3, dtype=np.float32).reshape(400, 3)
WAYS = {
    "in one piece": {},
    "in chunks": {"chunks": (7, 3)},
    "compressed": {"compression": "gzip"},
    "big endian": {"dtype": ">f4"},
    "half precision": {"dtype": np.float16},
}


@pytest.fixture
def mapped(monkeypatch):
    """Map every dataset, however small."""
    monkeypatch.setattr(rows, "MAPPED_FROM", 0)


def stored(path, **way):
    with h5py.File(path, "w") as file:
        file.create_dataset("x", data=NUMBERS % 100, **way)
    return path


def read(path, wanted=None):
    with h5py.File(path) as file:
        return read_rows(file["x"], None if wanted is None else np.array(wanted))


@pytest.mark.usefixtures("mapped")
class TestMaps:
    @pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
    def test_all_rows_are_the_same_however_they_are_stored(self, tmp_path, way):
        np.testing.assert_array_equal(read(stored(tmp_path / "a.h5", **way)), NUMBERS % 100)

    def test_a_map_takes_no_memory_of_its_own(self, tmp_path):
        assert not read(stored(tmp_path / "a.h5")).flags.owndata
        assert read(stored(tmp_path / "b.h5", chunks=(7, 3))).base is None

    def test_the_type_is_shown_as_that_of_any_array(self, tmp_path):
        assert repr(read(stored(tmp_path / "a.h5")).dtype) == "dtype('float32')"

    def test_changes_stay_in_memory(self, tmp_path):
        path = stored(tmp_path / "a.h5")
        before = path.read_bytes()
        features = read(path)
        features *= 2
        np.testing.assert_array_equal(features, NUMBERS % 100 * 2)
        del features
        assert path.read_bytes() == before

    def test_a_file_with_something_in_front_is_mapped_at_the_right_place(self, tmp_path):
        with h5py.File(tmp_path / "a.h5", "w", userblock_size=1024) as file:
            file["x"] = NUMBERS
        np.testing.assert_array_equal(read(tmp_path / "a.h5"), NUMBERS)

    def test_numbers_of_unusual_bits_are_read(self, tmp_path):
        kind = h5py.h5t.STD_I32LE.copy()
        kind.set_precision(24)
        kind.set_offset(4)
        with h5py.File(tmp_path / "a.h5", "w") as file:
            made = h5py.h5d.create(file.id, b"x", kind, h5py.h5s.create_simple((4,)))
            h5py.Dataset(made)[...] = np.arange(4, dtype=np.int32)
        np.testing.assert_array_equal(read(tmp_path / "a.h5"), np.arange(4))

    def test_an_array_without_rows_is_read(self, tmp_path):
        with h5py.File(tmp_path / "a.h5", "w") as file:
            file["x"] = np.zeros((0, 3), np.float32)
        assert read(tmp_path / "a.h5").shape == (0, 3)


def test_small_arrays_are_read_and_their_file_is_let_go(tmp_path):
    assert read(stored(tmp_path / "a.h5")).base is None


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
@pytest.mark.parametrize("wanted", [[5], [9, 3, 3, 399], [*range(399, -1, -1), 7]], ids=["one", "few", "all"])
def test_rows_come_in_the_order_asked_for_and_as_often(tmp_path, way, wanted):
    np.testing.assert_array_equal(read(stored(tmp_path / "a.h5", **way), wanted), NUMBERS[wanted] % 100)
