"""Editorial pages, home, « mon espace »."""
