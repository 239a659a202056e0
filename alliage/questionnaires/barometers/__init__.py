"""Barometers: pages of published figures, each with its source, its date, how many answered and what to know before citing it."""
