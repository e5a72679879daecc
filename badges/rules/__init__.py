"""The language of badge rules: pure functions over plain values."""
