"""The lists of the Whoosh index give back what went in, whole, in blocks and after segments were joined."""

from __future__ import annotations

from array import array

from hypothesis import given
from hypothesis import strategies as st

from forum.search.engines.whoosh.lists import BLOCK, List, blocks, doc_and_times, is_one, one, one_renumbered, whole

Postings = dict[int, list[int]]
POSTINGS = st.dictionaries(
    st.integers(0, 5_000), st.lists(st.integers(0, 100_000), min_size=1, max_size=4), min_size=1, max_size=40
)


def listed(postings: Postings) -> List:
    flat = [number for doc, places in sorted(postings.items()) for number in (doc, len(places), *places)]
    return List.of(array("I", flat), has_places=True)


def postings_of(found: List) -> Postings:
    postings, at = {}, 0
    for doc, times in zip(found.docs, found.times, strict=True):
        postings[doc] = list(found.places[at : at + times])
        at += times
    return postings


@given(POSTINGS)
def test_what_went_in_comes_out(postings):
    assert postings_of(whole(listed(postings).packed())) == postings


@given(POSTINGS, st.integers(0, 1_000_000))
def test_documents_are_renumbered_when_segments_are_joined(postings, base):
    again = listed(postings).renumbered(base, None)
    assert postings_of(whole(again.packed())) == {doc + base: places for doc, places in postings.items()}


@given(POSTINGS, st.sets(st.integers(0, 5_000)))
def test_what_was_deleted_is_left_out(postings, deleted):
    alive = {doc: number for number, doc in enumerate(doc for doc in sorted(postings) if doc not in deleted)}
    again = listed(postings).renumbered(0, alive)
    assert postings_of(again) == {alive[doc]: places for doc, places in postings.items() if doc in alive}


def test_only_blocks_that_may_hold_a_candidate_are_read():
    many = List.of(array("I", [number for doc in range(0, 10 * BLOCK, 2) for number in (doc, 1)]), has_places=False)
    read = list(blocks(many.packed(), [2 * BLOCK + 2]))
    assert len(read) == 1 and 2 * BLOCK + 2 in read[0].docs
    assert len(list(blocks(many.packed()))) == 5
    assert list(blocks(many.packed(), [10 * BLOCK])) == []


def test_a_token_of_one_document_is_renumbered_without_being_unpacked():
    packed = one(7, array("I", [3, 9]), 2)
    assert is_one(packed) and doc_and_times(packed) == (7, 2)
    assert postings_of(whole(one_renumbered(packed, 12))) == {12: [3, 9]}
    assert not is_one(listed({1: [1], 2: [2]}).packed())
