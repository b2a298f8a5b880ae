"""The server's entry: `streamlit run app.py` starts all of it."""

import numerics  # noqa: F401, I001  before anything imports jax

import streamlit as st

from server.answers import Answers, failed
from server.assets import routes
from server.crowd import Crowd, house
from server.heads import refuse_long_heads
from server.messages import Messages
from server.pool import Pool
from server.preload import Preload
from server.sockets import close_silent
from server.straight import Straight
from server.streamlit_files import StreamlitFiles
from server.warmup import lifespan
from starlette.middleware import Middleware

places, pool = house(), Pool()
close_silent()
refuse_long_heads()
inner = [
    Middleware(Answers),
    Middleware(Crowd, places),
    Middleware(Straight, pool),
    Middleware(Messages),
    Middleware(Preload),
    Middleware(StreamlitFiles),
]
app = st.App(
    "views/main.py",
    lifespan=lifespan(places, pool),
    routes=routes(places, pool),
    middleware=inner,
    exception_handlers={Exception: failed},
)
