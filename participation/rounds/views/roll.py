"""The roll of a round: who takes part by name."""

from http import HTTPStatus

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from participation.core.errors import Invalid
from participation.core.permissions import Permission
from participation.core.windows import utcnow
from participation.extensions import db
from participation.rounds import services
from participation.rounds.forms import RollForm
from participation.rounds.models import Round
from participation.rounds.queries import addresses_on_roll
from participation.rounds.services import Seat
from participation.rounds.views.blueprint import bp, round_to_manage
from participation.texts.queries import original
from participation.web.forms import submitted
from participation.web.guard import current_actor, requires

Page = tuple[str, int]


@bp.get("/manage/rounds/<slug>/roll")
@requires(Permission.ROUND_EDIT)
def roll(slug: str) -> Page:
    """Show who is on the roll."""
    round_ = round_to_manage(slug, Permission.ROUND_EDIT)
    lines = [
        f"{address}; {original(entry.seat).body}" if entry.seat else address
        for entry, address in addresses_on_roll(db.session(), round_.id)
    ]
    return _page(round_, RollForm(data={"roll": "\n".join(lines)}), HTTPStatus.OK)


@bp.post("/manage/rounds/<slug>/roll")
@requires(Permission.ROUND_EDIT)
def save_roll(slug: str) -> Page | Response:
    """Make the roll what was typed."""
    round_ = round_to_manage(slug, Permission.ROUND_EDIT)
    form, language = RollForm(), round_.process.default_language
    status = submitted(
        form,
        lambda session: services.set_roll(
            session, slug, _seats(form.roll.data or "", language), actor=current_actor(), now=utcnow()
        ),
        email="roll",
    )
    if status is not HTTPStatus.SEE_OTHER:
        return _page(round_, form, status)
    flash(_("The roll is saved."), "success")
    return redirect(url_for("site.manage_round", slug=slug), status)


def _seats(typed: str, language: str) -> list[Seat]:
    seats = []
    for number, line in enumerate(typed.splitlines(), start=1):
        address, _separator, name = (part.strip() for part in line.partition(";"))
        if not address and not name:
            continue
        if "@" not in address:
            raise Invalid("not_a_line_of_roll", field="roll", line=number, typed=line.strip())
        seats.append(Seat(address, {language: name}))
    return seats


def _page(round_: Round, form: RollForm, status: HTTPStatus) -> Page:
    return render_template("rounds/roll.html", round=round_, process=round_.process, form=form), status
