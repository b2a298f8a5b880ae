"""Finished tiles in memory, shared by all visitors, and bounded by their bytes."""

from collections import OrderedDict

A_TILE = 400  # bytes that one takes besides its body and address, about


class TileStore:
    """Packed bodies by their addresses; those that nobody asked for longest go first."""

    def __init__(self, most: int) -> None:
        self.most, self.size = most, 0  # bytes
        self._bodies: OrderedDict[str, bytes] = OrderedDict()

    def __len__(self) -> int:
        return len(self._bodies)

    def get(self, address: str) -> bytes | None:
        """Return the body of a tile, None where it is not there."""
        body = self._bodies.get(address)
        if body is not None:
            self._bodies.move_to_end(address)
        return body

    def put(self, address: str, body: bytes) -> None:
        """Keep a tile, unless it alone is more than there is room for."""
        size = _size(address, body)
        if size > self.most or address in self._bodies:
            return
        self._bodies[address] = body
        self.size += size
        while self.size > self.most:
            self.size -= _size(*self._bodies.popitem(last=False))


def _size(address: str, body: bytes) -> int:
    return len(address) + len(body) + A_TILE
