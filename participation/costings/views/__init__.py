"""Departments and the office enter what measures cost, one by one or with a sheet; everybody reads what it comes to."""

from participation.costings.views import entering, reminding, sheets
from participation.costings.views.blueprint import bp

__all__ = ["bp", "entering", "reminding", "sheets"]
