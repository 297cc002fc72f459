"""A network between clients and server that loses answers: the request arrives, its answer does not."""

import random
import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Final

CHUNK: Final = 65536


@dataclass
class LossyProxy:
    """What it does to answers; `cut` counts those that it lost, wholly or in the middle."""

    upstream: int
    share: float
    port: int = 0
    answers: int = 0
    cut: int = 0
    _draw: random.Random = field(default_factory=lambda: random.Random(20261122))
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def kept(self, answer: bytes) -> bytes | None:
        """Return the answer if it gets through; of one that does not, sometimes its beginning."""
        with self._lock:
            self.answers += 1
            if self._draw.random() >= self.share:
                return None
            self.cut += 1
            return answer[: self._draw.choice([0, 0, len(answer) // 2, len(answer) - 1])]


class _Conversation(socketserver.BaseRequestHandler):
    """Hands on one client's requests one after the other, as HTTP/1.1 clients send them."""

    def handle(self) -> None:
        proxy: LossyProxy = self.server.proxy  # type: ignore[attr-defined]
        client: socket.socket = self.request
        with suppress(OSError), socket.create_connection(("127.0.0.1", proxy.upstream)) as server:
            to_server = threading.Thread(target=_hand_on, args=(client, server), daemon=True)
            to_server.start()
            # An answer is as small as one piece or a few; what comes first decides about all of it.
            while answer := server.recv(CHUNK):
                beginning = proxy.kept(answer)
                if beginning is not None:
                    client.sendall(beginning)
                    break
                client.sendall(answer)
        with suppress(OSError):
            client.shutdown(socket.SHUT_RDWR)


def _hand_on(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while piece := source.recv(CHUNK):
            target.sendall(piece)
        target.shutdown(socket.SHUT_WR)


class _Listener(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 256

    def __init__(self, proxy: LossyProxy) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.proxy = proxy


@contextmanager
def lossy_proxy(upstream: int, share: float) -> Iterator[LossyProxy]:
    """Run a proxy before a port of this machine that loses so large a share of the answers."""
    proxy = LossyProxy(upstream, share)
    with _Listener(proxy) as listener:
        proxy.port = int(listener.server_address[1])
        thread = threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield proxy
        finally:
            listener.shutdown()
            thread.join()
