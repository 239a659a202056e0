"""Engine: one search over everything that a visitor may see, in French, in one index of ours."""
