"""Rules of badges as pure functions over plain values."""
