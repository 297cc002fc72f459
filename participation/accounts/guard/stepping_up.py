"""What pages answer where a second factor is missing: the way to it and back, without losing what was sent."""

from http import HTTPStatus
from urllib.parse import urlsplit

from flask import Flask, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from participation.accounts.guard.second_factors import CODE_INPUT, PASSKEY_INPUT, refused_in_passing
from participation.accounts.guard.sessions import this_session
from participation.accounts.models import FactorKind
from participation.accounts.queries import second_factors_of
from participation.core.errors import DomainError, SecondFactorNeeded, StepUpNeeded
from participation.extensions import db
from participation.web.errors import answer_refusal, form_to_send_again, typed_here, wants_problem_json, words_for
from participation.web.redirects import local_path


def register_pages(app: Flask) -> None:
    """Lead people to the second factor where it is missing; programs get the problem document as ever."""
    app.register_error_handler(SecondFactorNeeded, _ask)
    app.register_error_handler(StepUpNeeded, _ask_again)


def _ask(error: SecondFactorNeeded) -> Response:
    if wants_problem_json():
        return answer_refusal(error)
    if request.method in {"GET", "HEAD"}:
        return redirect(_page(request.full_path.rstrip("?")))
    shown = render_template(
        "accounts/factor_first.html", detail=words_for(error), href=_page(_came_from()), typed=typed_here()
    )
    response = make_response(shown, error.status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _ask_again(error: StepUpNeeded) -> Response:
    if wants_problem_json():
        return answer_refusal(error)
    if request.method in {"GET", "HEAD"}:
        return redirect(_page(request.full_path.rstrip("?")))
    again = form_to_send_again()
    seen = this_session()
    if again is None or seen is None or not seen.has_factor or any("password" in name for name, _value in again):
        return _ask(error)
    refused = refused_in_passing()
    page = confirming_page(
        action=f"{request.script_root}{request.full_path.rstrip('?')}",
        carried=[(name, value) for name, value in again if name not in {CODE_INPUT, PASSKEY_INPUT, "csrf_token"}],
        came_from=_came_from(),
        refused=refused,
    )
    response = make_response(page, HTTPStatus(refused.status if refused else error.status))
    response.headers["Cache-Control"] = "no-store"
    return response


def confirming_page(
    *,
    action: str,
    carried: list[tuple[str, str]],
    came_from: str,
    refused: DomainError | None,
) -> str:
    """Return the page on which the second factor is shown, which sends `carried` along with it."""
    seen = this_session()
    kinds = {factor.kind for factor in second_factors_of(db.session(), seen.account_id or "")} if seen else set()
    return render_template(
        "accounts/second_factor.html",
        action=action,
        carried=carried,
        came_from=came_from,
        refused=words_for(refused) if refused else None,
        code_input=CODE_INPUT,
        passkey_input=PASSKEY_INPUT,
        has_app=FactorKind.APP in kinds,
        has_passkey=FactorKind.PASSKEY in kinds,
        is_step_up=seen is not None and seen.strong_at is not None,
    )


def _page(next_path: str) -> str:
    return url_for("accounts.ask_for_second_factor", next=next_path)


def _came_from() -> str:
    """Return the page of ours from which a form was sent; the referrer stays on the site (Referrer-Policy)."""
    parts = urlsplit(request.referrer or "")
    query = f"?{parts.query}" if parts.query else ""
    return local_path(parts.path + query) if parts.netloc == request.host else "/"
