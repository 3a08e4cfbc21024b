"""How the kinds of entries that cite are said to readers."""

from forum.entries.models import Kind
from forum.kernel.i18n import _

CITING = {
    Kind.RECOMMENDATION: _("Recommendations"),
    Kind.RESOURCE: _("Resources"),
    Kind.THREAD: _("Threads"),
    Kind.POST: _("Posts"),
}
