"""How the record's own words are said to readers."""

from __future__ import annotations

from forum.kernel.i18n import _

KINDS = {
    "national": _("National meeting"),
    "regional": _("Regional meeting"),
    "thematic": _("Thematic meeting"),
    "children": _("Meeting with children"),
    "satellite": _("Satellite event"),
    "congress_session": _("Session of a congress"),
}
RELATIONS = {
    "jwc-preparatory": _("Prepares a congress"),
    "jwc-event": _("Event of the Initiative"),
    "related": _("Related event of others"),
}
STATES = {
    "announced": _("Announced"),
    "registration": _("Registration open"),
    "held": _("Held"),
    "report_draft": _("Report in draft"),
    "report_published": _("Report published"),
    "postponed": _("Postponed"),
    "cancelled": _("Cancelled"),
}
FORMATS = {"in-person": _("In person"), "online": _("Online"), "hybrid": _("In person and online")}
STAGES = {
    "planned": _("Planned"),
    "preparatory": _("Being prepared"),
    "in_session": _("In session"),
    "outcome_adopted": _("Outcome adopted"),
    "follow_up": _("In follow-up"),
    "closing": _("Closing"),
    "closed": _("Closed"),
}
MEETINGS_LABELS = {"preparatory": _("Preparatory meetings"), "advisory": _("Advisory meetings")}
