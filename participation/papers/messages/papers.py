"""Words for the refusals about council papers, committees, stations and files."""

from collections.abc import Mapping
from typing import Final

from flask_babel import gettext as _
from flask_babel import ngettext

from participation.web.errors import Words


def fault_in_words(code: str) -> str:
    """Return why a file could not be made."""
    speak = WORDS.get(code)
    return speak({}) if speak else _("The file could not be made.")


WORDS: Final[Mapping[str, Words]] = {
    "amended_already": lambda _facts: _(
        "Changes are noted at this station, so its result and its day stay. A further change corrects what was "
        "entered before; if the paper was discussed again, please begin a further station."
    ),
    "amended_without_plan": lambda _facts: _(
        "This paper rests on no plan, so measures cannot be moved here. Please leave that input empty."
    ),
    "change_twice": lambda f: _("The measure %(measure)s is named twice.", measure=f["measure"]),
    "change_unreadable": lambda f: _(
        "Line %(line)s cannot be read. Please write one measure on each line, such as M07: 2027, or M07: - for one "
        "that does not start.",
        line=f["line"],
    ),
    "committee_code_stays": lambda _facts: _("The short name of a body stays, since addresses are made of it."),
    "committee_code_taken": lambda f: _(
        "The short name %(committee)s is taken, or was taken by a body that was removed.", committee=f["committee"]
    ),
    "committee_in_use": lambda f: ngettext(
        "%(num)s station of a paper names this body, so it stays.",
        "%(num)s stations of papers name this body, so it stays.",
        int(str(f["stations"])),
    ),
    "day_not_possible": lambda f: _(
        "This day cannot be meant. Please give one between %(lowest)s and %(highest)s.",
        lowest=f["lowest"],
        highest=f["highest"],
    ),
    "decided_ahead": lambda _facts: _("This day is still ahead, so nothing was decided on it yet."),
    "decided_station_stays": lambda _facts: _(
        "This station has a result, so its body, its day and its competence stay. Please take the result back first "
        "if one of them was entered wrongly; after changes were noted that is not possible any more."
    ),
    "decided_without_day": lambda _facts: _("Please say on which day it was decided."),
    "no_such_draft": lambda _facts: _("This paper was issued, so there is no draft of it any more."),
    "document_cannot_be_set": lambda _facts: _(
        "The file could not be made, because a text holds signs that a document of this kind cannot show."
    ),
    "figure_missing": lambda f: _(
        "Point %(position)s names a figure that the plan does not have.", position=f["position"]
    ),
    "figure_without_plan": lambda _facts: _(
        "The points name figures in braces, but no plan is chosen from which they could be filled in."
    ),
    "file_not_ready": lambda _facts: _("This file is not made yet. Please look again in a moment."),
    "file_tried_again": lambda _facts: _(
        "The file could not be made this time. The server tries again by itself for a few hours. You can also try "
        "once more now."
    ),
    "loose_brace": lambda _facts: _(
        "A brace stands here without its other half. Braces are for figures, such as {open_volume}."
    ),
    "moved_without_decision": lambda _facts: _(
        "This body was not asked to decide, so it cannot move measures in the plan. Please note its words only."
    ),
    "no_such_committee": lambda _facts: _("There is no such body."),
    "no_such_consultation": lambda _facts: _("This paper has no such station."),
    "no_such_file": lambda _facts: _("There is no such file."),
    "no_such_file_of_this": lambda _facts: _("There is no file of this kind, because the paper rests on no plan."),
    "no_such_paper": lambda _facts: _("There is no such paper, or it is not public yet."),
    "no_such_document_template": lambda _facts: _("No template of your own is in use."),
    "not_amended": lambda _facts: _(
        "Changes belong to a station whose result is adopted as amended. Please note that result first."
    ),
    "number_taken": lambda f: _("There is a paper with the number %(number)s already.", number=f["number"]),
    "outcome_text_alone": lambda _facts: _("Please choose a result, or leave day and wording empty."),
    "paper_changed": lambda _facts: _(
        "Somebody has changed this in the meantime. Nothing was saved. What stands there now is shown below; please "
        "look at it and send yours again if it is still right."
    ),
    "paper_issued": lambda f: _(
        "%(number)s was issued to the council and does not change any more. Please begin a further version.",
        number=f["number"],
    ),
    "paper_language_stays": lambda _facts: _("The language in which the paper is written stays."),
    "paper_not_issued": lambda f: _("%(number)s was not issued to the council yet.", number=f["number"]),
    "paper_number": lambda _facts: _(
        "This is no number of a paper. Please write it like VO/2026/00001, and further versions like VO/2026/00001-01."
    ),
    "paper_seen_otherwise": lambda _facts: _(
        "Something in the paper or its annexes has changed since you opened this page. Nothing was issued. Please "
        "read it once more."
    ),
    "paper_state": lambda _facts: _("Somebody has decided about this paper in the meantime. Please look again."),
    "paper_withdrawn": lambda f: _("%(number)s was withdrawn and does not change any more.", number=f["number"]),
    "plan_not_settled": lambda _facts: _(
        "The plan on which this paper rests can still change. Please settle it first, then issue the paper."
    ),
    "plan_overtaken": lambda f: _(
        "The plan %(plan)s was settled after the one that the council was given. "
        "Please say that the council changed the earlier one all the same.",
        plan=f["plan"],
    ),
    "prescribed_by_without_box": lambda _facts: _(
        "Please tick that the measure is prescribed, or leave empty by what it is prescribed."
    ),
    "round_not_concluded": lambda f: _(
        "The round %(round)s is not concluded, so a paper cannot report on it yet.", round=f["round"]
    ),
    "rounds_come_with_plan": lambda _facts: _(
        "With a plan the paper reports on the rounds by itself. Please choose either a plan or rounds."
    ),
    "station_with_outcome": lambda _facts: _("This station has a result, so it stays."),
    "too_many_amendments": lambda f: _("A station can have at most %(highest)s changes.", highest=f["highest"]),
    "too_many_committees": lambda f: _("A process can have at most %(highest)s bodies.", highest=f["highest"]),
    "too_many_decisions": lambda f: _("A paper can have at most %(highest)s points.", highest=f["highest"]),
    "too_many_papers": lambda f: _("A process can have at most %(highest)s papers.", highest=f["highest"]),
    "too_many_stations": lambda f: _("A paper can have at most %(highest)s stations.", highest=f["highest"]),
    "too_many_units": lambda f: _("A paper can name at most %(highest)s units.", highest=f["highest"]),
    "too_many_versions": lambda f: _("A paper can have at most %(highest)s versions.", highest=f["highest"]),
    "unknown_figure": lambda f: _(
        "There is no figure called %(name)s. The list below the points says which there are.", name=f["name"]
    ),
    "version_begun": lambda f: _(
        "A further version was begun already: the draft %(number)s. Please go on with that one.", number=f["number"]
    ),
}
