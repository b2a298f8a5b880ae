"""A mark of this build: of every file that the app consists of, and of the packages that its answers come from."""

import hashlib
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_FOLDERS = ("experiments", "figures", "landscapes", "lessons", "optimizers", "ui", "views")
_PACKAGES = ("streamlit", "plotly", "jax", "numpy", "scipy")


def mark(root: Path) -> str:
    """Return twelve characters that change with every file of the app under root, in whatever subfolder."""
    digest = hashlib.blake2b(" ".join(version(name) for name in _PACKAGES).encode(), digest_size=6)
    found = [path for folder in _FOLDERS for path in (root / folder).rglob("*") if _counts(path)]
    for path in sorted([*root.glob("*.py"), *found]):
        body = path.read_bytes()
        digest.update(f"{path.relative_to(root).as_posix()} {len(body)}\n".encode() + body)
    return digest.hexdigest()


def _counts(path: Path) -> bool:
    """Return whether a file is part of the app: pictures and whatever else is served, too, but nothing made from it."""
    made = path.suffix == ".pyc" or path.name.startswith(".") or path.name.endswith("~")
    return not made and path.is_file()
