"""As an iPhone answers: above its own greeting and a marked quotation whose first line says who wrote."""

from __future__ import annotations

from forum.kernel.mail.writing import text_part
from forum.mailing.programs.answered import Answered, as_html, put_together, some_id

#: What it signs with, what it puts before the quotation, and its way of writing the date.
SAID = {
    "en": ("Sent from my iPhone", "On {date}, {name} <{address}> wrote:", "MMM d, yyyy, 'at' h:mm\u202fa"),
    "es": ("Enviado desde mi iPhone", "El {date}, {name} <{address}> escribió:", "d MMM yyyy, 'a las' H:mm"),
    "fr": ("Envoyé de mon iPhone", "Le {date}, {name} <{address}> a écrit :", "d MMM yyyy 'à' HH:mm"),
    "ar": ("أُرسلت من الـ iPhone", "في {date}، كتب/كتبت {name} <{address}>:", "d MMM yyyy، 'الساعة' h:mm a"),
    "pt": ("Enviado do meu iPhone", "Em {date}, {name} <{address}> escreveu:", "d 'de' MMM 'de' yyyy, 'às' HH:mm"),
}
MARK = "\ufeff"  # it puts this before what it quotes


def iphone(mail: Answered, words: str) -> bytes:
    greeting, sentence, pattern = SAID.get(mail.language, SAID["en"])
    line = sentence.format(date=mail.date(pattern), name=mail.shown, address=mail.address)
    quoted = mail.quoted().replace("> ", f"> {MARK}", 1)
    plain = text_part(f"{words}\n\n{greeting}\n\n> {line}\n> \n{quoted}\n")
    html = text_part(
        '<html><head><meta http-equiv="content-type" content="text/html; charset=utf-8"></head>'
        f'<body dir="auto">{as_html(words)}<br id="lineBreakAtBeginningOfSignature">'
        f'<div dir="ltr">{greeting}</div><div dir="ltr"><br><blockquote type="cite">{as_html(line)}<br><br>'
        f'</blockquote></div><blockquote type="cite"><div dir="ltr">{MARK}{mail.body}</div></blockquote></body></html>',
        "html",
    )
    number = some_id().upper()
    name = f"{number[:8]}-{number[8:12]}-{number[12:16]}-{number[16:20]}-{number[20:]}"
    headers = [
        *mail.headers(f"{name}@{mail.me.rpartition('@')[2]}"),
        "Mime-Version: 1.0 (1.0)",
        "X-Mailer: iPhone Mail (21F90)",
    ]
    return put_together(headers, f"Apple-Mail-{name}", plain, html)
