"""The relay: a process that carries facts to their subscribers and does background work."""
