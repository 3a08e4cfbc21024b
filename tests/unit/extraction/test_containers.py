"""Documents that are zips are measured before anything in them is unpacked."""

import io

import pytest

from forum.extraction.containers import member, opened
from forum.extraction.outcomes import Limits, Reason, Unreadable
from tests import documents as make

WHOLE = {
    "word/document.xml": make.docx_of("x"),
    "ppt/presentation.xml": make.pptx_of(("x", "y")),
    "xl/workbook.xml": make.xlsx_of(a=[["x"]]),
    "content.xml": make.odt_of("x"),
    "o/c0.xhtml": make.epub_of("x"),
}


def reason_of(content, **limits):
    with pytest.raises(Unreadable) as refused:
        opened(io.BytesIO(content), Limits(**limits))
    return refused.value.reason


@pytest.mark.parametrize("name", WHOLE)
def test_a_whole_document_opens(name):
    container = opened(io.BytesIO(WHOLE[name]), Limits())
    assert member(container, name) and member(container, "nothing of the kind") is None


@pytest.mark.parametrize("entities", [make.ENTITIES, make.FILE_ENTITY], ids=["laughs", "passwd"])
@pytest.mark.parametrize("name", WHOLE)
def test_entities_of_ones_own_are_refused(name, entities):
    assert reason_of(make.declaring(entities, WHOLE[name], name)) is Reason.BOMB


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_entities_are_found_in_other_writings_too(encoding):
    hidden = make.changed(WHOLE["word/document.xml"], "word/document.xml", lambda _: make.ENTITIES.encode(encoding))
    assert reason_of(hidden) is Reason.BOMB


def test_an_entity_across_two_pieces_is_found():
    far = b"<a>" + b" " * (2**16 - 6) + b"<!ENTITY b 'b'></a>"
    content = make.changed(WHOLE["word/document.xml"], "word/document.xml", lambda _: far)
    assert reason_of(content, ratio=10_000) is Reason.BOMB


def test_members_within_members_are_refused():
    assert reason_of(make.overlapping()) is Reason.BOMB


def test_what_unpacks_to_too_much_in_all_is_refused():
    many = make.zipped({f"{n}.bin": bytes(range(256)) * 40 for n in range(40)})
    assert reason_of(many, unpacked=100_000) is Reason.BOMB
    opened(io.BytesIO(many), Limits())


def test_a_locked_document_says_so():
    locked = bytearray(WHOLE["word/document.xml"])
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = -1
        while (at := locked.find(mark, at + 1)) >= 0:
            locked[at + offset] |= 1
    assert reason_of(bytes(locked)) is Reason.ENCRYPTED


@pytest.mark.parametrize("share", [0.1, 0.5, 0.95])
def test_a_truncated_one_is_damaged(share):
    content = WHOLE["word/document.xml"]
    assert reason_of(content[: int(len(content) * share)]) is Reason.DAMAGED
