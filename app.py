"""The server's entry: `streamlit run app.py` starts all of it."""

import numerics  # noqa: F401, I001  before anything imports jax

import streamlit as st

from ui.answers import Answers, failed
from ui.assets import routes
from ui.crowd import Crowd, house
from ui.messages import Messages
from ui.preload import Preload
from ui.sockets import close_silent
from ui.streamlit_files import StreamlitFiles
from ui.warmup import lifespan
from starlette.middleware import Middleware

places = house()
close_silent()
inner = [
    Middleware(Answers),
    Middleware(Crowd, places),
    Middleware(Messages),
    Middleware(Preload),
    Middleware(StreamlitFiles),
]
app = st.App(
    "views/main.py",
    lifespan=lifespan(places),
    routes=routes(places),
    middleware=inner,
    exception_handlers={Exception: failed},
)
