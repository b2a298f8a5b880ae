"""Bodies as they travel: packed once, by gzip here and by brotli where the image's build did so (deploy/pack.py)."""

import gzip
import hashlib
from dataclasses import dataclass
from pathlib import Path

STORE = Path(__file__).resolve().parent.parent / "packed"  # brotli files by their content's mark; the image has it
SMALLEST = 500  # bytes; below, packing gains nothing


@dataclass(frozen=True)
class Packed:
    """One body, plain and packed."""

    plain: bytes
    gzip: bytes | None = None
    brotli: bytes | None = None

    def best(self, accepts: frozenset[str]) -> tuple[bytes, str]:
        """Return the smallest body that is accepted, and its Content-Encoding: empty where it is plain."""
        if self.brotli is not None and "br" in accepts:
            return self.brotli, "br"
        if self.gzip is not None and "gzip" in accepts:
            return self.gzip, "gzip"
        return self.plain, ""


def pack(body: bytes) -> Packed:
    """Pack a body that is sent many times; takes some 60 ms a megabyte."""
    if len(body) < SMALLEST:
        return Packed(body)
    return Packed(body, gzip.compress(body, 9, mtime=0), _stored(body))


def place(body: bytes) -> Path:
    """Return where the body packed by brotli is kept: under a mark of what it holds: never out of date."""
    return STORE / f"{hashlib.blake2b(body, digest_size=16).hexdigest()}.br"


def _stored(body: bytes) -> bytes | None:
    try:
        return place(body).read_bytes()
    except OSError:
        return None


def accepted(header: str) -> frozenset[str]:
    """Return which of gzip and br an Accept-Encoding header allows; what it gives weight 0 it refuses."""
    weights = dict(_weight(part) for part in header.lower().split(",") if part.strip())
    fallback = weights.get("*", 0.0)
    return frozenset(name for name in ("gzip", "br") if weights.get(name, fallback) > 0)


def _weight(part: str) -> tuple[str, float]:
    name, _, rest = part.partition(";")
    weight = rest.replace(" ", "").partition("q=")[2] or "1"
    try:
        return name.strip(), float(weight)
    except ValueError:
        return name.strip(), 0.0
