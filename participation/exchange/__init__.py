"""Imports of goals and measures, and the example city."""
