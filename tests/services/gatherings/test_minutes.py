"""Sessions: their agenda, who was there, and minutes that somebody else approves."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from participation.accounts.models import Account
from participation.accounts.queries import actor_of
from participation.audit.models import AuditRecord
from participation.core.actor import ERASED, SYSTEM, Actor
from participation.core.errors import Conflict, Forbidden, Invalid
from participation.core.windows import Window
from participation.gatherings import services
from participation.gatherings.models import Attendance, Gathering
from participation.gatherings.queries import members_of
from participation.gatherings.rules import GatheringKind, Presence, RecordState
from participation.gatherings.services import AgendaDraft, GatheringDraft, MinutesDraft
from participation.processes.models import Process
from participation.rounds.kinds import Eligibility, KindName
from participation.rounds.services import Seat, set_roll
from participation.texts.queries import wordings
from tests.factories.city import lindenhafen, make_round
from tests.factories.people import Cast, cast

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


class House:
    """A process with its people, a round with a roll, and a session that began an hour ago."""

    def __init__(self, session: Session, now: datetime) -> None:
        self.session, self.now = session, now
        self.process: Process = lindenhafen(session, now)
        self.cast: Cast = cast(session, self.process, now=now)
        body = {"kind": KindName.STEERING_GROUP, "eligibility": Eligibility.ROLL, "slug": "steering"}
        make_round(session, self.process, now, **body)
        seats = [Seat(account.email or "", {"de": "Jugendbeirat"}) for account in (self.cast.ayse, self.cast.elif_)]
        set_roll(session, "steering", seats, actor=SYSTEM, now=now)
        self.gathering = self.meet()

    def meet(self, starts: timedelta = timedelta(hours=-1)) -> Gathering:
        window = Window(self.now + starts, self.now + starts + timedelta(hours=3))
        draft = GatheringDraft(
            GatheringKind.SESSION, "Rathaus, Saal 2", window, {"de": "Sitzung im Herbst"}, round="steering"
        )
        return services.create_gathering(
            self.session, self.process.slug, draft, actor=self.as_(self.cast.birte), now=self.now
        )

    def as_(self, account: Account) -> Actor:
        self.session.refresh(account)
        return actor_of(account)

    def write(self, who: Account, language: str = "de", whole: str = "", **items: str) -> Gathering:
        return services.write_minutes(
            self.session,
            self.process.slug,
            self.gathering.number,
            MinutesDraft(language, whole, items),
            based_on=self.gathering.revision,
            actor=self.as_(who),
            now=self.now,
        )

    def approve(self, who: Account, based_on: int | None = None) -> Gathering:
        return services.approve_record(
            self.session,
            self.process.slug,
            self.gathering.number,
            based_on=self.gathering.revision if based_on is None else based_on,
            actor=self.as_(who),
            now=self.now,
        )

    def put(self, title: str = "", *codes: str) -> str:
        draft = AgendaDraft({"de": title} if title else {}, codes)
        return services.put_on_agenda(
            self.session,
            self.process.slug,
            self.gathering.number,
            draft,
            actor=self.as_(self.cast.birte),
            now=self.now,
        ).id


@pytest.fixture
def house(session: Session, now: datetime) -> House:
    return House(session, now)


def test_minutes_are_approved_by_somebody_whose_words_they_are_not(house: House) -> None:
    house.write(house.cast.farid, whole="Es wurde gesprochen.")
    with pytest.raises(Forbidden, match="record_by_yourself"):
        house.approve(house.cast.farid)
    house.approve(house.cast.elif_)
    assert house.gathering.state is RecordState.APPROVED
    assert house.gathering.approved_at == house.now
    with pytest.raises(Conflict, match="record_approved"):
        house.write(house.cast.farid, whole="Nachgeschoben.")


def test_whoever_worded_one_item_does_not_approve_the_whole(house: House) -> None:
    first, second = house.put("Eins"), house.put("Zwei")
    house.write(house.cast.farid, **{first: "Ja.", second: "Nein."})
    house.write(house.cast.birte, **{first: "Ja.", second: "Nein, vertagt."})
    for writer in (house.cast.farid, house.cast.birte):
        with pytest.raises(Forbidden, match="record_by_yourself"):
            house.approve(writer)
    house.approve(house.cast.silke)


def test_an_approval_holds_for_what_was_read(house: House) -> None:
    house.write(house.cast.farid, whole="Erste Fassung.")
    read = house.gathering.revision
    house.write(house.cast.farid, whole="Zweite Fassung.")
    with pytest.raises(Conflict, match="record_changed"):
        house.approve(house.cast.elif_, based_on=read)


def test_two_pens_do_not_overwrite_each_other(house: House) -> None:
    read = house.gathering.revision
    house.write(house.cast.farid, whole="Farids Fassung.")
    with pytest.raises(Conflict, match="record_changed"):
        services.write_minutes(
            house.session,
            house.process.slug,
            house.gathering.number,
            MinutesDraft("de", "Birtes Fassung."),
            based_on=read,
            actor=house.as_(house.cast.birte),
            now=house.now,
        )


def test_nothing_is_approved_before_it_begins_or_while_nothing_is_written(house: House) -> None:
    with pytest.raises(Invalid, match="record_empty"):
        house.approve(house.cast.elif_)
    house.gathering = house.meet(timedelta(days=3))
    house.write(house.cast.farid, whole="Zu früh.")
    with pytest.raises(Conflict, match="gathering_ahead"):
        house.approve(house.cast.elif_)


def test_minutes_in_a_second_language_are_a_translation_by_hand(house: House) -> None:
    house.write(house.cast.farid, whole="Es wurde gesprochen.")
    house.write(house.cast.farid, "tr", whole="Konuşuldu.")
    assert house.gathering.minutes is not None
    said = wordings(house.gathering.minutes)
    assert (said["de"].body, said["tr"].body, said["tr"].is_translation) == (
        "Es wurde gesprochen.",
        "Konuşuldu.",
        True,
    )
    house.write(house.cast.farid, "tr", whole="")
    assert list(wordings(house.gathering.minutes)) == ["de"]
    house.write(house.cast.farid, whole="")
    assert house.gathering.minutes is None


def test_whoever_only_sends_the_form_back_may_still_approve(house: House) -> None:
    house.write(house.cast.farid, whole="Es wurde gesprochen.")
    read = house.gathering.revision
    house.write(house.cast.elif_, whole="Es wurde gesprochen.")
    assert house.gathering.revision == read
    house.approve(house.cast.elif_)


def test_an_approval_is_taken_back_to_correct_something(house: House) -> None:
    house.write(house.cast.farid, whole="Es wurde gesprochen.")
    house.approve(house.cast.elif_)
    services.reopen_record(
        house.session, house.process.slug, house.gathering.number, actor=house.as_(house.cast.birte), now=house.now
    )
    assert house.gathering.approved_by is None
    house.write(house.cast.farid, whole="Es wurde viel gesprochen.")
    acts = [record.action for record in house.session.scalars(select(AuditRecord).order_by(AuditRecord.number))]
    assert acts[-3:] == ["record.approved", "record.reopened", "minutes.written"]


def test_an_agenda_names_proposals_and_keeps_its_order(house: House) -> None:
    first, second = house.put("Begrüßung"), house.put("", "P001", "P002")
    services.move_item(
        house.session,
        house.process.slug,
        house.gathering.number,
        second,
        earlier=True,
        actor=house.as_(house.cast.birte),
        now=house.now,
    )
    house.session.refresh(house.gathering, ["items"])
    assert [item.id for item in house.gathering.items] == [second, first]
    assert house.gathering.items[0].proposal_codes == ["P001", "P002"]
    with pytest.raises(Invalid, match="item_about_nothing"):
        house.put("")
    with pytest.raises(Forbidden):
        services.put_on_agenda(
            house.session,
            house.process.slug,
            house.gathering.number,
            AgendaDraft({"de": "Eigenmächtig"}),
            actor=house.as_(house.cast.elif_),
            now=house.now,
        )


def test_attendance_lets_go_of_whoever_is_erased(house: House) -> None:
    members = {account.id: entry.id for entry, account in members_of(house.session, house.gathering)}
    services.note_attendance(
        house.session,
        house.process.slug,
        house.gathering.number,
        {members[house.cast.ayse.id]: Presence.PRESENT, members[house.cast.elif_.id]: Presence.EXCUSED},
        guests=3,
        based_on=house.gathering.revision,
        actor=house.as_(house.cast.farid),
        now=house.now,
    )
    house.write(house.cast.elif_, whole="Es wurde gesprochen.")
    services.let_go_of_gatherings(house.session, house.cast.elif_.id)
    house.session.expire_all()
    rows = house.session.scalars(select(Attendance).order_by(Attendance.presence)).all()
    assert [(row.presence, row.account_id, row.seat is None) for row in rows] == [
        (Presence.EXCUSED, None, True),
        (Presence.PRESENT, house.cast.ayse.id, False),
    ]
    assert house.gathering.worded_by == ERASED
    assert services.forget_attendance(house.session, house.gathering.round_id or "") == 1
    assert [row.account_id for row in rows] == [None, None]
