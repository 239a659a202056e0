"""Writes of codev, one file per noun."""
