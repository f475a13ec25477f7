"""From the genes and places of a sentence to what it states of them."""
