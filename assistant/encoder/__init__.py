"""Texts to vectors: all-MiniLM-L6-v2 in numpy, for reading questions and for finding records.

Importing this package loads nothing heavy.
"""
