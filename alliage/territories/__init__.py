"""Every commune, EPCI, département, région and overseas territory."""
