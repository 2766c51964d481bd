"""Who wrote it first: find reused passages in a corpus and reconstruct which text likely derives from which.

Importing the package loads nothing heavy; the rooms are described in the README under "How it is built".
"""

__version__ = "0.1.0"
