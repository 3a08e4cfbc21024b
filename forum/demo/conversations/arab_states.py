"""The Arab States, in Arabic and French."""

from forum.demo.people import ARABIC
from forum.demo.shapes import Conversation

CONVERSATIONS = (
    Conversation(
        "ar",
        "كيف نشرح للطفل ما سيحدث في الجلسة؟",
        "arab-states",
        (
            (
                "youssef",
                "مساء الخير. تتحدث WC18-R03 عن الاستماع إلى الأطفال في كل المستويات، لكن كثيرين منهم يدخلون القاعة وهم لا يعرفون من سيتكلم ومتى.\n\nأعددنا ورقة واحدة فيها رسم للقاعة وأسماء الأدوار. ما الذي تستخدمونه أنتم؟",
            ),
            (
                "samir",
                "أخصص خمس دقائق قبل الجلسة من دون الثوب. أقول للطفل: ستسمع كلمات صعبة، وإذا لم تفهم فارفع يدك. الأهم أن يرفعها مرة واحدة على سبيل التجربة قبل أن نبدأ.",
            ),
            (
                "nadia",
                "من جهة الدفاع: أطلب منه أن يعيد لي بكلماته ما سيحدث. إذا قال «سيقررون» أسأله: من هم؟ عندها نعود إلى الرسم.",
            ),
            ("hala", "نعطي الأسرة ورقة أيضًا. أحيانًا يكون الأب أكثر خوفًا من ابنه، والخوف ينتقل."),
            (
                "youssef",
                "رفع اليد على سبيل التجربة فكرة بسيطة وجميلة يا @samir. سأضيفها إلى الورقة وأشاركها في المكتبة.",
            ),
        ),
        2,
        about=("WC18-R03", "JWC-BEI23-R01"),
        themes=("child-participation",),
        pinned=True,
    ),
    Conversation(
        "ar",
        "بدائل التوقيف الاحتياطي: ما الذي يقنع القاضي؟",
        "arab-states",
        (
            (
                "nadia",
                "تضع WC21-ARA21-R01 «العدالة بلا قضبان» أولويةً للمنطقة. في الممارسة أحتاج خلال ساعات إلى بديل أستطيع أن أقترحه على القاضي. ما الذي يقنع عندكم؟",
            ),
            (
                "samir",
                "عنوان ثابت، وشخص بالغ يوقّع، وموعد أول متابعة قبل أن يغادر القاعة. إذا كان الموعد مكتوبًا فأنا مطمئن. أما «سنتابع الحالة» فلا تطمئنني.",
            ),
            ("hala", "نحن نضمن الموعد الأول خلال ثلاثة أيام. كنا نقول أسبوعًا، وخسرنا ثقة المحكمة بسبب حالتين."),
            ("rania", "اقتراح: لنحسب معًا، من دون أسماء ولا تفاصيل، كم مرة اقتُرح بديل وكم مرة قُبل. رقمان فقط كل شهر."),
            ("nadia", "رقمان كل شهر، موافقة. أبدأ من هذا الشهر."),
        ),
        10,
        about=("WC21-ARA21-R01", "JWC-NOU22-R02"),
        themes=("non-custodial", "deprivation-of-liberty"),
    ),
    Conversation(
        "ar",
        "مجموعة من اليافعين تريد قراءة التوصيات. من أين نبدأ؟",
        ARABIC,
        (
            (
                "hala",
                "لدينا مجموعة من ثمانية يافعين ويافعات طلبوا أن يقرأوا ما قيل عنهم في المؤتمرات. فكرت في JWC-BEI23-R03 لأنها عن الحوار بين الأطفال والكبار. هل من اقتراح؟",
            ),
            (
                "youssef",
                "ابدأوا بثلاث توصيات قصيرة لا أكثر، واطلبوا منهم أن يعيدوا كتابتها كما لو كانت رسالة إلى صديق. وستحتاجون إلى موافقة الأهل وإلى من يرافق المجموعة دائمًا.",
            ),
            ("rania", "واتفقوا معهم مسبقًا على ما سيحدث بالملاحظات: إلى من تصل، ومتى يأتي الرد. الصمت أسوأ من الرفض."),
            ("hala", "شكرًا لكما. سأكتب لهم الاتفاق أولًا، ثم نختار التوصيات معًا."),
        ),
        5,
        about=("JWC-BEI23-R03", "WC25-R09"),
    ),
    Conversation(
        "fr",
        "Vérifier l'application de l'Étude mondiale : par où commencer ?",
        "arab-states",
        (
            (
                "nadia",
                "JWC-ARA20-R04 demande que l'Étude mondiale entre dans les plans nationaux. Notre petit collectif voudrait vérifier, cinq ans après, ce qui l'est. Nous sommes quatre, avec deux soirées par mois. Par où commencer ?",
            ),
            (
                "thierry",
                "Par une seule question dont la réponse est un chiffre public : combien d'enfants étaient privés de liberté un jour donné ? Si personne ne peut répondre, votre premier rapport est écrit.",
            ),
            (
                "rania",
                "Nous avons fait ainsi, et la réponse a été « nous ne savons pas ». Deux mois plus tard, quelqu'un savait.",
            ),
            (
                "sofia",
                "Et dites-le ici, même si la réponse est « pas d'information » : dans le registre du forum, le silence est aussi une valeur.",
            ),
        ),
        20,
        about=("JWC-ARA20-R04", "JWC-NOU22-R03"),
        themes=("data-monitoring", "deprivation-of-liberty"),
    ),
)
