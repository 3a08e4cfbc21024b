"""How mail programs announce that what follows is somebody else's, and that a text is over; in six languages.

Every test here looks at one line, or at a few, a bounded number of times: a mail of one line of 90 KB costs what its length does.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

LONGEST_ATTRIBUTION = 400  # characters, over at most four lines
#: Marks of writing direction, zero-width characters and stars of bold type around what mail programs write.
INVISIBLE = dict.fromkeys(
    map(ord, "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff*")
)
TIME = re.compile(r"\d{1,2}[:.h]\d{2}")
DAY = re.compile(r"(?<!\d)\d{1,2}(?!\d)")  # of a month; a year alone names none

#: "… wrote:" at the end of a line.
WROTE = (
    *("wrote:", "writes:", "escribió:", "escribio:", "a écrit :", "a écrit:", "a ecrit :", "a ecrit:", "escreveu:"),
    *("كتب:", "كتبت:", "كتب/كتبت:", "كتب ما يلي:", "пишет:", "написал:", "написала:", "написал(а):"),
    *("schrieb:", "ha scritto:"),
)
#: Verbs that stand in the middle, before the name.
WROTE_BEFORE = (" schrieb ", "تمت كتابة ما يلي بواسطة", " كتب ", " كتبت ")
#: How a line begins that says when somebody wrote.
OPENERS = (
    *(
        "on ",
        "el ",
        "le ",
        "em ",
        "am ",
        "il ",
        "no dia ",
        "в ",
        "в\u00a0",
        "في ",
        "بتاريخ ",
        "في\u00a0",
        "пн",
        "вт",
        "ср",
    ),
    *("чт", "пт", "сб", "вс", "a ", "op "),
)

FROM = ("from", "de", "desde", "remitente", "expéditeur", "von", "от", "от кого", "من", "المرسل", "da")
HEADER = frozenset(
    {
        *("sent", "date", "to", "cc", "bcc", "subject", "reply-to", "reply to"),
        *("enviado", "enviado el", "enviado em", "fecha", "para", "asunto", "assunto", "data", "responder a"),
        *("envoyé", "envoyé le", "à", "a", "objet", "copie", "répondre à"),
        *("gesendet", "an", "betreff", "datum"),
        *("отправлено", "дата", "кому", "тема", "копия"),
        *("أرسلت", "تم الإرسال", "تاريخ الإرسال", "التاريخ", "تاريخ", "إلى", "الموضوع", "نسخة", "مرسل", "الإرسال"),
    }
)

SEPARATORS = frozenset(
    {
        *("original message", "forwarded message", "begin forwarded message", "reply message", "forwarded by"),
        *("mensaje original", "mensaje reenviado", "inicio del mensaje reenviado", "mensaje remitido"),
        *("message d'origine", "message d’origine", "message original", "message transféré", "message initial"),
        *("début du message réexpédié", "début du message transféré", "forwarded message / message transféré"),
        *("mensagem original", "mensagem encaminhada", "início da mensagem encaminhada", "mensagem reencaminhada"),
        *("ursprüngliche nachricht", "weitergeleitete nachricht", "anfang der weitergeleiteten nachricht"),
        *(
            "исходное сообщение",
            "пересылаемое сообщение",
            "пересланное сообщение",
            "начало переадресованного сообщения",
        ),
        *("الرسالة الأصلية", "رسالة معاد توجيهها", "رسالة محولة", "بدء الرسالة المعاد توجيهها", "الرسالة المحولة"),
    }
)

#: Lines that telephones and some programs put under every mail.
SENT_FROM = (
    *(
        "sent from my ",
        "sent from mail for ",
        "sent from yahoo mail",
        "sent from outlook",
        "sent via ",
        "get outlook for ",
    ),
    *("sent with ", "sent from proton", "sent from samsung"),
    *("enviado desde mi ", "enviado desde ", "obtener outlook para ", "obtén outlook para ", "enviado con "),
    *("envoyé de mon ", "envoyé depuis ", "envoyé à partir de ", "obtenir outlook pour ", "télécharger outlook pour "),
    *("enviado do meu ", "enviado a partir do ", "enviado do ", "obter o outlook para ", "obter outlook para "),
    *("أرسلت من ", "أُرسلت من ", "مرسل من ", "تم الإرسال من ", "الحصول على outlook"),
    *("отправлено с ", "отправлено из ", "скачать outlook для "),
    *("von meinem ", "gesendet von ", "diese nachricht wurde von meinem ", "outlook für "),
)

#: How paragraphs begin that offices put under every mail; two of CONFIDENTIAL must be in them as well.
DISCLAIMERS = (
    *(
        "confidential",
        "this e-mail",
        "this email",
        "this message",
        "the information contained",
        "the information in this",
    ),
    *("notice:", "disclaimer", "if you are not the intended", "if you have received"),
    *("aviso", "este mensaje", "este correo", "la información contenida", "esta mensagem", "este e-mail", "este email"),
    *("ce message", "ce courriel", "les informations contenues", "avis de confidentialité", "confidentialité"),
    *(
        "هذه الرسالة",
        "هذا البريد",
        "إخلاء مسؤولية",
        "تنبيه",
        "данное сообщение",
        "это сообщение",
        "настоящее сообщение",
    ),
    *("diese e-mail", "diese nachricht"),
)
CONFIDENTIAL = (
    *("confiden", "intended", "recipient", "privileged", "delete", "disclos", "unauthori", "sender"),
    *("destinatari", "privilegiad", "elimin", "divulg", "remitente", "apague", "remetente", "error", "erro"),
    *("destinataire", "supprimer", "détruire", "expéditeur", "erreur", "strictement"),
    *("سري", "المرسل إليه", "حذف", "المقصود", "الموجهة", "конфиденциальн", "получател", "удалит", "адресат"),
    *("vertraulich", "empfänger", "löschen", "absender"),
)
ENOUGH_WORDS_TO_DISCLAIM = 12


def bare(line: str) -> str:
    """A line as it is compared with words of mail programs."""
    return " ".join(
        unicodedata.normalize("NFC", line[: LONGEST_ATTRIBUTION + 1]).translate(INVISIBLE).casefold().split()
    )


def is_quoted(line: str) -> bool:
    """Whether a line is marked as quoted. RFC 3676 4.5."""
    return line[:4].lstrip(" ").startswith(">")


def without_marks(line: str) -> str:
    """A quoted line without its marks, however deep."""
    return line.lstrip("> \t") if is_quoted(line) else line


def attribution_before(lines: Sequence[str], last: int, *, above_ours: bool = False) -> int | None:
    """Where a sentence such as "On Friday at 10:02 Ana wrote:" begins that ends on the line `last`; None where none does.

    Args:
        above_ours: whether what follows is known to be a quotation: then a day is enough, "On Nov 26, Ana wrote:".
    """
    line = bare(lines[last])
    if not line.endswith((":", "：")) or len(line) > LONGEST_ATTRIBUTION:
        return None
    said = line
    for first in range(last, max(-1, last - 4), -1):
        if first < last:
            before = bare(lines[first])
            said = f"{before} {said}"
            if not before or is_quoted(lines[first]) or len(said) > LONGEST_ATTRIBUTION:
                return None
        if _attributes(said, above_ours) and (first == last or said.startswith(OPENERS)):
            return _with_its_beginning(lines, first, said)
    return None


def _with_its_beginning(lines: Sequence[str], first: int, said: str) -> int:
    """One line more, where the sentence had begun on it: "On Friday, 3 May," on a line of its own."""
    if first and not said.startswith(OPENERS):
        before = bare(lines[first - 1])
        if before.startswith(OPENERS) and any(c.isdigit() for c in before) and len(before) < 80:
            return first - 1
    return first


def _attributes(said: str, above_ours: bool) -> bool:
    if not ("@" in said or TIME.search(said) or (above_ours and _names_a_day(said))):
        return False  # "In 2019 the Committee wrote:" is the author's own
    if said.endswith(WROTE) or any(verb in said for verb in WROTE_BEFORE):
        return True
    digits = sum(c.isdigit() for c in said)
    return digits >= 4 and said.endswith((">:", "]:")) and "@" in said  # Gmail in Russian; mutt


def _names_a_day(said: str) -> bool:
    return DAY.search(said) is not None and (said.startswith(OPENERS) or said[0].isdigit())


def header_block(lines: Sequence[str], first: int) -> int | None:
    """Where a block "From: … Sent: … Subject: …" that begins on the line `first` ends (exclusive); None where none does."""
    if _field_name(lines[first]) not in FROM:
        return None
    fields, end = 0, first + 1
    for position in range(first + 1, min(len(lines), first + 9)):
        if not lines[position].strip():
            continue
        if _field_name(lines[position]) in HEADER:
            fields, end = fields + 1, position + 1
        elif position > end + 1:
            break
    return end if fields >= 2 else None


def _field_name(line: str) -> str:
    name, colon, _rest = bare(line[:80].lstrip("> ")).partition(":")
    return name.strip() if colon else ""


def is_separator(line: str) -> bool:
    """Whether a line says "Original Message" and the like between dashes, or announces a forwarded one."""
    if len(line) > 120:
        return False
    said = bare(line)
    words = said.strip("-–—_=: ")
    return words in SEPARATORS and (said.startswith(("-", "–", "—", "_")) or said.endswith(":"))


def is_rule(line: str) -> bool:
    """Whether a line is drawn, as Outlook draws one above what it quotes."""
    said = line.strip()
    return len(said) >= 10 and set(said) <= set("_-=")


def begins_signature(line: str) -> bool:
    """RFC 3676 4.3; programs that strip spaces at the end of lines leave two hyphens."""
    return line.rstrip("\r\n").strip(" ") == "--"


def is_sent_from(line: str) -> bool:
    return len(line) <= 120 and bare(line).startswith(SENT_FROM)


def is_disclaimer(paragraph: str) -> bool:
    """Whether a paragraph is what offices put under every mail."""
    said = " ".join(paragraph[:4000].translate(INVISIBLE).casefold().split()).lstrip("-_= ")
    if not said.startswith(DISCLAIMERS) or said.count(" ") + 1 < ENOUGH_WORDS_TO_DISCLAIM:
        return False
    return sum(word in said for word in CONFIDENTIAL) >= 2
