"""kill -9 of the whole chain by which a post reaches a big group: from the event to the last mail, nothing twice and nothing lost."""

from __future__ import annotations

import random
from collections import Counter
from email import message_from_bytes

import pytest
from flask_migrate import upgrade
from sqlalchemy import func, select

from forum.app import create_app
from forum.kernel.db import begin_mode, db
from forum.kernel.events import OutboxRow
from forum.kernel.mail import Delivery, State
from forum.notifications.models import Weight
from forum.notifications.operations import weigh
from forum.threads import operations as threads
from tests import make, servers
from tests.faults.killing import Victim, site_in
from tests.mail_server import DROP_AFTER, DROP_BEFORE, mail_server

pytestmark = [pytest.mark.slow, pytest.mark.long]

#: (members who want each post, kills)
SIZES = {"sqlite": (400, 25), "postgresql": (400, 25)}


@pytest.mark.parametrize("database", SIZES)
def test_a_post_reaches_each_member_of_a_big_group_once_however_often_the_worker_is_killed(tmp_path, database, capsys):
    if database == "postgresql":
        with servers.postgres_database("group_mail_kills") as url:
            run(tmp_path, url, capsys, *SIZES[database])
    else:
        run(tmp_path, "", capsys, *SIZES[database])


def run(folder, url, capsys, members, kills):
    dice = random.Random(5)
    log = folder / "mail.log"
    with mail_server(log=log) as (address, rules):
        log.touch()
        settings = site_in(folder, url, mail_url=address, mail_log=str(log), reply_domain="reply.example.org")
        app = create_app(settings)
        with app.app_context():
            upgrade()
            cast = make.cast()
            whom = [make.member(f"member{number}") for number in range(members)]
            for each in whom:
                make.membership(each, cast.andes_group)
                weigh(cast.andes_group, Weight.EACH, by=each)
                rules.answers[each.email] = dice.choices(
                    [[], ["451 4.3.0 later"], [DROP_AFTER], [DROP_BEFORE]], (6, 2, 1, 1)
                )[0]
            expected = {each.email for each in whom}
            threads.reply(cast.thread, body="To all of us", by=cast.ana)
            db.session.commit()
            victim = Victim("telling_site", (), settings, longest=0.3, dice=dice)
            done = victim.killed(kills, is_open=lambda: left(members), progress=lambda: sum(far()), seconds=900)
            taken = Counter((to, str(message_from_bytes(raw)["Message-ID"])) for _, to, raw in rules.taken)
            taken = Counter({who: count for who, count in taken.items() if who[0] in expected})
            state = select(Delivery.state, func.count()).where(Delivery.kind == "post").group_by(Delivery.state)
            begin_mode.set("deferred")
            states = {row[0]: row[1] for row in db.session.execute(state)}
            fanned = db.session.scalar(select(func.count()).where(OutboxRow.event == "notices.post_goes_on"))
            db.session.remove()
            db.engine.dispose()
    lost, twice = len(expected - {who for who, _ in taken}), sum(count - 1 for count in taken.values())
    with capsys.disabled():
        print(f"\n{members} members, {done} kills, {fanned} handfuls more, duplicates {twice}, losses {lost}")
    assert (done, twice, lost, len(taken)) == (kills, 0, 0, members)
    assert states == {State.SENT: members} and fanned >= members // 10 - 1


def far() -> tuple[int, int]:
    """(mails promised, mails that are over) of the post."""
    begin_mode.set("deferred")
    over = Delivery.state.not_in((State.QUEUED, State.SENDING))
    found = db.session.execute(select(func.count(), func.count().filter(over)).where(Delivery.kind == "post")).one()
    db.session.rollback()
    return found[0], found[1]


def left(members: int) -> bool:
    """Whether mails are still to be promised, or to be sent."""
    promised, over = far()
    return promised < members or over < promised
