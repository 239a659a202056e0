"""Engine of everything live: run sheets, phases, clock, turns, captures, presence, event log."""
