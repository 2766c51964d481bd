"""Joins the rooms: what each command does, without saying how it is shown. Importing this package loads none of its modules.

scan      documents into the store
unfold    pages to documents, in several processes
finish    what a batch left to infer: families, lineage, changes
mark      kinds of matches, by how far passages have spread; inference does lineage in another process, for finish
trace     where does a text come from, without writing
rebuild   everything found anew from the stored texts
forget    documents and all inferred from them, gone from the file
dedupe    which duplicates go, and what stands for each; manifest makes rows of it
again     texts compared once more, apart, for dedupe
doctor    environment, integrity, parameters
weave     new texts into index and evidence, for scan, forget and rebuild
analyst   texts to words, weights and keys; engine has it and aligning done in threads
postings  the store's index in memory
run       a run in the store, which fails if its work does
settings  the parameters that results depend on
"""
