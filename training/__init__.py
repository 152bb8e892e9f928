"""How the weights in ``catalog/weights`` were trained: ``python -m training`` does all of it."""
