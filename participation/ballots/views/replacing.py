"""A new card in the place of a lost one."""

from http import HTTPStatus

from werkzeug.wrappers import Response

from participation.ballots.replacing import replace_card as replace_lost_card
from participation.ballots.views.blueprint import bp
from participation.core.permissions import Permission, authorise
from participation.core.windows import utcnow
from participation.extensions import db
from participation.rounds.codes import code_text
from participation.rounds.models import ParticipationCode
from participation.rounds.pages import SIZES, CodesForms, cards_page, codes_page, replacing_form
from participation.rounds.queries import batch_by_number, round_by_slug
from participation.web.forms import submitted
from participation.web.guard import current_actor, requires
from participation.web.secret import application_key


@bp.post("/manage/rounds/<slug>/codes/<int:number>/replace-card")
@requires(Permission.CODE_PRINT)
def replace_card(slug: str, number: int) -> Response | tuple[str, int]:
    """Make the code of a lost card invalid and show a new card for printing."""
    round_ = round_by_slug(db.session(), slug)
    authorise(current_actor(), Permission.CODE_PRINT, round_)
    form = replacing_form(round_)
    issued: list[tuple[int, str]] = []

    status = submitted(
        form,
        lambda session: issued.append(
            _listed(
                replace_lost_card(
                    session,
                    slug,
                    number,
                    form.number.in_batch(number) or 0,
                    application_key(),
                    languages=tuple(form.languages.data or ()),
                    reason=form.reason.data or "",
                    actor=current_actor(),
                    now=utcnow(),
                )
            )
        ),
    )
    if status is not HTTPStatus.SEE_OTHER:
        return codes_page(round_, CodesForms(replacing=form, batch_number=number), status)
    batch = batch_by_number(db.session(), round_, number)
    return cards_page(round_, batch, issued, form.languages.data or (), SIZES[0])


def _listed(given: ParticipationCode) -> tuple[int, str]:
    return given.number, code_text(application_key(), given.id)
