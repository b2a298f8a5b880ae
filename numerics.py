"""The environment that JAX starts in. Imports nothing but the standard library; must come before jax."""

import os
import sys
import tempfile
from pathlib import Path

# XLA's CPU backend compiles a whole loop into one kernel only while its body stays under this many bytes;
# the default (1024) makes an L-BFGS step 14 times slower. The numbers are bitwise the same.
_LOOP_FLAG = "--xla_backend_extra_options=xla_cpu_small_while_loop_byte_threshold=1048576"


MOST_CACHED = 512 * 2**20  # bytes on disk; the whole catalogue takes some 50 MB, typed formulas are without end


def _cache_folder() -> str:
    """Return a writable folder for compiled programs: THALWEG_CACHE, the user's cache folder or a temporary one."""
    home = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    user = os.getuid() if hasattr(os, "getuid") else None
    temporary = os.path.join(tempfile.gettempdir(), f"thalweg-jax-{'user' if user is None else user}")
    for folder in filter(None, (os.environ.get("THALWEG_CACHE", ""), os.path.join(home, "thalweg", "jax"), temporary)):
        try:
            folder.encode()  # JAX takes no other name
            Path(folder).mkdir(mode=0o700 if folder == temporary else 0o777, parents=True, exist_ok=True)
            owner = os.stat(folder).st_uid
        except (OSError, UnicodeError):
            continue
        # anybody may make a folder of this name where files are temporary; its programs would run here
        foreign = folder == temporary and user is not None and owner != user
        if os.access(folder, os.W_OK) and not foreign:
            return folder
    return ""


def prune_cache(most: int = MOST_CACHED) -> None:
    """Delete the compiled programs kept on disk that are oldest, until they take at most so many bytes."""
    folder = os.environ.get("JAX_COMPILATION_CACHE_DIR", "")
    if not folder or "://" in folder:
        return
    try:
        entries = [
            (e.stat().st_mtime, e.stat().st_size, e.path) for e in os.scandir(folder) if e.name.endswith("-cache")
        ]
    except OSError:
        return
    size = sum(entry[1] for entry in entries)
    for _, freed, path in sorted(entries):
        if size <= most:
            break
        try:
            os.unlink(path)
        except OSError:  # another server was quicker, or may not write here
            continue
        size -= freed


def _configure() -> None:
    flags = os.environ.get("XLA_FLAGS", "")
    if "xla_cpu_small_while_loop_byte_threshold" not in flags:
        os.environ["XLA_FLAGS"] = f"{flags} {_LOOP_FLAG}".strip()
    settings: dict[str, object] = {
        "jax_enable_x64": True,
        "jax_persistent_cache_min_compile_time_secs": 0.0,
        "jax_persistent_cache_min_entry_size_bytes": -1,
    }
    if not os.environ.get("JAX_COMPILATION_CACHE_DIR"):
        folder = _cache_folder()
        if folder:
            settings["jax_compilation_cache_dir"] = folder
    for name, value in settings.items():
        os.environ[name.upper()] = str(value)
    if "jax" in sys.modules:  # a notebook imported it first: what can still be set is set
        for name, value in settings.items():
            sys.modules["jax"].config.update(name, value)


_configure()
