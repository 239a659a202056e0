"""What `make bench` measures. Figures are reported, never asserted by a timed test."""
