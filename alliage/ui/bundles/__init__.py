"""How the style sheet, the typeface and the scripts of the browser are built."""
