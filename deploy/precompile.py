"""Do once what the server does, so that Python keeps all of it compiled. The image's build runs `-m deploy.precompile`.

It is a smoke test too: a build whose first page fails stops here.
"""

from pathlib import Path

import streamlit.web.cli  # noqa: F401
import uvicorn.lifespan.on
import uvicorn.loops.auto
import uvicorn.protocols.http.auto
import uvicorn.protocols.websockets.websockets_sansio_impl  # noqa: F401
from streamlit.testing.v1 import AppTest

import app  # noqa: F401
from ui.warmup import warm_up

warm_up()
page = AppTest.from_file(Path("views/main.py").resolve(), default_timeout=120).run()
if page.exception:
    raise SystemExit(f"The first page fails: {page.exception[0].message}")
