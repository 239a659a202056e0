"""« Bulletins »: an opening answered on paper, in a room without network."""
