"""Replies as mail programs write them, in six languages and more: what the author said, and what was put around it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

ADDRESS = "forum@justice.example"
SENDER = f"Ana Quispe via Justice With Children <{ADDRESS}>"

#: What we sent: the text of a post mail, with its footer.
SENT = {
    "en": "Ana Quispe wrote in “Water in custody”:\n\nHow do you measure it? We counted litres per child and day in three\nplaces of detention, and found between two and eleven.\n\nThe Committee asked for figures twice. Who else has some?\n\nRead it on the site: https://justice.example/threads/12/posts/3\n\n--\nAnswer this mail, and your answer stands in the conversation.\nStop mail about this conversation: https://justice.example/unsubscribe/abcdefghijklmnopqrstuvwxyz234567",
    "es": "Ana Quispe escribió en «Agua en custodia»:\n\n¿Cómo lo miden ustedes? Contamos litros por niño y día en tres\nlugares de detención, y encontramos entre dos y once.\n\nEl Comité pidió cifras dos veces. ¿Quién más tiene algunas?\n\nLéalo en el sitio: https://justice.example/threads/12/posts/3\n\n--\nConteste este correo, y su respuesta aparece en la conversación.",
    "fr": "Ana Quispe a écrit dans « L’eau en détention » :\n\nComment la mesurez-vous ? Nous avons compté les litres par enfant et par jour dans trois\nlieux de détention, et trouvé entre deux et onze.\n\nLe Comité a demandé des chiffres deux fois. Qui d’autre en a ?\n\nLisez-le sur le site : https://justice.example/threads/12/posts/3\n\n--\nRépondez à ce courriel, et votre réponse paraît dans la conversation.",
    "pt": "Ana Quispe escreveu em “Água sob custódia”:\n\nComo é que medem? Contámos litros por criança e por dia em três\nlocais de detenção, e encontrámos entre dois e onze.\n\nO Comité pediu números duas vezes. Quem mais os tem?\n\nLeia no sítio: https://justice.example/threads/12/posts/3\n\n--\nResponda a este correio, e a sua resposta aparece na conversa.",
    "ar": "كتبت آنا كيسبي في «الماء في الاحتجاز»:\n\nكيف تقيسونه؟ أحصينا اللترات لكل طفل في اليوم في ثلاثة\nأماكن احتجاز، ووجدنا ما بين لترين وأحد عشر لترًا.\n\nطلبت اللجنة أرقامًا مرتين. من لديه أرقام أخرى؟\n\nاقرأها في الموقع: https://justice.example/threads/12/posts/3\n\n--\nأجب على هذه الرسالة فتظهر إجابتك في المحادثة.",
    "ru": "Ана Киспе написала в «Вода под стражей»:\n\nКак вы это измеряете? Мы посчитали литры на ребёнка в день в трёх\nместах содержания под стражей и нашли от двух до одиннадцати.\n\nКомитет дважды просил цифры. У кого ещё они есть?\n\nЧитать на сайте: https://justice.example/threads/12/posts/3\n\n--\nОтветьте на это письмо, и ваш ответ появится в беседе.",
}
#: What they answer: two paragraphs, so that it can stand in two places.
OWN = {
    "en": ("With a bucket and a watch. It is not elegant, but the guards accept it.", "We have figures for Cusco from 2023; I can share the table next week."),
    "es": ("Con un balde y un reloj. No es elegante, pero los guardias lo aceptan.", "Tenemos cifras de Cusco de 2023; puedo compartir el cuadro la semana próxima."),
    "fr": ("Avec un seau et une montre. Ce n’est pas élégant, mais les gardiens l’acceptent.", "Nous avons des données pour Dakar depuis 2023 ; je partage le tableau la semaine prochaine."),
    "pt": ("Com um balde e um relógio. Não é elegante, mas os guardas aceitam.", "Temos dados de Maputo de 2023; posso partilhar a tabela na próxima semana."),
    "ar": ("بدلو وساعة. ليست طريقة أنيقة، لكن الحراس يقبلونها.", "لدينا بيانات عن عمّان منذ 2023، ويمكنني مشاركة الجدول الأسبوع القادم."),
    "ru": ("Ведром и часами. Не изящно, но охрана соглашается.", "У нас есть данные по Бишкеку за 2023 год; пришлю таблицу на следующей неделе."),
}  # fmt: skip
GMAIL = {
    "en": f"On Fri, May 3, 2024 at 10:02 AM {SENDER} wrote:",
    "es": f"El vie, 3 may 2024 a las 10:02, Ana Quispe via Justice With Children (<\n{ADDRESS}>) escribió:",
    "fr": f"Le ven. 3 mai 2024 à 10:02, {SENDER}\na écrit :",
    "pt": f"Em sex., 3 de mai. de 2024 às 10:02, {SENDER}\nescreveu:",
    "ar": f"في الجمعة، 3 مايو 2024 في 10:02 ص تمت كتابة ما يلي بواسطة {SENDER}:\u200f",
    "ru": f"пт, 3 мая 2024 г. в 10:02, {SENDER}:",
}
THUNDERBIRD = {
    "en": "On 03/05/2024 10:02, Ana Quispe via Justice With Children wrote:",
    "es": "El 3/5/24 a las 10:02, Ana Quispe via Justice With Children escribió:",
    "fr": "Le 03/05/2024 à 10:02, Ana Quispe via Justice With Children a écrit :",
    "pt": "Em 03/05/2024 10:02, Ana Quispe via Justice With Children escreveu:",
    "ar": "في 3/5/24 10:02، كتب Ana Quispe via Justice With Children:",
    "ru": "03.05.2024 10:02, Ana Quispe via Justice With Children пишет:",
}
IPHONE = {
    "en": ("Sent from my iPhone", f"On 3 May 2024, at 10:02, {SENDER} wrote:"),
    "es": ("Enviado desde mi iPhone", f"El 3 may 2024, a la(s) 10:02, {SENDER} escribió:"),
    "fr": ("Envoyé de mon iPhone", f"Le 3 mai 2024 à 10:02, {SENDER} a écrit :"),
    "pt": ("Enviado do meu iPhone", f"No dia 03/05/2024, às 10:02, {SENDER} escreveu:"),
    "ar": ("أُرسلت من الـ iPhone", f"في ٣ مايو ٢٠٢٤، الساعة ١٠:٠٢، كتب {SENDER}:"),
    "ru": ("Отправлено с iPhone", f"3 мая 2024 г., в 10:02, {SENDER} написал(а):"),
}
OUTLOOK = {
    "en": f"From: {SENDER}\nSent: Friday, May 3, 2024 10:02 AM\nTo: Bao <bao@example.org>\nSubject: Water in custody",
    "es": f"De: {SENDER}\nEnviado: viernes, 3 de mayo de 2024 10:02\nPara: Bao <bao@example.org>\nAsunto: Agua en custodia",
    "fr": f"De : {SENDER}\nEnvoyé : vendredi 3 mai 2024 10:02\nÀ : Bao <bao@example.org>\nObjet : L’eau en détention",
    "pt": f"De: {SENDER}\nEnviado: 3 de maio de 2024 10:02\nPara: Bao <bao@example.org>\nAssunto: Água sob custódia",
    "ar": f"من: {SENDER}\nتم الإرسال: الجمعة، 3 مايو، 2024 10:02 ص\nإلى: Bao <bao@example.org>\nالموضوع: الماء في الاحتجاز",
    "ru": f"От: {SENDER}\nОтправлено: 3 мая 2024 г. 10:02\nКому: Bao <bao@example.org>\nТема: Вода под стражей",
}
ORIGINAL = {
    "en": "-----Original Message-----",
    "es": "-----Mensaje original-----",
    "fr": "-----Message d'origine-----",
    "pt": "-----Mensagem original-----",
    "ar": "-----الرسالة الأصلية-----",
    "ru": "-----Исходное сообщение-----",
}
ANDROID = {
    "en": "Get Outlook for Android<https://aka.ms/ghei36>",
    "es": "Obtener Outlook para Android<https://aka.ms/ghei36>",
    "fr": "Obtenir Outlook pour Android<https://aka.ms/ghei36>",
    "pt": "Obter o Outlook para Android<https://aka.ms/ghei36>",
    "ar": "الحصول على Outlook لنظام التشغيل Android<https://aka.ms/ghei36>",
    "ru": "Скачать Outlook для Android<https://aka.ms/ghei36>",
}
YAHOO = {
    "en": f"    On Friday, May 3, 2024 at 10:02:11 AM GMT+2, {SENDER} wrote:  ",
    "es": f"    El viernes, 3 de mayo de 2024, 10:02:11 GMT+2, {SENDER} escribió:  ",
    "fr": f"    Le vendredi 3 mai 2024 à 10:02:11 UTC+2, {SENDER} a écrit :  ",
    "pt": f"    Em sexta-feira, 3 de maio de 2024 às 10:02:11 GMT+2, {SENDER} escreveu:  ",
    "ar": f"    في الجمعة، 3 مايو 2024، 10:02:11 ص GMT+2، كتب {SENDER}:  ",
    "ru": f"    пятница, 3 мая 2024 г., 10:02:11 GMT+2, {SENDER} написал(а):  ",
}
DISCLAIMER = {
    "en": "This e-mail and any attachments are confidential and intended solely for the addressee. If you are not the intended recipient, please delete it.",
    "es": "AVISO DE CONFIDENCIALIDAD: este mensaje está dirigido únicamente a su destinatario y contiene información privilegiada. Si lo recibió por error, elimínelo.",
    "fr": "Ce message et toutes les pièces jointes sont confidentiels et établis à l’intention exclusive de leurs destinataires. En cas d’erreur, merci de le détruire.",
    "pt": "AVISO: esta mensagem contém informação confidencial e destina-se exclusivamente ao seu destinatário. Se a recebeu por erro, apague-a por favor.",
    "ar": "تنبيه: هذه الرسالة سرية وهي موجهة فقط إلى المرسل إليه المقصود بها. إذا وصلتك عن طريق الخطأ فيرجى حذف الرسالة وإبلاغنا.",
    "ru": "Данное сообщение конфиденциально и предназначено только для указанного получателя. Если вы получили его по ошибке, просим удалить его.",
}


@dataclass(frozen=True)
class Reply:
    """One reply, and what of it is the author's."""

    name: str
    language: str
    text: str
    own: tuple[str, ...]


def marked(text: str, mark: str = "> ") -> str:
    return "\n".join((mark + line).rstrip() for line in text.split("\n"))


def wrapped(text: str, width: int) -> str:
    """Broken anew, as programs do that quote."""
    lines: list[str] = []
    for paragraph in text.split("\n\n"):
        line = ""
        for word in paragraph.split():
            if line and len(line) + len(word) >= width:
                lines.append(line)
                line = ""
            line = f"{line} {word}".strip()
        lines += [line, ""]
    return "\n".join(lines[:-1])


def replies() -> Iterator[Reply]:
    for language, sent in SENT.items():
        one, two = OWN[language]
        both = f"{one}\n\n{two}"
        gmail, iphone, outlook = GMAIL[language], IPHONE[language], OUTLOOK[language]
        unfolded = " ".join(sent.split("\n\n")[1].split("\n"))
        cases = {
            "gmail top": f"{both}\n\n{gmail}\n\n{marked(sent)}\n",
            "gmail top, wrapped at 50": f"{both}\n\n{gmail}\n\n{marked(wrapped(sent, 50))}",
            "gmail bottom": f"{gmail}\n\n{marked(sent)}\n\n{both}\n",
            "gmail inline": f"{gmail}\n\n{marked(sent.split(chr(10) * 2)[1])}\n\n{one}\n\n"
            f"{marked(chr(10).join(sent.split(chr(10) * 2)[2:]))}\n\n{two}\n",
            "gmail signature": f"{both}\n\n-- \nBao Nguyen\nProgramme officer, +84 123 456\n\n{gmail}\n\n{marked(sent)}",
            "gmail disclaimer": f"{both}\n\n{DISCLAIMER[language]}\n\n{gmail}\n\n{marked(sent)}",
            "thunderbird bottom": f"{THUNDERBIRD[language]}\n{marked(sent)}\n\n{both}\n\n-- \nBao",
            "thunderbird inline": f"{THUNDERBIRD[language]}\n> {unfolded}\n{one}\n> "
            f"{sent.split(chr(10) * 2)[2]}\n{two}\n",
            "apple mail top": f"{both}\n\n> {iphone[1]}\n> \n{marked(sent)}\n",
            "iphone top": f"{both}\n\n{iphone[0]}\n\n> {iphone[1]}\n> \n{marked(sent)}\n",
            "iphone, attribution outside": f"{both}\n\n{iphone[0]}\n\n{iphone[1]}\n\n{marked(sent, '> ')}",
            "outlook desktop": f"{both}\n\n{outlook}\n\n{sent}\n",
            "outlook desktop, wrapped": f"{both}\n\n{outlook}\n\n{wrapped(sent, 60)}\n",
            "outlook web": f"{both}\n________________________________\n{outlook}\n\n{sent}\n",
            "outlook inline, no marks": f"{outlook}\n\n{unfolded}\n\n{one}\n\n"
            f"{(chr(10) * 2).join(sent.split(chr(10) * 2)[2:])}\n\n{two}\n",
            "outlook original message": f"{both}\n\n{ORIGINAL[language]}\n{outlook}\n\n{sent}",
            "outlook android": f"{both}\n\n{ANDROID[language]}\n________________________________\n{outlook}\n\n{sent}",
            "yahoo": f" {both}\n\n{YAHOO[language]}\n \n {sent}\n",
            "mutt": f"{THUNDERBIRD[language].replace('Ana Quispe', 'Ana Quispe')}\n{marked(sent.split('--')[0])}\n{both}\n--\nBao",
            "nothing marked, top": f"{both}\n\n{sent}",
            "no quotation": f"{both}\n",
            "one long line": f"{both} {'word ' * 200}\n\n{gmail}\n\n{marked(sent)}",
        }
        for name, text in cases.items():
            yield Reply(name, language, text, (one, two))
