"""Sentences that code puts together because they depend on data, and the words they are made of."""
