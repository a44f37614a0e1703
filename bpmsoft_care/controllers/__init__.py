from . import offer, secret
