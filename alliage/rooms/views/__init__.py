"""Pages of rooms, one file per noun."""
