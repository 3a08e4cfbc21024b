"""Several answers in one mail, each to the line whose number it bears."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import event, select

from forum.access.rules import membership_of
from forum.entries.models import Follow, Level
from forum.inbound.answers import AN_HOUR
from forum.inbound.handlers import forget_old_words
from forum.inbound.keeping import MOST_LINES
from forum.inbound.letters import Attachment
from forum.inbound.models import Fate, MailLine, Why
from forum.kernel import clock
from forum.kernel.db import db, save
from forum.kernel.mail import Message, promise
from forum.notifications.models import Digest, DigestItem, Frequency, MailChoice, Section
from forum.notifications.models import Why as Reason
from forum.notifications.operations import choice_of
from forum.notifications.tokens import Purpose, Token
from forum.threads import operations
from forum.threads.models import Post, PostQuote
from tests import make
from tests.domain.inbound.posting import answers, come, letter

pytestmark = pytest.mark.usefixtures("front_desk")
SECRET = "Between us"


@pytest.fixture
def digest(cast):
    """Three lines for Bao: two threads, and a resource; and a fourth whose title is not for everybody."""
    make.membership(cast.bao, cast.closed_group)
    things = [
        cast.thread,
        make.thread(cast.ana, cast.andes_group, title="Food"),
        make.resource("A report"),
        cast.closed_thread,
    ]
    now = clock.now()
    found = save(Digest(member_id=cast.bao.id, day=date(2024, 5, 3), since=now - timedelta(days=1), until=now))
    for position, thing in enumerate(things, 1):
        item = {"section": Section.THREADS, "why": Reason.GROUP, "count": 0}
        save(DigestItem(digest_id=found.id, position=position, entry_id=thing.id, **item))
    lines = [
        f"{n}. {title}\n   nobody has answered yet – you are in “Andes”\n   https://x/threads/{n}"
        for n, title in enumerate(["Water in custody", "Food", "A report", SECRET], 1)
    ]
    text = (
        "Good morning, Bao.\n\nNEW THREADS\n\n"
        + "\n\n".join(lines)
        + "\n\n--\nStop this mail: https://x/unsubscribe/abcdef"
    )
    promise(Message(to=cast.bao.email, subject="s", text=text, key=found.key))
    choice_of(cast.bao)
    db.session.commit()
    return found, things, text


def to(digest):
    return Token(Purpose.ANSWER_DIGEST, digest.member_id, digest.id)


def last(thread):
    return db.session.scalars(select(Post).where(Post.thread_id == thread.id).order_by(Post.number.desc())).first()


def test_each_answer_stands_in_its_own_thread(cast, digest):
    found, (water, food, *_rest), text = digest
    body = (
        "1: With a bucket.\nAnd a watch.\n\n2: With bread.\n\nOn Fri, May 3, 2024 at 7:00 AM Forum <f@x> wrote:\n\n"
        + "\n".join(f"> {line}" for line in text.split("\n"))
    )
    received = come(to(found), letter(cast.bao, body))
    assert (received.fate, received.why) == (Fate.POSTED, Why.NONE)
    assert last(water).body == "With a bucket.\nAnd a watch." and last(food).body == "With bread."
    assert answers() == []


def test_others_learn_of_the_digest_no_more_than_the_line_that_is_answered(cast, digest):
    found, (_water, food, *_rest), text = digest
    come(to(found), letter(cast.bao, f"2: With bread.\n\nFrom: Forum <f@x>\nSent: Friday\nTo: Bao\n\n{text}"))
    assert last(food).body == "With bread."
    quote = db.session.get_one(PostQuote, last(food).id).text
    assert "2. Food" in quote
    assert SECRET not in quote and "Water" not in quote and "unsubscribe" not in quote


def quoting(text, **below):
    """The digest with marks before its lines, and words below those that begin so."""
    lines = []
    for line in text.split("\n"):
        lines.append(f"> {line}".rstrip())
        lines += [f"\n{words}\n" for begin, words in below.items() if line.strip() == f"https://x/threads/{begin[1:]}"]
    return "On Fri, May 3, 2024 at 7:00 AM Forum <f@x> wrote:\n\n" + "\n".join(lines)


def test_words_below_a_line_of_the_quoted_digest_go_to_the_thread_of_that_line(cast, digest):
    found, (water, food, *_rest), text = digest
    received = come(to(found), letter(cast.bao, quoting(text, _1="With a bucket.\n\nAnd a watch.", _2="With bread.")))
    assert (received.fate, received.why) == (Fate.POSTED, Why.NONE) and answers() == []
    assert last(water).body == "With a bucket.\n\nAnd a watch." and last(food).body == "With bread."
    assert SECRET not in db.session.get_one(PostQuote, last(food).id).text


def test_one_answer_below_one_line_is_enough_as_is_a_line_quoted_alone(cast, digest):
    found, (water, food, *_rest), text = digest
    come(to(found), letter(cast.bao, quoting(text, _2="With bread.")))
    assert last(food).body == "With bread." and last(water).number == 1
    come(to(found), letter(cast.bao, "> 1. Water in\n> custody\n\nWith a bucket."))
    assert last(water).body == "With a bucket."


def test_programs_that_make_text_of_our_page_number_its_lines_once_more(cast, digest):
    found, (water, food, *_rest), _text = digest
    quoted = "> 1. 2. *Food <https://x/threads/2>*\n>    nobody has answered yet – you are in “Andes”\n"
    come(to(found), letter(cast.bao, f"{quoted}\nWith bread.\n\n> 2. 3. *A report <https://x/threads/3>*"))
    assert last(food).body == "With bread." and last(water).number == 1


def test_what_stands_elsewhere_is_told_back_beside_what_was_posted(cast, digest):
    found, (water, *_rest), text = digest
    body = f"ABOVE words.\n\n{quoting(text, _1='With a bucket.')}\n\nBELOW words."
    received = come(to(found), letter(cast.bao, body))
    assert last(water).body == "With a bucket." and received.why is Why.NO_SUCH_ITEM
    assert kept(received) == [(0, "ABOVE words.\n\nBELOW words.", Why.NO_SUCH_ITEM)]


@pytest.mark.parametrize(
    "body",
    [
        "> 1. Water in custody\n>    nobody has answered yet – you are in “Andes”\n>\n> 2. Food\n\nBELOW words.",
        "> 2. Food\n>\n> --\n\nBELOW words.\n\n> Stop this mail: https://x/unsubscribe/abcdef",
        "> NEW THREADS\n\nBELOW words.\n\n> 1. Water in custody",
        "> 2. Something else\n\nBELOW words.\n\n> 1. Water in custody",
    ],
    ids=["below two", "below the rule", "below a heading", "not as we sent it"],
)
def test_words_that_could_be_about_something_else_are_not_assigned(cast, digest, body):
    found, (water, food, *_rest), _text = digest
    received = come(to(found), letter(cast.bao, body))
    assert last(water).number == 1 and last(food).number == 1
    assert [why for _number, text, why in kept(received) if "BELOW words." in text] == [Why.NO_SUCH_ITEM]


def test_the_rest_of_our_own_line_is_no_answer(cast, digest):
    found, (water, *_rest), _text = digest
    quoted = "> 1. Water in custody\n>    nobody has\nanswered yet – you\n> 2. Food\n"
    come(to(found), letter(cast.bao, quoted))
    assert last(water).number == 1


def test_an_order_below_a_line_is_for_that_line(cast, digest):
    found, (water, food, *_rest), text = digest
    come(to(found), letter(cast.bao, quoting(text, _1="FOLLOW", _2="With bread.")))
    levels = {f.entry_id: f.level for f in db.session.scalars(select(Follow).where(Follow.member_id == cast.bao.id))}
    assert levels[water.id] is Level.EVERY_POST and last(food).body == "With bread."


@pytest.mark.parametrize("mark", ["2: ", "2) ", "2. ", "#2 ", "#2: ", "2 - ", "٢: ", "۲: "])
def test_numbers_as_people_write_them(cast, digest, mark):
    found, (_water, food, *_rest), _text = digest
    assert come(to(found), letter(cast.bao, f"{mark}With bread.")).fate is Fate.POSTED
    assert last(food).body == "With bread."


def test_what_does_not_fit_is_told_back_and_the_rest_is_posted(cast, digest):
    found, (water, food, *_rest), _text = digest
    operations.close(food, by=cast.ana)
    db.session.commit()
    body = "Dear all, ABOVE words.\n\n1: Fits.\n2: CLOSED words.\n3: RESOURCE words.\n9: NINE words.\n"
    received = come(to(found), letter(cast.bao, body))
    assert received.fate is Fate.POSTED and received.why is Why.NO_SUCH_ITEM
    assert last(water).body == "Fits." and last(food).number == 1
    (told,) = answers()
    assert all(
        f"> {word}" in told.text.replace("> Dear all, ", "> ") for word in ("ABOVE", "CLOSED", "RESOURCE", "NINE")
    )
    assert "Fits." not in told.text and "“3: " in told.text


def kept(received):
    """(number, words, why) of each line whose words are kept."""
    mine = select(MailLine).where(MailLine.received_id == received.id).order_by(MailLine.position)
    return [(line.number, line.text, line.why) for line in db.session.scalars(mine)]


def test_the_words_of_each_line_that_was_refused_are_kept_and_of_no_other(cast, digest):
    found, (_water, food, *_rest), _text = digest
    operations.close(food, by=cast.ana)
    db.session.commit()
    body = "Dear all, ABOVE words.\n\n1: Fits.\n2: CLOSED words.\n3: RESOURCE words.\n9: NINE words.\n"
    received = come(to(found), letter(cast.bao, body))
    assert kept(received) == [
        (0, "Dear all, ABOVE words.", Why.NO_SUCH_ITEM),
        (2, "CLOSED words.", Why.CLOSED),
        (3, "RESOURCE words.", Why.NOT_ALLOWED),
        (9, "NINE words.", Why.NO_SUCH_ITEM),
    ]
    assert f"/me/mail/received/{received.id}" in answers()[0].text
    assert kept(come(to(found), letter(cast.bao, "1: Fits again."))) == []


def test_they_are_kept_when_no_more_answers_are_given_and_when_too_much_was_written(cast, digest):
    found, (water, *_rest), _text = digest
    for number in range(AN_HOUR + 1):
        received = come(to(found), letter(cast.bao, f"9: Number {number}."))
    assert len(answers()) == AN_HOUR
    assert kept(received) == [(9, f"Number {AN_HOUR}.", Why.NO_SUCH_ITEM)]
    for _time in range(20):
        make.post(water, by=cast.bao)
    db.session.commit()
    assert kept(come(to(found), letter(cast.bao, "1: One too many."))) == [(1, "One too many.", Why.TOO_MANY)]


def test_of_more_lines_than_anybody_writes_no_word_is_lost(cast, digest):
    found, *_rest = digest
    received = come(to(found), letter(cast.bao, "\n".join(f"9: Words {n}." for n in range(MOST_LINES + 20))))
    lines = kept(received)
    assert len(lines) == MOST_LINES
    assert all(f"Words {n}." in " ".join(text for _n, text, _why in lines) for n in range(MOST_LINES + 20))


def test_the_database_is_not_asked_about_each_of_more_lines_than_anybody_writes(cast, digest):
    found, *_rest = digest
    asked, counts = [], []
    event.listen(db.engine, "before_cursor_execute", note := lambda *about: asked.append(about[2]))
    for more in (10, 400):
        asked.clear()
        come(to(found), letter(cast.bao, "\n".join(f"9: Words {n}." for n in range(MOST_LINES + more))))
        counts.append(len(asked))
    event.remove(db.engine, "before_cursor_execute", note)
    assert counts[1] <= counts[0], "others wait to write meanwhile"


def test_they_are_forgotten_after_sixty_days(cast, digest):
    found, *_rest = digest
    received = come(to(found), letter(cast.bao, "9: Words."))
    forget_old_words()
    assert kept(received)
    db.session.get_one(MailLine, (received.id, 1)).kept_at -= timedelta(days=61)
    db.session.flush()
    forget_old_words()
    assert kept(received) == []


@pytest.mark.parametrize(
    ("body", "subject", "says"),
    [
        ("Hello to all.", "Nothing was posted: ", "nothing of your mail was posted"),
        ("3: RESOURCE words.\n9: NINE words.", "Nothing was posted: ", "nothing of your mail was posted"),
        ("1: Fits.\n9: NINE words.", "Not all was posted: ", "1 answer of your mail was posted"),
        ("1: FOLLOW\n9: NINE words.", "Not all was done: ", "1 order in your mail was carried out"),
        ("1: Fits.\n2: FOLLOW\n9: NINE words.", "Not all was posted: ", "1 answer of your mail was posted"),
    ],
)
def test_how_much_of_it_was_done_is_said_as_it_is(cast, digest, body, subject, says):
    come(to(digest[0]), letter(cast.bao, body))
    (told,) = answers()
    assert told.subject.startswith(subject) and says in told.text


def test_words_without_a_number_go_nowhere_and_come_back(cast, digest):
    found, *_rest = digest
    received = come(to(found), letter(cast.bao, "I agree with everything."))
    assert (received.fate, received.why) == (Fate.REFUSED, Why.NO_SUCH_ITEM)
    assert "> I agree with everything." in answers()[0].text


def test_the_same_mail_again_posts_nothing_again(cast, digest):
    found, (water, food, *_rest), _text = digest
    said = letter(cast.bao, "1: One.\n2: Two.")
    come(to(found), said)
    assert come(to(found), said).fate is Fate.REPEATED
    assert last(water).number == 2 and last(food).number == 2


def test_orders_for_one_line(cast, digest):
    found, (water, food, *_rest), _text = digest
    assert come(to(found), letter(cast.bao, "1: FOLLOW\n2: mute")).fate is Fate.DONE
    levels = {f.entry_id: f.level for f in db.session.scalars(select(Follow).where(Follow.member_id == cast.bao.id))}
    assert levels[water.id] is Level.EVERY_POST and levels[food.id] is Level.MUTED
    (told,) = answers()
    lines = told.text.split("\n")
    assert f"1: you follow “{water.title}” now" in lines
    assert f"2: you hear no more of “{food.title}”, not even when somebody names you" in lines
    assert "UNDO" in told.text and "Not all" not in told.subject


def test_orders_are_told_beside_what_was_posted_and_what_was_not(cast, digest):
    found, (water, food, *_rest), _text = digest
    received = come(to(found), letter(cast.bao, "1: FOLLOW\n2: With bread."))
    assert received.fate is Fate.POSTED and last(food).body == "With bread."
    assert f"1: you follow “{water.title}” now" in answers()[0].text and "1 answer of your mail" in answers()[0].text
    assert come(to(found), letter(cast.bao, "1: FOLLOW\n1: MUTE\n9: MARKER words.")).fate is Fate.DONE
    told = answers()[1].text
    assert f"1: you hear no more of “{water.title}”" in told and "you follow" not in told and "> MARKER words." in told


def test_an_order_for_a_line_that_is_not_for_them_any_more_names_nothing(cast, digest):
    found, (_w, _f, _r, closed), _text = digest
    db.session.delete(membership_of(cast.bao, cast.closed_group))
    db.session.commit()
    assert come(to(found), letter(cast.bao, "4: FOLLOW")).why is Why.GONE
    assert SECRET not in answers()[0].text + answers()[0].subject
    assert (
        db.session.scalars(select(Follow).where(Follow.entry_id == closed.id, Follow.member_id == cast.bao.id)).all()
        == []
    )


def test_stop_stops_the_digest_and_undo_starts_it_again(cast, digest):
    found, *_rest = digest
    choice_of(cast.bao).frequency = Frequency.WEEKLY
    db.session.commit()
    assert come(to(found), letter(cast.bao, "STOP")).fate is Fate.DONE
    assert db.session.get_one(MailChoice, cast.bao.id).frequency is Frequency.NEVER
    come(to(found), letter(cast.bao, "UNDO"))
    assert db.session.get_one(MailChoice, cast.bao.id).frequency is Frequency.WEEKLY


def test_follow_alone_asks_which(cast, digest):
    found, *_rest = digest
    come(to(found), letter(cast.bao, "FOLLOW"))
    assert "3: FOLLOW" in answers()[0].text


def test_who_is_asked_which_finds_the_word_in_their_own_language(cast, digest):
    cast.bao.language = "es"
    found, *_rest = digest
    come(to(found), letter(cast.bao, "seguir"))
    assert "3: SEGUIR" in answers()[0].text and "FOLLOW" not in answers()[0].text


def test_undo_takes_all_answers_of_the_mail_back(cast, digest):
    found, (water, food, *_rest), _text = digest
    come(to(found), letter(cast.bao, "1: One.\n2: Two."))
    come(to(found), letter(cast.bao, "UNDO"))
    assert last(water).is_deleted and last(food).is_deleted


def test_a_line_that_is_not_for_them_any_more(cast, digest):
    found, (_w, _f, _r, closed), _text = digest
    db.session.delete(membership_of(cast.bao, cast.closed_group))
    db.session.commit()
    received = come(to(found), letter(cast.bao, "4: Words."))
    assert (received.fate, received.why) == (Fate.REFUSED, Why.GONE)
    assert SECRET not in answers()[0].text and last(closed).number == 1


def test_a_file_goes_with_the_only_answer(cast, digest):
    found, (water, *_rest), _text = digest
    file = Attachment(name="bucket notes.txt", type="text/plain", content=b"Notes about buckets and children.")
    come(to(found), letter(cast.bao, "1: See this.", attachments=(file,)))
    assert "](/library/" in last(water).body
    come(to(found), letter(cast.bao, "1: a\n2: b", attachments=(file,)))
    told = answers()[-1].text
    assert "bucket notes.txt" in told and "words are kept" not in told, "all words were posted"


def test_somebody_elses_digest_is_not_theirs_to_answer(cast, digest):
    found, *_rest = digest
    assert (
        come(Token(Purpose.ANSWER_DIGEST, cast.ana.id, found.id), letter(cast.ana, "1: x")).why is Why.EXPIRED_ADDRESS
    )


def test_a_digest_that_was_quoted_beyond_recognition_tells_others_nothing_private(cast, digest):
    found, (water, *_rest), _text = digest
    received = come(to(found), letter(cast.bao, f"1: See below. Digest of the day: Water, {SECRET.upper()}, Food"))
    assert received.fate is Fate.REFUSED and last(water).number == 1
    assert "See below." in answers()[0].text
