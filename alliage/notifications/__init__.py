"""Tells people what concerns them: mail first."""
