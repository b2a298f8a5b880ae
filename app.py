"""The server's entry: `streamlit run app.py` starts all of it."""

import numerics  # noqa: F401, I001  before anything imports jax

import streamlit as st

from ui.assets import routes
from ui.crowd import Crowd
from ui.messages import Messages
from ui.preload import Preload
from ui.warmup import lifespan
from starlette.middleware import Middleware

inner = [Middleware(Crowd), Middleware(Messages), Middleware(Preload)]
app = st.App("views/main.py", lifespan=lifespan, routes=routes(), middleware=inner)
