"""Titles are compared in languages that both have; through whose words is said, and what was not compared."""

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from participation.core.actor import SYSTEM
from participation.core.wording import TITLE
from participation.proposals.models import Proposal
from participation.proposals.queries import spelt_alike
from participation.proposals.rules import ProposalKind, ProposalState
from participation.texts.models import Origin
from participation.texts.services import translate_text, write_text
from tests.factories.city import lindenhafen

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


def test_a_comparison_names_the_language_the_translation_and_what_it_left_out(session: Session, now: datetime) -> None:
    process = lindenhafen(session, now)

    def proposed(code: str, language: str, title: str, **translations: str) -> Proposal:
        text = write_text(session, title, language=language, shape=TITLE, actor=SYSTEM, now=now)
        for tag, words in translations.items():
            translate_text(
                session, text, words, language=tag, origin=Origin.MACHINE, shape=TITLE, actor=SYSTEM, now=now
            )
        proposal = Proposal(
            process_id=process.id,
            process=process,
            code=code,
            position=int(code[1:]),
            kind=ProposalKind.MEASURE,
            state=ProposalState.SUBMITTED,
            title=text,
            created_at=now,
            submitted_at=now,
        )
        session.add(proposal)
        session.flush()
        return proposal

    german = proposed("P1", "de", "Sprachcafé am Hafen")
    turkish = proposed("P2", "tr", "Limanda dil kafesi", de="Sprachcafé am Hafen")
    same = proposed("P3", "de", "Sprachcafés am Hafen")
    ukrainian = proposed("P4", "uk", "Мовне кафе в порту")
    found = spelt_alike(session, [german, ukrainian])
    assert [(one.proposal, one.language, one.translated) for one in found[german.id].found] == [
        (turkish, "de", Origin.MACHINE),
        (same, "de", None),
    ]
    assert found[german.id].uncompared == 1
    assert (found[ukrainian.id].found, found[ukrainian.id].uncompared) == ([], 3)
