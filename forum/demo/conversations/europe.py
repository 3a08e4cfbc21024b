"""Europe and Central Asia, in English, French and Portuguese."""

from forum.demo.people import REMOTE
from forum.demo.shapes import Conversation

CONVERSATIONS = (
    Conversation(
        "en",
        "A checklist before a hearing goes online",
        REMOTE,
        (
            (
                "dora",
                "Our court may hear children by video when “appropriate”. Nobody knows what that means, so I wrote ten questions and I would like you to break them. They follow WC25-R14 and JWC-BRU22-R01. The first three:\n\n1. Has the child seen the room, the real one, at least once?\n2. Who is sitting next to them, and did they choose that person?\n3. What happens when the picture freezes: who stops, and who says so?",
            ),
            (
                "aoife",
                "4. Can the child and the lawyer speak privately **during** the hearing, without asking permission in front of everyone? If not, it is not a hearing.",
            ),
            (
                "noor",
                "5. Can they turn off the small picture of themselves? You look at your own face the whole time. Nobody thinks of this.",
            ),
            (
                "mikael",
                "6. Where do they go afterwards? In a court building somebody walks them to the door. Online, a window closes and they are alone in a kitchen.",
            ),
            (
                "piotr",
                "A methodological plea: write down when the answer to any of them was *no* and the hearing went ahead. In a year we would know something.",
            ),
            (
                "dora",
                "Six questions that are better than my ten. @noor number five is now number one. I will post the page for comments next week.",
            ),
        ),
        1,
        about=("WC25-R14", "JWC-BRU22-R01"),
        themes=("legal-aid-fair-trial", "child-participation"),
    ),
    Conversation(
        "en",
        "Neurodivergent young people and video: what we got wrong",
        REMOTE,
        (
            (
                "aoife",
                "We assumed video would be easier. WC25-R15 made me go back to our notes of last year. For some it *was* easier: no corridor, no crowd. For others it was the worst of all: no turn-taking, voices without faces.\n\nThe mistake was deciding for them. Now we ask a week before, with a short demonstration.",
            ),
            (
                "youssef",
                "We found the same with anxious teenagers. The demonstration matters more than the question: one cannot choose what one has never seen.",
            ),
            (
                "mikael",
                "Do you offer a third option? We have “in the building but not in the room”: a small room next door, with a supporter and a screen.",
            ),
            ("aoife", "We will now. It needs a door and a cable, both of which the court already owns."),
        ),
        14,
        about=("WC25-R15", "JWC-BRU22-R02"),
        themes=("mental-health-neurodisability",),
    ),
    Conversation(
        "en",
        "Writing a decision that a child can read",
        "child-participation",
        (
            (
                "dora",
                "Once a month I write one decision twice: once for the file, once as a letter to the child. The letter takes forty minutes and is the best part of my week.\n\nRules so far: no word I would not say aloud, the decision in the first line, and the reason for *not* doing what the child asked. What else?",
            ),
            (
                "noor",
                "Say what you heard. Even one sentence. I was told “the court has taken your views into account” and I still do not know which.",
            ),
            (
                "elodie",
                "Nous lisons la lettre ensemble avec le jeune, puis il la garde. Une fois, un garçon a demandé à répondre. Le juge a répondu à la réponse.",
            ),
            ("samir", "أحاول أن أفعل الشيء نفسه شفهيًا في نهاية الجلسة. بعد قراءة ما كتبتم سأجرب الكتابة."),
            ("dora", "“Say what you heard” is the rule I was missing. Thank you, Noor."),
            ("lucia", "¿Compartirías un ejemplo totalmente inventado? Me animaría a empezar con uno."),
        ),
        0,
        about=("WC18-R10", "JWC-STR24B-R01"),
        regions=("europe-central-asia",),
    ),
    Conversation(
        "en",
        "Probation as a restorative route: what do you stop doing?",
        "europe-central-asia",
        (
            (
                "mikael",
                "WC25-R10 describes probation as a restorative route, and JWC-HAG24-R02 lists the obstacles. When we added circles to our work nothing was taken away, and within a year people were tired.\n\nSo my question is not what you added. What did you **stop** doing?",
            ),
            (
                "kofi",
                "Monthly reports when nothing had changed. We asked the court: may we write only when there is something to say? It agreed in a week.",
            ),
            ("ines", "Home visits as a control. We still visit, but on invitation."),
            ("mikael", "Reports and visits: exactly the two things we were afraid to touch. Encouraging."),
        ),
        21,
        about=("WC25-R10", "JWC-HAG24-R02"),
        themes=("non-custodial", "diversion-restorative"),
    ),
    Conversation(
        "en",
        "Impact assessment for a risk tool nobody calls AI",
        "digital-ai",
        (
            (
                "piotr",
                "A service I advise uses a spreadsheet with weights. It decides who gets an early appointment. Nobody calls it AI, so nobody assesses it. WC25-EUR00-R01 asks for a child-rights impact assessment: would you apply it to a spreadsheet?",
            ),
            ("noor", "If it decides about me, I do not care what it is called."),
            (
                "aoife",
                "Yes. And the first question is easy: can the young person see the number and say that it is wrong? If not, stop there.",
            ),
            (
                "piotr",
                "The service agreed to pause it for new cases while we look. I will share the questions we used, not the data.",
            ),
        ),
        6,
        about=("WC25-EUR00-R01", "WC25-EUR00-R02"),
        regions=("europe-central-asia",),
    ),
    Conversation(
        "fr",
        "Un groupe de parole qui décide vraiment de quelque chose",
        "europe-central-asia",
        (
            (
                "elodie",
                "Notre groupe de parole existe depuis deux ans. La semaine dernière, une participante a demandé : « Qu'est-ce qui a changé grâce à nous ? » Silence. WC25-ONL23-R01 parle de participation *systémique* ; nous en étions loin.\n\nComment avez-vous donné un vrai pouvoir, même petit, à un tel groupe ?",
            ),
            (
                "noor",
                "Un budget, même minuscule. Le nôtre était de trois cents euros. Nous avons acheté des chaises pour la salle d'attente, et tout le monde a vu qui les avait choisies.",
            ),
            (
                "dora",
                "We let the group set one item of the agenda of our yearly meeting. The rule is that it cannot be moved to the end.",
            ),
            ("elodie", "Des chaises et un point à l'ordre du jour : cela, je peux l'obtenir avant l'été. Merci."),
        ),
        17,
        about=("WC25-ONL23-R01", "WC21-ONL21-R01"),
        themes=("child-participation",),
    ),
    Conversation(
        "en",
        "Diversion by patrol officers: the form was the problem",
        "europe-central-asia",
        (
            (
                "nino",
                "After the regional conference (JWC-TUR00-R01) we trained two hundred officers in diversion. Use went up by almost nothing. Then somebody noticed that an arrest takes one page and diversion takes four. Now diversion takes one page. You can guess the rest.",
            ),
            ("diego", "Nos pasó igual, con otro formulario. Lo arregló una cadete que no sabía que no se podía."),
            (
                "mei",
                "May I quote this in class? It is the best evaluation finding I have read this year, and it fits on a postcard.",
            ),
            ("nino", "Please do. The page is in our language, but it is mostly boxes."),
        ),
        25,
        about=("JWC-TUR00-R01", "JWC-TUR00-R03"),
        themes=("diversion-restorative",),
        closed=True,
    ),
    Conversation(
        "pt",
        "Mediação: o que dizemos a quem foi prejudicado, antes de tudo",
        "child-victims-witnesses",
        (
            (
                "ines",
                "WC09-R06 põe a proteção e a reparação da vítima entre as prioridades. Antes de propor mediação ligamos a quem foi prejudicado. A primeira frase decide muito. A nossa: *não precisa responder hoje, e dizer que não é uma boa resposta*.\n\nQual é a vossa?",
            ),
            (
                "rafael",
                "Aqui: *quero saber como está, e só depois falar do processo.* Aprendi a fazer a segunda parte noutro dia.",
            ),
            (
                "ximena",
                "En Chile empezamos por decir quién nos dio su teléfono. Sin eso, todo lo demás suena a trampa.",
            ),
        ),
        29,
        about=("WC09-R06", "JWC-BAL13-R02"),
        regions=("europe-central-asia", "latin-america-caribbean"),
    ),
)
