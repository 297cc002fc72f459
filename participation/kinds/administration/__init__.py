"""Departments enter the costs of measures."""
