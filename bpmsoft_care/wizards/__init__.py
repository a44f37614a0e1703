from . import bpmsoft_secret_wizard
