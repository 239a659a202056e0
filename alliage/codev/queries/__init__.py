"""Reads of codev, one file per noun."""
