"""Engine: checks what people upload."""
