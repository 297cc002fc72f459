"""What a person reads about what is stored about them: names of the holdings, of their fields, and values in words."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from flask_babel import gettext as _
from markupsafe import Markup, escape

from participation.accounts.messages import (
    application_state_name,
    factor_kind_name,
    permission_name,
    role_name,
)
from participation.ballots.sentences import channel_name
from participation.comments.rules import CommentState, ModerationAction
from participation.core.languages import LANGUAGES
from participation.gatherings.sentences import presence_in_words
from participation.monitoring.sentences import state_name as measure_state_name
from participation.proposals.messages import kind_name, state_name, station_name
from participation.rounds.sentences import class_name, task_name
from participation.texts.models import Origin
from participation.web.rendering import day, when


def holding_name(name: str) -> str:
    """Return what a holding is called."""
    return _HOLDINGS[name]()


def field_name(name: str) -> str:
    """Return what a field of a holding is called."""
    return _FIELDS[name]()


def shown(field: str, value: object) -> Markup:
    """Return the value of a field as a page shows it."""
    if isinstance(value, bool):
        return escape(_("Yes") if value else _("No"))
    if isinstance(value, datetime):
        return when(value)
    if isinstance(value, date):
        return day(value)
    if isinstance(value, Mapping):
        return Markup(", ").join(f"{name}: {one}" for name, one in value.items())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return Markup(", ").join(shown(field, one) for one in value)
    speak = _VALUES.get(field)
    return escape(speak(value) if speak else value)


_HOLDINGS: Final[Mapping[str, Callable[[], str]]] = {
    "account": lambda: _("Your account"),
    "acts": lambda: _("What you did as an official, in the record of acts"),
    "acts_on_account": lambda: _("What was done to your account, in the record of acts"),
    "attendance": lambda: _("Sessions at which you were or were missed"),
    "ballot_claims": lambda: _("Rounds in which you used your one ballot of a phase"),
    "comments": lambda: _("Your comments"),
    "costings": lambda: _("Costs that you entered"),
    "departments": lambda: _("Departments for which you act"),
    "followed_processes": lambda: _("Processes of which you want to be told by mail"),
    "followed_proposals": lambda: _("Proposals of which you want to be told by mail"),
    "gatherings": lambda: _("Sessions and workshops that you assisted at, wrote down or approved"),
    "identities": lambda: _("Services with which you sign in"),
    "interests": lambda: _("Interests that you declared on proposals"),
    "invitations": lambda: _("Mails with which you were invited"),
    "mandates": lambda: _("Organisations for which you speak"),
    "measure_statuses": lambda: _("What you reported of measures after the decision"),
    "moderation": lambda: _("Your decisions on comments"),
    "plan_decisions": lambda: _("What you decided by hand in plans"),
    "printings": lambda: _("Cards with participation codes that you printed"),
    "reminder_wishes": lambda: _("Rounds of whose end you asked to be reminded"),
    "reminders": lambda: _("Reminders that you were sent in running rounds"),
    "password": lambda: _("Your password, of which only a fingerprint is stored"),
    "proposals": lambda: _("Your proposals and drafts"),
    "proposed_as_delegate": lambda: _("Organisations that proposed you as their delegate"),
    "proposed_delegates": lambda: _("Delegates whom you proposed"),
    "recovery_codes": lambda: _("Your recovery codes, which are stored nowhere themselves"),
    "registrations": lambda: _("Organisations that you registered"),
    "reports": lambda: _("Comments that you reported"),
    "roadmap_times": lambda: _("Steps of the roadmap that you noted as done"),
    "roles": lambda: _("Your roles"),
    "rolls": lambda: _("Rounds on whose roll you stand"),
    "second_factors": lambda: _("Your second factors"),
    "sessions": lambda: _("Where you are or were signed in"),
    "settled_plans": lambda: _("Plans that you settled"),
    "sheets_typed_in": lambda: _("Ballot sheets that you typed in and that are not in the box yet"),
    "sign_in_requests": lambda: _("Mails for signing in that you asked for"),
    "stations": lambda: _("Steps that you took with proposals"),
    "supports": lambda: _("Proposals that you support"),
    "table_notes": lambda: _("Notes that you wrote at workshop tables"),
    "tables": lambda: _("Workshop tables that you facilitate"),
    "tokens": lambda: _("Programs that act for you"),
    "votes": lambda: _("Rounds in which you voted. What you voted is stored nowhere beside your name"),
    "withdrawn_envelopes": lambda: _("Envelopes that you took out of the count"),
    "wordings": lambda: _("Texts and versions of texts that you wrote"),
}

_FIELDS: Final[Mapping[str, Callable[[], str]]] = {
    "action": lambda: _("Act"),
    "annual_cents": lambda: _("Yearly cost in cents"),
    "application_state": lambda: _("State"),
    "applied_at": lambda: _("Registered"),
    "at": lambda: _("When"),
    "author_name": lambda: _("Name that stands beside it"),
    "batch": lambda: _("Batch"),
    "began_at": lambda: _("Since"),
    "body": lambda: _("Text"),
    "cards": lambda: _("Cards"),
    "channel": lambda: _("Way"),
    "closes_at": lambda: _("End of the round"),
    "code": lambda: _("Code"),
    "comment_state": lambda: _("State"),
    "confirmed_at": lambda: _("First shown"),
    "consumed_at": lambda: _("Used"),
    "created_at": lambda: _("Since"),
    "currency": lambda: _("Currency"),
    "decided_at": lambda: _("Decided"),
    "declared_at": lambda: _("Declared"),
    "description": lambda: _("Description"),
    "disabled_at": lambda: _("Closed"),
    "display_name": lambda: _("Name that others see"),
    "done_on": lambda: _("Done"),
    "email": lambda: _("E-mail address"),
    "expires_at": lambda: _("Good until"),
    "factor_kind": lambda: _("Kind"),
    "facts": lambda: _("Details"),
    "granted_at": lambda: _("Given"),
    "id": lambda: _("Number in the program"),
    "issuer": lambda: _("Service"),
    "kind": lambda: _("Kind"),
    "language": lambda: _("Language"),
    "last_seen_on": lambda: _("Last used"),
    "last_used_on": lambda: _("Last used"),
    "linked_at": lambda: _("Linked"),
    "mailed_at": lambda: _("Last mail"),
    "measure_state": lambda: _("Where it stands"),
    "moderation_action": lambda: _("Decision"),
    "name": lambda: _("Name"),
    "next_path": lambda: _("Page to which it leads"),
    "note": lambda: _("Note"),
    "noted_at": lambda: _("Noted"),
    "number": lambda: _("Number"),
    "once_cents": lambda: _("One-off cost in cents"),
    "organisation": lambda: _("Organisation"),
    "origin": lambda: _("Worded by"),
    "participant_class": lambda: _("Took part as"),
    "place": lambda: _("Place"),
    "presence": lambda: _("Presence"),
    "printed_at": lambda: _("Printed"),
    "process": lambda: _("Process"),
    "proposal_state": lambda: _("State"),
    "proposed_at": lambda: _("Proposed"),
    "reason": lambda: _("Reason"),
    "reported_at": lambda: _("Reported"),
    "revision": lambda: _("Version"),
    "revoked_at": lambda: _("Ended"),
    "role": lambda: _("Role"),
    "role_label": lambda: _("Office held"),
    "round": lambda: _("Round"),
    "scopes": lambda: _("May do"),
    "seat": lambda: _("Seat"),
    "set_at": lambda: _("Set"),
    "since": lambda: _("Since"),
    "sent_at": lambda: _("Sent"),
    "settled_at": lambda: _("Settled"),
    "starts_at": lambda: _("Begins"),
    "station": lambda: _("Step"),
    "strong_at": lambda: _("Second factor shown"),
    "strong_on": lambda: _("Second factor shown"),
    "subject": lambda: _("Your number there"),
    "subject_id": lambda: _("Number of what it was about"),
    "subject_kind": lambda: _("What it was about"),
    "submitted_at": lambda: _("Handed in"),
    "supported_at": lambda: _("Supported"),
    "partners": lambda: _("With whom"),
    "target_group": lambda: _("For whom"),
    "task": lambda: _("What was voted on"),
    "text": lambda: _("Number of the text"),
    "title": lambda: _("Title"),
    "valid_from": lambda: _("From"),
    "valid_until": lambda: _("Until (that day not included)"),
    "verified_at": lambda: _("Address confirmed"),
    "voted_on": lambda: _("Day"),
    "wants_reminders": lambda: _("Is reminded of votes"),
    "whole_process": lambda: _("The whole process"),
    "written_at": lambda: _("Written"),
}

_VALUES: Final[Mapping[str, Callable[[Any], object]]] = {
    "application_state": application_state_name,
    "channel": channel_name,
    "comment_state": lambda state: {
        CommentState.VISIBLE: _("Shown"),
        CommentState.HIDDEN: _("Hidden"),
    }[state],
    "factor_kind": factor_kind_name,
    "kind": kind_name,
    "language": lambda tag: LANGUAGES[tag].own_name if tag in LANGUAGES else tag,
    "measure_state": measure_state_name,
    "moderation_action": lambda action: {
        ModerationAction.HIDE: _("Hidden"),
        ModerationAction.RESTORE: _("Shown again"),
        ModerationAction.KEEP: _("Left as it is"),
    }[action],
    "origin": lambda origin: {
        Origin.AUTHOR: _("Its author"),
        Origin.AUTHOR_UNREVIEWED: _("Its author, not checked yet"),
        Origin.HUMAN: _("A person who translated it"),
        Origin.MACHINE: _("A machine that translated it"),
    }[origin],
    "participant_class": class_name,
    "presence": presence_in_words,
    "proposal_state": state_name,
    "role": role_name,
    "scopes": permission_name,
    "station": station_name,
    "task": task_name,
}
"""How states and names of the program are said; everything else is shown as it is stored."""
