"""What is noted about a session keeps to those who wrote it, to its round and to what was read."""

import pytest
from sqlalchemy import delete, select

from participation.core.errors import Conflict, Forbidden
from participation.core.windows import Window
from participation.gatherings import services
from participation.gatherings.models import Attendance, Gathering
from participation.gatherings.queries import members_of
from participation.gatherings.rules import GatheringKind, Presence, RecordState
from participation.gatherings.services import GatheringDraft
from participation.rounds.models import RollEntry
from tests.services.gatherings.test_minutes import House, house

__all__ = ["house"]

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


def test_whoever_wrote_an_earlier_version_does_not_approve_the_later_one(house: House) -> None:
    house.write(house.cast.farid, whole="Alles ist von Farid")
    house.write(house.cast.birte, whole="Alles ist von Farid.")
    with pytest.raises(Forbidden, match="record_by_yourself"):
        house.approve(house.cast.farid)
    house.approve(house.cast.silke)
    assert house.gathering.state is RecordState.APPROVED


def test_whoever_translated_minutes_does_not_approve_them(house: House) -> None:
    house.write(house.cast.farid, whole="Es wurde gesprochen.")
    house.write(house.cast.birte, "tr", whole="Konuşuldu.")
    house.write(house.cast.farid, whole="Es wurde lange gesprochen.")
    with pytest.raises(Forbidden, match="record_by_yourself"):
        house.approve(house.cast.birte)


def noted(house: House, presence: Presence | None = Presence.PRESENT) -> Gathering:
    """Note what is said about the first member and that nothing is known of the others."""
    first = members_of(house.session, house.gathering)[0][0].id
    return services.note_attendance(
        house.session,
        house.process.slug,
        house.gathering.number,
        {first: presence} if presence else {},
        guests=0,
        based_on=house.gathering.revision,
        actor=house.as_(house.cast.farid),
        now=house.now,
    )


def moved(house: House, round_: str) -> Gathering:
    """Change the round of the session."""
    window = Window(house.gathering.starts_at, house.gathering.ends_at)
    return services.change_gathering(
        house.session,
        house.process.slug,
        house.gathering.number,
        GatheringDraft(GatheringKind.SESSION, "Rathaus", window, {"de": "Sitzung"}, round=round_),
        based_on=house.gathering.revision,
        actor=house.as_(house.cast.birte),
        now=house.now,
    )


def names(house: House) -> list[str | None]:
    return list(house.session.scalars(select(Attendance.account_id)))


def test_a_session_keeps_its_round_while_attendance_is_noted(house: House) -> None:
    noted(house)
    with pytest.raises(Conflict, match="gathering_with_attendance"):
        moved(house, "")
    assert moved(house, "steering").place == "Rathaus"
    noted(house, None)
    assert moved(house, "").round is None


def test_whoever_was_taken_off_the_roll_is_taken_out_of_the_attendance(house: House) -> None:
    noted(house)
    gone = members_of(house.session, house.gathering)[0][1].id
    house.session.execute(delete(RollEntry).where(RollEntry.account_id == gone))
    assert names(house) == [gone]
    noted(house)
    assert gone not in names(house)
    assert len(names(house)) == 1


def test_no_name_outlives_its_roll(house: House) -> None:
    noted(house)
    round_id = house.gathering.round_id or ""
    house.gathering.round_id = None
    house.session.flush()
    assert services.forget_attendance(house.session, round_id) == 1
    assert names(house) == [None]


def test_a_list_that_was_open_for_too_long_overwrites_nothing(house: House) -> None:
    read = house.gathering.revision
    noted(house)
    at = (house.session, house.process.slug, house.gathering.number)
    with pytest.raises(Conflict, match="record_changed"):
        services.note_attendance(*at, {}, guests=None, based_on=read, actor=house.as_(house.cast.birte), now=house.now)
    assert len(names(house)) == 1


def test_moving_the_hour_keeps_how_many_came(house: House) -> None:
    at = (house.session, house.process.slug, house.gathering.number)
    services.note_heads(*at, 30, actor=house.as_(house.cast.farid), now=house.now)
    assert moved(house, "steering").headcount == 30
