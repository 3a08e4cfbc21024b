"""What somebody takes along holds everything about them, and erasing forgets it: each column that names a member is accounted for."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from forum.accounts.models import Invitation, Member
from forum.community.operations import leave
from forum.entries.models import Visibility
from forum.entries.operations import follow
from forum.glossary.models import TermSuggestion
from forum.home.along import everything_about
from forum.inbound.models import Fate, MailLine, ReceivedMail, Transport, Why
from forum.kernel import clock
from forum.kernel.db import db, save
from forum.kernel.mail import Delivery, Message, State, promise
from forum.library.models import SuggestedEdit
from forum.notices.models import NoticeKind
from forum.notifications.models import Digest
from forum.threads import operations as threads
from tests import make
from tests.filling import fill, rows_with, tables
from tests.working import work

#: Where the export tells what a column knows.
TOLD = {
    "delivery.member_id": "sent_to_them",
    "delivery.recipient": "sent_to_them",
    "digest.member_id": "digests",
    "draft.member_id": "drafts",
    "entry.author_id": "made",
    "follow.member_id": "follows",
    **dict.fromkeys(("group_weight.member_id", "theme_weight.member_id", "region_weight.member_id"), "mail"),
    "mail_choice.member_id": "mail",
    **dict.fromkeys(("invitation.invited_by_id", "invitation.email"), "invitations"),
    "login_session.member_id": "sessions",
    "membership.member_id": "groups",
    "notice.member_id": "notices",
    "passkey.member_id": "passkeys",
    "post_revision.replaced_by_id": "earlier_wordings",
    **dict.fromkeys(("profile.member_id", "profile_region.member_id", "profile_theme.member_id"), "profile"),
    "read_mark.member_id": "read",
    "saved_search.member_id": "searches",
    "suggested_edit.member_id": "suggestions",
    "term_suggestion.author_id": "suggestions",
    **dict.fromkeys(("member.email", "suppression.address"), "account"),
    **dict.fromkeys(("received_mail.member_id", "received_mail.sender"), "sent_by_mail"),
    **dict.fromkeys(("mail_words.member_id", "mail_line.member_id"), "sent_by_mail"),
}
#: Columns with somebody's address.
ADDRESSES = ("email", "recipient", "address", "sender", "envelope_from")
OFFICE = "a decision of an office, about somebody or something else; the record of what was decided stays whole"
RECORD = "who did what to something shared: part of its history, and not of a person"
NOT_TOLD = {
    **dict.fromkeys(
        (
            *("entry.hidden_by_id", "group.created_by_id", "held_mail.vouched_by_id", "import_batch.made_by_id"),
            *("link.revoked_by_id", "mail_act.by_id", "member.approved_by_id", "member.refused_by_id"),
            *("membership.admitted_by_id", "post.deleted_by_id", "recommendation.adopted_by_id"),
            *("resource_file.removed_by_id", "suggested_edit.decided_by_id", "term_suggestion.decided_by_id"),
            "thread.closed_by_id",
        ),
        OFFICE,
    ),
    **dict.fromkeys(
        (
            *("collection_item.added_by_id", "concept_revision.editor_id", "link.author_id", "notice.actor_id"),
            *("resource_file.added_by_id", "resource_version.replaced_by_id", "thread.last_poster_id"),
        ),
        RECORD,
    ),
    "received_mail.envelope_from": "the address a mail was sent from, as the mail servers said it to one another",
    "mention.member_id": "somebody else's words that name them; they stand in the post",
    "invitation.used_by_id": "by whose invitation they came: told to the moderators alone",
    "pending_file.member_id": "a file on its way into a form; gone after two days",
    **dict.fromkeys(
        ("held_mail.member_id", "mail_question.member_id", "mail_deed.member_id"),
        "how far a mail of theirs has come; the mail itself is told, with what became of it",
    ),
}


def columns():
    """Each that refers to a member, or that names one where the kernel knows no members."""
    for table in db.metadata.tables.values():
        known = {key.parent.name for key in table.foreign_keys if key.column.table.name in ("member", "profile")}
        known |= {column.name for column in table.columns if column.name == "member_id" or column.name in ADDRESSES}
        yield from (f"{table.name}.{name}" for name in sorted(known))


def test_every_column_that_names_a_member_is_told_or_says_why_not(cast):
    unknown = sorted(set(columns()) - TOLD.keys() - NOT_TOLD.keys())
    assert unknown == [], f"Tell what {', '.join(unknown)} knows in forum/home/along.py, or say here why not."
    assert sorted((TOLD.keys() | NOT_TOLD.keys()) - set(columns())) == [], "these columns are no more"
    assert set(TOLD.values()) <= everything_about(cast.bao).keys()


@pytest.fixture
def lived(cast):
    """Bao, who has left traces of the kinds that no other test looks at."""
    resource = make.resource("A report", by=cast.bao)
    post = threads.reply(cast.thread, body="MARKER-FIRST", by=cast.bao)
    threads.edit_post(post, body="MARKER-SECOND", language="en", version=post.version, by=cast.bao)
    save(SuggestedEdit(resource_id=resource.id, member_id=cast.bao.id, changes={"title": "x"}, reason="MARKER-EDIT"))
    save(TermSuggestion(words="MARKER-TERM", author_id=cast.bao.id))
    save(Invitation(token_hash="h", email="MARKER-GUEST@example.org", invited_by_id=cast.bao.id))
    now = clock.now()
    came = {
        "transport": Transport.LMTP,
        "envelope_to": "x@y",
        "raw": b"",
        "size": 0,
        "digest": "d",
        "fate": Fate.POSTED,
    }
    received = save(ReceivedMail(member_id=cast.bao.id, **came))
    kept = {"position": 1, "number": 3, "text": "MARKER-LINE", "why": Why.CLOSED}
    save(MailLine(received_id=received.id, member_id=cast.bao.id, **kept))
    save(Digest(member_id=cast.bao.id, day=now.date(), since=now - timedelta(days=1), until=now, left_out=0))
    for key, subject in (("k", "MARKER-MAIL"), ("j", "MARKER-UNSENT")):
        promise(Message(to=cast.bao.email, subject=subject, text="t", key=key, member_id=cast.bao.id))
    gone = {"state": State.SENT, "sent_at": clock.now()}
    db.session.execute(update(Delivery).where(Delivery.key == "k").values(gone))
    db.session.commit()
    return cast.bao


def test_the_export_tells_all_of_it_and_only_theirs(cast, as_, lived):
    marks = (
        "MARKER-FIRST",
        "MARKER-SECOND",
        "MARKER-EDIT",
        "MARKER-TERM",
        "MARKER-GUEST",
        "MARKER-MAIL",
        "MARKER-LINE",
        "A report",
    )
    along = as_(lived).get("/me/export.json").text
    assert [mark for mark in marks if mark not in along] == []
    assert "MARKER-UNSENT" not in along, "it may name what was hidden before it went"
    theirs = as_(cast.ana).get("/me/export.json").text
    assert [mark for mark in marks if mark in theirs] == []


def test_what_is_not_for_them_any_more_is_named_to_nobody(cast, as_):
    """Titles are others' words: of what was hidden or made private since, only what is their own comes along."""
    for title, gone in (
        ("MARKER-HIDDEN", {"hidden_at": clock.now()}),
        ("MARKER-PRIVATE", {"visibility": Visibility.GROUP}),
    ):
        thread = make.thread(cast.ana, cast.andes_group, title=title)
        make.post(thread, by=cast.dora, body="My own words", **gone)
        follow(thread, by=cast.dora)
        for name, value in gone.items():
            setattr(thread, name, value)
    db.session.commit()
    along = as_(cast.dora).get("/me/export.json")
    assert "MARKER" not in along.text and along.text.count("My own words") == 2
    assert [(row["level"], row["address"]) for row in along.json["follows"]] == [("every", None)] * 2


#: What is left of somebody who has left: without a name, since the member it refers to has none any more.
STAYS = {
    **{column: why for column, why in NOT_TOLD.items() if why in (OFFICE, RECORD)},
    **dict.fromkeys(
        ("entry.author_id", "post_revision.replaced_by_id", "suggested_edit.member_id", "term_suggestion.author_id"),
        "what they said to others, or gave them, stays",
    ),
    "invitation.used_by_id": "that somebody vouched for them; the address goes",
    "delivery.member_id": "that there was a mail, for counting; to whom and what it said goes",
}
#: Of somebody who was never named by number.
BY_ADDRESS = {
    f"{table.name}.{column}" for table in db.metadata.tables.values() for column in ADDRESSES if column in table.c
}


def test_what_refers_to_somebody_goes_with_them_or_says_why_it_stays(cast):
    """Whatever the table: a row of it is there before, and not after."""
    noor = make.member("noor")
    going = [each.split(".") for each in sorted(set(columns()) - STAYS.keys() - BY_ADDRESS)]
    for table, column in going:
        if not rows_with(tables()[table], **{column: noor.id}):
            fill(tables()[table], **{column: noor.id})
    leave(noor)
    db.session.commit()
    work()
    left = [f"{table}.{column}" for table, column in going if rows_with(tables()[table], **{column: noor.id})]
    assert left == [], "Forget it when a member is erased (`MemberErased`), or say in STAYS why it is kept."


def test_nothing_says_who_they_were(cast, lived):
    """Their name, handle and address stand nowhere any more, in no column of any table."""
    lived.name, lived.handle, lived.email = "Zacharias Quill", "zquill", "Zacharias.Quill@example.org"
    words = {"sender": lived.email, "envelope_from": lived.email, "member_id": lived.id, "subject": "Zacharias Quill"}
    fill(tables()["received_mail"], **words)
    fill(tables()["invitation"], used_by_id=lived.id, email=lived.email)
    fill(tables()["invitation"], email=lived.email.lower())
    fill(tables()["suppression"], address=lived.email.lower())
    promise(Message(to=lived.email, subject="For Zacharias Quill", text="zquill", key="one", member_id=lived.id))
    promise(Message(to="Zacharias.Old@example.org", subject="s", text="t", key="before", member_id=lived.id))
    asks = {"member_id": cast.ana.id, "actor_id": lived.id, "kind": NoticeKind.ASKED}
    fill(tables()["notice"], said="I am Zacharias Quill", **asks)
    db.session.commit()
    assert where_it_says("zacharias", "zquill", "quill") >= {
        "member",
        "delivery",
        "suppression",
        "received_mail",
        "notice",
    }
    leave(lived)
    db.session.commit()
    work()
    assert where_it_says("zacharias", "zquill", "quill") == set()


def where_it_says(*words):
    """Names of the tables in which one of these stands anywhere."""
    found = set()
    for name, table in tables().items():
        rows = " ".join(str(row) for row in db.session.execute(select(table))).casefold()
        found |= {name for word in words if word in rows}
    return found


def test_erasing_forgets_what_was_theirs_alone(cast, lived):
    id, email = lived.id, lived.email
    leave(lived)
    db.session.commit()
    work()
    db.session.expire_all()
    alone = (
        "digests",
        "drafts",
        "follows",
        "groups",
        "notices",
        "passkeys",
        "read",
        "searches",
        "sent_by_mail",
        "sessions",
    )
    along = everything_about(db.session.get_one(Member, id))
    assert {name: along[name] for name in alone if along[name]} == {}
    assert [row for row in along["invitations"] if not row["used"]] == []
    assert email not in str(along) and "Bao" not in str(along)
    assert db.session.scalars(select(Member.email).where(Member.email == email)).all() == []
