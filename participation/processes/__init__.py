"""Processes with their phases and fields."""
