"""Guards positions: what is taken out of a text for exchange moves every passage by just so much, there and back."""

from hypothesis import given
from hypothesis import strategies as st

from medtw_qual.exchange.positions import Counting, PositionReader, plain

texts = st.text(st.sampled_from("ab \r\n\ufeff\u0301\u05d0🙏👩"), max_size=20)


@given(texts, st.data())
def test_a_passage_of_the_plain_text_is_found_in_the_original(text, data):
    exchanged = plain(text)
    start = data.draw(st.integers(0, len(exchanged.text)))
    end = data.draw(st.integers(start, len(exchanged.text)))
    first, last = exchanged.origin(start, end)
    if start < end:
        again = text[first:last]
        assert again.replace("\r\n", "\n").replace("\r", "\n") == exchanged.text[start:end]
        assert (exchanged.place(first), exchanged.place(last)) == (start, end)


@given(texts, st.data())
def test_every_way_of_counting_leads_to_the_same_place(text, data):
    """Counted here the slow way: by encoding what stands before the position."""
    text = text.replace("\ufeff", "")
    reader = PositionReader(text)
    place = data.draw(st.integers(0, len(text)))
    before = text[:place]
    if before.endswith("\r") and text[place : place + 1] == "\n":
        return  # no position in a text whose CR LF counts as one
    plain_before = before.replace("\r\n", "\n").replace("\r", "\n")
    ends = {"as written": before, "one": plain_before, "two": plain_before.replace("\n", "\r\n")}
    for line_end, counted in ends.items():
        lengths = {
            "code points": len(counted),
            "UTF-16 units": len(counted.encode("utf-16-le")) // 2,
            "bytes": len(counted.encode("utf-8")),
        }
        for unit, length in lengths.items():
            way = Counting(unit, line_end)
            assert reader.place(length, way) == len(plain_before)
            assert reader.position(len(plain_before), way) == length
