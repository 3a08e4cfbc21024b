"""Who may open which page: one row for each address that answers GET.

Add a row when you add a page. `tests/house/test_routes.py` opens every page as a visitor, a member, a moderator and the
secretariat, and posts to every address as a visitor.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any


@dataclass(frozen=True)
class Access:
    """Who gets the page; everyone else is sent to sign in, or told that there is nothing for them.

    Attributes:
        opens_for: some of visitor, member, moderator, secretariat.
        values: for the address, where the usual ones (see `usual`) do not fit.
        query: for the address.
    """

    opens_for: frozenset[str]
    values: dict[str, Any] = field(default_factory=dict)
    query: dict[str, str] = field(default_factory=dict)

    def at(self, **values: Any) -> Access:
        return Access(self.opens_for, values, self.query)

    def asking(self, **query: str) -> Access:
        return Access(self.opens_for, self.values, query)


EVERYONE = Access(frozenset({"visitor", "member", "moderator", "secretariat"}))
MEMBERS = Access(frozenset({"member", "moderator", "secretariat"}))
MODERATORS = Access(frozenset({"moderator", "secretariat"}))
SECRETARIAT = Access(frozenset({"secretariat"}))
#: Needs a token, a second step or a recent sign-in that this test does not have: others test it.
TESTED_ELSEWHERE = Access(frozenset())

PAGES: dict[str, Access] = {
    "static": EVERYONE.at(filename="site.css"),
    "favicon": EVERYONE,
    "status.alive": EVERYONE,
    "status.ready": TESTED_ELSEWHERE,
    "status.metrics": EVERYONE,
    "home.show": EVERYONE,
    "home.about": EVERYONE,
    # accounts
    "accounts.charter": EVERYONE,
    "accounts.privacy": EVERYONE,
    "accounts.language": MEMBERS,
    "accounts.signed_up": EVERYONE,
    "accounts.invitations": MEMBERS,
    "accounts.settings": MEMBERS,
    "accounts.security": MEMBERS,
    "mailbox.index": TESTED_ELSEWHERE,
    "mailbox.show": TESTED_ELSEWHERE,
    "mailbox.as_page": TESTED_ELSEWHERE,
    "mailbox.source": TESTED_ELSEWHERE,
    "mailbox.came": TESTED_ELSEWHERE,
    "notices.index": MEMBERS,
    "notices.alone": TESTED_ELSEWHERE,
    "inbound.received": MEMBERS,
    "inbound.show": TESTED_ELSEWHERE,
    "inbound.sure": TESTED_ELSEWHERE,
    "inbound.queue": MODERATORS,
    "inbound.help_page": EVERYONE,
    "notifications.mail": MEMBERS,
    "mailing.my_mail": MEMBERS,
    "mailing.overview": SECRETARIAT,
    "mailing.outgoing": SECRETARIAT,
    "mailing.show": TESTED_ELSEWHERE,
    "mailing.release": SECRETARIAT,
    "mailing.paused": SECRETARIAT,
    "mailing.received": SECRETARIAT,
    "notifications.preview": MEMBERS,
    "notifications.follows": MEMBERS,
    "notifications.digest": TESTED_ELSEWHERE,
    "notifications.unsubscribe": TESTED_ELSEWHERE,
    "moderation.index": MODERATORS,
    "moderation.show": TESTED_ELSEWHERE,
    "security.static": TESTED_ELSEWHERE,
    "security.login": EVERYONE,
    "security.register": EVERYONE,
    "security.forgot_password": EVERYONE,
    "security.reset_password": TESTED_ELSEWHERE,
    "security.send_confirmation": EVERYONE,
    "security.confirm_email": TESTED_ELSEWHERE,
    "security.verify": MEMBERS,
    "security.change_email": MEMBERS,
    "security.change_email_confirm": TESTED_ELSEWHERE,
    "security.change_password": MEMBERS,
    "security.mf_recovery": TESTED_ELSEWHERE,
    "security.mf_recovery_codes": MEMBERS,
    "security.tf_select": TESTED_ELSEWHERE,
    "security.two_factor_rescue": TESTED_ELSEWHERE,
    "security.two_factor_setup": MEMBERS,
    "security.two_factor_token_validation": TESTED_ELSEWHERE,
    "security.wan_delete": TESTED_ELSEWHERE,
    "security.wan_register": MEMBERS,
    "security.wan_signin": EVERYONE,
    "security.wan_verify": TESTED_ELSEWHERE,
    # community
    "community.directory": EVERYONE,
    "community.profile": EVERYONE,
    "community.edit_profile": MEMBERS,
    "me.show": MEMBERS,
    "me.account": MEMBERS,
    "me.export": MEMBERS,
    "places.regions": EVERYONE,
    "places.region": EVERYONE,
    "places.themes": EVERYONE,
    "places.theme": EVERYONE.at(slug="diversion"),
    "groups.index": EVERYONE,
    "groups.show": EVERYONE,
    "groups.members": EVERYONE,
    "groups.requests": MODERATORS,
    "groups.edit": MODERATORS,
    "groups.new": MODERATORS,
    # threads
    "threads.index": EVERYONE,
    "threads.show": EVERYONE,
    "threads.permalink": EVERYONE,
    "threads.revisions": EVERYONE,
    "threads.quote": TESTED_ELSEWHERE,
    "threads.first_unread": EVERYONE,
    "threads.new": MEMBERS,
    "threads.compose": MEMBERS,
    "threads.drafts": MEMBERS,
    "threads.edit": MODERATORS,
    "threads.retitle": MODERATORS,
    "threads.move": MODERATORS,
    "threads.confirm_delete": MODERATORS,
    "catalogue.suggestions": EVERYONE,
    "catalogue.show_follow": MEMBERS,
    # the record
    "meetings.index": EVERYONE,
    "meetings.congresses": EVERYONE,
    "meetings.calendar": EVERYONE,
    "recommendations.index": EVERYONE,
    "recommendations.show": TESTED_ELSEWHERE,
    "recommendations.trace": TESTED_ELSEWHERE,
    "recommendations.of_congress": TESTED_ELSEWHERE,
    "recommendations.of_meeting": TESTED_ELSEWHERE,
    "desk.new_congress": SECRETARIAT,
    "desk.new_meeting": SECRETARIAT,
    "desk.new_recommendation": TESTED_ELSEWHERE,
    "desk.edit_congress": TESTED_ELSEWHERE,
    "desk.edit_meeting": TESTED_ELSEWHERE,
    "desk.edit_recommendation": TESTED_ELSEWHERE,
    "library.index": EVERYONE,
    "library.show": TESTED_ELSEWHERE,
    "oai.harvest": EVERYONE.asking(verb="Identify"),
    "imports.index": SECRETARIAT,
    "imports.show": TESTED_ELSEWHERE,
    "exports.listed": EVERYONE.at(name="library", form="csv"),
    "exports.collection": TESTED_ELSEWHERE,
    "exports.members": MEMBERS.at(form="csv"),
    "exports.group": EVERYONE.at(slug="andes", form="csv"),
    "exports.people": MEMBERS.at(slug="andes", form="csv"),
    "exports.citing": EVERYONE.at(code="CRC", form="csv"),
    "exports.resource": TESTED_ELSEWHERE,
    "exports.recommendation": TESTED_ELSEWHERE,
    "exports.meeting": TESTED_ELSEWHERE,
    "exports.congress": TESTED_ELSEWHERE,
    "pages.preview": TESTED_ELSEWHERE,
    "pages.go": TESTED_ELSEWHERE,
    "pages.show": TESTED_ELSEWHERE,
    "library.new": MEMBERS,
    "collections.index": EVERYONE,
    "collections.show": TESTED_ELSEWHERE,
    "collections.new": MEMBERS,
    "collections.edit": TESTED_ELSEWHERE,
    "collections.choose": MEMBERS,
    "library.alike": MEMBERS,
    "library.suggestions": MEMBERS,
    "library.edit": TESTED_ELSEWHERE,
    "library.suggested": TESTED_ELSEWHERE,
    "library.versions": TESTED_ELSEWHERE,
    "library.suggest": TESTED_ELSEWHERE,
    "library.ties": TESTED_ELSEWHERE,
    "library.file": TESTED_ELSEWHERE,
    "library.new_file": TESTED_ELSEWHERE,
    "instruments.index": EVERYONE,
    "instruments.show": EVERYONE.at(code="CRC"),
    "feeds.threads": EVERYONE,
    "feeds.recommendations": EVERYONE,
    "glossary.index": EVERYONE,
    "glossary.as_turtle": EVERYONE,
    "glossary.as_json_ld": EVERYONE,
    "glossary.show": TESTED_ELSEWHERE,
    "glossary.show_as_turtle": TESTED_ELSEWHERE,
    "glossary.history": TESTED_ELSEWHERE,
    "glossary.new": MODERATORS,
    "glossary.edit": TESTED_ELSEWHERE,
    "glossary.retire": TESTED_ELSEWHERE,
    "glossary.suggest": TESTED_ELSEWHERE,
    "glossary.suggestions": MODERATORS,
    "search.show": EVERYONE,
    "aids.suggestions": EVERYONE.asking(q="wat"),
    "aids.description": EVERYONE,
    "oversight.health": MODERATORS,
    "searches.index": MEMBERS,
    "searches.show": TESTED_ELSEWHERE,
    "searches.ask_to_stop": TESTED_ELSEWHERE,
}

#: Forms a visitor may send: everything else asks them to sign in.
POSTED_BY_VISITORS = {
    "oai.harvest",
    *("mailbox.digests", "mailbox.answer", "mailbox.come_back", "mailbox.stop"),  # whoever sits at this machine
    "inbound_hook.hand_over",
    "inbound.answer_sure",
    "notifications.stop",
    "searches.stop",
    "security.login",
    "security.register",
    "security.forgot_password",
    "security.reset_password",
    "security.send_confirmation",
    "security.confirm_email",
    "security.wan_signin",
    "security.two_factor_token_validation",
    "security.mf_recovery",
}


def usual(cast: SimpleNamespace) -> dict[str, Any]:
    """A value for each name that occurs in addresses: Ana's thread in the group of the Andes."""
    return {
        "slug": "andes",
        "handle": "ana",
        "thread_id": cast.thread.id,
        "entry_id": cast.thread.id,
        "number": 1,
        "token": "no-such-token",
        "reference": "WC21",
        "ref": "WC21",
        "code": "WC21",
        "name": "none",
        "filename": "site.css",
    }
