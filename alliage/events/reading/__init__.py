"""Reads a programme from what people have: a text, a table, a `schedule.json`. Each gives a `Plan`, that nothing was written of yet."""
