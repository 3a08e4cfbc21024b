"""What a group's settings mean, in the sentences its page and its form show."""

from forum.community.models import GroupVisibility, Joining
from forum.kernel.i18n import _

WHO_READS = {
    GroupVisibility.PUBLIC: _("Anyone can read what is said here."),
    GroupVisibility.MEMBERS: _("Members of the forum can read what is said here; visitors cannot."),
    GroupVisibility.PRIVATE: _("Only the members of this group know of it and can read what is said here."),
}

HOW_TO_JOIN = {
    Joining.OPEN: _("Any member of the forum can join at once."),
    Joining.REQUEST: _("Joining is on request: a facilitator reads the request and answers it."),
}

#: However a private group is set, nobody can knock at a door they do not know of.
BROUGHT_IN = _("Facilitators bring people in.")
