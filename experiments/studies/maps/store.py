"""Parts of a map that is being made, kept beside the file that it will be, so that who was stopped goes on there."""

import hashlib
import os
import shutil
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import numpy as np

from experiments.studies.maps.files import packed, unpacked, write_bytes
from experiments.studies.maps.parts import Part

_ROOT = Path(__file__).resolve().parents[3]
_CODE = "landscapes", "optimizers", "experiments"
_PACKAGES = "jax", "jaxlib", "numpy", "scipy", "optax"


def build() -> str:
    """Return a mark of all that cells depend on besides the experiment: the code, and its packages."""
    digest = hashlib.blake2b(" ".join(map(version, _PACKAGES)).encode(), digest_size=8)
    for path in sorted([*_ROOT.glob("*.py"), *(path for folder in _CODE for path in (_ROOT / folder).rglob("*.py"))]):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def mark(key: str) -> str:
    """Return a short mark of a work's key and of the build: who has the same one makes the same parts."""
    return hashlib.blake2b(f"{build()} {key}".encode(), digest_size=6).hexdigest()


class Store:
    """The parts of the map of this key that will be the file at path; others of the same file have other folders."""

    def __init__(self, path: str, key: str) -> None:
        folder, name = os.path.split(path)
        self.folder = os.path.join(folder, f".{name}.{mark(key)}.parts")

    def parts(self) -> Iterator[tuple[int, dict[str, np.ndarray]]]:
        """Return places and parts of those that are there, whole ones only."""
        for path in sorted(Path(self.folder).glob("*.npz")):
            try:
                yield int(path.stem), unpacked(path.read_bytes())
            except ValueError:  # somebody else's, or not whole: it is made anew
                continue

    def put(self, place: int, part: Part) -> None:
        """Keep a part."""
        os.makedirs(self.folder, exist_ok=True)
        write_bytes(os.path.join(self.folder, f"{place}.npz"), packed(dict(part)))

    @property
    def is_there(self) -> bool:
        """Whether anything is kept."""
        return os.path.isdir(self.folder)

    def remove(self) -> None:
        """Let go of all that is kept."""
        shutil.rmtree(self.folder, ignore_errors=True)
