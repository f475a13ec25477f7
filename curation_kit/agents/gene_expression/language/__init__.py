"""English, before any gene or place is known: sentences, words, abbreviations."""
