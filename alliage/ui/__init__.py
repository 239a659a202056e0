"""Design system: layouts, components, css, js, icons."""
