"""Recognition: published rules with a face, and who holds them. The learning domain knows nothing
of it."""
