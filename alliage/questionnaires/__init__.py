"""Engine of questions: versioned questionnaires, answers, polls, results and their spread."""
