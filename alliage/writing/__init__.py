"""Engine of co-writing: documents written by several people at once, their versions and exports."""
