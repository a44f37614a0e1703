from dialog360_support.tools.substance import count_words


def test_words_are_counted_without_quotations():
    """D-5: what a mail quotes of others is not said by its author"""
    cases = {
        "": 0,
        "   ": 0,
        "On it!": 2,
        "<p>We have <b>looked</b> at it.</p>": 5,
        "<p>Thanks.</p><blockquote>Nothing at all is delivered</blockquote>": 1,
        "<p>Thanks.</p><div data-o-mail-quote='1'>Nothing <p>at all</p></div>and more": 3,
        "<div data-o-mail-quote-container='1'><blockquote>one <blockquote>two</blockquote></blockquote></div>": 0,
        "<!-- nothing -->": 0,
        "Проверили журнал: шаблон приостановлен": 4,
    }
    for body, words in cases.items():
        assert count_words(body) == words, body


def test_what_is_no_html_says_nothing():
    """D-5: no text breaks the counting"""
    for body in ("<", "<p", "&&&", "<p>\x00</p>", "<![CDATA["):
        assert count_words(body) >= 0
