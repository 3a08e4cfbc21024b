"""Who leaves takes their addresses along."""

from sqlalchemy import select, text

from forum.accounts.events import MemberErased
from forum.accounts.operations import erase
from forum.kernel.db import db
from forum.kernel.mail import Delivery, Message, Reason, State, promise
from forum.kernel.mail.deliveries import Suppression, suppress
from forum.mailing.handlers import forget_where_they_got_mail


def test_nothing_of_an_address_stays_when_its_member_leaves(app, cast):
    bao = cast.bao
    promise(Message(to=bao.email, subject="About Bao", text="Hello Bao", key="sent", member_id=bao.id))
    promise(Message(to=bao.email, subject="x", text="x", key="before they were a member"))
    promise(Message(to="bao.before@example.org", subject="x", text="x", key="old address", member_id=bao.id))
    promise(Message(to=bao.email, subject="x", text="x", key="queued", member_id=bao.id))
    promise(Message(to=cast.dora.email, subject="x", text="x", key="dora", member_id=cast.dora.id))
    for row in db.session.scalars(select(Delivery).where(Delivery.key.in_(("sent", "old address")))):
        row.state, row.response = State.SENT, "250 bao@example.org ok"
    suppress(bao.email, reason=Reason.MAILBOX_FULL, response="bao@example.org is full")
    erase(bao)
    forget_where_they_got_mail(MemberErased(member_id=bao.id))
    db.session.commit()
    db.session.expire_all()
    by_key = {row.key: row for row in db.session.scalars(select(Delivery))}
    assert (by_key["queued"].state, by_key["queued"].reason) == (State.CANCELLED, Reason.NOT_A_MEMBER)
    assert by_key["sent"].state is State.SENT and by_key["dora"].recipient == cast.dora.email
    assert not db.session.scalars(select(Suppression)).all()
    for table in ("delivery", "suppression"):
        kept = str(db.session.execute(text(f"SELECT * FROM {table} WHERE member_id = {bao.id} OR recipient LIKE '%bao%'"
                   if table == "delivery" else f"SELECT * FROM {table}")).all())  # fmt: skip
        assert "bao" not in kept.casefold(), kept
