"""How this house reads text: characters, words, sentences, marks and parts, one reader of each."""
