"""Writes territories and what is known about them, from files: all or nothing, and a report in French."""
