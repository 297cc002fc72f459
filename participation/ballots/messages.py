"""Words for the refusals of ballots."""

from collections.abc import Mapping
from typing import Final

from flask_babel import gettext as _
from flask_babel import ngettext

from participation.rounds.messages import state_in_words
from participation.web.errors import Words
from participation.web.rendering import end_in_words

WORDS: Final[Mapping[str, Words]] = {
    "reminded_anyway": lambda _facts: _(
        "Whoever may vote in this round is reminded without asking. You can switch reminders off on your account page."
    ),
    "reminders_need_address": lambda _facts: _("Only people who joined with an e-mail address can be reminded."),
    "reminders_switched_off": lambda _facts: _(
        "You have switched reminders off. You can switch them on again on your account page."
    ),
    "reminder_link_over": lambda _facts: _("This link is not complete or belongs to an account that is no more."),
    "too_many_favourites": lambda _facts: _("Your browser cannot keep any more marks. Please take some off first."),
    "card_voted": lambda f: _(
        "Somebody voted with card %(number)s. That ballot stays in the box, and a new card would be a second vote, so "
        "the card is not replaced. You can make its code invalid; then nobody can change the ballot any more.",
        number=f["number"],
    ),
    # What is wrong with a ballot.
    "wrong_shape": lambda _facts: _("This is not a ballot of this round. Please fill in the form once more."),
    "unknown_option": lambda f: _("“%(option)s” does not stand in this round.", option=f["option"]),
    "option_struck": lambda f: _(
        "%(option)s was taken off this round. Please remove it from your ballot.", option=f["option"]
    ),
    "duplicate_option": lambda f: _("%(option)s stands on your ballot more than once.", option=f["option"]),
    "too_many_choices": lambda f: ngettext(
        "You have chosen %(chosen)s; at most %(limit)s count. Please take %(num)s away.",
        "You have chosen %(chosen)s; at most %(limit)s count. Please take %(num)s away.",
        int(str(f["over"])),
        chosen=f["chosen"],
        limit=f["limit"],
    ),
    "too_many_points": lambda f: ngettext(
        "You have given %(given)s of %(limit)s points. Please take %(num)s point away.",
        "You have given %(given)s of %(limit)s points. Please take %(num)s points away.",
        int(str(f["over"])),
        given=f["given"],
        limit=f["limit"],
    ),
    "too_many_points_for_option": lambda f: _(
        "%(option)s can get at most %(limit)s points.", option=f["option"], limit=f["limit"]
    ),
    "points_not_positive": lambda f: _(
        "Points for %(option)s start at 1. Leave the place empty to give none.", option=f["option"]
    ),
    "not_a_whole_number": lambda f: _("Please give %(option)s a whole number.", option=f["option"]),
    "score_out_of_range": lambda f: _(
        "Please rate %(option)s from 0 to %(limit)s, or say that you have no opinion.",
        option=f["option"],
        limit=f["limit"],
    ),
    "empty_not_confirmed": lambda _facts: _(
        "Your ballot is empty: it treats all options alike. If you mean that, please confirm it."
    ),
    # Casting.
    "newer_ballot_exists": lambda _facts: _(
        "Your ballot was changed somewhere else in the meantime. Nothing was saved. "
        "Please look at both and decide which one counts."
    ),
    "no_ballot_to_change": lambda _facts: _("There is no ballot of yours that could be changed. Please start anew."),
    "voted_before_erasure": lambda _facts: _(
        "Somebody with your address has voted in this round already, and their account was deleted afterwards. "
        "Their ballot stays in the box. Nobody can see or change it any more, and nobody can vote twice."
    ),
    "voted_elsewhere_before_erasure": lambda _facts: _(
        "Somebody with your address has voted in another round of this phase already, and their account was deleted "
        "afterwards. In this process everybody has one ballot in all rounds of a phase that ask the same. Nobody can "
        "see or change that one any more."
    ),
    "request_reused": lambda _facts: _(
        "This form has already handed in another ballot. Nothing was changed. Please open your ballot anew."
    ),
    "not_a_revision": lambda _facts: _("This form is damaged. Please open your ballot anew."),
    "doubled_name": lambda f: _(
        "“%(name)s” stands twice in what was sent. Nothing was guessed and nothing saved.", name=f["name"]
    ),
    "request_token_missing": lambda f: _(
        "A ballot needs a mark of its own, with 1 to %(maximum)s characters, so that sending it twice does no harm.",
        maximum=f["maximum"],
    ),
    "round_suspended": lambda _facts: _(
        "This round cannot take ballots at the moment. Nothing was saved, and nothing is lost. "
        "Please tell the office and try again later."
    ),
    "nothing_to_vote_on": lambda _facts: _("Nothing is voted on in this round."),
    # Keys, and rounds that came back from a backup.
    "key_missing": lambda _facts: _(
        "The key of this round is not where the server looks for it, so that nobody can vote. Please have it brought "
        "back first. If it is lost for good, you can close the round: its ballots can be counted without it."
    ),
    "key_destroyed": lambda _facts: _(
        "The key of this round was destroyed, as it is when a round is concluded. It is not brought back."
    ),
    "keys_differ": lambda _facts: _(
        "Nothing was changed, because the folder of keys and the escrow hold different keys for this round. "
        "Please tell those who run the server."
    ),
    "key_damaged": lambda _facts: _(
        "The round was not opened, because a damaged file lies in the place of its key. "
        "Please tell those who run the server."
    ),
    "keys_folder_missing": lambda _facts: _(
        "The folder of keys cannot be reached. If its disk is mounted and it is new, prepare it with "
        "“participation key prepare”."
    ),
    "escrow_missing": lambda _facts: _(
        "The escrow of keys cannot be reached. If its disk is mounted and this is the first time, prepare it with "
        "“participation key prepare-escrow”."
    ),
    "no_escrow": lambda _facts: _("No escrow is named: PARTICIPATION_KEYS_ESCROW is empty."),
    "not_in_escrow": lambda _facts: _("The escrow holds no key of this round."),
    "round_needs_no_key": lambda _facts: _("Nobody votes in this round now, so that it needs no key."),
    # Opening, closing, striking, counting.
    "keys_not_writable": lambda _facts: _(
        "The round was not opened, because the folder for the keys of rounds cannot be written. "
        "Please tell those who run the server."
    ),
    "window_over": lambda f: _(
        "The round was to close on %(moment)s, which has passed. Please set a later end first.",
        moment=end_in_words(f["closes_at"], str(f["zone"])),  # type: ignore[arg-type]
    ),
    "option_not_admitted": lambda f: _("%(option)s is not admitted and cannot be put to the vote.", option=f["option"]),
    "option_of_wrong_kind": lambda f: _(
        "%(option)s cannot be put to the vote here: goals and measures are prioritised in rounds of their own.",
        option=f["option"],
    ),
    "too_few_options": lambda f: _(
        "A vote needs at least %(fewest)s options, otherwise there is nothing to prioritise.", fewest=f["fewest"]
    ),
    "too_many_options": lambda f: _(
        "A vote has at most %(most)s options; these are %(options)s.", most=f["most"], options=f["options"]
    ),
    "no_such_option": lambda f: _("“%(option)s” does not stand in this round.", option=f["option"]),
    "option_struck_already": lambda f: _("%(option)s was already taken off this round.", option=f["option"]),
    "not_running": lambda f: _(
        "%(state)s Options are taken off only between opening and conclusion.", state=state_in_words(f)
    ),
    "round_not_closed": lambda f: _("%(state)s Ballots are counted only after the close.", state=state_in_words(f)),
    "ballot_not_kept": lambda _facts: _(
        "This round is concluded. Whose ballot was whose is not kept any longer, so yours cannot be shown either."
    ),
    "register_differs": lambda f: _(
        "%(voters)s people are noted as having voted, but there are %(ballots)s ballots. "
        "The round is not concluded before this is cleared up. Please tell those who run the server.",
        voters=f["voters"],
        ballots=f["ballots"],
    ),
    "not_an_example": lambda _facts: _("Only example data may hold generated ballots."),
    "round_not_open": lambda _facts: _("The round is not open."),
}
