"""For everybody: how this forum works, the record, the next congress."""

from forum.demo.people import PREPARING
from forum.demo.shapes import Conversation

CONVERSATIONS = (
    Conversation(
        "en",
        "Welcome: say what you work on, and one thing you would like to ask",
        "global",
        (
            (
                "sofia",
                "Welcome. Everybody you meet in this demonstration is invented, and so is everything they say; the recommendations and meetings they talk about are real.\n\nSay in two lines what you work on, and **one thing you would like to ask** the others. Please write nothing from which a child could be recognised: no names, no places, no dates of a case.",
            ),
            ("bao", "Social worker. I would like to ask: what do you do in the week before somebody comes home?"),
            ("amina", "Defence lawyer. My question: how do you keep a duty roster alive?"),
            ("youssef", "أخصائي نفسي. سؤالي: كيف نشرح للطفل ما سيحدث في الجلسة؟"),
            ("dora", "Judge. How do I write so that a child can read it?"),
            ("camila", "Assistente social. Como atravessar os primeiros noventa dias?"),
            (
                "chidi",
                "Five questions, and each has become a conversation of its own by now. That is what this place is for.",
            ),
        ),
        24,
        pinned=True,
    ),
    Conversation(
        "en",
        "What became of the recommendations of Lima? Reading them sixteen years on",
        "data-monitoring",
        (
            (
                "sofia",
                "The record begins with Lima in 2009. I suggest we read the nine recommendations of WC09 one per month and write below each what we know, including *nothing*. First: WC09-R08, pilot, evaluate, scale.",
            ),
            (
                "piotr",
                "Piloted: yes, in many places. Evaluated: some. Scaled: I know of three. I have references for all three and will add them to the library.",
            ),
            (
                "tane",
                "A caution: some things should not be scaled, only repeated. Our conferences work because they are small.",
            ),
            ("mei", "Then “scale” would mean *many small ones*, which is at least countable."),
            (
                "sofia",
                "Recorded: three references, one caution, one better definition. WC09-R04 next month; who knows something about training?",
            ),
            ("ana", "Yo. Llevo doce años formando y guardo todas las listas."),
        ),
        3,
        about=("WC09-R08", "WC09-R04", "WC15-R06"),
        regions=("global",),
    ),
    Conversation(
        "en",
        "Two meetings in the record that may never have taken place",
        "data-monitoring",
        (
            (
                "sofia",
                "The record has a few meetings that were announced and for which I find no report: WC21-COS00, WC21-THA00 and WC21-KEN00. If you were there, or know that nobody was, please say so here. “It was cancelled” helps as much as a report.",
            ),
            (
                "keisha",
                "I was invited to the Central American one and then heard nothing more. That is not proof, but it is what I know.",
            ),
            ("sofia", "Thank you. I will leave the state as *announced* and note that an invitation went out."),
        ),
        22,
        about=("WC21-COS00", "WC21-THA00", "WC21-KEN00"),
        regions=("global",),
    ),
    Conversation(
        "en",
        "National pledges: where did you make them, and who can see them?",
        "systems-specialisation",
        (
            (
                "chidi",
                "WC21-R12 spoke of national pledges. I am looking for pledges that are *public*: written down somewhere a member of the public could find them. One link each would be wonderful; “ours is in a drawer” is an honest answer.",
            ),
            ("tesfa", "Drawer."),
            (
                "joelle",
                "Publique, mais seulement dans l'annexe d'un rapport de 240 pages. Je compte cela comme un demi-tiroir.",
            ),
            ("chidi", "One drawer, half a drawer. Two more and we have furniture."),
        ),
        30,
        about=("WC21-R12", "WC21-R11"),
        regions=("global",),
    ),
    Conversation(
        "es",
        "Borrador: cómo invitar a las reuniones consultivas",
        PREPARING,
        (
            (
                "sofia",
                "Aquí podemos dudar en voz alta. Propuesta: ninguna invitación sin fecha, idioma y una persona con nombre a quien preguntar. ¿Qué falta?",
            ),
            (
                "ana",
                "Falta decir qué pasará con lo que se diga. La gente viene una vez por cortesía y la segunda solo si vio su frase escrita.",
            ),
            (
                "noor",
                "And for young people: who travels with them, who pays before the trip and not after it, and what they may say no to.",
            ),
            ("chidi", "I would add a line on interpretation. “English with some French” is not a language."),
            ("sofia", "Cuatro buenas líneas. Las paso al borrador y lo comparto aquí el viernes."),
        ),
        2,
        about=("WC25-MAD24-R01",),
    ),
)
