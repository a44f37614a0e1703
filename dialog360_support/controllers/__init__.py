from . import answers, attachment, incidents, livechat, rate
