"""Tells a browser with the page itself what the stage will need, so that it fetches that while Streamlit starts."""

from typing import Any

from server import assets


class Preload:
    """ASGI middleware that adds a Link header to the lab's page."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self.page = assets.base().removesuffix("/thalweg") + "/"
        self.header = (
            b"link",
            f"<{assets.plotly_url()}>; rel=preload; as=script, <{assets.stage_url()}>; rel=modulepreload, "
            f"<{assets.numbers_url()}>; rel=modulepreload".encode(),
        )

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve a request, with the header if it is for the page."""
        if scope["type"] != "http" or scope["path"] != self.page:
            await self.app(scope, receive, send)
            return

        async def send_with_header(message: Any) -> None:
            if message["type"] == "http.response.start" and message["status"] == 200:
                message = {**message, "headers": [*message.get("headers", []), self.header]}
            await send(message)

        await self.app(scope, receive, send_with_header)
