"""What is noted about a session keeps to those who wrote it, to its round and to what was read."""

import pytest

from participation.core.errors import Forbidden
from participation.gatherings.rules import RecordState
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
