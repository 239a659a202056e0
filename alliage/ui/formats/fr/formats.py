"""French formats where Django's own differ from good typography."""

THOUSAND_SEPARATOR = "\u202f"
NUMBER_GROUPING = 3
