"""Finding records: encoder, dense index, lexical index and their fusion.

Importing this package loads nothing heavy: take what you need from its modules.
``retriever`` alone imports LangChain (0.6 s), ``rerank`` alone torch.
"""

import os
import sys

# numpy's BLAS reads this when it is loaded. Its threads spin: on a busy machine two of them
# take 970 ms to embed a question that one embeds in 14 ms. torch has threads of its own.
BLAS_IS_THREADED = "numpy" in sys.modules and "OPENBLAS_NUM_THREADS" not in os.environ
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
