"""What officials have to do next, and the page of one round."""

from flask import render_template

from participation.ballots.booth import options_at_door
from participation.ballots.guard import key_store
from participation.ballots.queries import keys_were_made
from participation.core.languages import LANGUAGES
from participation.core.permissions import Permission, authorise
from participation.core.windows import utcnow
from participation.extensions import db
from participation.processes.queries import all_processes
from participation.rounds.queries import round_by_slug
from participation.site.desk import desk_of, due_rounds
from participation.site.table import processes_on_table, work_waiting
from participation.site.views.blueprint import bp
from participation.web.errors import words_for
from participation.web.guard import current_actor, requires


@bp.get("/manage")
@requires(Permission.ROUND_WATCH)
def dashboard() -> str:
    """Show what is due first."""
    session, actor, keys, now = db.session(), current_actor(), key_store(), utcnow()
    processes = processes_on_table(session, all_processes(session), actor)
    return render_template(
        "site/dashboard.html",
        due=due_rounds(session, actor, now, keys),
        waiting=work_waiting(session, [entry.process for entry in processes], actor, now),
        lacks_keys_folder=not keys.is_there and keys_were_made(session),
        lacks_escrow=keys.has_escrow and not keys.escrow_is_there,
        processes=processes,
    )


@bp.get("/rounds/<slug>/manage")
@requires(Permission.ROUND_WATCH)
def manage_round(slug: str) -> str:
    """Show a round to those who run it: what is left to do, who took part, what comes next."""
    session, actor = db.session(), current_actor()
    round_ = round_by_slug(session, slug)
    authorise(actor, Permission.ROUND_WATCH, round_)
    return render_template(
        "site/manage_round.html",
        desk=desk_of(session, round_, utcnow(), key_store()),
        options=options_at_door(session, round_),
        round=round_,
        process=round_.process,
        words_for=words_for,
        languages_by_tag=LANGUAGES,
    )
