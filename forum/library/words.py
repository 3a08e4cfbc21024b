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

#: What each licence lets one do, as a sentence for the page. Addresses: https://creativecommons.org/licenses/
LICENCES = {
    "public-domain": _("In the public domain: do with it what you like."),
    "cc0": _("CC0: its authors gave up their rights. Do with it what you like."),
    "cc-by": _("CC BY: share and adapt it, and name its authors."),
    "cc-by-sa": _("CC BY-SA: share and adapt it, name its authors, and share what you make of it in the same way."),
    "cc-by-nd": _("CC BY-ND: share it unchanged, and name its authors."),
    "cc-by-nc": _("CC BY-NC: share and adapt it, not for money, and name its authors."),
    "cc-by-nc-sa": _("CC BY-NC-SA: share and adapt it, not for money, name its authors, share alike."),
    "cc-by-nc-nd": _("CC BY-NC-ND: share it unchanged, not for money, and name its authors."),
    "permission": _("The owner of the rights lets this community share it."),
    "own": _("Written by the member who shares it, and free for everyone here to read."),
    "rights-reserved": _("All rights reserved: we show where it is, not the file itself."),
    "unknown": _("Nobody knows yet whether it may be passed on: we show where it is, not the file itself."),
}
LICENCE_URLS = {
    "cc0": "https://creativecommons.org/publicdomain/zero/1.0/",
    **{
        f"cc-{kind}": f"https://creativecommons.org/licenses/{kind}/4.0/"
        for kind in ("by", "by-sa", "by-nd", "by-nc", "by-nc-sa", "by-nc-nd")
    },
}
#: Whom a resource is about. dcterms:audience is for whom it was written, which is another question.
POPULATIONS = {
    "suspected": _("Children suspected, accused or convicted"),
    "detained": _("Children deprived of liberty"),
    "victims": _("Child victims"),
    "witnesses": _("Child witnesses"),
    "below-age": _("Children below the age of criminal responsibility"),
    "girls": _("Girls"),
    "migrants": _("Children on the move"),
    "indigenous": _("Indigenous children"),
    "disabilities": _("Children with disabilities"),
    "armed-conflict": _("Children associated with armed groups"),
    "incarcerated-parents": _("Children of parents in prison"),
    "young-adults": _("Young adults"),
}
MEDIA_TYPES = {
    "application/pdf": _("PDF"),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": _("Word document"),
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": _("Slides (PowerPoint)"),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": _("Spreadsheet (Excel)"),
    "application/vnd.oasis.opendocument.text": _("OpenDocument text"),
    "application/epub+zip": _("E-book (EPUB)"),
    "text/html": _("Web page"),
    "text/plain": _("Plain text"),
    "image/png": _("Picture (PNG)"),
    "image/jpeg": _("Picture (JPEG)"),
    "image/tiff": _("Picture (TIFF)"),
    "image/webp": _("Picture (WebP)"),
}
#: How far the text of a file was taken out of it.
READINGS = {
    "waiting": _("waits to be read"),
    "reading": _("is being read"),
    "read": _("its text can be searched"),
    "empty": _("no text in it"),
    "failed": _("its text could not be read"),
}
CONTRIBUTIONS = {"author": _("Author"), "editor": _("Editor"), "translator": _("Translator")}
VISIBILITIES = {
    "public": _("Everybody"),
    "members": _("Members of the forum"),
    "group": _("A group"),
    "draft": _("Only me, for now"),
}
#: Fields of a description, as versions and suggestions name them.
FIELDS = {
    "title": _("title"),
    "alternative_titles": _("other titles"),
    "people": _("people and organisations"),
    "publisher": _("publisher"),
    "issued": _("date"),
    "type": _("type"),
    "licence": _("licence"),
    "language": _("language of the description"),
    "languages": _("languages"),
    "themes": _("themes"),
    "regions": _("regions"),
    "countries": _("countries"),
    "populations": _("whom it is about"),
    "abstract": _("summary"),
    "url": _("address"),
}
#: Those whose values are chosen, not written.
CHOSEN = frozenset({"type", "licence", "language"})
#: How a resource bears on another entry, and the other way round. {} is never filled in: these are beginnings.
RELATIONS = {
    "about": _("It is about"),
    "cites": _("It cites"),
    "evidences": _("It is evidence for"),
    "answers": _("It answers"),
    "feeds": _("It led to"),
}
RELATIONS_BACK = {
    "about": _("About it"),
    "cites": _("Cited by"),
    "evidences": _("Evidence for it"),
    "answers": _("Answered by"),
    "feeds": _("Came of"),
    "discussed_in": _("Discussed in"),
    "made_at": _("Made at"),
}
