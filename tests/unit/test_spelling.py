"""Two ids that are the same by their standards are spelled alike; two that are not stay two."""

from __future__ import annotations

import unicodedata
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.values.spelling import one_spelling

ALIKE = [
    ("urn:newsml:x.example:20220103:T-77", "URN:NEWSML:x.example:20220103:T-77"),
    ("urn:newsml:x.example:20220103:T-77", "Urn:NewsML:X.Example:20220103:T-77"),
    ("urn:x-agency:T%2D77", "urn:X-Agency:T-77"),
    ("urn:x-agency:T%2f77", "urn:x-agency:T%2F77"),
    ("urn:x-agency:T77", "urn:x-agency:T77?+resolve?=now#part"),
    ("urn:uuid:F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6", "urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6"),
    ("tag:Example.org,2022:t-77", "TAG:example.org,2022:t-77"),
    ("http://h.example:80/x", "http://h.example/x"),
    ("https://h.example:443/x", "http://H.example:/x/"),
    ("https://www.h.example/x", "http://h.example/x"),
    ("CA17.8841@quay.example", "CA17.8841@Quay.EXAMPLE"),
    ("HTTPS://h.example./x", "https://h.example/x"),
    ("https://h.example/a b", "https://h.example/a%20b"),
    ("https://h.example/%7euser", "https://h.example/~user"),
    ("https://h.example/a/./b/../c", "https://h.example/a/c"),
    ("https://h.example/caf\u00e9", "https://h.example/cafe\u0301"),
    ("https://h.example/caf%C3%A9", "https://h.example/cafe%CC%81"),
    ("https://h.example/caf%c3%a9", "https://h.example/caf\u00e9"),
    ("https://xn--mnchen-3ya.example/x", "https://M\u00fcnchen.example/x"),
    ("https://h.example/x?id=7&utm_source=a", "https://h.example/x?id=7#top"),
    ("K\u00f6ln-77", "Ko\u0308ln-77"),
]
UNLIKE = [
    ("urn:newsml:x.example:20220103:T-77", "urn:newsml:x.example:20220103:t-77"),
    ("urn:newsml:x.example:20220103:T-77", "urn:newsml:y.example:20220103:T-77"),
    ("urn:x-agency:T%2F77", "urn:x-agency:T/77"),
    ("tag:example.org,2022:t-77", "tag:example.org,2022:T-77"),
    ("http://h.example:8080/x", "http://h.example/x"),
    ("https://h.example/X", "https://h.example/x"),
    ("https://h.example/a%2Fb", "https://h.example/a/b"),
    ("https://h.example/a%3Fb", "https://h.example/a?b"),
    ("https://h.example/a%2520b", "https://h.example/a%20b"),
    ("https://h.example/x?id=7", "https://h.example/x?id=8"),
    ("https://h.example/%FF", "https://h.example/%FE"),
    ("LOMSK-77", "lomsk-77"),
    ("LOMSK%2D77", "LOMSK-77"),
]


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_alike(one: str, other: str) -> None:
    """Case, percent-encoding, Unicode form, default port and dot segments make no other id."""
    assert one_spelling(one) == one_spelling(other)


@pytest.mark.parametrize(("one", "other"), UNLIKE)
def test_unlike(one: str, other: str) -> None:
    """What the standards tell apart stays apart."""
    assert one_spelling(one) != one_spelling(other)


IDS = st.sampled_from(["urn:x-agency:", "URN:newsml:", "tag:h.example,2022:", "https://h.example/", "http://", ""])


@given(IDS, st.text(st.characters(exclude_categories=["Cs"]), max_size=20))
def test_one_spelling_has_one_spelling(start: str, text: str) -> None:
    """Spelled again it is the same; its Unicode form, and escapes of unreserved characters, make no other."""
    written = start + text
    spelled = one_spelling(written)
    assert one_spelling(spelled) == spelled
    assert one_spelling(unicodedata.normalize("NFD", written)) == spelled
    if start.startswith("https:"):
        escaped = quote(text, safe="%:/?#[]@!$&'()*+,;=" + "".join(map(chr, (*range(32), 127))))
        assert one_spelling(start + escaped) == spelled
