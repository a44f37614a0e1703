from . import attachment, export, main, myaccount, thread
