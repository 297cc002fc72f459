"""Pages composed from several rooms."""

from participation.site.views import about, gatherings, measure_sheets, officials, organisations, proposal, visitors
from participation.site.views.blueprint import bp

__all__ = ["about", "bp", "gatherings", "measure_sheets", "officials", "organisations", "proposal", "visitors"]
