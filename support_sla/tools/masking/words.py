"""The words by which people name secrets, in English, Spanish, Portuguese, German and Russian, and those that follow
such a name without being one."""

from typing import Final


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: names of a password; of what they name nothing stays
PASSWORD: Final = _words(
    "password passwords passwd passphrase passcode pwd psw passw "
    "contraseña contraseñas contrasena contrasenya clave claves senha senhas "
    "passwort passwörter kennwort kennwörter passworte "
    "пароль пароля паролем паролю пароли паролей"
)
#: the same, but words of their own as well: only before a colon or an equals sign
PASSWORD_SHORT: Final = _words("pass pw pin пасс пин losungswort")
#: names of both halves at once: "creds: anna / hunter2"
PAIR: Final = _words("credentials creds credenciales credenciais zugangsdaten anmeldedaten logindaten доступы")
#: names of a machine's secret
KEY: Final = _words(
    "token secret secreto segredo geheimnis токен токена токеном секрет apikey apitoken authtoken accesskey secretkey "
    "privatekey accesstoken clientsecret refreshtoken bearertoken sessionid phpsessid jsessionid accountkey "
    "sharedaccesskey authkey apisecret appsecret authorization"
)
#: what opens something only together with one of QUALIFIERS
OPENER: Final = _words("key clave chave llave schlüssel schluessel ключ ключа ключом code")
QUALIFIERS: Final = _words(
    "api secret private access auth encryption signing master account storage shared service app application d360 "
    "webhook client aws "
    "secreta privada acceso acesso geheimer geheime geheimen privater privaten zugangs zugriffs "
    "секретный секретного закрытый приватный доступа апи"
)
#: joins an opener and a qualifier that comes after it: "clave de API", "ключ доступа"
LINKS: Final = _words("de da do del para der für la el")
#: words before a name that make it another thing: "palabra clave", "next page token", "public key"
SPOILERS: Final = _words(
    "palabra palabras palavra palavras punto puntos dato datos parte elemento pieza concepto tema temas persona "
    "public pública publica pubblica öffentlicher primary foreign page next previous continuation sync cancellation "
    "max min total input output prompt completion pad eos bos unk idempotency sort partition cache"
)
#: parts that may follow a name inside an identifier: DB_PASSWORD_PROD, api_key_2
NEUTRAL: Final = _words(
    "value val text txt str string plain prod production test dev stage staging live demo old new uat qa"
)
#: words between a name and what it names: "password for the demo account: …"
PREPOSITIONS: Final = _words(
    "vom des der for of to from in on at del de da do dos das para al a von für zu zum zur im beim "
    "от для к на в ко по из у с "
    "i we you is es é e era ist lautet war пользователя пользователю учётной учетной аккаунта админа "
    "администратора системы user usuario usuário"
)
#: between a name and its value
COPULAS: Final = _words(
    "is was are will be now still set es era será sería é foi ist war lautet wäre heißt heisst это такой следующий "
    "равен был будет задан стоит to auf en como"
)
#: names of the other half, for "login/password: anna/hunter2"
LOGIN: Final = _words(
    "login user username usr account logins benutzer benutzername nutzer usuario usuário utilizador cuenta conta "
    "логин логины пользователь имя email e-mail mail id benutzerkennung anmeldename"
)
#: names of other columns: a cell that says one of these is a head and no value
HEADS: Final = LOGIN | _words(
    "value description host server url port name note notes comment type role environment database db address system "
    "значение описание сервер адрес порт роль примечание valor descripción descrição servidor puerto porta rol wert "
    "beschreibung rolle adresse required optional example default nombre nome key field"
)

#: what follows a name without being the secret: states, and how sentences go on
STOP: Final = _words(
    # English
    "a an the this that these those it its my your his her our their i you we they he she and or but if so "
    "then than as "
    "at by for from in into of off on out over to under up with without about after again against before "
    "between both "
    "is are was were be been being am do does did doing done have has had having will would can could shall "
    "should may "
    "might must not no nor yes ok okay none null nil undefined true false n/a na tbd todo unknown empty blank "
    "missing "
    "required optional invalid valid incorrect correct wrong right bad good expired expires expiring "
    "forgotten forgot lost "
    "changed change changing reset resetting resets rejected refused accepted denied failed fails failing "
    "failure error "
    "errors mismatch locked blocked disabled enabled set unset hidden visible protected encrypted hashed "
    "stored saved "
    "sent see below above attached attachment separately later soon please help thanks how why what where "
    "when who which "
    "same different too very only also just still already never always field fields input box form page "
    "screen manager "
    "policy rules rule length strength hint type types string str text varchar char int integer bool boolean "
    "bytes any "
    "object number float const let var self user username login email here there unavailable available working works "
    "broken not-working needed necessary generated automatically randomly provided given sms e-mail mail "
    "phone chat cannot "
    "can't don't doesn't didn't won't isn't wasn't confirm confirmation repeat new old current temporary "
    "default minimum "
    "maximum let's ask call contact check try use used using every each all some more most other another such once "
    "redacted masked removed deleted omitted secret password token key restored unchanged compromised leaked exposed "
    "authentication authorization recovery update updated verify verified verification refresh refreshed "
    "rotation rotated "
    "issue problem question request order  "
    # Spanish
    "el la los las un una unos unas de del al a en con por para sin sobre y o u pero si no sí ya que como "
    "cuando donde "
    "quien cual este esta esto ese esa mi mis tu tus su sus nuestro nuestra yo él ella es está son están era "
    "fue ha han "
    "hay ser estar incorrecta incorrecto correcta correcto inválida inválido válida válido errónea erróneo olvidada "
    "olvidado olvidé caducada caducado vencida vencido expirada expirado cambiada cambiado perdida perdido "
    "desconocida "
    "desconocido bloqueada bloqueado obligatoria obligatorio requerida requerido nueva nuevo anterior actual ninguna "
    "ninguno vacía vacío adjunto abajo arriba aparte gracias ayuda primaria foránea pública funciona falla revisar "
    "restablecer cambiar recuperar enviar enviada enviado temporal fácil difícil segura seguro débil fuerte "
    "igual otra "
    "usuario contraseña clave nadie nunca siempre también "
    # Portuguese
    "o os as um uma uns umas da do das dos na nas nos em com sem e ou mas não sim já meu minha seu sua nosso nossa "
    "eu ele ela são foi tem errada errado correta correto incorreta incorreto inválida inválido expirou "
    "expirada esqueci "
    "esquecida alterada trocada perdida bloqueada obrigatória nova novo antiga antigo atual nenhuma nenhum "
    "vazia abaixo "
    "acima anexo obrigado obrigada ajuda funciona segura fraca forte senha isso esta este aqui ali "
    # German
    "der die das den dem des ein eine einen einem einer und oder aber wenn nicht kein keine ja nein ist sind "
    "war waren "
    "wird werden wurde wurden worden hat haben hatte sein ich du er sie es wir ihr mein dein unser euer bitte "
    "danke hilfe "
    "falsch richtig ungültig gültig abgelaufen vergessen geändert ändern zurücksetzen zurückgesetzt verloren "
    "gesperrt "
    "unbekannt leer erforderlich optional neu neues neue alt altes aktuell siehe unten oben anbei separat zu "
    "für von mit "
    "ohne auf in im am an aus bei nach über unter vor wie was wo wer warum auch noch schon nur immer nie "
    "funktioniert "
    "seit gestern heute morgen sicher schwach stark passwort kennwort läuft "
    # Russian
    "и или но а не нет да он она оно они я мы вы ты мой моя моё мои ваш ваша твой наш это этот эта эти тот та "
    "то те что "
    "как где когда кто почему зачем который которая в во на с со к ко у о об от для из за по под при про без "
    "до после "
    "над через был была было были будет есть быть стал неверный неверен верный верен неправильный неправильно "
    "правильный "
    "не_подходит подходит забыл забыла забыт утерян утрачен потерян изменён изменен изменить сменить сменился "
    "сбросить "
    "сброс сброшен восстановить истёк истек просрочен заблокирован неизвестен неизвестно пустой пуст отсутствует "
    "обязателен обязательно новый старый прежний текущий временный ниже выше вложении отдельно пожалуйста спасибо "
    "помогите прошу можно нужно надо никак никому нельзя работает сломан указан выслан отправлен отправлю сообщу "
    "действителен недействителен уже ещё еще только тоже также опять снова всегда никогда слабый сильный "
    "простой сложный "
    "пришлите вышлите сообщите дайте вчера сегодня завтра скрыт звонком смс почтой пароль токен ключ"
)
#: names of things that look like a made-up word with a digit
TECHNICAL: Final = _words(
    "2fa mfa oauth oauth2 oauth1 sha1 sha2 sha256 sha512 sha-1 sha-256 sha-512 md5 base64 utf8 utf-8 utf-16 "
    "aes128 aes256 "
    "aes-256 rsa2048 x509 ipv4 ipv6 http2 http/2 office365 o365 m365 windows10 windows11 win10 win11 web2 "
    "h264 mp3 mp4 "
    "1password k8s s3 ec2 i18n l10n b2b b2c 401 403 404 500 v1 v2 v3 log4j ad365 sql2019 odoo19 odoo18 php8 python3 "
    "pkcs8 pkcs12 ed25519 hs256 rs256 es256 ps256 24/7 c++ c#"
)
