"""A person is shown what is stored about them, from every room, and nothing of others."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from participation.accounts import services as accounts
from participation.accounts.models import SubjectKind
from participation.ballots.keys import KeyStore
from participation.ballots.services import cast_ballot, open_round
from participation.comments.services import Remark, report_comment, write_comment
from participation.core.actor import SYSTEM, Actor
from participation.core.permissions import Permission, Role
from participation.privacy.queries import HOLDINGS, stored_about
from participation.privacy.rules import document
from participation.storage import write_transaction
from tests.factories.contributions import make_town
from tests.factories.results import make_hall
from tests.factories.votes import make_round


def test_what_is_stored_about_a_voter_is_shown_but_not_what_they_voted(
    session: Session, now: datetime, keys: KeyStore
) -> None:
    with write_transaction(session):
        hall = make_hall(session, now)
        make_round(session, hall.process, now, slug="vote")
        open_round(session, "vote", actor=SYSTEM, now=now, keys=keys)
        for actor in (hall.ayse, hall.silke):
            cast(session, actor, now, keys)
        accounts.create_token(
            session,
            hall.ayse.id,
            name="phone",
            scopes=[Permission.ROUND_READ.value],
            expires_at=now + timedelta(days=1),
            actor=hall.ayse,
            now=now,
        )
        accounts.open_session(session, SubjectKind.ACCOUNT, hall.ayse.id, now=now)
        accounts.grant_role(session, hall.ayse.id, Role.MODERATOR, hall.process.id, actor=SYSTEM, now=now)
    mine = stored_about(session, hall.ayse.id)
    assert [row["email"] for row in mine["account"]] == ["aye@example.org"]
    assert [(row["round"], sorted(row)) for row in mine["votes"]] == [
        ("vote", ["channel", "participant_class", "round", "voted_on"])
    ]
    assert [row["role"] for row in mine["roles"]] == [Role.MODERATOR]
    assert [row["name"] for row in mine["tokens"]] == ["phone"]
    assert mine["acts_on_account"][-1]["action"] == "role.granted"
    written = document(hall.ayse.id, mine, site="City", now=now)
    assert written["made_at"] == "2026-11-20T11:00:00Z"
    assert set(mine) == {holding.name for holding in HOLDINGS}
    for secret in ("participation_", "M1"):
        assert secret not in str(written)


def test_what_somebody_wrote_is_shown_with_its_words_to_them_alone(session: Session, now: datetime) -> None:
    with write_transaction(session):
        town = make_town(session, now)
        proposal = town.submitted()
        remark = Remark(language="tr", body="Çok iyi olur.")
        comment = write_comment(session, proposal.id, remark, slug=town.online.slug, actor=town.ayse, now=now)
        report_comment(session, comment.id, "Bitte prüfen", actor=town.olena, now=now)
    mine, hers = stored_about(session, town.ayse.id), stored_about(session, town.olena.id)
    assert [(row["title"], row["code"]) for row in mine["proposals"]] == [
        ("Anneler için sabah konuşma grubu", proposal.code)
    ]
    assert [row["body"] for row in mine["comments"]] == ["Çok iyi olur."]
    assert {row["body"] for row in mine["wordings"]} >= {"Çok iyi olur.", "Anneler için sabah konuşma grubu"}
    assert [row["reason"] for row in hers["reports"]] == ["Bitte prüfen"]
    assert [row["organisation"] for row in hers["mandates"]]
    assert [hers[name] for name in ("proposals", "comments", "wordings")] == [[], [], []]
    assert mine["reports"] == []


def cast(session: Session, actor: Actor, now: datetime, keys: KeyStore) -> None:
    cast_ballot(session, "vote", ["M1"], actor=actor, now=now, request_token=actor.id, based_on=0, keys=keys)
