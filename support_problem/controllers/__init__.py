from . import answers, validation
