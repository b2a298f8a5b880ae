"""What checks the stage's JavaScript besides its units: `python -m tests.install_javascript` brings tsc and eslint.

They come from another registry than all the rest. Where that is out of reach, one line says what is left out.
"""

import re
import subprocess
import sys

from tests.node import HAS_NODE, npm

_PATIENCE = 300  # seconds for all of it
_ARGUMENTS = ("ci", "--no-progress", "--fetch-retries=1", "--fetch-retry-mintimeout=1000", "--fetch-timeout=30000")
_OUT_OF_REACH = re.compile(
    r"code (E[45]\d\d|ENOTFOUND|EAI_AGAIN|ECONN\w+|E\w*TIMEDOUT|E(?:NET|HOST)UNREACH|ERR_SOCKET_TIMEOUT|\w*CERT\w*)"
)


def main() -> str | None:
    """Install them into node_modules. Returns None, also where they are out of reach, or what is wrong otherwise."""
    if not HAS_NODE:
        _left_out("there is no Node for this kind of machine")
        return None
    try:
        done = npm(*_ARGUMENTS, timeout=_PATIENCE)
    except subprocess.TimeoutExpired:
        _left_out(f"not installed after {_PATIENCE} seconds")
        return None
    if done.returncode == 0:
        return None
    out_of_reach = _OUT_OF_REACH.search(done.stdout)
    if not out_of_reach:
        return str(done.stdout)
    _left_out(f"npm's registry is out of reach, {out_of_reach[1]}")
    return None


def _left_out(why: str) -> None:
    print(f"Types and style of the JavaScript are not checked: {why}.")


if __name__ == "__main__":
    sys.exit(main())
