"""Engine: reads a file row by row, tries, reports, writes whole or not at all."""
