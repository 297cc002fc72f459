"""Words for the refusals of imports; a fault's place is shown beside its words."""

from collections.abc import Mapping
from typing import Final

from flask_babel import gettext as _
from flask_babel import ngettext

from participation.web.errors import Words

_FILES: Final[Mapping[str, Words]] = {
    "unknown_file_kind": lambda f: _(
        "Files ending in “%(ending)s” cannot be read here. These can: %(known)s.", ending=f["ending"], known=f["known"]
    ),
    "no_rows": lambda _facts: _("The file contains no goals and no measures."),
    "too_many_rows": lambda f: _("The file has more than %(maximum)s rows. Please split it.", maximum=f["maximum"]),
    "too_many_columns": lambda f: _(
        "The file has %(columns)s columns; at most %(maximum)s can be read.", columns=f["columns"], maximum=f["maximum"]
    ),
    "not_utf8": lambda f: _(
        "The file is not in UTF-8: byte %(byte)s in row %(row)s cannot be read. Please save it as UTF-8.",
        byte=f["byte"],
        row=f["row"],
    ),
    "control_character_in_file": lambda f: _("Row %(row)s contains a character that no text has.", row=f["row"]),
    "header_missing": lambda f: _("The first row must name the columns, at least: %(needed)s.", needed=f["needed"]),
    "broken_csv": lambda f: _(
        "Row %(row)s is not well-formed CSV: a quotation mark is missing or doubled.", row=f["row"]
    ),
    "yaml_without_sections": lambda _facts: _("The file must have the sections goals, subgoals or measures."),
    "yaml_section_is_no_list": lambda f: _(
        "The section “%(section)s” in row %(row)s must be a list.", section=f["section"], row=f["row"]
    ),
    "yaml_alias": lambda f: _("Row %(row)s uses an anchor or alias of YAML. They are not read here.", row=f["row"]),
    "yaml_tag": lambda f: _("Row %(row)s uses a tag of YAML. Tags are not read here.", row=f["row"]),
    "yaml_too_deep": lambda f: _("Row %(row)s is nested too deeply.", row=f["row"]),
    "broken_yaml": lambda f: _(
        "The file is not well-formed YAML at row %(row)s, column %(column)s.", row=f["row"], column=f["column"]
    ),
    "yaml_key_doubled": lambda f: _(
        "The entry “%(name)s” in row %(row)s is there twice.", name=f["name"], row=f["row"]
    ),
    "yaml_shape": lambda f: _(
        "“%(column)s” in row %(row)s does not have the expected form.", column=f["column"], row=f["row"]
    ),
    "import_refused": lambda f: _(
        "Nothing was imported: %(count)s places need to be corrected first. They are listed here.", count=f["count"]
    ),
}
_CELLS: Final[Mapping[str, Words]] = {
    "unknown_column": lambda f: _("There is no column called “%(name)s”.", name=f["name"]),
    "doubled_column": lambda f: _("The column “%(name)s” is there twice.", name=f["name"]),
    "column_missing": lambda f: _("The column “%(name)s” is missing.", name=f["name"]),
    "cell_without_column": lambda _facts: _("This row has more cells than there are columns."),
    "code_missing": lambda _facts: _("Every goal and every measure needs a code."),
    "code_malformed": lambda f: _(
        "“%(proposal)s” is not a code: letters, digits, dot, hyphen and underscore, at most %(maximum)s characters.",
        proposal=f["proposal"],
        maximum=f["maximum"],
    ),
    "code_doubled": lambda f: _(
        "“%(proposal)s” is already in row %(first)s.", proposal=f["proposal"], first=f["first"]
    ),
    "code_taken": lambda f: _("“%(proposal)s” already exists in this process.", proposal=f["proposal"]),
    "kind_unknown": lambda _facts: _("The kind must be “goal” or “measure”."),
    "measure_has_no_parent": lambda _facts: _("A measure has no parent goal; name the goals that it serves instead."),
    "goal_unknown": lambda f: _("There is no goal with the code “%(proposal)s”.", proposal=f["proposal"]),
    "goals_two_levels_only": lambda f: _(
        "“%(proposal)s” is a sub-goal itself. Goals have two levels only.", proposal=f["proposal"]
    ),
    "goal_serves_nothing": lambda _facts: _("Only measures serve goals."),
    "field_unknown": lambda f: _("There is no field of action with the code “%(proposal)s”.", proposal=f["proposal"]),
    "department_unknown": lambda f: _("There is no department with the code “%(proposal)s”.", proposal=f["proposal"]),
    "text_given_twice": lambda f: _("The text in the language “%(language)s” is there twice.", language=f["language"]),
    "original_text_missing": lambda f: _("The text in the language “%(language)s” is missing.", language=f["language"]),
    "goal_has_no_costs": lambda _facts: _("Only measures have costs."),
    "quality_unknown": lambda _facts: _("The quality must be rough_estimate, calculated or quoted."),
    "cover_unknown": lambda _facts: _("The cover must be covered or open."),
    "feasibility_unknown": lambda _facts: _("The feasibility must be feasible, with_conditions or not_feasible."),
    "not_yes_or_no": lambda f: _("“%(typed)s” is neither yes nor no.", typed=f["typed"]),
}

_PLANS: Final[Mapping[str, Words]] = {
    "no_such_template": lambda _facts: _("There is no such template."),
    "template_language": lambda f: _(
        "The template has no words in this language. It has words in: %(known)s.", known=f["known"]
    ),
    "start_not_possible": lambda f: _(
        "The first day must be today or later, and not after the year %(last)s.", last=f["last"]
    ),
    "copy_lacks_words": lambda f: ngettext(
        "%(num)s text of the process has no words in this language. Please translate it first.",
        "%(num)s texts of the process have no words in this language. Please translate them first.",
        int(str(f["count"])),
    ),
}

WORDS: Final[Mapping[str, Words]] = {**_FILES, **_CELLS, **_PLANS}
