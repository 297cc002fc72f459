"""Pages composed from several rooms."""

from participation.site.views import about, officials, proposal, visitors
from participation.site.views.blueprint import bp

__all__ = ["about", "bp", "officials", "proposal", "visitors"]
