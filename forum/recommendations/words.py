"""How the words of recommendations are said to readers."""

from __future__ import annotations

from forum.kernel.i18n import _

BASES = {
    "recommendation": _("Stated recommendation"),
    "priority": _("Priority that was set"),
    "message": _("Message of the event"),
}
BASES_EXPLAINED = {
    "recommendation": _("The source says so in as many words: this was recommended."),
    "priority": _("The source names this as a priority or theme to work on; it does not word it as a recommendation."),
    "message": _(
        "The source reports this as a message or result of the event; it does not word it as a recommendation."
    ),
}
STATES = {
    "draft": _("Draft"),
    "submitted": _("Submitted"),
    "adopted": _("Adopted"),
    "follow_up": _("In follow-up"),
    "implemented": _("Implemented"),
    "partly": _("Partly implemented"),
    "not_implemented": _("Not implemented"),
    "superseded": _("Superseded"),
    "retired": _("Retired"),
    "withdrawn": _("Withdrawn"),
}
ADDRESSEES = {
    "states": _("States"),
    "judiciary": _("Judiciary"),
    "civil-society": _("Civil society"),
    "un": _("United Nations"),
    "un-treaty-bodies": _("UN treaty bodies"),
    "practitioners": _("Practitioners"),
    "academia": _("Academia"),
    "police": _("Police"),
    "regional-bodies": _("Regional bodies"),
    "professional-bodies": _("Professional bodies"),
    "private-sector": _("Private sector"),
    "organisers": _("Organisers"),
    "eu-institutions": _("EU institutions"),
    "donors": _("Donors"),
    "security-services": _("Security services"),
    "customary-leaders": _("Customary leaders"),
    "detention-authorities": _("Detention authorities"),
    "media": _("Media"),
    "health-services": _("Health services"),
    "parliaments": _("Parliaments"),
    "independent-institutions": _("Independent institutions"),
}
#: What a step of the trace says about the entry it leads to.
RELATIONS = {
    "about": _("Talked about in"),
    "made_at": _("Made at"),
    "discussed_in": _("Discussed in"),
    "merged_into": _("Merged into"),
    "replaced_by": _("Replaced by"),
    "split_into": _("Split into"),
    "carried_over_to": _("Carried over to"),
    "feeds": _("Feeds"),
    "answers": _("Answers"),
    "evidences": _("Evidence"),
    "cites": _("Cites"),
}
