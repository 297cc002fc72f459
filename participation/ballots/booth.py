"""What a voter has before them: the round, as whom they vote, the options in their own order, and their ballot."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Self

from flask import url_for
from sqlalchemy.orm import Session

from participation.ballots.frozen import ShownOption, shown_options
from participation.ballots.keys import KeyStore
from participation.ballots.models import Option
from participation.ballots.queries import (
    OwnBallot,
    limits_of,
    options_of,
    own_ballot,
    vote_before_erasure,
    voting_task_of,
)
from participation.ballots.rules import BallotShape
from participation.core.errors import Conflict
from participation.rounds.models import Round
from participation.rounds.queries import Participant, RoundStanding
from participation.web.errors import words_for
from participation.web.locale import reader_languages


@dataclass(frozen=True, slots=True)
class Booth:
    """Everything that the pages of one ballot show. `options` stand in the voter's own order."""

    standing: RoundStanding
    participant: Participant
    shape: BallotShape
    options: Sequence[Option]
    own: OwnBallot | None

    @classmethod
    def enter(cls, session: Session, standing: RoundStanding, keys: KeyStore) -> Self:
        """Read what the participant of a standing needs; raises Conflict if there is nothing to vote on."""
        round_, participant = standing.round, standing.participant
        voting_task_of(round_)
        if participant is None or round_.ballot_kind is None:
            raise Conflict("nothing_to_vote_on", round=round_.slug)
        options = {option.code: option for option in options_of(session, round_.id)}
        struck = frozenset(code for code, option in options.items() if option.struck_at is not None)
        order = keys.key(round_.id).order_for(participant.key, options)
        return cls(
            standing=standing,
            participant=participant,
            shape=BallotShape(round_.ballot_kind, limits_of(round_), tuple(options), struck),
            options=[options[code] for code in order],
            own=own_ballot(session, round_.id, participant, keys),
        )

    @property
    def round(self) -> Round:
        """Return the round that is voted in."""
        return self.standing.round

    @property
    def revision(self) -> int:
        """Return the revision of the ballot in the box, 0 if there is none."""
        return self.own.revision if self.own else 0

    def shown(self, mentioned: Collection[str] = ()) -> list[ShownOption]:
        """Return the options that can be chosen, and struck ones only where the ballot mentions them."""
        wanted = [option for option in self.options if option.struck_at is None or option.code in mentioned]
        return shown_options(wanted, self._languages, self._address)

    def chosen(self, codes: Sequence[str]) -> list[ShownOption]:
        """Return the named options in the order of `codes`; a code that does not stand here is left out."""
        by_code = {option.code: option for option in self.options}
        return shown_options([by_code[code] for code in codes if code in by_code], self._languages, self._address)

    def struck(self, codes: Collection[str]) -> list[Option]:
        """Return the options among `codes` that were taken off, with their reasons."""
        return [option for option in self.options if option.struck_at is not None and option.code in codes]

    @property
    def _languages(self) -> tuple[str, ...]:
        return reader_languages(self.round.process.default_language)

    def _address(self, code: str) -> str:
        return url_for("ballots.option", slug=self.round.slug, code=code)


def options_at_door(session: Session, round_: Round) -> list[ShownOption]:
    """Return what a round puts to the vote, in the order of lists, as every visitor of its door sees it."""
    return _in_readers_language(round_, options_of(session, round_.id))


def options_to_look_at(session: Session, standing: RoundStanding, keys: KeyStore) -> list[ShownOption]:
    """Return what a round puts to the vote: in their own order for somebody who can vote, else in that of lists."""
    round_, participant = standing.round, standing.participant
    shown = options_at_door(session, round_)
    if participant is None or not standing.takes_part or not keys.holds(round_.id):
        return shown
    by_code = {option.code: option for option in shown}
    return [by_code[code] for code in keys.key(round_.id).order_for(participant.key, by_code)]


def spent_in_words(session: Session, standing: RoundStanding, keys: KeyStore, *, has_voted: bool) -> str | None:
    """Return why a participant who comes back after a deletion has no ballot; None if they have one.

    A key that is not there at this moment says nothing: the ballot asks again.
    """
    round_, participant = standing.round, standing.participant
    if has_voted or participant is None or not standing.takes_part or not participant.identities:
        return None
    if round_.voting_task is None or not keys.holds(round_.id):
        return None
    refused = vote_before_erasure(session, round_, participant, keys)
    return words_for(refused) if refused is not None else None


def kept_words(session: Session, round_: Round, codes: Sequence[str]) -> list[ShownOption]:
    """Return the options that somebody had filled in where they can no longer be cast, so that nothing is lost."""
    by_code = {option.code: option for option in options_of(session, round_.id)}
    return _in_readers_language(round_, [by_code[code] for code in dict.fromkeys(codes) if code in by_code])


def _in_readers_language(round_: Round, options: Sequence[Option]) -> list[ShownOption]:
    languages = reader_languages(round_.process.default_language)
    return shown_options(options, languages, lambda code: url_for("ballots.option", slug=round_.slug, code=code))
