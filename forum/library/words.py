"""How the words of the library are said to readers."""

from __future__ import annotations

from forum.kernel.i18n import _

TYPES = {
    "report": _("Report"),
    "law-standard": _("Law or standard"),
    "guideline": _("Guideline"),
    "toolkit": _("Toolkit"),
    "policy-brief": _("Policy brief"),
    "article": _("Article"),
    "declaration": _("Declaration"),
    "training": _("Training"),
    "webinar": _("Webinar"),
}
