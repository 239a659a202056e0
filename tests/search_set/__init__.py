"""The search set: real texts, real questions, and what each should find."""
