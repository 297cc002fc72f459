"""Workshop days and assisted sessions: what is noted, and what of it is told to whom."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from participation.accounts.models import Account
from participation.accounts.queries import actor_of
from participation.ballots.models import Ballot, Participation
from participation.core.actor import SYSTEM, Actor
from participation.core.errors import Conflict, Forbidden, Invalid
from participation.core.permissions import Role
from participation.core.windows import Window
from participation.gatherings import services
from participation.gatherings.models import Gathering
from participation.gatherings.queries import assisted_numbers
from participation.gatherings.rules import GatheringKind
from participation.gatherings.services import GatheringDraft, NoteDraft, TableDraft
from participation.processes.models import Process
from participation.rounds.kinds import Eligibility, KindName
from participation.rounds.models import Round
from participation.rounds.rules import RoundAction
from participation.rounds.services import record_event
from participation.texts.queries import wordings
from tests.factories.city import lindenhafen, make_round, open_for_contributions
from tests.factories.people import Cast, cast, official


class Hall:
    """A citizens' round, a facilitator, and a workshop day with one table."""

    def __init__(self, session: Session, now: datetime) -> None:
        self.session, self.now = session, now
        self.process: Process = lindenhafen(session, now)
        self.cast: Cast = cast(session, self.process, now=now)
        self.hatice = official(session, "Hatice", Role.FACILITATOR, self.process, now=now)
        body = {"kind": KindName.CITIZENS, "eligibility": Eligibility.CODES, "slug": "workshop"}
        self.round: Round = make_round(session, self.process, now, **body)
        self.day = self.announce(GatheringKind.WORKSHOP, self.cast.birte, titles={"de": "Werkstatt-Tag"})
        self.number = self.day.number
        draft = TableDraft(1, {"de": "Sprache im Alltag"}, self.hatice.id, 7)
        services.set_table(session, self.process.slug, self.number, draft, actor=self.as_(self.cast.birte), now=now)

    def announce(self, kind: GatheringKind, who: Account, **said: object) -> Gathering:
        window = Window(self.now - timedelta(hours=1), self.now + timedelta(hours=4))
        draft = GatheringDraft(kind, "Bürgerhaus", window, round="workshop", **said)  # type: ignore[arg-type]
        return services.create_gathering(self.session, self.process.slug, draft, actor=self.as_(who), now=self.now)

    def as_(self, account: Account) -> Actor:
        self.session.refresh(account)
        return actor_of(account)

    def note(self, who: Account, language: str, body: str, *codes: str) -> str:
        return services.write_note(
            self.session,
            self.process.slug,
            self.number,
            1,
            NoteDraft(language, body, codes),
            actor=self.as_(who),
            now=self.now,
        ).id


@pytest.fixture
def hall(session: Session, now: datetime) -> Hall:
    return Hall(session, now)


def test_a_note_stays_in_the_language_in_which_it_was_said(hall: Hall) -> None:
    note = hall.note(hall.hatice, "ar", "نريد دورات مسائية", "P001")
    services.translate_note(
        hall.session,
        hall.process.slug,
        hall.number,
        note,
        NoteDraft("de", "Wir wollen Abendkurse."),
        based_on=1,
        actor=hall.as_(hall.hatice),
        now=hall.now,
    )
    found = hall.day.tables[0].notes[0]
    said = wordings(found.body)
    assert list(said) == ["ar", "de"]
    assert said["de"].is_translation
    assert found.proposal_codes == ["P001"]
    with pytest.raises(Invalid, match="language_of_note_stays"):
        services.change_note(
            hall.session,
            hall.process.slug,
            hall.number,
            note,
            NoteDraft("de", "Anders."),
            based_on=1,
            actor=hall.as_(hall.hatice),
            now=hall.now,
        )


def test_notes_name_the_words_on_which_they_rest(hall: Hall) -> None:
    note = hall.note(hall.hatice, "ar", "نريد دورات مسائية", "P001")
    hatice, now = hall.as_(hall.hatice), hall.now
    at = (hall.session, hall.process.slug, hall.number, note)
    services.change_note(*at, NoteDraft("ar", "نريد دورات"), based_on=1, actor=hatice, now=now)
    with pytest.raises(Conflict, match="record_changed"):
        services.change_note(*at, NoteDraft("ar", "شيء آخر"), based_on=1, actor=hatice, now=now)
    with pytest.raises(Conflict, match="record_changed"):
        services.translate_note(*at, NoteDraft("de", "Wir wollen Abendkurse."), based_on=1, actor=hatice, now=now)
    services.translate_note(*at, NoteDraft("de", "Wir wollen Kurse."), based_on=2, actor=hatice, now=now)


def test_notes_are_never_ballots(hall: Hall) -> None:
    hall.note(hall.hatice, "de", "Unser Tisch ist für M01.", "M01")
    assert hall.session.scalars(select(Ballot)).all() == []
    assert hall.session.scalars(select(Participation)).all() == []


def test_only_those_who_take_notes_write_them_and_nothing_is_added_once_they_are_public(hall: Hall) -> None:
    with pytest.raises(Forbidden):
        hall.note(hall.cast.ayse, "tr", "Ben de bir şey yazayım.")
    hall.note(hall.hatice, "de", "Mehr Zeit.")
    services.approve_record(
        hall.session,
        hall.process.slug,
        hall.number,
        based_on=hall.day.revision,
        actor=hall.as_(hall.cast.birte),
        now=hall.now,
    )
    with pytest.raises(Conflict, match="record_approved"):
        hall.note(hall.hatice, "de", "Noch etwas.")


def test_tables_have_numbers_of_their_own_and_stay_once_something_was_noted(hall: Hall) -> None:
    birte = hall.as_(hall.cast.birte)
    again = TableDraft(1, {"de": "Wohnen"})
    with pytest.raises(Invalid, match="table_number_taken"):
        services.set_table(hall.session, hall.process.slug, hall.number, again, actor=birte, now=hall.now)
    stranger = TableDraft(2, {"de": "Wohnen"}, hall.cast.ayse.id)
    with pytest.raises(Invalid, match="unknown_facilitator"):
        services.set_table(hall.session, hall.process.slug, hall.number, stranger, actor=birte, now=hall.now)
    hall.note(hall.hatice, "de", "Mehr Zeit.")
    with pytest.raises(Conflict, match="table_with_notes"):
        services.remove_table(hall.session, hall.process.slug, hall.number, 1, actor=birte, now=hall.now)
    with pytest.raises(Conflict, match="gathering_with_record"):
        services.discard_gathering(hall.session, hall.process.slug, hall.number, actor=birte, now=hall.now)


def test_a_facilitator_enters_assisted_sessions_and_announces_nothing_else(hall: Hall) -> None:
    made = hall.announce(GatheringKind.ASSISTED, hall.hatice, interpreters=("ar", "uk"), headcount=6)
    assert (made.assistant_id, made.interpreters, made.headcount) == (hall.hatice.id, ["ar", "uk"], 6)
    with pytest.raises(Forbidden):
        hall.announce(GatheringKind.WORKSHOP, hall.hatice, titles={"de": "Eigener Tag"})


@pytest.mark.parametrize("heads,told", [((6, 3), None), ((6, 4), 10)])
def test_assisted_people_are_told_in_sum_after_the_close_and_only_where_they_are_many(
    hall: Hall, heads: tuple[int, int], told: int | None
) -> None:
    for count in heads:
        hall.announce(GatheringKind.ASSISTED, hall.hatice, headcount=count)
    assert assisted_numbers(hall.session, hall.round, in_full=True).heads == sum(heads)
    assert assisted_numbers(hall.session, hall.round, in_full=False).heads is None
    open_for_contributions(hall.session, hall.round, hall.now)
    assert assisted_numbers(hall.session, hall.round, in_full=False).heads is None
    record_event(hall.session, hall.round, RoundAction.CLOSE, actor=SYSTEM, now=hall.now)
    shown = assisted_numbers(hall.session, hall.round, in_full=False)
    assert (shown.gatherings, shown.heads) == (2, told)
