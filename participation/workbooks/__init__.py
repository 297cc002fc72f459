"""Spreadsheets that travel: measured before they are unpacked, read cell by cell, written without formulas."""
