"""Markup inside a field: recognised where it is one, left alone where a text only mentions it."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from provenance.read.fragment import kind, plain

HTML = "<p>The harbour is &amp; stays closed.</p>\n<p>Since <b>Tuesday</b><br>a barge lies there.</p>"


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        (HTML, "The harbour is & stays closed.\n\nSince Tuesday\na barge lies there."),
        ("<div><h2>Harbour</h2><ul><li>closed<li>empty</ul></div>", "Harbour\n\nclosed\n\nempty"),
        ("First line<br/>second line<br />third&nbsp;line", "First line\nsecond line\nthird\xa0line"),
        ("<P CLASS='x'>Caf&eacute; &#8220;Anker&#8221;</P>", "Café “Anker”"),
        ("<p>a</p><script>if (a < b) { alert('no') }</script><style>p {}</style><p>b</p>", "a\n\nb"),
        ('The <a href="https://a.example/">harbour</a> is <em class="x">closed</em>.', "The harbour is closed."),
        ("<pre>one\n  two</pre><p>three</p>", "one\ntwo\n\nthree"),
        (
            "&lt;p&gt;The harbour is closed.&lt;/p&gt;&lt;p&gt;A barge &amp;amp; gravel.&lt;/p&gt;",
            "The harbour is closed.\n\nA barge & gravel.",
        ),
        ("<p>never closed<p>not here either</p>", "never closed\n\nnot here either"),
    ],
)
def test_fragment_becomes_its_text(markup, text):
    """Tags go, entities become characters, paragraphs stay apart, scripts are no text; so also where the tags were escaped."""
    found = kind(markup)
    assert found == ("escaped" if markup.startswith("&lt;") else "fragment")
    assert plain(markup, found) == text


@pytest.mark.parametrize(
    "text",
    [
        "Use <b> for bold and <p> for a paragraph.",
        "Write <b>text</b> to make it bold, and <i>text</i> to slant it.",
        "where a < b and c > d, as 3 <5 and 7> 6",
        "if (a<b) {\n  c = a<p>d;\n}\n",
        "The tag `<p>` opens a paragraph, `</p>` ends it.",
        "```html\n<p>One</p>\n<p>Two</p>\n```\nis two paragraphs.",
        "`<p>One paragraph, with some words in it</p>`\n`<p>And another, with more words in it</p>`",
        'page = "<div><p>One paragraph, with some words in it</p></div>";\nwrite(page);',
        "def page():\n    return '<p>' + text + '</p>'\n\nThis writes a page, and more of such things follow here in words.",
        "AT&amp;T said it would close &quot;soon&quot;.",
        "The entities &lt;p&gt; and &lt;br&gt; stand for tags.",
        "mail from Jo <jo@post.example> to Al <al@post.example>",
        "Xanten <XTN> and Stone & Tarn <STN> rose 3 pct.",
        "The element <p>text</p> is one of many, and this sentence about it is much longer than the example that it gives of it.",
        "one\n\ntwo\n\nthree<br>four\n\nfive",
        "I <3 this, really <3 it",
        "",
    ],
)
def test_text_that_mentions_markup_stays(text):
    """Prose about tags, comparisons, source code, addresses and tickers are not markup."""
    assert kind(text) is None


@pytest.mark.parametrize(
    "opening", ["<!DOCTYPE html><html>", "\n<html lang='de'>", "<!-- saved --><HTML>", '<?xml version="1.0"?>\n<html>']
)
def test_whole_page(opening):
    """A doctype or <html> at the beginning makes a page, whatever follows."""
    assert kind(opening + "<body><p>The harbour is closed.</p></body></html>") == "page"


@example(["<br>", "<!--", "<p>", "<br>"])
@given(
    st.lists(
        st.sampled_from(
            ["<p>", "</p>", "<br>", "<b x=1>", "</b>", "<!--", "-->", "&lt;", "&#0;", "<![CDATA[", "<", "text ", "\n"]
        ),
        max_size=30,
    )
)
def test_any_markup_is_read(parts):
    """No markup raises, and no tag that was recognised is left."""
    markup = "".join(parts)
    if (found := kind(markup)) not in (None, "page"):
        assert "<p>" not in plain(markup, found) or "&lt;" in markup


@given(st.text())
def test_text_without_tags_stays(text):
    """A text without a single tag is never markup."""
    assert kind(text.replace("<", "").replace("&", "")) is None
