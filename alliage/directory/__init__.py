"""F1 « Annuaire »: organisations and people of the network."""
