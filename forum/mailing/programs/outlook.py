"""As Outlook answers: above a ruled line and the headers of what it answers, which follows without any mark."""

from __future__ import annotations

import base64

from forum.kernel import clock
from forum.kernel.mail.writing import text_part
from forum.mailing.programs.answered import Answered, as_html, put_together, some_id

#: What it calls From, Sent, To and Subject, and its way of writing the date.
WORDS = {
    "en": ("From", "Sent", "To", "Subject", "EEEE, MMMM d, yyyy h:mm a"),
    "es": ("De", "Enviado", "Para", "Asunto", "EEEE, d 'de' MMMM 'de' yyyy H:mm"),
    "fr": ("De", "Envoyé", "À", "Objet", "EEEE d MMMM yyyy HH:mm"),
    "ar": ("من", "تم الإرسال", "إلى", "الموضوع", "EEEE، d MMMM yyyy hh:mm a"),
    "pt": ("De", "Enviado", "Para", "Assunto", "EEEE, d 'de' MMMM 'de' yyyy HH:mm"),
}


def outlook(mail: Answered, words: str) -> bytes:
    sender, sent, to, subject, pattern = WORDS.get(mail.language, WORDS["en"])
    space = " :" if mail.language == "fr" else ":"
    lines = {sender: f"{mail.shown} <{mail.address}>", sent: mail.date(pattern), to: mail.me, subject: mail.subject}
    facts = "\n".join(f"{name}{space} {value}" for name, value in lines.items())
    bold = "<br>\n".join(f"<b>{name}{space}</b> {as_html(value)}" for name, value in lines.items())
    plain = text_part(f"{words}\n\n{'_' * 32}\n{facts}\n\n{mail.text}")
    html = text_part(
        '<html>\n<head>\n<meta http-equiv="Content-Type" content="text/html; charset=utf-8">\n'
        '<style type="text/css" style="display:none;"> P {margin-top:0;margin-bottom:0;} </style>\n</head>\n'
        f'<body dir="{"rtl" if mail.language == "ar" else "ltr"}">\n'
        '<div class="elementToProof" style="font-family: Aptos, Calibri, Helvetica, sans-serif; font-size: 12pt;">\n'
        f'{as_html(words)}</div>\n<div id="appendonsend"></div>\n'
        '<hr style="display:inline-block;width:98%" tabindex="-1">\n'
        f'<div id="divRplyFwdMsg" dir="ltr"><font face="Calibri, sans-serif" style="font-size:11pt">{bold}</font>\n'
        f"<div>&nbsp;</div>\n</div>\n<div>{mail.body}</div>\n</body>\n</html>\n",
        "html",
    )
    number = some_id().upper()
    stamp = clock.now().timestamp() + 11644473600  # counted from 1601, as Windows does
    thread = base64.b64encode(int(stamp * 10_000_000).to_bytes(8, "big")[:6] + bytes.fromhex(number)).decode()
    headers = [
        *mail.headers(f"AM9PR02MB{number[:4]}{number[4:24]}@AM9PR02MB{number[:4]}.eurprd02.prod.outlook.com"),
        f"Thread-Index: {thread}",
        f"Accept-Language: {mail.language}, en-US",
        f"Content-Language: {mail.language}",
        "X-MS-Has-Attach:",
        "X-MS-TNEF-Correlator:",
        "MIME-Version: 1.0",
    ]
    return put_together(headers, f"_000_AM9PR02MB{number[:24]}_", plain, html)
