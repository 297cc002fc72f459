"""Pages about the site itself."""

from flask import current_app, render_template

from participation.core.permissions import Permission
from participation.site.views.blueprint import bp
from participation.web.guard import requires


@bp.get("/method")
@requires(Permission.SITE_READ)
def method() -> str:
    """Say how votes are counted."""
    return render_template("site/method.html")


@bp.get("/accessibility")
@requires(Permission.SITE_READ)
def accessibility() -> str:
    """Say how far everybody can use the site."""
    return _about("site/accessibility.html")


@bp.get("/privacy")
@requires(Permission.SITE_READ)
def privacy() -> str:
    """Say what is stored about people."""
    return _about("site/privacy.html")


@bp.get("/imprint")
@requires(Permission.SITE_READ)
def imprint() -> str:
    """Say who runs the site."""
    return _about("site/imprint.html")


def _about(template: str) -> str:
    operator = current_app.config["SETTINGS"].operator
    return render_template(template, operator=[line for line in operator.splitlines() if line.strip()])
