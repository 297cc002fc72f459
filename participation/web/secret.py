"""The application's key, from which links in mails, participation codes and marks of ballot sheets are derived."""

from flask import current_app


def application_key() -> str:
    """Return the key of this server's settings."""
    return str(current_app.config["SETTINGS"].secret_key)
