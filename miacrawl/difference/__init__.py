"""In what two texts differ: paragraphs are aligned first, then the words of those that belong together."""
