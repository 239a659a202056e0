"""Pages of the site: editorial pages, « mon espace », addresses for machines."""
