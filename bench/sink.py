"""`python -m bench.sink PORT`: a mail server in a process of its own that takes everything and keeps nothing."""

from __future__ import annotations

import socketserver
import sys


class Taking(socketserver.StreamRequestHandler):
    """As little SMTP as a sender needs. RFC 5321."""

    def handle(self) -> None:
        self.wfile.write(b"220 sink\r\n")
        while line := self.rfile.readline():
            word = line[:4].upper()
            if word == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                while self.rfile.readline() not in (b".\r\n", b""):
                    pass
            self.wfile.write(b"250 2.0.0 ok\r\n" if word != b"QUIT" else b"221 bye\r\n")


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True


if __name__ == "__main__":
    with Server(("127.0.0.1", int(sys.argv[1])), Taking) as server:
        server.serve_forever()
