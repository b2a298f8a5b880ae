"""Pack by brotli what browsers fetch on a first visit: `python -m deploy.pack`, once, where the image is built.

A second a megabyte is too long for a server's start, and only this needs the brotli package (requirements-image.txt).
"""

from concurrent.futures import ThreadPoolExecutor

import brotli

from server import assets, packing, streamlit_files

BEST = 11


def main() -> None:
    """Write every file's packed form where the server looks for it."""
    packing.STORE.mkdir(exist_ok=True)
    stage = [path.read_bytes() for path in assets.stage_files().values()]
    streamlit = [path.read_bytes() for path in streamlit_files.packable(streamlit_files.static_folder()).values()]
    with ThreadPoolExecutor() as pool:
        sizes = list(pool.map(_write, [assets.plotly_file().read_bytes(), *stage, *streamlit]))
    plain, packed = map(sum, zip(*sizes, strict=True))
    print(f"{len(sizes)} files packed by brotli: {plain:,} bytes to {packed:,}")


def _write(body: bytes) -> tuple[int, int]:
    packed = brotli.compress(body, quality=BEST)
    packing.place(body).write_bytes(packed)
    return len(body), len(packed)


if __name__ == "__main__":
    main()
