"""Letters and the ways to send them."""

import smtplib
import ssl
from dataclasses import dataclass
from email.headerregistry import BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, Policy
from email.utils import format_datetime, parseaddr
from typing import Final, Protocol
from urllib.parse import unquote, urlsplit

from participation.config import Misconfigured, Settings
from participation.core.windows import utcnow

_TIMEOUT_SECONDS: Final = 30
_PORTS: Final = {"smtp": 587, "smtps": 465}
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Mail:
    """A letter as a job's handler renders it, in the language of its recipient.

    `unsubscribe` is the address behind which its reader ends such letters, "" for those that nobody subscribed to.
    """

    to: str
    subject: str
    text: str
    html: str = ""
    unsubscribe: str = ""


class Transport(Protocol):
    """A way to send mails; raises OSError (smtplib's errors are ones) when it must be tried again."""

    def send(self, mail: Mail, *, message_id: str) -> None:
        """Send one letter."""
        ...


@dataclass(frozen=True, slots=True)
class NoTransport:
    """Keeps nothing and sends nothing: a demonstration renders its mails for a local page when somebody looks."""

    def send(self, mail: Mail, *, message_id: str) -> None:
        """Do nothing."""


@dataclass(frozen=True, slots=True)
class MissingTransport:
    """Fails every mail until a mail server is named, so that none is lost by a server that was set up halfway."""

    def send(self, mail: Mail, *, message_id: str) -> None:  # noqa: ARG002 - of Transport
        """Fail."""
        raise ConnectionError("PARTICIPATION_SMTP names no mail server")


@dataclass(frozen=True, slots=True)
class SmtpTransport:
    """Sends by SMTP; smtp:// upgrades by STARTTLS (mandatory except on this machine), smtps:// is TLS at once."""

    host: str
    port: int
    user: str
    password: str
    implicit_tls: bool
    sender: str

    def send(self, mail: Mail, *, message_id: str) -> None:
        """Send one letter over a connection of its own."""
        message = compose(mail, sender=self.sender, message_id=message_id)
        context = ssl.create_default_context()
        if self.implicit_tls:
            with smtplib.SMTP_SSL(self.host, self.port, timeout=_TIMEOUT_SECONDS, context=context) as server:
                self._deliver(server, message)
            return
        with smtplib.SMTP(self.host, self.port, timeout=_TIMEOUT_SECONDS) as server:
            server.ehlo()
            if server.has_extn("starttls"):
                server.starttls(context=context)
            elif self.host not in _LOOPBACK:
                raise ConnectionError("the mail server offers no STARTTLS")
            self._deliver(server, message)

    def _deliver(self, server: smtplib.SMTP, message: EmailMessage) -> None:
        if self.user:
            server.login(self.user, self.password)
        server.send_message(message)


def transport_for(settings: Settings) -> Transport:
    """Return the transport that the settings name."""
    if settings.smtp_url:
        return _smtp(settings)
    return NoTransport() if settings.demo or settings.testing else MissingTransport()


def _smtp(settings: Settings) -> SmtpTransport:
    parts = urlsplit(settings.smtp_url)
    if parts.scheme not in _PORTS or not parts.hostname:
        raise Misconfigured("PARTICIPATION_SMTP must look like smtp://user:password@mail.example.org:587 or smtps://…")
    return SmtpTransport(
        host=parts.hostname,
        port=parts.port or _PORTS[parts.scheme],
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        implicit_tls=parts.scheme == "smtps",
        sender=settings.mail_from,
    )


class _OneLine(UnstructuredHeader, BaseHeader):
    """A header that is never folded: a long address would be taken for words and encoded."""

    def fold(self, *, policy: Policy) -> str:
        """Return the header as it is."""
        return f"{self.name}: {self}{policy.linesep}"


_HEADERS: Final = HeaderRegistry()
_HEADERS.map_to_type("list-unsubscribe", _OneLine)
_POLICY: Final = SMTP.clone(header_factory=_HEADERS)


def compose(mail: Mail, *, sender: str, message_id: str) -> EmailMessage:
    """Return the letter in the form in which it travels."""
    message = EmailMessage(policy=_POLICY)
    message["From"] = sender
    message["To"] = mail.to
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(utcnow())
    message["Message-ID"] = message_id
    message["Auto-Submitted"] = "auto-generated"
    if mail.unsubscribe:
        message["List-Unsubscribe"] = f"<{mail.unsubscribe}>"
        if mail.unsubscribe.startswith("https:"):  # one click is for encrypted addresses alone (RFC 8058)
            message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(mail.text)
    if mail.html:
        message.add_alternative(mail.html, subtype="html")
    return message


def message_id(job_id: str, sender: str) -> str:
    """Return the id of a job's letter: the same at every attempt, so that a mailbox can tell a repeated one."""
    domain = parseaddr(sender)[1].partition("@")[2] or "localhost"
    return f"<{job_id}@{domain}>"
