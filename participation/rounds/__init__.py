"""Rounds: window and lifecycle, eligibility, participation codes, the table of round kinds."""
