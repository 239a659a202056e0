"""Resources from files and from outside banks."""
