"""Hashes of passwords by the software that people come from.

    python password_hashes.py > ../../crates/signin/src/factor/password/imported/vectors.tsv
    python password_hashes.py 1000 > hashes.tsv

writes three lines for each kind, or as many as named: the kind, the password and the hash, as the
guide docs/guides/import-users.md says it is written.
"""

import base64
import hashlib
import json
import os
import sys

import argon2
import bcrypt
import django
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from django.conf import settings
from django.contrib.auth import hashers
from passlib import hash as passlib
from werkzeug.security import generate_password_hash

PASSWORDS = ["correct horse battery staple", "grün wie Gras in Łódź", "p" * 72]


def encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()


def keycloak(password: str, algorithm: str, digest: str, iterations: int, length: int) -> str:
    """Returns the PHC string that the guide makes of a credential of Keycloak."""
    salt = os.urandom(16)
    value = hashlib.pbkdf2_hmac(digest, password.encode(), salt, iterations, length)
    secret_data = json.dumps({"value": encoded(value), "salt": encoded(salt)})
    credential_data = json.dumps({"hashIterations": iterations, "algorithm": algorithm})
    secret, credential = json.loads(secret_data), json.loads(credential_data)
    head = f"${credential['algorithm']}$i={credential['hashIterations']}"
    return f"{head}${secret['salt']}${secret['value']}"


def aspnet_2(password: str) -> str:
    salt = os.urandom(16)
    key = hashlib.pbkdf2_hmac("sha1", password.encode(), salt, 1000, 32)
    return encoded(b"\0" + salt + key)


def aspnet_3(password: str, function: int) -> str:
    salt, digest = os.urandom(16), ["sha1", "sha256", "sha512"][function]
    key = hashlib.pbkdf2_hmac(digest, password.encode(), salt, 1000, 32)
    numbers = b"".join(number.to_bytes(4) for number in [function, 1000, len(salt)])
    return encoded(b"\1" + numbers + salt + key)


def firebase(password: str) -> str:
    salt, separator, signer_key = os.urandom(10), b"\7", os.urandom(64)
    key = hashlib.scrypt(password.encode(), salt=salt + separator, n=1 << 8, r=8, p=1)[:32]
    cipher = Cipher(algorithms.AES256(key), modes.CTR(bytes(16))).encryptor()
    value = cipher.update(signer_key) + cipher.finalize()
    head = f"$fbscrypt$v=1,n=8,r=8,p=1,ss={encoded(separator)},sk={encoded(signer_key)}"
    return f"{head}${encoded(salt)}${encoded(value)}"


def by_django(hasher: type, **cost: int):
    configured = type("Configured", (hasher,), cost)()
    return lambda password: configured.encode(password, configured.salt())


def by_argon2(kind: argon2.Type):
    return argon2.PasswordHasher(time_cost=3, memory_cost=64, parallelism=4, type=kind).hash


def by_bcrypt(prefix: bytes):
    def hashed(password: str) -> str:
        salt = bcrypt.gensalt(4, prefix=b"2a" if prefix == b"2y" else prefix)
        text = bcrypt.hashpw(password.encode(), salt)
        return (b"$" + prefix + text[3:]).decode()

    return hashed


settings.configure()
django.setup()

# What writes a hash of a password, by its name.
KINDS = {
    "argon2d": by_argon2(argon2.Type.D),
    "argon2i": by_argon2(argon2.Type.I),
    "argon2id": by_argon2(argon2.Type.ID),
    "argon2-django": by_django(
        hashers.Argon2PasswordHasher, time_cost=1, memory_cost=64, parallelism=2
    ),
    "bcrypt-2a": by_bcrypt(b"2a"),
    "bcrypt-2b": by_bcrypt(b"2b"),
    "bcrypt-2y": by_bcrypt(b"2y"),
    "bcrypt-django": by_django(hashers.BCryptPasswordHasher, rounds=4),
    "bcrypt-sha256-django": by_django(hashers.BCryptSHA256PasswordHasher, rounds=4),
    "pbkdf2-sha1-passlib": passlib.pbkdf2_sha1.using(rounds=1000).hash,
    "pbkdf2-sha256-passlib": passlib.pbkdf2_sha256.using(rounds=1000).hash,
    "pbkdf2-sha512-passlib": passlib.pbkdf2_sha512.using(rounds=1000).hash,
    "pbkdf2-sha1-django": by_django(hashers.PBKDF2SHA1PasswordHasher, iterations=1000),
    "pbkdf2-sha256-django": by_django(hashers.PBKDF2PasswordHasher, iterations=1000),
    "pbkdf2-sha256-werkzeug": lambda password: generate_password_hash(
        password, "pbkdf2:sha256:1000"
    ),
    "pbkdf2-sha512-werkzeug": lambda password: generate_password_hash(
        password, "pbkdf2:sha512:1000"
    ),
    "pbkdf2-sha1-keycloak": lambda password: keycloak(password, "pbkdf2", "sha1", 1000, 64),
    "pbkdf2-sha256-keycloak": lambda password: keycloak(
        password, "pbkdf2-sha256", "sha256", 1000, 64
    ),
    "pbkdf2-sha512-keycloak": lambda password: keycloak(
        password, "pbkdf2-sha512", "sha512", 1000, 64
    ),
    "aspnet-identity-2": aspnet_2,
    "aspnet-identity-3-sha1": lambda password: aspnet_3(password, 0),
    "aspnet-identity-3-sha256": lambda password: aspnet_3(password, 1),
    "aspnet-identity-3-sha512": lambda password: aspnet_3(password, 2),
    "scrypt-passlib": passlib.scrypt.using(rounds=6, block_size=8, parallelism=2).hash,
    "scrypt-django": by_django(hashers.ScryptPasswordHasher, work_factor=64),
    "scrypt-werkzeug": lambda password: generate_password_hash(password, "scrypt:1024:8:1"),
    "scrypt-firebase": firebase,
    "sha256-crypt": passlib.sha256_crypt.using(rounds=1000).hash,
    "sha256-crypt-5000": passlib.sha256_crypt.using(rounds=5000).hash,
    "sha512-crypt": passlib.sha512_crypt.using(rounds=1000).hash,
    "sha512-crypt-ldap": passlib.ldap_sha512_crypt.using(rounds=1000).hash,
    "ssha": passlib.ldap_salted_sha1.hash,
    "ssha256": passlib.ldap_salted_sha256.hash,
    "ssha512": passlib.ldap_salted_sha512.hash,
}


def main() -> None:
    passwords = PASSWORDS
    if len(sys.argv) > 1:
        passwords = [f"password {number} of many" for number in range(int(sys.argv[1]))]
    for name, hashed in KINDS.items():
        for password in passwords:
            print(name, password, hashed(password), sep="\t")


if __name__ == "__main__":
    main()
