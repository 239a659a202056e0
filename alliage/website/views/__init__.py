"""Pages of the site: editorial pages, functions announced, « mon espace », addresses for machines."""
