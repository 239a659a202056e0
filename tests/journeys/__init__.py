"""Journeys: a real browser on the very processes that `make run` starts. They also take the guide's pictures."""
