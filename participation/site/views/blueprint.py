"""The blueprint of composed pages, and what stands around every page."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, has_request_context, request, url_for
from flask_babel import gettext as _

from participation.core.permissions import Permission, may_somewhere
from participation.documents.blocks import direction_of
from participation.results.queries import wording_in
from participation.site import sentences
from participation.texts.queries import Wording
from participation.web.guard import current_actor
from participation.web.locale import reader_languages

bp = Blueprint("site", __name__)
bp.add_app_template_filter(sentences.action_name, "round_action")
bp.add_app_template_filter(sentences.days, "turnout_days")
bp.add_app_template_filter(sentences.channels, "turnout_channels")
bp.add_app_template_filter(sentences.classes, "turnout_classes")
bp.add_app_template_filter(direction_of, "language_direction")


@bp.app_template_filter("document_wording")
def _document_wording(document: Mapping[str, Any], default_language: str = "de") -> Wording:
    """Return the wording of a text in a snapshot that this request's reader is shown."""
    return wording_in(document, reader_languages(default_language))


@bp.app_context_processor
def _around_every_page() -> dict[str, Any]:
    """Give every page its navigation and its footer."""
    if not has_request_context():
        return {}
    navigation = [_link(_("Start"), "site.start")]
    if may_somewhere(current_actor(), Permission.ROUND_WATCH):
        navigation.append(_link(_("Manage"), "site.dashboard"))
    footer = [
        _link(_("How votes are counted"), "site.method"),
        _link(_("Accessibility"), "site.accessibility"),
        _link(_("Privacy"), "site.privacy"),
        _link(_("Imprint"), "site.imprint"),
    ]
    return {"navigation": navigation, "footer_links": footer}


def _link(label: str, endpoint: str) -> dict[str, object]:
    return {"label": label, "href": url_for(endpoint), "current": request.endpoint == endpoint}
