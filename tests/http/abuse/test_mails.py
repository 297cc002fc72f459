"""Every kind of mail is capped: nobody floods a mailbox through this site, and no account sends without end."""

from collections.abc import Mapping
from typing import Final

from participation.accounts import rules
from participation.outbox.worker import work_of
from tests.http.abuse.acts import address_of
from tests.http.abuse.ground import Ground

CAPS: Final[Mapping[str, str]] = {
    "accounts.application_mail": "one for each decision about a registration, of which a person makes six a day",
    "accounts.delegate_mail": "one for each decision about a delegate, of whom an organisation names ten a day",
    "accounts.invitation_mail": "five an hour to an address, three hundred by a sender",
    "accounts.mandate_mail": "one for each decision about a delegate",
    "accounts.security_mail": "one for each change of one's own keys, or a reset by an official, which is recorded",
    "accounts.sign_in_mail": "five an hour to an address, three hundred from a network, three thousand in all",
    "audit.head_by_mail": "one a day to each witness that the settings name",
    "ballots.reminder_mail": "one for each round, and one more after an extension, to those who asked for it",
    "costings.reminder": "one a day to each department that owes costs",
    "monitoring.news_mail": "one in twenty hours for each process, to those who asked for it",
}
"""Kinds of mails, and what keeps them few."""


def test_every_kind_of_mail_has_its_cap(ground: Ground) -> None:
    letters = set(work_of(ground.app).letters)
    assert letters == set(CAPS), "say in CAPS what keeps a new kind of mail from becoming a flood"


def test_an_address_is_sent_five_sign_in_mails_whoever_asks(ground: Ground) -> None:
    """Counted in the database and for the address: another browser, address or spelling changes nothing."""
    spellings = [address_of("stranger"), address_of("stranger").upper(), f" {address_of('stranger')} "]
    statuses = [
        ground.app.test_client()
        .post("/sign-in", data={"email": spellings[turn % 3]}, environ_base={"REMOTE_ADDR": f"10.0.0.{turn}"})
        .status_code
        for turn in range(rules.MAILS_PER_ADDRESS + 3)
    ]
    assert statuses == [303] * rules.MAILS_PER_ADDRESS + [429] * 3
    assert len(ground.letters()) == rules.MAILS_PER_ADDRESS


def test_somebody_elses_flood_keeps_nobody_from_signing_in_otherwise(ground: Ground) -> None:
    """Invitations are counted apart from mails to sign in, so that a sender cannot lock anybody out."""
    body = {"email": address_of("stranger"), "display_name": "x", "tell": "y"}
    for role in ("moderator", "steering", "facilitator", "department", "auditor", "office"):
        ground.request("office", "POST", "/manage/processes/integrationskonzept/people", body | {"role": role})
    assert ground.app.test_client().post("/sign-in", data={"email": address_of("stranger")}).status_code == 303
