"""Genes in a text: how they are written, and which names a paper uses for them."""
