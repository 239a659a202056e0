"""Every write of the library, one file per noun."""
