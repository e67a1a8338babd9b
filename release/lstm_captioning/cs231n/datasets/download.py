"""Gets the original course's COCO captioning pack, a download of about 1 GB, and puts it in place.

A download that was broken off is continued. What comes is checked before it is put in place, and a folder never holds
half a pack that loads. Run again, the program finds the pack and does nothing.

Exit codes: 0 the pack is there; 2 wrong usage; 3 the network or the server failed; 4 what came, or what is in the
folder, isn't the pack, or has another checksum; 5 too little space; 6 the folder can't be used; 130 stopped (Ctrl-C).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from .home import ENVIRONMENT_VARIABLE, default_folder, holds_mini_coco, install_pack
from .layout import ALL_FILES, ORIGINAL, SPLITS, PackShape
from .lock import locked
from .original.archive import opened
from .original.contents import check_contents
from .original.faults import DownloadError, WrongFileError, require_space, storing
from .original.fetch import PATIENT, Download, Pace

URL = "https://cs231n.stanford.edu/coco_captioning.zip"
"""The original course's archive. Its script names the same address with http."""

ARCHIVE = "coco_captioning.zip"
RECORD = "coco_download.json"
"""Tells where an installed pack is from, and the checksum of its archive."""

MOST_BYTES = 2 * 2**30
"""More than this isn't the archive, which has about 1 GB."""

INTERRUPTED = 130

_LOCK = ".coco_download.lock"
_SCRATCH_PREFIX = ".coco_unpacking_"


@dataclass(frozen=True)
class Installation:
    """A pack that is to be installed.

    Attributes:
        folder: Where.
        url: Address of the archive.
        sha256: Checksum that the archive must have, in lower case; ``None`` if none is known.
        keep_archive: Whether the archive stays in the folder.
        shape: How much the pack holds.
        pace: How patient the download is.
    """

    folder: Path
    url: str = URL
    sha256: str | None = None
    keep_archive: bool = False
    shape: PackShape = ORIGINAL
    pace: Pace = PATIENT

    @property
    def archive(self) -> Path:
        """Where the archive lies, if it is there."""
        return self.folder / ARCHIVE

    @property
    def download(self) -> Download:
        """How the archive gets there."""
        reserve = sum(self.shape.sizes().values())
        return Download(self.url, self.archive, MOST_BYTES, reserve, self.pace)

    def run(self) -> None:
        """Install the pack, unless it is there.

        An archive that lies in the folder is used. One that is not the pack is renamed, so that it is in nobody's way.

        Raises:
            DownloadError: If that can't be done; the message says what to do.
        """
        with storing(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
        with (
            storing(self.folder),
            locked(self.folder / _LOCK, f"Waiting for another process that downloads into {self.folder}."),
        ):
            for left_over in self.folder.glob(f"{_SCRATCH_PREFIX}*"):
                shutil.rmtree(left_over)
            if self._is_installed():
                return
            source = self._get_archive()
            try:
                self._install(source)
            except WrongFileError as error:
                wrong = self.archive.with_name(f"{ARCHIVE}.wrong")
                os.replace(self.archive, wrong)
                raise WrongFileError(f"{error} The file is now {wrong}; look at it, then delete it.") from error
            if not self.keep_archive:
                self.archive.unlink()

    def _is_installed(self) -> bool:
        """Tell whether the folder holds a whole pack; raise an error if that is another one."""
        if holds_mini_coco(self.folder) or not all((self.folder / name).is_file() for name in ALL_FILES):
            return False
        found = _recorded_digest(self.folder)
        advice = "Name another folder with --to, or delete this one."
        if found is None:
            try:
                check_contents(self.folder, self.shape)
            except WrongFileError as error:
                raise WrongFileError(f"{self.folder} holds another pack: {error} {advice}") from error
        if self.sha256 not in (None, found):
            raise WrongFileError(
                f"{self.folder} holds a pack already; its archive's sha256 is {found or 'not known'}. {advice}"
            )
        print(f"The pack is already in {self.folder}: nothing to do. sha256 of its archive: {found or 'not known'}.")
        if self.archive.exists():
            print(f"{self.archive} is there too; delete it if you don't need it.")
        return True

    def _get_archive(self) -> str | None:
        """Make sure that the archive is there; return the address if it was downloaded."""
        if self.archive.is_file():
            print(f"Using {self.archive}, which is there already.", flush=True)
            return None
        print(f"Downloading {self.url} to {self.folder}.", flush=True)
        self.download.run()
        return self.url

    def _install(self, source: str | None) -> None:
        digest = self._digest()
        with (
            opened(self.archive, self.shape) as archive,
            tempfile.TemporaryDirectory(prefix=_SCRATCH_PREFIX, dir=self.folder) as scratch,
        ):
            if archive.left_out:
                print(f"Left out, as they don't belong to the pack: {ascii(archive.left_out[:5])[1:-1]}.")
            require_space(shutil.disk_usage(self.folder).free, archive.size, self.folder, "to unpack the archive")
            archive.unpack(Path(scratch))
            check_contents(Path(scratch), self.shape)
            names = sorted(path.name for path in Path(scratch).iterdir())
            record = {"url": source, "bytes": self.archive.stat().st_size, "sha256": digest}
            Path(scratch, RECORD).write_text(json.dumps(record) + "\n", encoding="utf-8")
            replaced = holds_mini_coco(self.folder)
            install_pack(self.folder, Path(scratch), [*names, RECORD])
        if replaced:
            print(f"It took the place of mini-COCO; to have that again, delete {self.folder}.")
        pictures = " and ".join(f"{self.shape.pictures[split]:,} {split}" for split in SPLITS)
        print(f"The pack is in {self.folder}: {pictures} pictures.\nsha256 of its archive: {digest}", flush=True)

    def _digest(self) -> str:
        with open(self.archive, "rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        if self.sha256 is None:
            print("No --sha256 was given, and the course publishes none: checking what the archive holds.", flush=True)
        elif self.sha256 != digest:
            raise WrongFileError(f"The archive's sha256 is {digest}, not {self.sha256}.")
        return digest


def _recorded_digest(folder: Path) -> str | None:
    try:
        digest = json.loads((folder / RECORD).read_text(encoding="utf-8"))["sha256"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return digest if isinstance(digest, str) else None


def main(arguments: Sequence[str] | None = None, shape: PackShape = ORIGINAL, pace: Pace = PATIENT) -> int:
    """Run the program.

    Args:
        arguments: Its arguments; ``None``: those that it was started with.
        shape: How much the pack holds.
        pace: How patient the download is.

    Returns:
        The exit code.
    """
    chosen = _parser().parse_args(arguments)
    installation = Installation(
        chosen.to or default_folder(), chosen.url, chosen.sha256, chosen.keep_archive, shape, pace
    )
    try:
        installation.run()
    except DownloadError as error:
        print(f"{error}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print(f"\nStopped. {_what_is_left(installation)}", file=sys.stderr)
        return INTERRUPTED
    return 0


def _what_is_left(installation: Installation) -> str:
    part = installation.download.part
    if installation.archive.exists():
        return f"{installation.archive} is complete: run the same command again to unpack it."
    if part.size and part.validator(installation.url):
        return f"{part.size / 1e6:,.1f} MB are in {part.path}: run the same command again to go on from there."
    return "Run the same command again to begin anew."


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m cs231n.datasets.download",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--url", type=_url, default=URL, help="address of the archive (default: %(default)s)")
    parser.add_argument(
        "--to",
        type=lambda text: Path(text).expanduser(),
        metavar="FOLDER",
        help=f"folder for the data (default: what {ENVIRONMENT_VARIABLE} names, or else the one load_coco_data uses)",
    )
    parser.add_argument("--sha256", type=_sha256, metavar="HEX", help="checksum that the archive must have")
    parser.add_argument("--keep-archive", action="store_true", help=f"leave {ARCHIVE} in the folder")
    return parser


def _url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.port == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is not an address that begins with http:// or https://")
    return text


def _sha256(text: str) -> str:
    if not re.fullmatch(r"[0-9a-fA-F]{64}", text):
        raise argparse.ArgumentTypeError("a sha256 has 64 hexadecimal digits")
    return text.lower()


if __name__ == "__main__":
    sys.exit(main())
