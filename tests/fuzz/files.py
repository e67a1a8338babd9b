"""Files that take long to read, if anything about reading them is not linear: damaged notebooks, and odd archives.

Each function makes one kind of file, of about as many bytes as it is asked for.
"""

from __future__ import annotations

import io
import json
import struct
import zipfile
from collections.abc import Callable, Iterable, Mapping
from random import Random

MakeFile = Callable[[Random, int], bytes]
HEAD, TAIL = b'{"cells": [', b'], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'


def within(before: bytes, piece: bytes, after: bytes = b"") -> MakeFile:
    """Return what repeats a piece between two others."""
    return lambda _rng, size: before + piece * (size // len(piece)) + after


def in_cells(piece: bytes, *, end: bool = True) -> MakeFile:
    """Return what repeats a piece where a notebook has its cells."""
    return within(HEAD, piece, TAIL if end else b"")


def damaged(rng: Random, size: int) -> bytes:
    """Return a notebook of which bytes were changed, lost and doubled."""
    cells = [{"cell_type": "code", "source": ["a = 1\n", f"def f{at}(): 1"], "outputs": []} for at in range(size // 90)]
    data = bytearray(json.dumps({"cells": cells}).encode())
    for _ in range(rng.randrange(1, 60)):
        at = rng.randrange(len(data))
        data[at : at + rng.randrange(3)] = rng.choice((b"", b'"', b"\\", b"{", b"[", b"]", b"}", b",", b"\xff", b"\0"))
    return bytes(data)


def noise(rng: Random, size: int) -> bytes:
    """Return marks that JSON is made of, in any order."""
    pieces = (
        b'"cells":[',
        b'"source":',
        b'"outputs":[',
        b'"cell_type":',
        b"{",
        b"}",
        b"[",
        b"]",
        b'"',
        b"\\",
        b",",
        b"1",
    )
    return b"{" + b"".join(rng.choices(pieces, k=size // 5))


SOURCE = b'{"cell_type": "code", "source": "'
NOTEBOOKS: dict[str, MakeFile] = {
    "lists": within(b'{"cells": ', b"["),
    "closed_lists": lambda _rng, size: b'{"cells": ' + b"[" * (size // 2) + b"]" * (size // 2) + b"}",
    "objects": within(b"", b'{"a":'),
    "number": within(b'{"cells": [], "nbformat": ', b"9", b"}"),
    "minus": within(b'{"cells": [], "nbformat": ', b"-", b"}"),
    "exponent": within(b'{"cells": [], "nbformat": 1e', b"9", b"}"),
    "cells": in_cells(b"{},"),
    "cells_of_nothing": in_cells(b"1,"),
    "empty_cells": in_cells(SOURCE + b'"},'),
    "broken_cells": in_cells(SOURCE + b"},", end=False),
    "cells_without_an_end": in_cells(SOURCE + b'a"', end=False),
    "cell_types": in_cells(b'{"cell_type":'),
    "cell_types_that_are_open": in_cells(b'{ "cell_type"'),
    "blanks_between": in_cells(b" "),
    "blanks_in_keys": within(HEAD + b'{"cell_type"', b" ", b"x"),
    "braces_and_blanks": in_cells(b"{          "),
    "commas": in_cells(b","),
    "lists_of_cells": within(b"{", b'"cells":['),
    "outputs": in_cells(b'{"cell_type":"code","outputs":[]},'),
    "open_outputs": in_cells(b'{"cell_type":"code","outputs":['),
    "outputs_alone": within(b"{", b'"outputs":['),
    "outputs_and_blanks": within(b'{"outputs"', b" ", b"x"),
    "brackets_in_outputs": within(HEAD + b'{"outputs":[', b"[", b""),
    "quotes_in_outputs": within(HEAD + b'{"outputs":[', b'"', b""),
    "backslashes_in_outputs": within(HEAD + b'{"outputs":["', b"\\", b""),
    "sources": within(b"{", b'"source":'),
    "metadata_again": within(HEAD + b"{", b'"metadata":{'),
    "backslashes": within(HEAD + SOURCE, b"\\", b""),
    "escapes": within(HEAD + SOURCE, b"\\u", b""),
    "halves": within(HEAD + SOURCE, b"\\ud800", b'"}' + TAIL),
    "lines": within(HEAD + b'{"cell_type": "code", "source": [', b'"a\\n",', b'"b"]}' + TAIL),
    "open_lines": within(HEAD + b'{"cell_type": "code", "source": [', b'"a\\n",'),
    "keys": lambda _rng, size: b"{" + b",".join(b'"k%d":1' % at for at in range(size // 9)) + b"}",
    "one_key_again": within(b'{"cells":[]', b',"a":1', b"}"),
    "attachments": within(
        HEAD + b'{"cell_type":"markdown","source":"","attachments":{"a":{"b":"', b"A", b'"}}}' + TAIL
    ),
    "ids": in_cells(b'{"cell_type":"code","id":"a","source":""},'),
    "ids_as_given_out": lambda _rng, size: (
        HEAD + b",".join(b'{"id":"cell-%d","source":""}' % (at % 700) for at in range(min(990, size // 30))) + TAIL
    ),
    "worksheets": within(b'{"worksheets":[', b'{"cells":[]},', b"{}]}"),
    "conflicts": within(b"{", b"\n<<<<<<< a\nb\n=======\nc\n>>>>>>> d"),
    "open_conflicts": within(b"{\n", b"\n<<<<<<< a\nb"),
    "middles_of_conflicts": within(b"{\n<<<<<<< a\n", b"=======\n"),
    "utf_16": lambda _rng, size: '{"cells": ['.encode("utf-16") + b"\0[" * (size // 2),
    "nul": within(b"{", b"\0"),
    "high_bytes": within(HEAD + SOURCE, b"\xff", b'"}' + TAIL),
    "byte_order_marks": within(b"", b"\xef\xbb\xbf"),
    "page": within(b"<html>", b"<b>"),
    "damaged": damaged,
    "noise": noise,
}


def zipped(members: Mapping[str, bytes] | Iterable[tuple[str, bytes]]) -> bytes:
    """Return an archive, which does not tell when it was made."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in dict(members).items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def members(names: Callable[[int], str], most: int = 400) -> MakeFile:
    """Return an archive of modules with such names."""
    return lambda _rng, size: zipped((names(at), b"def rnn_forward(): 1\n") for at in range(min(most, size // 100)))


def damaged_archive(rng: Random, size: int) -> bytes:
    """Return an archive of which bytes were changed."""
    data = bytearray(zipped({"cs231n/rnn_layers.py": b"a = 1\n" * (size // 6), "a/b.py": b"", "a.ipynb": b"{}"}))
    for _ in range(rng.randrange(1, 20)):
        data[rng.randrange(len(data))] = rng.randrange(256)
    return bytes(data)


ARCHIVES: dict[str, MakeFile] = {
    "long_names": members(lambda at: "a" * 30_000 + f"/{at}.py", 40),
    "deep_names": members(lambda at: "a/" * 15_000 + f"{at}.py", 40),
    "long_module_names": lambda _rng, size: zipped(
        {
            "cs231n/rnn_layers.py": b"import " + b"a" * 300 + b"\ndef rnn_forward(): return 2\n",
            f"cs231n/{'a' * 300}.py": b"",
        }
    ),
    "many_layers": members(lambda at: f"{at}/cs231n/rnn_layers.py"),
    "many_helpers": members(lambda at: f"cs231n/a{at}.py" if at else "cs231n/rnn_layers.py"),
    "control_characters": members(lambda at: f"a\n\x1b[2J\r{at}.py"),
    "odd_letters": members(lambda at: f"\u202e{at}\ufeff\u2028.py"),
    "list_alone": lambda _rng, size: b"PK\x03\x04" + b"PK\x01\x02" * (size // 4),
    "end_alone": lambda _rng, size: (
        b"PK\x03\x04" + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 9, 9, 99, size, 0) * 99
    ),
    "damaged": damaged_archive,
}
