"""Languages as inputs name them."""

from __future__ import annotations

import pytest

from provenance.read.languages import code


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("en", "en"), ("en-US", "en"), ("EN_gb", "en"), ("eng", "en"), ("English", "en"), (" Deutsch ", "de"), ("ger", "de"),
        ("zh-Hans-CN", "zh"), ("pt_BR", "pt"), ("no", "nb"), ("nb-NO", "nb"), ("iw", "he"), ("fil", "fil"), ("русский", "ru"),
        ("und", None), ("unknown", None), ("xx", None), ("", None), ("The Daily Lantern", None), ("en,de", None),
    ],
)  # fmt: skip
def test_language_has_one_code(given, expected):
    """Tags, codes of two and three letters and names become one code; what is no language is none."""
    assert code(given) == expected
