from . import test_critical_journey, test_mail_journey
