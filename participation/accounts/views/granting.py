"""What both pages have on which roles are given: in one process, and in all of them."""

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from participation.accounts import services
from participation.accounts.forms import GrantForm
from participation.accounts.messages import role_name
from participation.accounts.services import roles_to_give
from participation.core.languages import INTERFACE_TAGS, LANGUAGES
from participation.core.permissions import Role
from participation.core.windows import utcnow
from participation.web.guard import current_actor


def grant_form(process_id: str | None, language: str) -> GrantForm:
    """Return the form with the roles that the visitor may give, and a language to begin with."""
    form = GrantForm(data={"language": language, "tell": True})
    form.language.choices = [(tag, LANGUAGES[tag].own_name) for tag in INTERFACE_TAGS]
    form.role.choices = [(role.value, role_name(role)) for role in roles_to_give(current_actor(), process_id)]
    return form


def give(session: Session, form: GrantForm, process_id: str | None) -> None:
    """Give the roles of a filled-in form."""
    services.give_roles(
        session,
        form.email.data or "",
        display_name=form.display_name.data or "",
        language=form.language.data,
        roles=[Role(name) for name in form.role.data or ()],
        process_id=process_id,
        tell=bool(form.tell.data),
        actor=current_actor(),
        now=utcnow(),
    )


def what_was_given(form: GrantForm) -> str:
    """Return what to say afterwards."""
    return _("The role is given, and a mail is on its way.") if form.tell.data else _("The role is given.")
