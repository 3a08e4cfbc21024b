"""Telling the moderators that somebody waits for them."""

from forum.accounts.events import MemberWaiting
from forum.accounts.models import Member, Standing
from forum.accounts.queries import moderators
from forum.kernel import letters, mail
from forum.kernel.db import db
from forum.kernel.events import handles


@handles(MemberWaiting)
def tell_the_moderators(event: MemberWaiting) -> None:
    newcomer = db.session.get_one(Member, event.member_id)
    if newcomer.standing is not Standing.WAITING:
        return  # answered before we came to it
    for moderator in moderators():
        letter = letters.write(
            "accounts/mail/waiting.txt",
            to=moderator.email,
            language=moderator.language,
            key=f"waiting-{newcomer.id}-{moderator.id}",
            member_id=moderator.id,
            name=newcomer.name,
        )
        mail.promise(letter)
