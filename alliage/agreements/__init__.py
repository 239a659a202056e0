"""« Accords d’alliance »: what organisations agree to do together, signed, lived, looked at every six months, closed."""
