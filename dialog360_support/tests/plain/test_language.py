import pytest

from dialog360_support.tools.language import COMMON, guess

TEXTS = {
    "en": "Our templates are not delivered since this morning. What can we do? Please have a look.",
    "de": "Seit heute morgen werden unsere Nachrichten nicht zugestellt. Bitte prüfen Sie, was wir tun können; "
    "die Vorlage ist freigegeben und wir haben keine Meldung.",
    "pt": "As mensagens não são entregues desde hoje de manhã. Vocês podem verificar, por favor? O nosso número já "
    "está ativo.",
    "es": "Los mensajes no se entregan desde esta mañana. ¿Puede usted verificarlo, por favor? El número ya está "
    "activo y no hay ningún error en el panel.",
    "ru": "С утра сообщения не доставляются. Проверьте, пожалуйста, что это может быть: у нас всё настроено, и шаблон "
    "есть.",
}


@pytest.mark.parametrize("language", TEXTS)
def test_each_language_is_told(language):
    """D-3: an ordinary request in each of the five languages is recognised"""
    assert guess(TEXTS[language], COMMON) == language


@pytest.mark.parametrize(
    "text",
    [
        "",
        "HELP!!!",
        "POST /v1/messages 500 {'error': 'template paused'}",
        "+49 30 1234567",
        TEXTS["en"] + " " + TEXTS["de"],
        "\x00" * 50,
    ],
)
def test_what_is_not_sure_is_not_guessed(text):
    """D-3: a word, a log, or a text of two languages has none"""
    assert guess(text, COMMON) == ""


def test_only_languages_on_offer():
    """D-3: what the desk does not speak is not guessed"""
    assert guess(TEXTS["ru"], ["en", "de"]) == ""
    assert guess(TEXTS["ru"], ["xx"]) == ""


def test_long_texts_cost_no_more():
    """D-3: a megabyte of text is guessed by its beginning"""
    assert guess(TEXTS["es"] * 10000, COMMON) == "es"
