"""Pages of codev, one file per noun."""
