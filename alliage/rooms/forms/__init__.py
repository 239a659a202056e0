"""Forms of rooms, one file per noun."""
