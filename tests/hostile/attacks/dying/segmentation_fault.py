"""Reads at address 0."""
# control: stock
# %% attack before test_double
import ctypes; ctypes.string_at(0)
