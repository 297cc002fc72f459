"""Letters and the ways to send them."""

import dataclasses

import pytest

from participation.config import Misconfigured, Settings
from participation.outbox.mail import (
    Mail,
    MissingTransport,
    NoTransport,
    SmtpTransport,
    compose,
    message_id,
    transport_for,
)
from tests.support.smtp import mail_server

MAIL = Mail("ayse@lindenhafen.example", "Giriş yapın – „Mitmachen“", "Merhaba,\n\nhttp://localhost/x\n")
SETTINGS = Settings.for_tests(mail_from="Stadt <mitmachen@lindenhafen.example>")


def settings(url: str) -> Settings:
    return dataclasses.replace(SETTINGS, smtp_url=url, testing=False)


def test_a_letter_has_what_mailboxes_expect() -> None:
    letter = compose(MAIL, sender=SETTINGS.mail_from, message_id="<job@lindenhafen.example>")
    assert letter["Subject"] == MAIL.subject
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter.get_content() == MAIL.text
    assert all(len(line) <= 998 for line in letter.as_bytes().split(b"\r\n"))


def test_a_letter_that_somebody_subscribed_to_says_how_it_ends_in_one_line_however_long() -> None:
    for host in ("x.example", "beteiligung.stadt-an-der-langen-elbe.example"):
        off = f"https://{host}/news/off/{'a' * 20}/{'b' * 26}"
        letter = compose(dataclasses.replace(MAIL, unsubscribe=off), sender=SETTINGS.mail_from, message_id="<x@y>")
        lines = letter.as_bytes().decode().split("\r\n")
        assert f"List-Unsubscribe: <{off}>" in lines
        assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click" in lines
    plain = dataclasses.replace(MAIL, unsubscribe="http://localhost/off")
    letter = compose(plain, sender=SETTINGS.mail_from, message_id="<x@y>")
    assert letter["List-Unsubscribe"] == "<http://localhost/off>"
    assert letter["List-Unsubscribe-Post"] is None
    letter = compose(MAIL, sender=SETTINGS.mail_from, message_id="<x@y>")
    assert letter["List-Unsubscribe"] is None


def test_an_html_version_stands_beside_the_plain_one() -> None:
    letter = compose(dataclasses.replace(MAIL, html="<p>Merhaba</p>"), sender=SETTINGS.mail_from, message_id="<x@y>")
    assert [part.get_content_type() for part in letter.iter_parts()] == ["text/plain", "text/html"]


@pytest.mark.parametrize("field", ["to", "subject", "unsubscribe"])
def test_nothing_smuggles_a_header_in(field: str) -> None:
    smuggled = dataclasses.replace(MAIL, **{field: "x@y.example\r\nBcc: all@example.org"})
    with pytest.raises(ValueError, match=r"linefeed|newline|header"):
        compose(smuggled, sender=SETTINGS.mail_from, message_id="<x@y>")


def test_the_message_id_is_the_jobs_own() -> None:
    assert message_id("job1", SETTINGS.mail_from) == "<job1@lindenhafen.example>"
    assert message_id("job1", "nobody") == "<job1@localhost>"


def test_a_letter_arrives() -> None:
    with mail_server() as box:
        transport = transport_for(settings(f"smtp://city:p%40ss@127.0.0.1:{box.port}"))
        transport.send(MAIL, message_id="<job@lindenhafen.example>")
    assert box.recipients == [MAIL.to]
    assert box.messages[0]["Message-ID"] == "<job@lindenhafen.example>"
    assert "AGNpdHkAcEBzcw==" in box.logins[0]  # \0city\0p@ss


def test_a_refusing_server_is_an_error() -> None:
    with mail_server() as box:
        box.refusals["RCPT"] = "451 try later"
        with pytest.raises(OSError, match="451"):
            transport_for(settings(f"smtp://127.0.0.1:{box.port}")).send(MAIL, message_id="<x@y>")
    assert not box.messages


def test_letters_do_not_cross_the_network_in_the_clear() -> None:
    with mail_server() as box:
        transport = SmtpTransport("ip6-localhost", box.port, "", "", implicit_tls=False, sender=SETTINGS.mail_from)
        with pytest.raises(OSError):  # noqa: PT011 - where the name resolves it is our refusal, elsewhere the resolver's
            transport.send(MAIL, message_id="<x@y>")
    assert not box.messages


@pytest.mark.parametrize("url", ["mail.example.org", "http://mail.example.org", "smtp://"])
def test_an_address_that_is_no_mail_server_is_said_at_once(url: str) -> None:
    with pytest.raises(Misconfigured, match="PARTICIPATION_SMTP"):
        transport_for(settings(url))


def test_a_demonstration_sends_nothing_and_a_server_without_a_mail_server_loses_nothing() -> None:
    assert isinstance(transport_for(dataclasses.replace(SETTINGS, demo=True)), NoTransport)
    missing = transport_for(settings(""))
    assert isinstance(missing, MissingTransport)
    with pytest.raises(ConnectionError):
        missing.send(MAIL, message_id="<x@y>")
