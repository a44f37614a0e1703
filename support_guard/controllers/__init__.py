from . import attachment, main, myaccount, thread
