from . import support_pdf
