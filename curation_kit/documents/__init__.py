"""Papers: the library of PDFs, and reading them."""
