"""The network's own words: métiers, leviers, ODD, lists."""
