"""What stands around a request's body is bounded: httptools, which reads it in C, takes as much as comes."""

from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

LONGEST = 65_536  # bytes, as h11 allows; a page's own are some hundreds


def refuse_long_heads(most: int = LONGEST) -> None:
    """Have every request refused, and its connection closed, that has more than so many bytes beside its body.

    Of what comes in one piece with a request's beginning nothing is counted: a piece has an end of its own.
    """
    protocol: Any = HttpToolsProtocol
    protocol.begun, protocol.beside = False, 0
    begins, reads, takes = protocol.on_message_begin, protocol.on_body, protocol.data_received

    def on_message_begin(self: Any) -> None:
        self.begun, self.beside = True, 0
        begins(self)

    def on_body(self: Any, body: bytes) -> None:
        self.beside -= len(body)
        reads(self, body)

    def data_received(self: Any, data: bytes) -> None:
        self.begun = False
        takes(self, data)
        self.beside = 0 if self.begun else self.beside + len(data)
        if self.beside > most and not self.transport.is_closing():
            self.send_400_response("The head of this request is too long.")

    protocol.on_message_begin, protocol.on_body, protocol.data_received = on_message_begin, on_body, data_received
