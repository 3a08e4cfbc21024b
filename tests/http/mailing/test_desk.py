"""/mailing: how the mail does, for the secretariat, and mending it; never a word of what mails say."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from forum.inbound.models import Fate, ReceivedMail, Transport, Why
from forum.kernel import clock
from forum.kernel.db import db, save
from forum.kernel.mail import Delivery, Message, Reason, State, pause_on, promise
from forum.kernel.mail.deliveries import suppress
from forum.mailing.models import Act, MailAct
from tests.statements import statements

PAGES = ["/mailing", "/mailing/outgoing", "/mailing/received", "/mailing/paused", "/mailing/release?reason=policy"]
MAIL = "/mailing/outgoing?"


def mail_to(member, state=State.SENT, reason=Reason.NONE, **values):
    number = db.session.scalar(select(func.count()).select_from(Delivery))
    columns = {name: values.pop(name) for name in ("response", "created_at", "handed_at", "text") if name in values}
    given = {"subject": "MARKER-SUBJECT", "text": "MARKER-TEXT", "html": "MARKER-HTML", "kind": "digest", **values}
    promise(Message(to=member.email, member_id=member.id, key=f"mail-{number}", reply_to="MARKER@example.org", **given))
    row = db.session.scalar(select(Delivery).order_by(Delivery.id.desc()).limit(1))
    row.state, row.reason = state, reason
    for name, value in columns.items():
        setattr(row, name, value)
    db.session.commit()
    return row


def came(fate=Fate.REFUSED, why=Why.NO_WORDS, raw=b"MARKER-RAW", **values):
    given = {"sender": "bao@example.org", "subject": "MARKER-SUBJECT", **values}
    number = db.session.scalar(select(func.count()).select_from(ReceivedMail))
    row = save(
        ReceivedMail(
            transport=Transport.LMTP, envelope_to="x@reply.example.org", raw=raw, size=len(raw),
            digest=str(number), fate=fate, why=why, **given,
        )
    )  # fmt: skip
    db.session.commit()
    return row


def acts():
    return [(deed.act, deed.by_id) for deed in db.session.scalars(select(MailAct).order_by(MailAct.id))]


@pytest.mark.parametrize("path", PAGES)
def test_it_is_the_secretariat_s_and_has_something_to_say_when_there_is_nothing(as_, cast, path):
    assert as_(cast.sofia).get(path).status_code == 200
    for name in ("ana", "bao", "youssef", "chidi"):
        assert as_(getattr(cast, name)).get(path).status_code == 403
    assert as_(None).get(path).status_code == 303


DEEDS = ["/mailing/{id}/again", "/mailing/{id}/stop", "/mailing/release", "/mailing/paused", "/mailing/paused/lift"]


@pytest.mark.parametrize("path", [*DEEDS, "/mailing/received/{received}/fetch"])
def test_nobody_else_mends_anything(as_, cast, path):
    held = mail_to(cast.bao, State.HELD, Reason.POLICY)
    suppress(cast.dora.email, reason=Reason.MAILBOX_FULL)
    path = path.format(id=held.id, received=came(Fate.UNREADABLE, Why.MALFORMED).id)
    for name in ("ana", "bao", "chidi"):
        form = {"reason": "policy", "address": cast.dora.email, "words": "x"}
        assert as_(getattr(cast, name)).post(path, data=form).status_code == 403
    assert held.state is State.HELD and pause_on(cast.dora.email) and not acts()


def test_the_numbers_are_by_state_reason_kind_and_provider(as_, cast):
    now = clock.now()
    mail_to(cast.bao)
    mail_to(cast.bao, created_at=now - timedelta(hours=2))
    mail_to(cast.bao, created_at=now - timedelta(days=2))
    mail_to(cast.bao, created_at=now - timedelta(days=20))
    mail_to(cast.bao, State.BOUNCED, Reason.NO_SUCH_ADDRESS, kind="searches")
    mail_to(cast.bao, State.QUEUED, Reason.DEFERRED, created_at=now - timedelta(days=20))
    came(Fate.POSTED, Why.NONE)
    page = as_(cast.sofia).get("/mailing").text

    def numbers(section, label):
        row = page.split(f'id="{section}"')[1].split("</section>")[0].split(label)[1].split("</tr>")[0]
        return [int(cell.split("<")[0].replace("–", "0")) for cell in row.split("<td>")[1:]]

    assert numbers("states", ">sent<") == [1, 2, 3]
    assert numbers("states", ">queued<") == [0, 0, 1]
    assert numbers("reasons", "no such address<") == [1, 1, 1]
    assert numbers("kinds", "News of a kept search<") == [1, 1, 1]
    assert numbers("received", "posted<") == [1, 1, 1]
    assert numbers("providers", "example.org<")[:3] == [2, 1, 1]
    assert "Nothing is to mend" in page


def test_what_is_to_mend_is_said_first_and_let_go_all_at_once(as_, cast):
    for member in (cast.bao, cast.dora):
        mail_to(member, State.HELD, Reason.POLICY, response="550 5.7.26 <b>no</b> DKIM", handed_at=clock.now())
    other = mail_to(cast.ana, State.HELD, Reason.INTERNAL)
    sofia = as_(cast.sofia)
    page = sofia.get("/mailing").text
    assert "&lt;b&gt;no&lt;/b&gt; DKIM" in page and "/mailing/release?reason=policy" in page
    assert "3 held" in sofia.get("/moderation").text and "held" not in as_(cast.chidi).get("/moderation").text
    assert "2 mails are held" in sofia.get("/mailing/release?reason=policy").text
    assert not acts()  # looking lets nothing go
    assert sofia.post("/mailing/release", data={"reason": "policy"}).status_code == 303
    db.session.expire_all()
    freed = db.session.scalars(select(Delivery).where(Delivery.state == State.QUEUED)).all()
    assert len(freed) == 2 and all(row.handed_at is None and row.reason is Reason.NONE for row in freed)
    assert other.state is State.HELD and acts() == [(Act.RELEASE, cast.sofia.id)]
    assert "let go of what was held (2: policy)" in " ".join(sofia.get("/mailing").text.split()).replace("</a>", "")
    for nothing in ("policy", "", "nonsense"):
        assert sofia.post("/mailing/release", data={"reason": nothing}).status_code == 303
    assert len(acts()) == 1


@pytest.mark.parametrize("name", ["ana", "sofia"])
def test_no_page_shows_a_word_of_what_mails_say(as_, cast, name):
    mail = mail_to(cast.bao, State.HELD, Reason.POLICY, headers={"List-Unsubscribe": "<https://x/MARKER-TOKEN>"})
    came()
    came(Fate.UNREADABLE, Why.MALFORMED)
    client = as_(getattr(cast, name))
    for path in [*PAGES, f"/mailing/{mail.id}"]:
        assert "MARKER" not in client.get(path).text


def test_one_mail_s_page_shows_its_way_and_its_headers(as_, cast):
    mail = mail_to(cast.bao, State.BOUNCED, Reason.NO_SUCH_ADDRESS, response="550 5.1.1 gone")
    came(Fate.RETURNED, Why.BOUNCE, delivery_id=mail.id, member_id=cast.bao.id)
    page = as_(cast.sofia).get(f"/mailing/{mail.id}").text
    assert "550 5.1.1 gone" in page and "Message-ID" in page and "could not be delivered" in page
    assert "not believed" not in page
    assert as_(cast.sofia).get("/mailing/999999").status_code == 404


def test_a_mail_that_cannot_be_put_together_says_why(as_, cast):
    mail = mail_to(cast.bao, State.HELD, Reason.INTERNAL, headers={"Bcc": "x"})
    assert "not for a message to bring: Bcc" in as_(cast.sofia).get(f"/mailing/{mail.id}").text


@pytest.mark.parametrize(
    ("state", "again", "stopped"),
    [
        (State.QUEUED, True, True),
        (State.HELD, True, True),
        (State.FAILED, True, False),
        (State.BOUNCED, True, False),
        (State.SENT, False, False),
        (State.CANCELLED, False, False),
    ],
)
def test_what_can_be_done_to_a_mail_in_each_state(as_, cast, state, again, stopped):
    sofia = as_(cast.sofia)
    for act, possible in (("again", again), ("stop", stopped)):
        mail = mail_to(cast.bao, state, Reason.POLICY if state is State.HELD else Reason.NONE)
        mail.due_at, envelope = clock.now() + timedelta(hours=1), mail.envelope
        db.session.commit()
        offered = f'action="/mailing/{mail.id}/{act}"' in sofia.get(f"/mailing/{mail.id}").text
        before = len(acts())
        assert sofia.post(f"/mailing/{mail.id}/{act}").status_code == 303
        db.session.expire_all()
        assert offered is possible and (len(acts()) > before) is possible
        if not possible:
            assert mail.state is state
        elif act == "stop":
            assert (mail.state, mail.reason) == (State.CANCELLED, Reason.NONE)
        else:
            assert mail.state is State.QUEUED and mail.due_at <= clock.now()
            assert (mail.envelope == envelope) is (state is State.QUEUED)


def test_a_mail_whose_words_are_forgotten_is_not_sent_again(as_, cast):
    mail = mail_to(cast.bao, State.FAILED, Reason.REFUSED, text="")
    answer = as_(cast.sofia).post(f"/mailing/{mail.id}/again", follow_redirects=True)
    assert "no longer kept" in answer.text and mail.state is State.FAILED


def test_lists_are_narrowed_by_everything_and_say_when_nothing_fits(as_, cast):
    mail_to(cast.bao)
    mail_to(cast.dora, State.FAILED, Reason.REFUSED, kind="account")
    sofia = as_(cast.sofia)
    for query, found in (
        ("state=failed", "dora"),
        ("reason=refused", "dora"),
        ("kind=account", "dora"),
        ("address=BAO@example.org", "bao"),
        ("state=sent&domain=Example.ORG", "bao"),
    ):
        page = sofia.get(MAIL + query).text.split('id="found"')[1]
        assert f"{found}@example.org" in page and ("dora" if found == "bao" else "bao") not in page
    for query in ("state=queued", "address=example.org", "address=%25", "domain=x"):
        assert "No mail fits" in sofia.get(MAIL + query).text
    assert "bao@example.org" in sofia.get(MAIL + "state=nonsense&reason=nonsense").text
    part = as_(cast.sofia, htmx=True).get(MAIL + "state=failed").text
    assert part.lstrip().startswith("<section") and "dora" in part


@pytest.mark.parametrize("path", ["/mailing", "/mailing/outgoing", "/mailing/paused", "/mailing/received"])
def test_pages_cost_the_same_however_much_there_is(as_, cast, path):
    client = as_(cast.sofia)

    def add():
        mail_to(cast.bao, State.HELD, Reason.POLICY)
        came()
        suppress(f"a{db.session.scalar(select(func.count()).select_from(Delivery))}@example.org", reason=Reason.REFUSED)
        db.session.add(MailAct(act=Act.AGAIN, by_id=cast.sofia.id, delivery_id=1))
        db.session.commit()

    add()
    client.get(path)
    with statements() as few:
        client.get(path)
    for _number in range(25):
        add()
    with statements() as many:
        client.get(path)
    assert len(few) == len(many) <= 10, "\n".join(many)


# paused addresses


def test_an_address_is_paused_and_lifted_by_hand_with_a_reason(as_, cast):
    sofia = as_(cast.sofia)
    sofia.post("/mailing/paused", data={"address": " Bao@Example.org ", "words": "asked on the phone"})
    assert pause_on(cast.bao.email).reason is Reason.SUPPRESSED
    page = sofia.get("/mailing/paused").text
    assert "asked on the phone" in page and "by hand" in page
    assert "No address like that" in sofia.get("/mailing/paused?q=dora").text
    assert "bao@example.org" in sofia.get("/mailing/paused?q=BAO@").text
    assert "No address like that" in sofia.get("/mailing/paused?q=%25").text
    sofia.post("/mailing/paused/lift", data={"address": cast.bao.email, "words": "works again"})
    assert pause_on(cast.bao.email) is None
    assert acts() == [(Act.PAUSE, cast.sofia.id), (Act.LIFT, cast.sofia.id)]
    assert "works again" in sofia.get("/mailing").text


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({"address": "", "words": "x"}, "Write the address"),
        ({"address": "bao", "words": "x"}, "one whole address"),
        ({"address": "a@b.c, d@e.f", "words": "x"}, "one whole address"),
        ({"address": "bao@example.org", "words": " "}, "Say why"),
        ({"address": "dora@example.org", "words": "x"}, "paused already"),
    ],
)
def test_what_cannot_be_paused_is_said_beside_its_field(as_, cast, form, says):
    suppress(cast.dora.email, reason=Reason.MAILBOX_FULL)
    db.session.commit()
    answer = as_(cast.sofia).post("/mailing/paused", data=form)
    assert answer.status_code == 422 and says in answer.text and not acts()


def test_what_is_not_paused_cannot_be_lifted(as_, cast):
    answer = as_(cast.sofia).post("/mailing/paused/lift", data={"address": cast.bao.email, "words": "x"})
    assert answer.status_code == 422 and "not paused" in answer.text and not acts()


# mail that came in


def test_what_could_not_be_read_is_fetched_as_it_came_and_that_is_written_down(as_, cast):
    row = came(Fate.UNREADABLE, Why.MALFORMED, raw=b"<script>MARKER</script>")
    assert f"/mailing/received/{row.id}/fetch" in as_(cast.sofia).get("/mailing/received?fate=unreadable").text
    answer = as_(cast.sofia).post(f"/mailing/received/{row.id}/fetch")
    assert answer.data == b"<script>MARKER</script>" and answer.content_type == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff" and acts() == [(Act.FETCH, cast.sofia.id)]


def test_what_could_be_read_is_nobody_s_business(as_, cast):
    row = came(Fate.POSTED, Why.NONE)
    answer = as_(cast.sofia).post(f"/mailing/received/{row.id}/fetch")
    assert answer.status_code == 409 and b"MARKER" not in answer.data and not acts()
    assert as_(cast.sofia).post("/mailing/received/99999/fetch").status_code == 404


def test_mail_that_came_in_is_narrowed_by_fate_and_sender(as_, cast):
    came(Fate.REFUSED, Why.NO_WORDS)
    came(Fate.POSTED, Why.NONE, sender="dora@example.org")
    sofia = as_(cast.sofia)
    assert "dora@" not in sofia.get("/mailing/received?fate=refused").text
    assert "bao@" not in sofia.get("/mailing/received?address=Dora@example.org").text.split('id="found"')[1]
    assert "No mail fits" in sofia.get("/mailing/received?fate=held").text
