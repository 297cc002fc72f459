"""Pictures that the server draws into its pages."""

import segno
from markupsafe import Markup


def qr_code(content: str) -> Markup:
    """Return a QR code as inline SVG without sizes or colours of its own; classes of the page set them."""
    drawn = segno.make(content, error="m", micro=False)
    return Markup(drawn.svg_inline(omitsize=True, border=4, svgclass="qr", lineclass="qr__line"))  # noqa: S704 - drawn by segno
