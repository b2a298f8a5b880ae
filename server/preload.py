"""Tells a browser with the page itself what the stage will need, so that it fetches that while Streamlit starts."""

from typing import Any

from experiments.setup.failures import standing
from figures.packets.asked import nearest
from lessons import OPENING
from server import assets

_LONGEST = 2_000  # characters of a link whose picture is fetched ahead; the header must stay short


class Preload:
    """ASGI middleware that adds a Link header to the lab's page: the stage, and the picture of the address's link."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self.page = assets.base().removesuffix("/thalweg") + "/"
        self.stage = [f"<{assets.plotly_url()}>; rel=preload; as=script"]
        self.stage.append(f"<{assets.file_url(assets.STYLE)}>; rel=preload; as=style")
        for address in (assets.file_url("stage.html"), assets.examples_url()):
            self.stage.append(f"<{address}>; rel=preload; as=fetch; crossorigin")

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve a request, with the header if it is for the page."""
        if scope["type"] != "http" or scope["path"] != self.page:
            await self.app(scope, receive, send)
            return
        links = self.stage + standing("What a page needs", lambda: _pictures(scope), list)
        header = (b"link", ", ".join(links).encode("ascii", "ignore"))

        async def send_with_header(message: Any) -> None:
            if message["type"] == "http.response.start" and message["status"] == 200:
                message = {**message, "headers": [*message.get("headers", []), header]}
            await send(message)

        await self.app(scope, receive, send_with_header)


def _pictures(scope: Any) -> list[str]:
    """Return what fetches the picture and the surface of the nearest experiment to the address's link."""
    query = scope["query_string"].decode("ascii", "ignore")
    if len(query) > _LONGEST:
        return []
    experiment = nearest(query, {}, OPENING.experiment)
    urls = (assets.picture_url(experiment), assets.surface_url(experiment))
    return [f"<{url}>; rel=preload; as=fetch; crossorigin" for url in urls if len(url) <= _LONGEST]
