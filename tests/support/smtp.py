"""A mail server for tests: it speaks enough SMTP to be delivered to, and refuses when told to."""

import socketserver
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from threading import Thread
from typing import Final

TAKEN: Final = "TAKEN"


@dataclass
class Mailbox:
    """What arrived, and how the server answers: `refusals` maps a command to the answer that refuses it.

    `when` maps a command, or TAKEN for a mail that has arrived whole, to what is done before it is answered.
    """

    port: int = 0
    messages: list[Message] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)
    refusals: dict[str, str] = field(default_factory=dict)
    when: dict[str, Callable[[], None]] = field(default_factory=dict)


def _nothing() -> None:
    """Do nothing before the answer."""


class _Conversation(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        box: Mailbox = self.server.box  # type: ignore[attr-defined]
        self._say("220 test")
        while line := self.rfile.readline():
            command, _, rest = line.decode().strip().partition(" ")
            box.when.get(command.upper(), _nothing)()
            refusal = box.refusals.get(command.upper())
            if refusal:
                self._say(refusal)
            elif command.upper() == "EHLO":
                self._say("250-test", "250-AUTH PLAIN", "250 SMTPUTF8")
            elif command.upper() == "AUTH":
                box.logins.append(rest)
                self._say("235 welcome")
            elif command.upper() == "RCPT":
                box.recipients.append(rest.partition("<")[2].partition(">")[0])
                self._say("250 ok")
            elif command.upper() == "DATA":
                self._say("354 go on")
                box.messages.append(message_from_bytes(self._data()))
                box.when.get(TAKEN, _nothing)()
                self._say("250 taken")
            elif command.upper() == "QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 ok")

    def _data(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line)
        return b"".join(lines)

    def _say(self, *lines: str) -> None:
        for line in lines:
            self.wfile.write(f"{line}\r\n".encode())


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, box: Mailbox) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.box = box


@contextmanager
def mail_server() -> Iterator[Mailbox]:
    """Run a mail server on a free port of this machine."""
    box = Mailbox()
    with _Server(box) as server:
        box.port = int(server.server_address[1])
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield box
        finally:
            server.shutdown()
            thread.join()
