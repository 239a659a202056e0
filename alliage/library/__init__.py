"""F2, « Ressources »: what one territory learnt, the next one finds, trusts and reuses."""
