"""The blueprint to which the pages of costings belong, and what other templates may say about a costing."""

from typing import Final

from flask import Blueprint

from participation.costings import messages, wording

bp: Final = Blueprint("costings", __name__)
bp.add_app_template_filter(messages.quality_name, "quality_name")
bp.add_app_template_filter(messages.cover_name, "cover_name")
bp.add_app_template_filter(messages.feasibility_name, "feasibility_name")
bp.add_app_template_filter(wording.month_in_words, "month_name")
bp.add_app_template_filter(wording.posts_in_words, "posts")
bp.add_app_template_filter(wording.years_in_words, "years_running")
bp.add_app_template_filter(wording.changes, "changes_to")
