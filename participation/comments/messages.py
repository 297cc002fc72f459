"""Words for the refusals of comments."""

from collections.abc import Mapping
from typing import Final

from flask_babel import gettext as _

from participation.web.errors import Words

WORDS: Final[Mapping[str, Words]] = {
    "no_such_comment": lambda _facts: _("There is no such comment."),
    "comment_state": lambda _facts: _("This comment has been decided about in the meantime. Please look again."),
    "proposal_takes_no_comments": lambda _facts: _("This proposal no longer takes comments."),
    "reply_to_another_proposal": lambda _facts: _("The comment to which you reply belongs to another proposal."),
    "reply_to_a_reply": lambda _facts: _("Replies cannot be replied to. Please reply to the first comment."),
    "reply_to_a_hidden_comment": lambda _facts: _("The comment to which you reply has been hidden."),
    "round_of_another_process": lambda _facts: _("The round belongs to another process."),
    "report_answered": lambda _facts: _("The moderators have already answered your notice about this comment."),
    "good_faith_missing": lambda _facts: _("Please confirm that you give this notice to the best of your knowledge."),
    "too_many_comments": lambda f: _(
        "More than %(maximum)s comments in one round are not possible.", maximum=f["maximum"]
    ),
    "no_round_for_comments": lambda _facts: _("No round in which you take part asks for comments at the moment."),
}
