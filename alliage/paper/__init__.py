"""« Papier »: slips printed, ticked by hand, photographed, read, then confirmed by a person. An engine, without pages of its own."""
