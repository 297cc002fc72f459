"""Words for the refusals of this room, and what follows from an erasure in sentences."""

from collections.abc import Mapping
from typing import Final

from flask_babel import gettext as _
from flask_babel import ngettext

from participation.privacy.queries import Consequences
from participation.web.errors import Words

WORDS: Final[Mapping[str, Words]] = {
    "address_differs": lambda _facts: _("This is not the address of the account. Please type it as it stands above."),
    "conclusion_requested_by_you": lambda f: _(
        "You have asked for the round %(round)s to be concluded. Please withdraw the request first, "
        "or wait until a second person has confirmed it.",
        round=f["round"],
    ),
}


def what_goes(found: Consequences) -> list[str]:
    """Return what is deleted, a sentence each."""
    sentences = [
        _("Your e-mail address, your name, and the account itself."),
        _("Everywhere you are signed in, and the tokens of programs that act for you."),
        _("Your support of proposals, and the interests that you have declared."),
    ]
    if found.drafts:
        sentences.append(
            ngettext(
                "%(num)s draft that you have not handed in.",
                "%(num)s drafts that you have not handed in.",
                found.drafts,
            )
        )
    if found.roles:
        sentences.append(_("Your roles. Somebody else has to do what you did with them."))
    if found.bodies:
        sentences.append(_("That you speak for an organisation or act for a department."))
    sentences.extend(
        _(
            "Then nobody speaks for %(organisation)s any more, until the office names somebody. Please name a further "
            "delegate before, or tell the office.",
            organisation=organisation,
        )
        for organisation in found.left_voiceless
    )
    return sentences


def what_stays(found: Consequences) -> list[str]:
    """Return what stays, a sentence each."""
    sentences = []
    if found.contributions:
        sentences.append(
            ngettext(
                "%(num)s contribution stays, without your name. If you do not want that, withdraw it before.",
                "%(num)s contributions stay, without your name. If you do not want that, withdraw them before.",
                found.contributions,
            )
        )
    if found.claims:
        sentences.append(
            _(
                "A mark that only your address fits, where a person votes in one round of a phase only. It goes when "
                "every round of the phase that asks the same is concluded and has forgotten who took part."
            )
        )
    if found.bodies:
        sentences.append(_("What you voted for an organisation or a department. That ballot is theirs."))
    sentences.append(_("In the record of official acts, a number that no longer leads to you."))
    return sentences
