"""As Gmail answers: above what it answers, one line that says who wrote, and every line of it with a mark."""

from __future__ import annotations

from forum.kernel.mail.writing import text_part
from forum.mailing.programs.answered import Answered, as_html, put_together, some_id

#: What it puts before the quotation, and its way of writing the date.
ATTRIBUTION = {
    "en": ("On {date} {name} <{address}> wrote:", "EEE, MMM d, yyyy 'at' h:mm a"),
    "es": ("El {date}, {name} (<{address}>) escribió:", "EEE, d MMM yyyy 'a las' H:mm"),
    "fr": ("Le {date}, {name} <{address}> a écrit :", "EEE d MMM yyyy 'à' HH:mm"),
    "ar": ("في {date} تمت كتابة ما يلي بواسطة ‪{name}‬‏ <‪{address}‬‏>:", "EEE، d MMMM yyyy 'في' h:mm a"),
    "pt": ("Em {date}, {name} <{address}> escreveu:", "EEE, d 'de' MMM 'de' yyyy 'às' HH:mm"),
}


def gmail(mail: Answered, words: str) -> bytes:
    sentence, pattern = ATTRIBUTION.get(mail.language, ATTRIBUTION["en"])
    date = mail.date(pattern)
    line = sentence.format(date=date, name=mail.shown, address=mail.address)
    direction = "rtl" if mail.language == "ar" else "ltr"
    linked = f'<a href="mailto:{mail.address}">{mail.address}</a>'
    said = as_html(sentence.format(date=date, name=mail.shown, address="\0")).replace("\0", linked)
    plain = text_part(f"{words}\n\n{line}\n\n{mail.quoted()}\n")
    html = text_part(
        f'<div dir="{direction}">{as_html(words)}</div><br><div class="gmail_quote gmail_quote_container">'
        f'<div dir="{direction}" class="gmail_attr">{said}<br></div>'
        '<blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex;border-left:1px solid rgb(204,204,204);padding-left:1ex">'
        f"{mail.body}</blockquote></div>\n",
        "html",
    )
    number = some_id()
    headers = ["MIME-Version: 1.0", *mail.headers(f"CA{number[:6]}=+{number[6:20]}@mail.gmail.com")]
    return put_together(headers, f"000000000000{number[:16]}", plain, html)
