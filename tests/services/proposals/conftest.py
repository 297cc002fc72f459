"""What tests of proposals may ask for."""

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from tests.factories.contributions import Town, make_town


@pytest.fixture
def town(session: Session, now: datetime) -> Town:
    """Return a town with goals and no measure."""
    return make_town(session, now)
