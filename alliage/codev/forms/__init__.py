"""Forms of codev, one file per noun."""
