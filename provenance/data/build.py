"""Make weights.npz from the wordfreq package: `python provenance/data/build.py` (needs `pip install wordfreq pystemmer`).

For each language the stems with the highest frequency and their information in tenths of a bit, keyed by the low 32 bits of the
stem's hash; and each language's fifty most frequent words, by which a document's language is told.
Source of the frequencies: wordfreq 3.1.1 by Robyn Speer, data of 2021 and final (CC BY-SA 4.0; see LICENSE.weights.txt).
"""

import collections
import math
import pathlib

import numpy as np
import Stemmer
import wordfreq

from provenance.lexicon import CAP, LANGUAGES, STEMMERS, fold, hash_of
from provenance.text import Folding, normalise

STEMS, ENGLISH_STEMS, FUNCTION_WORDS = 25_000, 80_000, 50


def frequencies(language):
    """Word -> probability; a word that we would split passes its probability on to each part."""
    out = collections.Counter()
    folding = Folding()
    size = "large" if language in wordfreq.available_languages("large") else "small"
    source = wordfreq.get_frequency_dict(language, size)
    for word, p in source.items():
        if p < 1e-7 and language != "en":
            continue
        for part in normalise(word, folding).split():
            if not any(c.isdigit() for c in part):
                out[part] += p
    return out


def main():
    arrays = {}
    masks = collections.Counter()
    for index, language in enumerate(LANGUAGES):
        words = frequencies(language)
        stem = Stemmer.Stemmer(STEMMERS[language]).stemWord if language in STEMMERS else str
        stems = collections.Counter()
        for word, p in words.items():
            stems[hash_of(stem(fold(word))) & 0xFFFFFFFF] += p
        limit = ENGLISH_STEMS if language == "en" else STEMS
        kept = sorted(h for h, p in stems.most_common(limit) if -math.log2(p) < CAP)
        arrays[f"{language}.hash"] = np.array(kept, np.uint32)
        arrays[f"{language}.bits"] = np.array([round(-10 * math.log2(min(1.0, stems[h]))) for h in kept], np.uint8)
        for word, _ in words.most_common(FUNCTION_WORDS):
            masks[hash_of(word)] |= 1 << index
    arrays["function.hash"] = np.array(sorted(masks), np.uint64)
    arrays["function.mask"] = np.array([masks[h] for h in sorted(masks)], np.uint64)
    np.savez_compressed(pathlib.Path(__file__).with_name("weights.npz"), **arrays)


if __name__ == "__main__":
    main()
