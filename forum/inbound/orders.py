"""What can be said in one word, in six languages: an order stands alone, as the first thing in a mail."""

from __future__ import annotations

import unicodedata
from enum import StrEnum

from forum.inbound.marks import INVISIBLE, begins_signature, is_sent_from


class Order(StrEnum):
    DONE = "done"  # what is due
    LATER = "later"
    HELP = "help"
    STOP = "stop"  # mail of this kind; of a conversation: hear no more of it
    FOLLOW = "follow"
    YES = "yes"  # this was me
    NO = "no"
    UNDO = "undo"  # what my last mail did
    MUTE = "mute"  # hear no more of a conversation
    JOIN = "join"  # the group


WORDS: dict[Order, tuple[str, ...]] = {
    Order.DONE: ("done", "finished", "completed", "hecho", "listo", "terminado", "fait", "terminé", "fini", "feito", "pronto",
                 "concluído", "تم", "انتهى", "сделано", "готово", "erledigt"),
    Order.LATER: ("later", "postpone", "snooze", "luego", "después", "aplazar", "plus tard", "reporter", "depois",
                  "adiar", "mais tarde", "más tarde", "لاحقا", "لاحقًا", "تأجيل", "позже", "später"),
    Order.HELP: ("help", "ayuda", "aide", "ajuda", "مساعدة", "помощь", "hilfe"),
    Order.STOP: ("stop", "unsubscribe", "parar", "alto", "cancelar", "baja", "arrêter", "arrêt", "arrêtez", "désabonner",
                 "désinscrire", "pare", "توقف", "إيقاف", "أوقف", "إلغاء", "стоп", "отписаться", "abbestellen"),
    Order.FOLLOW: ("follow", "subscribe", "seguir", "suivre", "متابعة", "تابع", "следить", "подписаться", "folgen"),
    Order.YES: ("yes", "sí", "si", "oui", "sim", "نعم", "да", "ja"),
    Order.NO: ("no", "non", "não", "nao", "لا", "нет", "nein"),
    Order.UNDO: ("undo", "revert", "deshacer", "annuler", "desfazer", "تراجع", "отменить", "отмена", "rückgängig"),
    Order.MUTE: ("mute", "silenciar", "silencio", "muet", "sourdine", "silêncio", "كتم", "اكتم", "صامت", "без звука",
                 "тихо", "stumm"),
    Order.JOIN: ("join", "unirme", "unirse", "inscribirme", "rejoindre", "adhérer", "entrar", "participar", "aderir", "انضمام",
                 "انضم", "вступить", "присоединиться", "beitreten"),
}  # fmt: skip

#: The one of those words that we ourselves name each order by, to readers of a language. In English it is its name.
_NAMED: dict[str, dict[Order, str]] = {
    "es": {Order.DONE: "hecho", Order.LATER: "luego", Order.HELP: "ayuda", Order.STOP: "baja", Order.FOLLOW: "seguir",
           Order.YES: "sí", Order.UNDO: "deshacer", Order.MUTE: "silenciar", Order.JOIN: "unirme"},
    "fr": {Order.DONE: "fait", Order.LATER: "reporter", Order.HELP: "aide", Order.FOLLOW: "suivre", Order.YES: "oui",
           Order.NO: "non", Order.UNDO: "annuler", Order.MUTE: "sourdine", Order.JOIN: "rejoindre"},
    "ar": {Order.DONE: "تم", Order.LATER: "لاحقا", Order.HELP: "مساعدة", Order.STOP: "إيقاف", Order.FOLLOW: "متابعة",
           Order.YES: "نعم", Order.NO: "لا", Order.UNDO: "تراجع", Order.MUTE: "كتم", Order.JOIN: "انضمام"},
    "pt": {Order.DONE: "feito", Order.LATER: "depois", Order.HELP: "ajuda", Order.STOP: "parar", Order.FOLLOW: "seguir",
           Order.YES: "sim", Order.NO: "não", Order.UNDO: "desfazer", Order.MUTE: "silenciar", Order.JOIN: "entrar"},
}  # fmt: skip

#: Who cries for help in a language we do not speak is answered all the same; it would stand as a post otherwise.
HELP_ELSEWHERE = ("aiuto", "ajutor", "hulp", "hjälp", "hjælp", "hjelp", "pomoc", "допомога", "yardım", "msaada", "bantuan",
                  "trợ giúp", "کمک", "मदद", "帮助", "幫助", "ヘルプ", "도움말")  # fmt: skip

#: What people write under anything, by habit; an order stays an order above it.
CLOSINGS = frozenset(
    {
        *(
            "thanks",
            "thank you",
            "many thanks",
            "thx",
            "best",
            "best regards",
            "kind regards",
            "regards",
            "cheers",
            "please",
        ),
        *("gracias", "muchas gracias", "saludos", "un saludo", "saludos cordiales", "atentamente", "por favor"),
        *("merci", "merci beaucoup", "cordialement", "bien cordialement", "bien à vous", "salutations", "svp"),
        *("obrigado", "obrigada", "muito obrigado", "muito obrigada", "atenciosamente", "abraços", "cumprimentos"),
        *("شكرا", "شكرًا", "شكرا لك", "مع التحية", "مع التحيات", "تحياتي", "من فضلك"),
        *("спасибо", "с уважением", "пожалуйста", "danke", "viele grüße", "mit freundlichen grüßen"),
    }
)
LONGEST_NAME = 40  # characters of a line under a closing


def _said(line: str) -> str:
    words = unicodedata.normalize("NFC", line).translate(INVISIBLE).casefold()
    return " ".join(words.split()).strip(" .!,;:-–—'\"«»“”()[]")


_ORDERS = {_said(word): order for order, words in WORDS.items() for word in words}
_ORDERS |= {_said(word): Order.HELP for word in HELP_ELSEWHERE}


def named(order: Order, language: str) -> str:
    """What we call an order when we speak of it to somebody, such as UNDO or DESHACER.

    Args:
        language: the reader's.
    """
    return _NAMED.get(language, {}).get(order, order.value).upper()


def words_for(order: Order, language: str) -> tuple[str, list[str]]:
    """What we call an order, and every other word that gives it."""
    ours = named(order, language)
    return ours, [word for word in WORDS[order] if word.upper() != ours]


def order_in(own: str) -> Order | None:
    """The order a mail gives; nothing where words of another kind follow, for then it is a text.

    Args:
        own: what its author wrote (see `forum.inbound.folding`).
    """
    lines = [line for line in own.split("\n", 40)[:40] if line.strip()]
    if not lines or len(lines[0]) > LONGEST_NAME:
        return None
    order = _ORDERS.get(_said(lines[0]))
    return order if order and _is_only_a_closing(lines[1:], own) else None


def first_word(text: str) -> Order | None:
    """The order on the first line that says anything, whatever follows: for an address that takes nothing else."""
    for line in text.split("\n", 40)[:40]:
        if line.strip():
            return _ORDERS.get(_said(line)) if len(line) <= LONGEST_NAME else None
    return None


def _is_only_a_closing(lines: list[str], own: str) -> bool:
    if not lines or begins_signature(lines[0]) or is_sent_from(lines[0]):
        return True
    return len(lines) <= 3 and own.count("\n") < 40 and _closes(lines)


def _closes(lines: list[str]) -> bool:
    return _said(lines[0]) in CLOSINGS and all(len(line) <= LONGEST_NAME for line in lines[1:])
