"""Words for the refusals of rounds."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final

from flask_babel import gettext as _
from flask_babel import ngettext

from participation.rounds.sentences import sheet_handed_in_in_words, voted_elsewhere_in_words
from participation.web.errors import Words
from participation.web.rendering import day_in_words, end_in_words, moment_in_words


def _moment(facts: Mapping[str, object], name: str) -> str:
    moment, speak = facts[name], end_in_words if name == "closes_at" else moment_in_words
    return speak(moment, str(facts["zone"])) if isinstance(moment, datetime) else str(moment)


def _end(facts: Mapping[str, object]) -> str:
    at = facts["at"]
    return end_in_words(at, str(facts["zone"])) if isinstance(at, datetime) else str(at)


def _day(facts: Mapping[str, object], name: str) -> str:
    day = facts[name]
    return day_in_words(day) if isinstance(day, date) else str(day)


def state_in_words(facts: Mapping[str, object]) -> str:
    """Return a sentence about where a round stands; other rooms' refusals begin with it too."""
    states = {
        "draft": _("The round is being prepared."),
        "open": _("The round is open."),
        "closed": _("The round is closed."),
        "concluded": _("The round is concluded and its result is final."),
    }
    return states[str(facts["state"])]


WORDS: Final[Mapping[str, Words]] = {
    "suspended": lambda _facts: _(
        "This round is suspended since the site was restored from a backup. Nothing was saved. "
        "The office decides how it goes on, and the page of the round will say so."
    ),
    "not_suspended": lambda _facts: _("This round is not suspended."),
    "no_such_round": lambda _facts: _("There is no such round."),
    "round_state": lambda f: _("%(state)s This can therefore not be done now.", state=state_in_words(f)),
    "round_not_draft": lambda f: _(
        "%(state)s It can be changed only while it is being prepared, so that everybody answers the same question.",
        state=state_in_words(f),
    ),
    "round_weighed": lambda _facts: _(
        "A joint ranking counts on this round. Only its time and its texts can still be changed; for everything else, "
        "please let the joint ranking be withdrawn first."
    ),
    "not_a_choice": lambda _facts: _("Please choose one of the entries of the list."),
    "claims_forgotten": lambda _facts: _(
        "It is not known any more who has voted in this phase, so nobody could be kept from voting twice. Please put "
        "the round into another phase."
    ),
    "round_in_use": lambda _facts: _(
        "This round is part of a joint ranking or of something else that was built on it. Please take that back first."
    ),
    "tasks_missing": lambda _facts: _("Please choose at least one thing that people are asked to do."),
    "task_not_of_kind": lambda _facts: _("This body is not asked for one of the chosen tasks."),
    "two_things_to_prioritise": lambda _facts: _(
        "A round has one ballot. Please let people prioritise either goals or measures, and use a second round "
        "for the other."
    ),
    "eligibility_not_of_kind": lambda _facts: _("This body does not take part in this way. Please choose another one."),
    "ballot_without_task": lambda _facts: _("A ballot is only needed where goals or measures are prioritised."),
    "ballot_kind_missing": lambda _facts: _("Please choose how people prioritise."),
    "limit_missing": lambda _facts: _("Please give a number."),
    "limit_out_of_range": lambda f: _(
        "Please give a whole number from %(lowest)s to %(highest)s.", lowest=f["lowest"], highest=f["highest"]
    ),
    "limit_not_of_ballot": lambda _facts: _("This number does not belong to the chosen kind of ballot."),
    "more_per_option_than_points": lambda f: _(
        "One option cannot get more points than there are in all: %(points)s.", points=f["points"]
    ),
    "option_rule_missing": lambda _facts: _("Please choose what is put to the vote."),
    "option_rule_not_of_task": lambda _facts: _(
        "What is put to the vote does not fit what is prioritised: choose goals for goals and measures for measures."
    ),
    "options_without_ballot": lambda _facts: _("Nothing can be put to the vote where nothing is prioritised."),
    "codes_without_choice": lambda _facts: _(
        "Single proposals are named only where you choose them yourself. Please clear the list or change the choice."
    ),
    "chosen_codes_count": lambda f: _(
        "Please name %(lowest)s to %(highest)s proposals.", lowest=f["lowest"], highest=f["highest"]
    ),
    "doubled_code": lambda f: _("%(proposal)s is named twice.", proposal=f["proposal"]),
    "not_a_moment": lambda f: _(
        "“%(typed)s” is no day and time. Please write it like 2026-12-12T18:00.", typed=f["typed"]
    ),
    "extension_not_later": lambda _facts: _("The new end must be later than the present one."),
    "extension_in_the_past": lambda _facts: _("The new end has already passed."),
    "round_without_roll": lambda _facts: _("The participants of this round are not named on a roll."),
    "roll_stands": lambda f: _("%(state)s The roll stands as it is.", state=state_in_words(f)),
    "roll_only_grows": lambda _facts: _(
        "The round is open: people can still be added to the roll, but nobody can be taken off it."
    ),
    "doubled_on_roll": lambda f: _("%(email)s stands on the roll twice.", email=f["email"]),
    "not_a_line_of_roll": lambda f: _(
        "Line %(line)s has no e-mail address: “%(typed)s”. Please write the address first, then a semicolon and what "
        "the person stands for.",
        line=f["line"],
        typed=f["typed"],
    ),
    "unknown_on_roll": lambda f: _(
        "There is no account for: %(emails)s. Please create the accounts first.", emails=f["emails"]
    ),
    "round_without_codes": lambda _facts: _("The participants of this round do not come with codes."),
    "round_without_sheets": lambda _facts: _(
        "Ballot sheets are given out only where people vote with codes or join by e-mail. Members on a roll, "
        "organisations and departments vote through the people who stand for them."
    ),
    "batch_of_other_kind": lambda _facts: _(
        "These codes are not printed in this way: some batches are cards, others are ballot sheets."
    ),
    "round_needs_no_codes": lambda f: _("%(state)s It needs no codes any more.", state=state_in_words(f)),
    "no_such_batch": lambda _facts: _("There is no such batch of codes."),
    "no_such_card": lambda _facts: _("There is no card with this number in the batch."),
    "batch_revoked": lambda _facts: _("These codes were made invalid and are not printed again."),
    "batch_expired": lambda f: _(
        "The codes of this batch could be used until %(moment)s. Please give them a later last day before you print "
        "them.",
        moment=_end(f),
    ),
    "last_day_out_of_range": lambda f: _(
        "Please give a day from %(lowest)s to %(highest)s.", lowest=_day(f, "lowest"), highest=_day(f, "highest")
    ),
    "reprint_reason_missing": lambda _facts: _(
        "This batch was printed before. Please say why it is printed again; the reason stands in the register."
    ),
    "card_not_valid": lambda f: _("Card %(number)s was made invalid and is not printed again.", number=f["number"]),
    "card_replaced_already": lambda f: _(
        "Card %(number)s was replaced by card %(by)s already. You can print that one again.",
        number=f["number"],
        by=f["by"],
    ),
    "no_tablet_here": lambda _facts: _("This browser is not a shared tablet."),
    "no_such_tablet": lambda _facts: _("There is no such shared tablet."),
    "on_shared_tablet": lambda _facts: _("This is not open to a shared tablet. An official can end its shared use."),
    "tablet_without_vote": lambda _facts: _("Nobody votes in this round, so it needs no shared tablet."),
    "code_of_other_round": lambda _facts: _("This code belongs to another round than the one on this tablet."),
    "no_code_typed": lambda _facts: _("Please type the code from your card."),
    "code_sign": lambda f: _(
        "“%(sign)s” is not part of any code. Codes have the digits 0 to 9 and letters without I, L, O and U.",
        sign=f["sign"],
    ),
    "code_length": lambda f: _(
        "A code has %(expected)s characters; you typed %(length)s. Please compare it with your card.",
        expected=f["expected"],
        length=f["length"],
    ),
    "code_mistyped": lambda _facts: _(
        "One of the characters is wrong, or two changed places. Please compare the code with your card."
    ),
    "no_such_code": lambda _facts: _(
        "This code is not known here. Please compare it with your card, or ask the people who gave it to you."
    ),
    "code_revoked": lambda _facts: _(
        "This code was made invalid. Please ask the people who gave it to you for a new one."
    ),
    "code_expired": lambda f: _(
        "This code could be used until %(moment)s. If you voted with it before, your ballot stays in the box and "
        "counts.",
        moment=_end(f),
    ),
    "overlap_is_settled": lambda _facts: _(
        "The first round of this process has been opened. What was said about voting in several rounds stands."
    ),
    "voted_in_other_round": lambda f: voted_elsewhere_in_words(str(f["round"])),
    "sheet_handed_in": lambda _facts: sheet_handed_in_in_words(),
    "sheet_stays_valid": lambda f: _(
        "Sheet %(sheet)s was handed in, so its code stays valid.",
        sheet=f["sheet"],
    ),
    "sheets_of_batch_handed_in": lambda f: ngettext(
        "%(num)s sheet of this batch was handed in, and its code stays valid. Please make the codes of other sheets "
        "invalid one by one.",
        "%(num)s sheets of this batch were handed in, and their codes stay valid. Please make the codes of other "
        "sheets invalid one by one.",
        int(str(f["sheets"])),
    ),
    "too_many_wrong_codes": lambda _facts: _(
        "This code is not known here, and many unknown codes were typed in the last hour. Please compare yours with "
        "your card, or ask the people who gave it to you."
    ),
    "round_not_open_yet": lambda f: _(
        "This round has not opened yet. It takes contributions from %(moment)s.", moment=_moment(f, "opens_at")
    ),
    "round_over": lambda f: _(
        "This round is over: it closed on %(moment)s. Nothing was saved.", moment=_moment(f, "closes_at")
    ),
    "round_closed_early": lambda _facts: _("This round was closed and takes nothing more. Nothing was saved."),
    "task_not_in_round": lambda _facts: _("This round does not ask for this."),
    "not_a_participant": lambda _facts: _(
        "You do not take part in this round. Its page says who does and how to join."
    ),
}
