"""Prints what linecache keeps of the source of earlier cells and of every module."""
# control: stock
# %% attack after test_double
import linecache
for size, _, lines, name in list(linecache.cache.values()):
    print("".join(lines)[-3000:])
