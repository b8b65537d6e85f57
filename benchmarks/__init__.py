"""Runners that print figures; each is a command of its own."""
