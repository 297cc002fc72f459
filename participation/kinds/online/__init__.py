"""Anybody joins by mail link."""
