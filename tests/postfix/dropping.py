"""A wire that breaks after the last word: what was said has arrived, and nobody hears the answer."""

from __future__ import annotations

import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def dropping(port: int, *, times: int) -> Iterator[tuple[str, list[int]]]:
    """(smtp:// address, how often it will break) of a way to a server on this machine."""
    left = [times]

    class Wire(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with socket.create_connection(("127.0.0.1", port)) as server:
                back = threading.Thread(target=self.answers, args=(server,), daemon=True)
                self.ended, self.broken = b"", False
                back.start()
                while data := self.request.recv(65536):
                    self.ended = (self.ended + data)[-5:]
                    self.broken = self.ended == b"\r\n.\r\n" and left[0] > 0
                    server.sendall(data)
                server.shutdown(socket.SHUT_WR)
                back.join(5)

        def answers(self, server: socket.socket) -> None:
            while data := server.recv(65536):
                if self.broken:  # the server has taken it: this is its 250
                    left[0] -= 1
                    self.request.shutdown(socket.SHUT_RDWR)
                    return
                self.request.sendall(data)

    class Way(socketserver.ThreadingTCPServer):
        daemon_threads = True
        allow_reuse_address = True

        def handle_error(self, request: object, address: object) -> None:
            pass  # a broken wire is what this is for

    with Way(("127.0.0.1", 0), Wire) as way:
        threading.Thread(target=way.serve_forever, daemon=True).start()
        yield f"smtp://127.0.0.1:{way.server_address[1]}", left
        way.shutdown()
