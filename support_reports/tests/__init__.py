from . import test_support_pdf
