"""The image's health check: exits 0 while the server answers. It needs nothing but the standard library."""

import os
import sys
from http.client import HTTPConnection, HTTPException


def healthy(port: int, base: str) -> bool:
    """Ask the server on this machine, at the address that its settings give it."""
    prefix = base.strip("/")
    connection = HTTPConnection("127.0.0.1", port, timeout=3)
    try:
        connection.request("GET", f"/{prefix}/_stcore/health" if prefix else "/_stcore/health")
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    port = int(os.environ.get("STREAMLIT_SERVER_PORT") or 8501)
    sys.exit(not healthy(port, os.environ.get("STREAMLIT_SERVER_BASE_URL_PATH", "")))
