# Numbers of the Microsoft identity platform that this service does not give.
