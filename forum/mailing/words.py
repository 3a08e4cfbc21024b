"""What became of a mail, in plain sentences: what happened, why, and what its member can do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from forum.inbound.models import Fate, Why
from forum.kernel.i18n import _
from forum.kernel.mail import Reason, State
from forum.mailing.models import Act

#: Kinds of mail, to the member who gets them.
KINDS: dict[str, Any] = {
    "account": _("About the account"),
    "answer": _("An answer to a mail of yours"),
    "digest": _("Digest"),
    "notice": _("Notice"),
    "post": _("A post"),
    "searches": _("News of a kept search"),
}

STATES: dict[State, Any] = {
    State.QUEUED: _("It waits for its turn."),
    State.SENDING: _("It is being handed over at this moment."),
    State.SENT: _("Your mail provider took it."),
    State.FAILED: _("Your mail provider did not take it, and we do not try again."),
    State.HELD: _("It is kept back until somebody who looks after this site has mended something."),
    State.CANCELLED: _("It was not sent."),
    State.BOUNCED: _("It was sent, and came back."),
}

REASONS: dict[Reason, Any] = {
    Reason.NONE: "",
    Reason.DEFERRED: _("Your mail provider said: later. We try again for five days, less and less often."),
    Reason.UNREACHABLE: _("No mail server of your provider answered. We try again for five days, less and less often."),
    Reason.UNKNOWN: _("The line broke at the last moment, so it may have arrived. We find out, or send it again."),
    Reason.NO_SUCH_ADDRESS: _("Your mail provider says that there is no such address."),
    Reason.MAILBOX_FULL: _("Your mailbox was full."),
    Reason.REFUSED: _("Your mail provider refused it without a reason that we understand."),
    Reason.POLICY: _("Your mail provider does not take mail from us at present. That is for us to mend, not for you."),
    Reason.EXPIRED: _("Your mail provider put it off for days, until it was too late."),
    Reason.SUPPRESSED: _("Mail to your address was paused."),
    Reason.UNSUBSCRIBED: _("You had stopped or paused this kind of mail."),
    Reason.NOT_VISIBLE: _("Something it told of was hidden, deleted or made private before it went."),
    Reason.NOT_A_MEMBER: _("At that time you could not take part: not admitted yet, or suspended."),
    Reason.COMPLAINT: _("A mail of ours to you was reported as spam, so we send nothing that goes to many."),
    Reason.INTERNAL: _("We could not put it together. That is a fault of ours."),
}

#: Where the two together would say something else than what happened.
TOGETHER: dict[tuple[State, Reason], Any] = {
    (State.QUEUED, Reason.NONE): _("It waits for its turn, seldom longer than a minute."),
    (State.SENT, Reason.DEFERRED): _("Your mail provider took it, and says that it is still on its way to you."),
    (State.SENT, Reason.COMPLAINT): _("It arrived, and was reported as spam."),
    (State.CANCELLED, Reason.NONE): _("It was not sent: somebody who looks after this site stopped it."),
}


def sentence(state: State, reason: Reason) -> str:
    """What happened to a mail and why, said to its member."""
    if (said := TOGETHER.get((state, reason))) is not None:
        return str(said)
    return f"{STATES[state]} {REASONS[reason]}".strip()


class Deed(StrEnum):
    """What a member can do about it."""

    LIFT = "lift"
    CHANGE_ADDRESS = "change address"
    MAKE_ROOM = "make room"
    LOOK_FOR_IT = "look for it"
    TURN_ON = "turn on"
    WAIT = "wait"


def to_do(state: State, reason: Reason) -> tuple[Deed, ...]:
    """What its member can do so that the next one arrives."""
    if state is State.SENT:
        return (Deed.LIFT, Deed.TURN_ON) if reason is Reason.COMPLAINT else (Deed.LOOK_FOR_IT,)
    if state in (State.QUEUED, State.SENDING, State.HELD):
        return (Deed.WAIT,)
    return {
        Reason.NO_SUCH_ADDRESS: (Deed.CHANGE_ADDRESS, Deed.LIFT),
        Reason.MAILBOX_FULL: (Deed.MAKE_ROOM, Deed.LIFT),
        Reason.REFUSED: (Deed.CHANGE_ADDRESS,),
        Reason.EXPIRED: (Deed.CHANGE_ADDRESS,),
        Reason.SUPPRESSED: (Deed.LIFT, Deed.CHANGE_ADDRESS),
        Reason.COMPLAINT: (Deed.LIFT, Deed.TURN_ON),
        Reason.UNSUBSCRIBED: (Deed.TURN_ON,),
    }.get(reason, ())


#: The same for whoever looks after the site: a word or two each.
STATE_LABELS: dict[State, Any] = {
    State.QUEUED: _("queued"),
    State.SENDING: _("being sent"),
    State.SENT: _("sent"),
    State.FAILED: _("failed"),
    State.HELD: _("held"),
    State.CANCELLED: _("cancelled"),
    State.BOUNCED: _("bounced"),
}
REASON_LABELS: dict[Reason, Any] = {
    Reason.NONE: _("no reason"),
    Reason.DEFERRED: _("put off by the other side"),
    Reason.UNREACHABLE: _("nobody answered"),
    Reason.UNKNOWN: _("unclear: the line broke"),
    Reason.NO_SUCH_ADDRESS: _("no such address"),
    Reason.MAILBOX_FULL: _("mailbox full"),
    Reason.REFUSED: _("refused"),
    Reason.POLICY: _("they do not take our mail"),
    Reason.EXPIRED: _("tried for days"),
    Reason.SUPPRESSED: _("address paused"),
    Reason.UNSUBSCRIBED: _("not wanted any more"),
    Reason.NOT_VISIBLE: _("no longer visible"),
    Reason.NOT_A_MEMBER: _("not a member any more"),
    Reason.COMPLAINT: _("called spam"),
    Reason.INTERNAL: _("we could not put it together"),
}
FATE_LABELS: dict[Fate, Any] = {
    Fate.RECEIVED: _("not read yet"),
    Fate.POSTED: _("posted"),
    Fate.DONE: _("done"),
    Fate.HELD: _("waits for a yes"),
    Fate.REFUSED: _("refused"),
    Fate.AUTOMATIC: _("an answering machine"),
    Fate.RETURNED: _("came back"),
    Fate.REPEATED: _("came before"),
    Fate.UNREADABLE: _("could not be read"),
}


WHY_LABELS: dict[Why, Any] = {
    Why.NONE: "",
    Why.UNKNOWN_ADDRESS: _("unknown address"),
    Why.FORGED_ADDRESS: _("forged address"),
    Why.EXPIRED_ADDRESS: _("expired address"),
    Why.NOT_A_MEMBER: _("not a member"),
    Why.OTHER_SENDER: _("another sender"),
    Why.NOT_AUTHENTIC: _("not authentic"),
    Why.NO_WORDS: _("no words"),
    Why.ENCRYPTED: _("encrypted"),
    Why.TOO_LONG: _("too long"),
    Why.TOO_LARGE: _("too large"),
    Why.NOT_ALLOWED: _("not allowed"),
    Why.GONE: _("what it answers is gone"),
    Why.CLOSED: _("the thread is closed"),
    Why.NO_SUCH_ITEM: _("no such item"),
    Why.FILE_REFUSED: _("a file was refused"),
    Why.TOO_MANY: _("too many in an hour"),
    Why.AUTO_REPLY: _("an automatic reply"),
    Why.LIST: _("from a list"),
    Why.LOOP: _("one of ours, in a circle"),
    Why.BOUNCE: _("could not be delivered"),
    Why.COMPLAINT: _("called spam"),
    Why.MALFORMED: _("malformed"),
    Why.TOOK_TOO_LONG: _("took too long"),
    Why.SAID_NO: _("its sender said no"),
    Why.NEVER_SURE: _("nobody said yes in time"),
    Why.ONLY_ORDERS: _("answers a mail that takes one word only"),
    Why.NO_ROOM: _("too much waited for a yes"),
}
ACT_LABELS: dict[Act, Any] = {
    Act.AGAIN: _("tried a mail again"),
    Act.STOP: _("stopped a mail"),
    Act.RELEASE: _("let go of what was held"),
    Act.PAUSE: _("paused an address"),
    Act.LIFT: _("lifted a pause"),
    Act.FETCH: _("fetched a mail that could not be read"),
}


@dataclass(frozen=True)
class PauseWords:
    """Why nothing is sent to an address, for the top of its member's pages."""

    why: str
    changes: bool  # whether another address would help


PAUSES: dict[Reason, tuple[Any, bool]] = {
    Reason.NO_SUCH_ADDRESS: (_("Your mail provider says that there is no such address."), True),
    Reason.MAILBOX_FULL: (_("Your mailbox was full several times."), False),
    Reason.REFUSED: (_("Your mail provider refused it several times."), True),
    Reason.EXPIRED: (_("Your mail provider did not take it for days, several times."), True),
}


def why_paused(reason: Reason) -> PauseWords:
    """A sentence for a pause; one that somebody set by hand gives what they wrote as its reason."""
    why, changes = PAUSES.get(reason, (_("Somebody who looks after this site paused it."), True))
    return PauseWords(str(why), changes)
