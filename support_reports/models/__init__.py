from . import support_pdf
from . import support_sla_analysis
