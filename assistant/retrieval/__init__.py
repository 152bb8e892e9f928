"""Finding records: encoder, dense index, lexical index and their fusion.

Importing this package loads nothing heavy: take what you need from its modules.
``retriever`` alone imports LangChain (0.6 s), ``rerank`` alone torch.
"""
