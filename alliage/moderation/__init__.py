"""Reports, their queue, limits on public forms."""
