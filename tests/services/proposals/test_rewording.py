"""Proposals on both databases: reworded without losing what was said before."""

from dataclasses import replace

from sqlalchemy import select

from participation.audit.models import AuditRecord
from participation.core.actor import Actor
from participation.core.errors import Conflict, Forbidden, Invalid
from participation.proposals import services
from participation.proposals.models import Proposal
from participation.proposals.rules import ProposalKind, ProposalState
from participation.proposals.services import NOWHERE, Translation
from participation.texts.models import Origin, Text
from participation.texts.queries import original, wordings
from tests.factories.contributions import Town, actions
from tests.support.refusals import refused


def test_a_draft_leaves_no_trace_of_earlier_wordings(town: Town) -> None:
    draft = services.start_draft(town.session, "online", town.draft(), actor=town.ayse, now=town.now)
    before = set(town.session.scalars(select(Text.id)))
    services.revise(
        town.session,
        draft.id,
        town.draft(language="de", title="Sprechgruppe am Vormittag"),
        based_on=1,
        actor=town.ayse,
        now=town.now,
    )
    town.session.expire_all()
    changed = town.session.get_one(Proposal, draft.id)
    assert (changed.title.language, changed.title.revision, changed.revision) == ("de", 1, 2)
    assert len(set(town.session.scalars(select(Text.id)))) == len(before)
    assert changed.events == []


def test_submitted_texts_keep_their_revisions(town: Town) -> None:
    proposal = town.submitted()
    services.revise(
        town.session, proposal.id, town.draft(title="Sabah grubu"), based_on=1, actor=town.ayse, now=town.now
    )
    assert [v.body for v in proposal.title.versions] == ["Anneler için sabah konuşma grubu", "Sabah grubu"]
    assert (proposal.revision, actions(proposal)) == (2, ["submit", "revise"])


def test_saving_without_a_change_is_no_revision(town: Town) -> None:
    proposal = town.submitted()
    services.revise(town.session, proposal.id, town.draft(), based_on=1, actor=town.ayse, now=town.now)
    assert (proposal.revision, actions(proposal)) == (1, ["submit"])


def test_two_delegates_do_not_overwrite_each_other(town: Town) -> None:
    proposal = town.submitted(town.olena, town.forum)
    services.revise(town.session, proposal.id, town.draft(title="Eins"), based_on=1, actor=town.olena, now=town.now)
    stale = refused(
        Conflict,
        "proposal_changed",
        lambda: services.revise(
            town.session, proposal.id, town.draft(title="Zwei"), based_on=1, actor=town.olena, now=town.now
        ),
    )
    assert stale.facts["revision"] == 2
    assert original(proposal.title).body == "Eins"


def test_language_and_kind_stay_once_submitted(town: Town) -> None:
    proposal = town.submitted()

    def reword(**changes: object) -> Proposal:
        return services.revise(
            town.session, proposal.id, town.draft(**changes), based_on=1, actor=town.ayse, now=town.now
        )

    refused(Invalid, "language_fixed", lambda: reword(language="de"))
    refused(Invalid, "kind_fixed", lambda: reword(kind=ProposalKind.GOAL, place=NOWHERE))
    refused(Invalid, "text_missing", lambda: reword(body=""))


def test_after_admission_officials_reword_and_the_author_does_not(town: Town) -> None:
    proposal = town.submitted()
    services.admit(town.session, proposal.id, based_on=1, actor=town.elif_, now=town.now)

    def reword(actor: Actor) -> Proposal:
        return services.revise(
            town.session, proposal.id, town.draft(title="Daha açık"), based_on=1, actor=actor, now=town.now
        )

    refused(Forbidden, "not_permitted", lambda: reword(town.ayse))
    refused(Forbidden, "not_permitted", lambda: reword(town.elif_))
    reword(town.birte)
    assert proposal.title.revision == 2
    assert town.session.scalars(select(AuditRecord.action).order_by(AuditRecord.number)).all()[-1] == "proposal_revise"


def test_translations_say_who_made_them_and_from_what(town: Town) -> None:
    proposal = town.submitted()
    words = Translation("de", "Sprechgruppe für Mütter", "Wir möchten Deutsch sprechen.")
    refused(
        Forbidden,
        "not_permitted",
        lambda: services.translate(town.session, proposal.id, words, actor=town.olena, now=town.now),
    )
    services.translate(town.session, proposal.id, words, actor=town.birte, now=town.now)
    services.translate(
        town.session, proposal.id, Translation("en", "Talking group for mothers"), actor=town.ayse, now=town.now
    )
    origins = {tag: shown.origin for tag, shown in wordings(proposal.title).items()}
    assert origins == {"tr": Origin.AUTHOR, "de": Origin.HUMAN, "en": Origin.AUTHOR}
    services.revise(town.session, proposal.id, town.draft(title="Yeni"), based_on=1, actor=town.ayse, now=town.now)
    assert wordings(proposal.title)["de"].is_stale
    refused(
        Invalid,
        "translation_into_own_language",
        lambda: services.translate(
            town.session, proposal.id, replace(words, language="tr"), actor=town.birte, now=town.now
        ),
    )


def test_withdrawing_is_the_authors_until_the_decision(town: Town) -> None:
    proposal = town.submitted()
    refused(
        Forbidden,
        "not_the_author",
        lambda: services.withdraw(town.session, proposal.id, actor=town.birte, now=town.now),
    )
    services.withdraw(town.session, proposal.id, actor=town.ayse, now=town.now, reason="Başka yerde önerildi.")
    assert proposal.state is ProposalState.WITHDRAWN
    reason = proposal.events[-1].reason
    assert reason is not None
    assert original(reason).language == "tr"
