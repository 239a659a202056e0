"""Tags of the library's templates."""
