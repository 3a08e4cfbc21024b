"""The Americas, in Spanish, Portuguese, English and French."""

from forum.demo.people import ANDES
from forum.demo.shapes import Conversation

CONVERSATIONS = (
    Conversation(
        "es",
        "¿Qué hacemos cuando la víctima no quiere encontrarse con el adolescente?",
        ANDES,
        (
            (
                "ana",
                "WC21-BUE19-R02 habla de herramientas restaurativas de todos los días. En casi la mitad de nuestros casos la persona afectada no quiere un encuentro, y está en su derecho. Durante años lo anotamos como *caso no restaurativo*. Hoy creo que era un error.\n\n¿Qué hacen ustedes en su lugar?",
            ),
            (
                "ximena",
                "Cartas que no siempre se entregan. El adolescente escribe, lo trabajamos varias semanas, y la víctima decide si la quiere leer, cuándo y con quién. El proceso vale aunque la carta se quede en el cajón.",
            ),
            (
                "lucia",
                "Desde el juzgado: no exijo encuentro como condición, nunca. Pido que el informe diga qué se ofreció a la víctima y qué respondió. Con eso puedo cerrar con tranquilidad.",
            ),
            (
                "mateo",
                "Cuidado con una cosa, desde la defensa: la carta no puede convertirse en una confesión. Acordamos por escrito que no entra al expediente.",
            ),
            (
                "ana",
                "> la carta no puede convertirse en una confesión\n\nGracias, @mateo. ¿Compartirías ese acuerdo? Lo pondría en la guía del grupo, con tu permiso.",
            ),
            ("mateo", "Claro. Es media página y se puede adaptar. La subo a la biblioteca esta semana."),
            (
                "camila",
                "Nós usamos também *círculos de apoio* só com a família e a escola. Sem a vítima, mas com a pergunta dela sobre a mesa: o que precisa mudar para que não aconteça de novo?",
            ),
        ),
        1,
        about=("WC21-BUE19-R02", "JWC-BAL13-R02"),
        themes=("child-victims-witnesses",),
        pinned=True,
    ),
    Conversation(
        "es",
        "Medidas en libertad: ¿cómo las explican en la primera audiencia?",
        "latin-america-caribbean",
        (
            (
                "lucia",
                "WC21-BUE19-R03 pide que lo no privativo sea lo primero *en la práctica*. Mi problema es más pequeño: en la primera audiencia el adolescente asiente a todo y al salir le pregunta a su madre qué significa «medida».\n\n¿Tienen frases que funcionen?",
            ),
            (
                "ximena",
                "Nosotros le pedimos que lo cuente con sus palabras, pero no en la sala: en el pasillo, con agua y sin toga. Si no puede contarlo, volvemos a entrar.",
            ),
            (
                "diego",
                "Como policía a veces soy quien lo acompaña. Me sirve una hoja con tres dibujos: dónde duermo, a quién llamo, cuándo vuelvo. La hicimos con chicas y chicos del programa.",
            ),
            ("lucia", "¿Dónde duermo, a quién llamo, cuándo vuelvo? Es mejor que todo mi formulario. Gracias, @diego."),
        ),
        6,
        about=("WC21-BUE19-R03",),
        themes=("non-custodial", "child-participation"),
    ),
    Conversation(
        "es",
        "Después de Cartagena: ¿quién sigue la declaración en su país?",
        "latin-america-caribbean",
        (
            (
                "sofia",
                "En el precongreso de Cartagena se habló de una justicia restaurativa para la región (WC25-CAR24-R01). Desde la secretaría queremos saber, sin prisa y sin ranking: **¿hay en su país alguien que la esté siguiendo?** «No lo sé» es una respuesta útil.",
            ),
            ("mateo", "En Colombia hay una mesa que se reúne; no sé si alguien escribe lo que decide. Pregunto."),
            ("lucia", "No lo sé. Y me da un poco de vergüenza no saberlo, así que lo averiguo antes de fin de mes."),
            ("ana", "En Perú lo seguimos desde tres centros, sin mandato de nadie. Quizá por eso funciona."),
            (
                "sofia",
                "Gracias. Lo anoto tal cual: una mesa sin acta, una pregunta abierta, tres centros sin mandato. Es más de lo que sabíamos ayer.",
            ),
        ),
        15,
        about=("WC25-CAR24-R01",),
        themes=("diversion-restorative", "data-monitoring"),
    ),
    Conversation(
        "pt",
        "Do abrigo para o trabalho: os primeiros noventa dias",
        "latin-america-caribbean",
        (
            (
                "camila",
                "JWC-DOM16-R03 fala de reintegração social e profissional. No nosso município conseguimos vagas de aprendiz, mas metade desiste antes de três meses. Quase nunca por causa do trabalho: é o ônibus, o documento, o irmão pequeno.\n\nO que vocês fazem nesses noventa dias?",
            ),
            (
                "rafael",
                "Na promotoria passamos a pedir que o plano tenha uma pessoa da empresa com nome e telefone, e uma reunião no dia 30. Parece pouco. A desistência caiu.",
            ),
            (
                "ines",
                "Em Portugal temos um pequeno fundo de transporte, gerido pela junta. São valores mínimos e resolvem o problema que ninguém quer discutir.",
            ),
            (
                "camila",
                "Nome, telefone, dia 30 e ônibus. Vou levar isso para a reunião de quinta-feira. Obrigada, gente.",
            ),
        ),
        8,
        about=("JWC-DOM16-R03", "WC15-R05"),
        themes=("reintegration",),
    ),
    Conversation(
        "pt",
        "Práticas restaurativas na escola sem virar castigo com outro nome",
        "prevention",
        (
            (
                "rafael",
                "Recebemos convites de escolas que querem *fazer círculos*. Às vezes o círculo é só a sala do diretor com as cadeiras em roda. WC09-R09 fala em levar a justiça restaurativa ao público; como fazer isso sem estragá-la?",
            ),
            (
                "camila",
                "Começamos pelos adultos. Três meses de círculos entre professores, sem nenhum estudante. Quando eles reclamaram que era difícil escutar, soubemos que podíamos continuar.",
            ),
            (
                "ana",
                "Nuestra regla: nadie llega a un círculo por primera vez porque hizo algo malo. Primero círculos para conocerse; los conflictos vienen después, y ya saben sentarse.",
            ),
        ),
        31,
        about=("WC09-R09", "WC09-R04"),
        regions=("latin-america-caribbean",),
    ),
    Conversation(
        "en",
        "Model law in the Eastern Caribbean: which clauses travelled well?",
        "latin-america-caribbean",
        (
            (
                "keisha",
                "JWC-LAC20-R01 mentions a model law with diversion, rehabilitation and reintegration as pillars. We are comparing how small jurisdictions adapted it. Which clauses travelled well, and which needed a whole new staff that nobody has?",
            ),
            (
                "marcus",
                "Not my region, but the clause that travels everywhere is the one with a *time limit*. “As soon as possible” is twelve weeks; “within ten days” is about eleven.",
            ),
            ("keisha", "Ha. Ours says *promptly*. I shall be asking for a number."),
        ),
        27,
        about=("JWC-LAC20-R01",),
        themes=("systems-specialisation", "diversion-restorative"),
    ),
    Conversation(
        "en",
        "Counsel from the first question: a card that fits in a pocket",
        "north-america",
        (
            (
                "marcus",
                "After the summit on youth legal defence (WC25-NAM22-R01) some of us made a card for young people: four sentences, no Latin. *I want to speak with a lawyer. I want my parent told. I will wait. Thank you.*\n\nThe *thank you* was the idea of a young adviser, and it is the part officers remember. What would yours say?",
            ),
            (
                "joelle",
                "Nous l'avons traduite en français et en inuktitut. Nous avons ajouté une image d'horloge : attendre est ce qui est le plus difficile à seize ans.",
            ),
            ("aoife", "Ours is on the back of the bus pass. Nobody loses a bus pass."),
            ("marcus", "The bus pass! I will steal that with full attribution."),
        ),
        3,
        about=("WC25-NAM22-R01", "WC25-R12"),
        themes=("legal-aid-fair-trial",),
    ),
    Conversation(
        "fr",
        "Repérer un trouble du langage avant l'audience",
        "north-america",
        (
            (
                "joelle",
                "WC21-R21 demande de repérer tôt les troubles du neurodéveloppement. Nous avons une grille de dix minutes pour le langage. La moitié des jeunes rencontrés ne comprennent pas le mot « condition ».\n\nEst-ce que quelqu'un utilise une grille validée en français ?",
            ),
            (
                "elodie",
                "Nous en avons une, faite avec des orthophonistes. Elle n'est pas validée au sens strict, mais elle a un mérite : le jeune la remplit avec nous et repart avec une fiche « ce qui m'aide ».",
            ),
            (
                "youssef",
                "في العربية لا نعرف أداة معتمدة، لكننا نستخدم بطاقة مشابهة عنوانها «ما يساعدني على الفهم». يسعدني تبادلها معكم.",
            ),
            ("joelle", "Magnifique. « Ce qui m'aide » en trois langues : on dirait le début d'un petit projet commun."),
        ),
        13,
        about=("WC21-R21", "WC25-FON23-R01"),
        themes=("mental-health-neurodisability",),
    ),
)
