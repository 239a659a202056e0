"""Engine: deferred work, schedule, progress, retry, safe fetch."""
