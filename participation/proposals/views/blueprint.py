"""The blueprint of proposals, and the words that templates ask for."""

from flask import Blueprint

from participation.proposals import messages

bp = Blueprint("proposals", __name__)
bp.add_app_template_filter(messages.kind_name, "kind_name")
bp.add_app_template_filter(messages.state_name, "state_name")
bp.add_app_template_filter(messages.station_name, "station_name")
bp.add_app_template_filter(messages.capacity_name, "capacity_name")
