from . import support_annex
