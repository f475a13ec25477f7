"""Where and when in a text: anatomy, cellular components, stages."""
