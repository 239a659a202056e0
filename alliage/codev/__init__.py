"""F3, « Codéveloppement » and « Entraide »: groups, cycles, sessions, commitments, questions to peers."""
