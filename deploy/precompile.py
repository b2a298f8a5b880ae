"""Do once what the server does, and keep all that this imports compiled. The image's build runs `-m deploy.precompile`.

It is a smoke test too: a build whose first page fails stops here.
"""

import py_compile
import sys
from pathlib import Path

import streamlit.web.cli  # noqa: F401
import uvicorn.lifespan.on
import uvicorn.loops.auto
import uvicorn.protocols.http.auto
import uvicorn.protocols.websockets.websockets_sansio_impl  # noqa: F401
from streamlit.testing.v1 import AppTest

import app  # noqa: F401
from server.warmup import warm_up

warm_up()
page = AppTest.from_file(Path("views/main.py").resolve(), default_timeout=120).run()
if page.exception:
    raise SystemExit(f"The first page fails: {page.exception[0].message}")

# A layer that comes from the build cache has files of the same content and another time, so the time must not count.
UNCHECKED = py_compile.PycInvalidationMode.UNCHECKED_HASH
for module in list(sys.modules.values()):
    spec = getattr(module, "__spec__", None)
    if spec is not None and spec.cached and str(spec.origin).endswith(".py"):
        py_compile.compile(spec.origin, spec.cached, doraise=True, invalidation_mode=UNCHECKED)
