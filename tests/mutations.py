"""Bytes as damage and malice leave them: the files of every kind, cut, spliced and overwritten."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.containers import KINDS, page

SEEDS = {name: make() for name, make in KINDS.items()} | {
    "a.html": page("A page with a text. It has some sentences. They are short.").encode(),
    "a.csv": b"id,text\n1,one\n2,two\n",
}
TOKENS = [
    b"", b"\0" * 8, b"\xff" * 8, b"\x7f\xff\xff\xff", b"\n", b"\r\n\r\n", b'"', b"[" * 60, b"{" * 60, b"\\", b"-1", b"9" * 20,
    b"WARC/1.0\r\n", b"Content-Length: 5\r\n", b"PK\3\4", b"PK\5\6", b"PAR1", b"\x1f\x8b\x08\0", b"<!--", b"<" * 60,
]  # fmt: skip


@st.composite
def damaged(draw: st.DrawFn) -> tuple[str, bytes]:
    """A file name and what is left of its bytes after up to four accidents."""
    name = draw(st.sampled_from(sorted(SEEDS)))
    data = SEEDS[name]
    for _ in range(draw(st.integers(1, 4))):
        # Headers stand at the beginning and at the end.
        at = draw(st.integers(0, len(data)) | st.integers(0, min(64, len(data))) | st.integers(max(0, len(data) - 64), len(data)))
        width = draw(st.sampled_from((0, 1, 1, 2, 4, 16, 512)))
        piece = draw(st.binary(max_size=4) | st.sampled_from(TOKENS) | st.just(data[at // 2 : at // 2 + 64]))
        data = data[:at] + piece + data[at + width :]
    return draw(st.sampled_from((name, name, name, "stdin", *sorted(SEEDS)))), data
