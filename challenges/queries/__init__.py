"""What pages ask: each function is one question, answered in as few statements as it takes, in plain values."""
