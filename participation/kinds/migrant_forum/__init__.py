"""Organisations propose and vote through their delegates."""
