"""A mail to a group's address: a thread of the group, with its files in the library."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import func, select

from forum.entries.models import Entry, Follow, Kind, Level, Link, Relation, Visibility
from forum.inbound.letters import Attachment, Nature, Seal
from forum.inbound.models import Fate, MailWords, ReceivedMail, Transport, Why
from forum.inbound.recipients import is_ours
from forum.inbound.settling import settle
from forum.kernel.db import begin_mode, db, save
from forum.library.models import Resource
from forum.notifications.models import GroupWeight, Weight
from forum.notifications.origins import MailOrigin
from forum.notifications.tokens import Purpose, Token
from forum.threads.models import Post, Thread
from tests import make
from tests.documents import pdf
from tests.domain.inbound.posting import answers, come, letter

pytestmark = pytest.mark.usefixtures("front_desk")
ANDES = "andes@reply.example.org"


def newest() -> Thread:
    return db.session.scalars(select(Thread).order_by(Thread.id.desc())).first()


def test_a_mail_to_a_group_starts_a_conversation_there(cast):
    said = letter(
        cast.bao,
        "Tenemos una pregunta para todos los que trabajan con niños en los lugares de detención.\n\n-- \nBao",
        subject="[Andes] Re: Fwd: ¿Agua?",
    )
    received = come(ANDES.upper(), said)
    thread = newest()
    assert (received.fate, thread.title, thread.language) == (Fate.POSTED, "¿Agua?", "es")
    assert (thread.group_id, thread.author_id) == (cast.andes_group.id, cast.bao.id)
    assert [r.slug for r in thread.regions] == ["andes"]
    assert db.session.get_one(Follow, (thread.id, cast.bao.id)).level is Level.EVERY_POST
    assert db.session.get_one(MailOrigin, thread.id).message_id == said.message_id
    assert db.session.get_one(MailOrigin, received.entry_id).message_id == said.message_id


@pytest.mark.parametrize(
    "subject, title",
    [
        ("Water\r\nBcc: everybody@example.org", "Water Bcc: everybody@example.org"),
        ("Water\x00\x1b[31m <script>", "Water [31m <script>"),
        ("", "With a bucket."),
        ("Re: [x] RV: ", "With a bucket."),
        ("w" * 500, "w" * 199 + "…"),
    ],
)
def test_a_subject_as_a_title(cast, subject, title):
    come(ANDES, letter(cast.bao, subject=subject))
    assert newest().title == title


def test_who_is_not_in_the_group_is_told_how_to_get_in(cast):
    received = come(ANDES, letter(cast.dora, "Let me say this."))
    assert (received.fate, received.why) == (Fate.REFUSED, Why.NOT_ALLOWED)
    assert "> Let me say this." in answers()[0].text and newest().id == cast.closed_thread.id
    said = " ".join(answers()[0].text.split())
    assert cast.andes_group.label("en") in said and "/groups/andes" in said


def test_a_private_group_is_not_there_for_others(cast):
    received = come("inner-circle@reply.example.org", letter(cast.dora))
    assert (received.fate, received.why) == (Fate.REFUSED, Why.GONE)
    assert "inner" not in answers()[0].text.lower()


def test_strangers_are_not_answered(cast):
    assert come(ANDES, letter("stranger@example.org")).why is Why.NOT_A_MEMBER
    cast.dora.confirmed_at = None
    db.session.commit()
    assert come(ANDES, letter(cast.dora)).why is Why.NOT_A_MEMBER
    assert answers() == []


def test_only_what_is_passed_on_has_no_words(cast):
    text = "---------- Forwarded message ---------\nFrom: X <x@example.org>\nDate: Fri, 3 May 2024\nSubject: Y\n\nPRIVATE words."
    assert come(ANDES, letter(cast.bao, text)).why is Why.NO_WORDS


def test_the_same_mail_by_another_way_is_one_thread(cast):
    said = letter(cast.bao, "Once.")
    come(ANDES, said)
    before = db.session.scalar(select(func.count()).select_from(Thread))
    assert come(ANDES, said).fate is Fate.REPEATED
    assert db.session.scalar(select(func.count()).select_from(Thread)) == before


def test_files_are_put_into_the_library_and_linked(cast):
    report = Attachment(name="Diversion in Cusco.pdf", type="application/pdf", content=pdf("Words about diversion."))
    program = Attachment(name="smime.p7s", type="application/pkcs7-signature", content=b"xx")
    logo = Attachment(name="image001.png", type="image/png", content=b"\x89PNG small")
    received = come(ANDES, letter(cast.bao, "See the report.", attachments=(report, program, logo)))
    assert received.fate is Fate.POSTED and received.why is Why.NONE and answers() == []
    resource = db.session.scalars(select(Resource)).one()
    post = db.session.get_one(Post, received.entry_id)
    assert (resource.title, resource.author_id, resource.visibility) == (
        "Diversion in Cusco",
        cast.bao.id,
        Visibility.PUBLIC,
    )
    assert f"[Diversion in Cusco](/library/{resource.id})" in post.body
    link = db.session.scalars(select(Link).where(Link.from_id == resource.id)).one()
    assert (link.relation, link.to_id) == (Relation.ABOUT, post.thread_id)


def test_files_for_a_private_group_are_for_the_group(cast):
    make.membership(cast.bao, cast.closed_group)
    db.session.commit()
    file = Attachment(name="secret.txt", type="text/plain", content=b"Some secret words of the circle.")
    assert come("inner-circle@reply.example.org", letter(cast.bao, attachments=(file,))).fate is Fate.POSTED
    resource = db.session.scalars(select(Resource)).one()
    assert (resource.visibility, resource.group_id) == (Visibility.GROUP, cast.closed_group.id)


def test_a_file_the_library_does_not_take_is_told_and_the_words_stand(cast):
    file = Attachment(name="tool.exe", type="application/octet-stream", content=b"MZ\x90\x00" + b"\x00" * 200)
    received = come(ANDES, letter(cast.bao, "Look.", attachments=(file,)))
    assert (received.fate, received.why) == (Fate.POSTED, Why.FILE_REFUSED)
    assert "tool.exe" in answers()[0].text


def test_nothing_is_left_in_the_library_of_a_mail_that_was_refused(cast):
    file = Attachment(name="words.txt", type="text/plain", content=b"Some words that should not stay.")
    come(ANDES, letter(cast.bao, "w " * 20_000, attachments=(file,)))
    assert db.session.scalars(select(Resource)).all() == []


def test_stop_to_a_group_takes_it_out_of_the_digest(cast):
    assert come(ANDES, letter(cast.bao, "STOP")).fate is Fate.DONE
    assert db.session.get_one(GroupWeight, (cast.bao.id, cast.andes_group.id)).weight is Weight.NEVER
    come(ANDES, letter(cast.bao, "UNDO"))
    assert db.session.get(GroupWeight, (cast.bao.id, cast.andes_group.id)) is None


def test_undo_withdraws_a_thread_nobody_answered(cast):
    come(ANDES, letter(cast.bao, "Too early."))
    thread = newest()
    come(ANDES, letter(cast.bao, "UNDO"))
    db.session.refresh(thread)
    assert not thread.is_open
    assert db.session.scalars(select(Post).where(Post.thread_id == thread.id)).one().is_deleted


@pytest.mark.parametrize("text", ["", "unsubscribe", "anything"])
def test_an_address_that_stops_mail_stops_it_whoever_writes(cast, text):
    token = Token(Purpose.STOP_ENTRY, cast.bao.id, cast.thread.id)
    assert come(token, letter("", text, authentic=None)).fate is Fate.DONE
    assert db.session.get_one(Follow, (cast.thread.id, cast.bao.id)).level is Level.MUTED
    assert answers() == [], "nobody knows who wrote it"


def test_twins_delivered_at_once_become_one_thread(app, cast):
    """Two hands bring the same mail by two ways, so that its rows differ; both are settled at the same moment."""
    said = letter(cast.bao, "At once.")
    ids = []
    for number in range(2):
        row = ReceivedMail(
            transport=Transport.LMTP, envelope_from="", envelope_to=ANDES, raw=b"", size=0, digest=f"twin{number}"
        )
        ids.append(save(row).id)
    db.session.commit()
    start = threading.Barrier(2)

    def one(id: int) -> None:
        with app.app_context():
            begin_mode.set("immediate")
            start.wait()
            settle(db.session.get_one(ReceivedMail, id), said)
            db.session.commit()
            db.session.remove()

    hands = [threading.Thread(target=one, args=(id,)) for id in ids]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    db.session.rollback()
    fates = sorted(db.session.scalars(select(ReceivedMail.fate).where(ReceivedMail.id.in_(ids))))
    assert fates == [Fate.POSTED, Fate.REPEATED]
    posts = select(func.count()).select_from(Entry).where(Entry.kind == Kind.POST, Entry.author_id == cast.bao.id)
    assert db.session.scalar(posts) == 1


def test_capitals_in_the_address_of_an_account_do_not_matter(cast):
    cast.bao.email = "Bao@Example.org"
    db.session.commit()
    assert come(ANDES, letter("bao@example.org")).fate is Fate.POSTED


def test_a_file_without_words_is_shared_all_the_same(cast):
    file = Attachment(name="plan.txt", type="text/plain", content=b"A plan for the year, in a few words.")
    received = come(ANDES, letter(cast.bao, "\n", subject="The plan", attachments=(file,)))
    assert received.fate is Fate.POSTED
    resource = db.session.scalars(select(Resource)).one()
    assert db.session.get_one(Post, received.entry_id).body == f"- [Plan](/library/{resource.id})"
    come(ANDES, letter(cast.bao, "UNDO"))
    db.session.refresh(resource)
    assert resource.visibility is Visibility.DRAFT


@pytest.mark.parametrize(
    ("seal", "why", "words"),
    [(Seal.ENCRYPTED, Why.ENCRYPTED, "without encryption"), (Seal.WRAPPED, Why.NO_WORDS, "clear signed")],
)
def test_a_sealed_mail_comes_back_and_says_how_to_send_it(cast, seal, why, words):
    received = come(ANDES, letter(cast.bao, "", trouble=(seal,)))
    assert (received.fate, received.why) == (Fate.REFUSED, why)
    said = " ".join(answers()[0].text.split())
    assert words in said
    assert "what you wrote" not in said and "Your words are kept" not in said, "there are none"
    assert db.session.get(MailWords, received.id) is None


def test_words_beside_what_is_encrypted_are_posted(cast):
    received = come(ANDES, letter(cast.bao, "The figures are in the file.", trouble=(Seal.ENCRYPTED,)))
    assert received.fate is Fate.POSTED


@pytest.mark.parametrize("to", ["postmaster", "Abuse", "postmaster+x"])
@pytest.mark.parametrize("nature", [Nature.WRITTEN, Nature.AUTOMATIC])
def test_mail_for_the_operators_is_kept_and_not_answered(cast, to, nature):
    address = f"{to}@reply.example.org"
    assert is_ours(address, sender="stranger@example.org")
    received = come(address, letter(cast.bao, "STOP", nature=nature))
    assert (received.fate, received.why, received.raw) == (Fate.DONE, Why.NONE, b"raw")
    assert answers() == [] and newest().id == cast.closed_thread.id
