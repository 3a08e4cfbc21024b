"""What became of a mail, and why, in a sentence for its author."""

from __future__ import annotations

from forum.inbound.models import Did, Fate, ReceivedMail, Why
from forum.kernel.i18n import _

FATES = {
    Fate.RECEIVED: _("It has arrived and is being read."),
    Fate.POSTED: _("It was posted."),
    Fate.DONE: _("It was done."),
    Fate.HELD: _("It waits until somebody says that it is yours."),
    Fate.REFUSED: _("It was not posted."),
    Fate.AUTOMATIC: _("It was written by a machine, so nothing was done with it."),
    Fate.RETURNED: _("It was about a mail of ours."),
    Fate.REPEATED: _("It came before, so nothing was done again."),
    Fate.UNREADABLE: _("It could not be read. Write to us, or use the site."),
}
WHYS = {
    Why.NONE: "",
    Why.UNKNOWN_ADDRESS: _("The address it was sent to is none of ours."),
    Why.FORGED_ADDRESS: _("The address it was sent to was not made by us."),
    Why.EXPIRED_ADDRESS: _(
        "What it answers is more than a year old, or not there any more. Answer a newer mail, or write on the site."
    ),
    Why.NOT_A_MEMBER: _("Only members can write here by mail, from the address of their account."),
    Why.OTHER_SENDER: _("It did not come from the address of your account."),
    Why.NOT_AUTHENTIC: _("The mail server could not confirm that it really came from you."),
    Why.NO_WORDS: _("We found no words of your own in it. Write them above what your mail program quotes."),
    Why.ENCRYPTED: _(
        "It is encrypted, and we have no key to open it: everybody in a conversation must be able to read what is said in it. "
        "Send it again without encryption; a signature may stay."
    ),
    Why.TOO_LONG: _("It is longer than 30,000 characters. Split it in two, or share it as a resource."),
    Why.TOO_LARGE: _("It is larger than 25 MB. Share large files on the site."),
    Why.NOT_ALLOWED: _("Writing there is not open to you. If it is a group you left, join it again."),
    Why.GONE: _("What it answers is hidden, deleted, or not for you any more."),
    Why.CLOSED: _("The conversation is closed, so nothing can be added to it. You can start a new one in the group."),
    Why.NO_SUCH_ITEM: _("There is no line with this number in that mail."),
    Why.FILE_REFUSED: _("A file was not taken."),
    Why.TOO_MANY: _("You wrote very much in a short time. Send it again in an hour."),
    Why.AUTO_REPLY: _("It is an automatic reply."),
    Why.LIST: _("It came through a mailing list."),
    Why.LOOP: _("It is a mail of ours that came back."),
    Why.BOUNCE: _("It says what became of a mail of ours."),
    Why.COMPLAINT: _("It says that a mail of ours was called spam."),
    Why.MALFORMED: _("It is broken, and no program could read it."),
    Why.TOOK_TOO_LONG: _("Reading it took too long."),
    Why.SAID_NO: _("You, or a moderator, said that it was not yours."),
    Why.NEVER_SURE: _("Nobody said in a week that it was yours."),
    Why.ONLY_ORDERS: _(
        "It answers a mail that only told you what became of yours, so nobody else would know what you speak of. Such a mail "
        "takes one word only, such as UNDO, LATER or HELP. To be read by others, answer the mail about the conversation."
    ),
    Why.NO_ROOM: _(
        "So much mail waits until somebody says that it is yours that this could not wait too. Answer what we asked you about "
        "the others; then send it again, or use its words."
    ),
}

#: The same in a word, for lists.
LABELS = {
    Fate.RECEIVED: _("being read"),
    Fate.POSTED: _("posted"),
    Fate.DONE: _("done"),
    Fate.HELD: _("waits"),
    Fate.REFUSED: _("not posted"),
    Fate.AUTOMATIC: _("automatic"),
    Fate.RETURNED: _("returned"),
    Fate.REPEATED: _("came before"),
    Fate.UNREADABLE: _("not readable"),
}
DID = {
    Did.POST: _("Post in:"),
    Did.THREAD: _("New conversation:"),
    Did.RESOURCE: _("In the library:"),
    Did.FOLLOW: _("Changed how you follow:"),
    Did.STOP: _("Mail was stopped."),
    Did.PUT_OFF: _("What waited was put off."),
    Did.JOIN: _("You joined a group, or asked to:"),
}
#: What moderators read, who are not its author.
JUDGED = {
    **WHYS,
    Why.OTHER_SENDER: _("It did not come from the address of the member's account."),
    Why.NOT_AUTHENTIC: _("The mail server could not confirm that it came from the member."),
    Why.NOT_A_MEMBER: _("It did not come from a member."),
    Why.EXPIRED_ADDRESS: _("What it answers is more than a year old, or not there any more."),
    Why.NO_WORDS: _("There were no words of its author's own in it."),
    Why.ENCRYPTED: _("It was encrypted, and there is no key here to open it."),
    Why.NOT_ALLOWED: _("Writing there is not open to them."),
    Why.GONE: _("What it answers is hidden, deleted, or not for them any more."),
    Why.CLOSED: _("The conversation is closed."),
    Why.TOO_LONG: _("It is longer than a post can be."),
    Why.TOO_MANY: _("They wrote very much in a short time."),
    Why.SAID_NO: _("Its supposed author, or a moderator, said that it was not theirs."),
    Why.NEVER_SURE: _("Nobody said in a week that it was theirs."),
    Why.ONLY_ORDERS: _("It answers a mail of ours that takes one word only, such as UNDO."),
    Why.NO_ROOM: _("Too much mail waited already."),
}


def became(received: ReceivedMail) -> str:
    """What became of it, and why, where that is not plain."""
    return " ".join(filter(None, (str(FATES[received.fate]), str(WHYS[received.why]))))


def why_not(why: Why, sentence: object = "") -> str:
    """Why something was not done; the deed's own words where it had some."""
    return str(sentence) or str(WHYS[why])
