## Jenis masukan

decode-kind-access_token = Token akses (JWT bertanda tangan): aplikasi menunjukkannya kepada API.
decode-kind-attestation_object = Objek atestasi (WebAuthn), yang menjelaskan kunci sandi baru dari autentikator.
decode-kind-authorization_response = Respons endpoint otorisasi kepada aplikasi.
decode-kind-authorize_request = Permintaan otorisasi, yang dibuka peramban untuk proses masuk.
decode-kind-certificate = Sertifikat.
decode-kind-client_assertion = Asersi klien (JWT bertanda tangan), yang dipakai aplikasi untuk autentikasi.
decode-kind-client_data = Data klien (WebAuthn): peramban menyatakan halaman mana yang meminta kunci sandi.
decode-kind-client_id = ID sebuah aplikasi.
decode-kind-code = Kode otorisasi layanan ini. Kode dapat ditukar satu kali dalam satu menit di endpoint token.
decode-kind-dpop_proof = Bukti DPoP (JWT bertanda tangan), yang membuktikan kepemilikan kunci.
decode-kind-encrypted_token = Token terenkripsi (JWE). Hanya pemilik kuncinya yang dapat mendekripsinya.
decode-kind-id_token = Token ID (JWT bertanda tangan), yang memberi tahu aplikasi pengguna mana yang masuk.
decode-kind-jwk = Kunci publik dalam bentuk JSON (JWK).
decode-kind-jwks = Kumpulan kunci publik dalam bentuk JSON (JWKS).
decode-kind-logout_token = Token keluar (JWT bertanda tangan), yang memberi tahu aplikasi bahwa pengguna keluar.
decode-kind-otpauth_uri = URI dalam kode QR aplikasi autentikator. URI ini memuat rahasia yang menjadi dasar kode-kodenya.
decode-kind-passkey_assertion = Respons peramban saat masuk dengan kunci sandi (WebAuthn).
decode-kind-passkey_registration = Respons peramban yang membuat kunci sandi (WebAuthn).
decode-kind-passkey_response = Respons peramban tentang kunci sandi (WebAuthn).
decode-kind-public_key = Kunci dalam bentuk PEM.
decode-kind-record = Permintaan yang dicatat layanan.
decode-kind-refresh_token = Token penyegar layanan ini: dengan ini aplikasi memperoleh token baru.
decode-kind-request = Sebuah permintaan.
decode-kind-request_object = Objek permintaan (JWT bertanda tangan), yang memuat permintaan otorisasi.
decode-kind-secret = 256 bit dalam base64url: bentuk rahasia klien layanan ini, juga bentuk verifier atau challenge PKCE dan sidik kunci.
decode-kind-signed_token = Token bertanda tangan (JWT).
decode-kind-tenant_id = ID sebuah tenant.
decode-kind-ticket = Masalah yang dilaporkan.
decode-kind-token_request = Permintaan token.
decode-kind-token_response = Respons endpoint token.
decode-kind-user_id = ID pengguna.

## Laporan

decode-holds = Isinya:
decode-part = Di dalam { $place }:
decode-checks = Pemeriksaan, per { $now }, terhadap { $against }:
decode-against-nothing = masukan itu sendiri (direktori data tidak disebutkan)
decode-against-nothing-yet = permintaan itu sendiri (uji coba dengan data layanan menyusul)
decode-against-data = data layanan ini
decode-against-tenant = kunci dan pendaftaran tenant { $tenant }
decode-against-client = pendaftaran { $client } di tenant { $tenant }
decode-passed = lulus
decode-failed = GAGAL
decode-unknown = tidak diketahui
decode-hidden = (tidak ditampilkan; { $count } karakter)
decode-hidden-token = (tidak ditampilkan; { $count } karakter, sidik { $fingerprint })
decode-expected = seharusnya
decode-received = diterima
decode-refused = Layanan ini akan menolaknya dengan { $label }:
decode-accepted = Layanan ini akan menerimanya.
decode-not-accepted = Layanan ini tidak akan menerimanya.
decode-would-issue = Permintaan ini akan dikabulkan. Tidak ada yang diterbitkan atau dipakai.
decode-would-refuse = Permintaan ini akan ditolak. Tidak ada yang dipakai.
decode-would-give = Klaim yang akan diterbitkan, tanpa tanda tangan:
decode-would-follow = Langkah berikutnya:
decode-passed-checks = Pemeriksaan yang lolos:
decode-warnings = Peringatan:
decode-inner-cause = Penyebab internal: { $cause }
decode-timeline = Permintaan dari proses masuk yang sama:
decode-adjacent = Permintaan lain dari pengguna atau aplikasi yang sama dalam sepuluh menit:

## Kesalahan

decode-nothing = admit tidak dapat menjelaskan masukan ini: tidak ada nomor kesalahan di dalamnya, dan ini bukan token, permintaan, kunci, atau ID; yang diharapkan: nomor seperti 50011, AADSTS50011, atau ADMIT88000001, kesalahan dalam JSON, halaman kesalahan, entri log, ID pelacakan, ID tiket, token, URL beserta parameternya, isi permintaan, kunci, respons tentang kunci sandi, URI otpauth, atau perintah curl
decode-number-unknown = { $number } bukan nomor kesalahan layanan ini; /error pada layanan yang berjalan memuat semua nomor kesalahan
decode-no-token = masukan ini berbentuk token, tetapi bentuknya salah: { $error }; mungkin terpotong ketika disalin
decode-no-sealed-token = masukan ini berawal seperti kode atau token penyegar layanan ini, tetapi bentuknya salah; mungkin terpotong ketika disalin
decode-no-pem = bentuk teks PEM salah: { $error }
decode-no-csr = ini permintaan pembuatan sertifikat, bukan sertifikat: berikan sertifikat yang dibuat darinya
decode-no-request = ini bukan permintaan; yang diharapkan: perintah curl, URL permintaan otorisasi, atau isi permintaan token
decode-no-tenant = permintaan tidak menyebut tenantnya; sebutkan dengan --tenant
decode-id-needs-data = ID hanya dapat dicari dalam data layanan; sebutkan direktori datanya dengan --config atau --data
decode-id-unknown = tidak ada catatan dengan { $id }: ID itu bukan milik layanan ini, atau catatannya sudah dihapus (setelah 30 hari, kecuali diatur lain)
decode-ticket-unknown = tidak ada tiket { $ticket }

## Pemeriksaan setiap token

decode-form = tiga bagian yang bentuknya benar; tanda tangannya { $bytes } byte.
decode-form-padded = tiga bagian yang bentuknya benar; tanda tangannya { $bytes } byte. Ada pengisi (=), yang tidak boleh ada pada JWT (RFC 7515 bagian 2).
decode-form-flawed = bentuknya cacat: { $error }.
decode-alg = { $alg } diterima.
decode-alg-unknown = { $alg } tidak diterima; yang diterima: { $accepted }.
decode-typ = jenisnya { $typ }.
decode-typ-wrong = jenisnya { $typ }, seharusnya { $expected }.
decode-claim-missing = tidak ada.
decode-time-malformed = { $value } bukan waktu: { $error }.
decode-exp = kedaluwarsa { $at }, { $span } lagi.
decode-exp-expired = kedaluwarsa { $at }, { $span } yang lalu.
decode-begun = berlaku sejak { $at }.
decode-not-begun = baru berlaku { $at }, { $span } lagi; mungkin ada jam yang salah.
decode-jti-once = memiliki id; layanan menerima setiap id satu kali.
decode-signature = cocok dengan kunci tenant { $kid }.
decode-signature-wrong = tidak cocok dengan kunci { $kid }: { $error }.
decode-signature-by = cocok dengan kunci terdaftar { $id }.
decode-signature-by-none = tidak cocok dengan satu pun kunci terdaftar ({ $registered }): { $error }.
decode-signature-own-key = cocok dengan kunci di header-nya sendiri, { $thumbprint } (RFC 7638).
decode-signature-of-others = diterbitkan layanan lain, jadi tidak ada kunci untuk memeriksanya.
decode-signature-needs-data = untuk memeriksanya diperlukan kunci tenant; sebutkan direktori data dengan --config atau --data.
decode-signature-needs-client = untuk memeriksanya diperlukan kunci terdaftar aplikasi; sebutkan direktori data dengan --config atau --data.
decode-signature-no-client = tidak ada aplikasi itu, jadi tidak ada kunci untuk memeriksanya.
decode-kid-unknown = tenant tidak punya kunci { $kid }; yang ada: { $known }.
decode-key-not-published = ditandatangani dengan kunci tenant { $kid }, yang pada waktu ini tidak diterbitkan dalam kumpulan kunci.
decode-key-expired = kunci terdaftar { $id } kedaluwarsa { $at }.
decode-no-key-registered = { $client } tidak punya kunci terdaftar.
decode-issuer = { $issuer } adalah penerbit tenant.
decode-issuer-wrong = penerbitnya { $issuer }, sedangkan penerbit tenant { $expected }.
decode-issuer-unknown = { $issuer } bukan tenant layanan ini; tenant yang ada: { $tenants }.
decode-issuer-needs-data = penerbitnya { $issuer } (tenant { $tenant }); untuk memeriksanya diperlukan direktori data.
decode-issuer-self = penerbitnya aplikasi itu sendiri.
decode-issuer-not-self = penerbitnya { $issuer }, seharusnya sama dengan subjeknya, { $subject }.
decode-audience = { $audience } adalah layanan ini.
decode-audience-wrong = audiensnya { $audience }; yang diterima: { $accepted }.
decode-audience-several = audiensnya { $audience }, seharusnya satu teks.
decode-audience-client = { $audience } terdaftar.
decode-audience-no-client = { $audience } bukan aplikasi tenant ini.
decode-audience-resource = untuk API { $audience }.
decode-audience-userinfo = untuk UserInfo layanan ini ({ $audience }), bukan untuk API.
decode-audience-disabled = API { $audience } dinonaktifkan.
decode-audience-unknown = { $audience } bukan API tenant ini; API yang ada: { $known }.
decode-audience-needs-data = untuk { $audience }; untuk memeriksa pendaftarannya diperlukan direktori data.
decode-client = { $client } terdaftar dan aktif.
decode-client-disabled = { $client } dinonaktifkan.
decode-client-unknown = tidak ada aplikasi { $client }.
decode-client-needs-data = dari { $client }; untuk memeriksa pendaftarannya diperlukan direktori data.

## Bukti DPoP

decode-same = { $claimed } cocok.
decode-not-same = bukti itu untuk { $claimed }, sedangkan permintaannya { $given }.
decode-htm-not-given = bukti itu untuk { $claimed }; sebutkan metode permintaan dengan --method.
decode-htu-not-given = bukti itu untuk { $claimed }; sebutkan URL permintaan dengan --url.
decode-iat-near = dibuat pada { $at }, yang berbeda { $span } dari waktu saat ini; perbedaan sampai { $window } dtk diterima.
decode-iat-far = dibuat pada { $at }, yang berbeda { $span } dari waktu saat ini; perbedaan hanya diterima sampai { $window } dtk. Buat bukti baru untuk setiap permintaan, dan sinkronkan jam.
decode-ath-needs-token = bukti itu milik satu token akses, yang tidak ada dalam masukan.
decode-jwk-missing = tidak ada kunci publik di header.
decode-nonce = nonce diterbitkan layanan ini dan belum kedaluwarsa.
decode-nonce-stale = nonce tidak diterbitkan layanan ini atau sudah kedaluwarsa; pakai yang dari respons terbaru (header DPoP-Nonce).
decode-nonce-needs-key = untuk memeriksa nonce diperlukan kunci akar; sebutkan direktori data dengan --config atau --data.

## Kode, token penyegar, pemberian

decode-seal = terdekripsi dengan kunci akar dan tidak berubah.
decode-seal-broken = tidak terdekripsi dengan kunci akar: isinya berubah atau terpotong, atau milik instalasi lain.
decode-seal-needs-data = untuk mendekripsinya diperlukan kunci akar; sebutkan direktori data dengan --config atau --data.
decode-tenant-unknown = tidak ada tenant { $tenant }.
decode-tenant-suspended = tenant { $tenant } ditangguhkan.
decode-code-redeemed = sudah ditukar { $at }; penukaran kedua mencabut semua yang diterbitkan untuknya.
decode-code-unredeemed = belum ditukar.
decode-verifier = challenge-nya { $made }: cocok.
decode-verifier-other = challenge-nya { $made }, sedangkan dalam permintaan { $challenge }.
decode-verifier-of-it = ini challenge dari verifier itu.
decode-verifier-not-of-it = ini bukan challenge dari verifier itu.
decode-verifier-form = berbentuk verifier.
decode-verifier-malformed = verifier terdiri dari 43 sampai 128 huruf, angka, dan - . _ ~.
decode-verifier-without-challenge = kode diminta tanpa challenge, sehingga verifier ditolak.
decode-code-without-challenge = kode diminta tanpa challenge, yang diperbolehkan bagi aplikasi itu (pkce = "optional").
decode-verifier-missing = tidak ada. Wajib bila permintaan otorisasi memuat challenge.
decode-challenge-missing = tidak ada. Wajib kecuali aplikasi memiliki pkce = "optional".
decode-verifier-not-given = sebutkan verifier dengan --verifier untuk membandingkannya dengan challenge.
decode-generation = ini token penyegar terbaru dari pemberiannya.
decode-generation-grace = sudah diganti { $at }; selama sepuluh detik sesudahnya, pemakaian lagi menghasilkan pengganti yang sama.
decode-generation-old = sudah diganti { $at } (yang terbaru nomor { $newest }); pemakaian lagi mencabut pemberiannya.
decode-grant = pemberian aktif sampai { $at }.
decode-grant-ended = pemberian berakhir { $at }.
decode-grant-unknown = pemberian { $grant } tidak ada, atau sudah lama berakhir dan dihapus.
decode-revoked-code = pemberian dicabut { $at }, karena kodenya ditukar untuk kedua kali.
decode-revoked-refresh-token = pemberian dicabut { $at }, karena token penyegar yang sudah diganti dipakai lagi.
decode-revoked-client = pemberian dicabut { $at } oleh aplikasi.
decode-revoked-administrator = pemberian dicabut { $at } oleh administrator.
decode-revoked-signed-out = pemberian dicabut { $at }, ketika pengguna keluar.

## Kunci dan rahasia

decode-key-form = kunci publik, dalam batas.
decode-keys-form = kumpulan kunci publik, dalam batas.
decode-key-flawed = kuncinya cacat: { $error }.
decode-key-verifies = dapat memeriksa { $algorithms }.
decode-key-useless = tidak memeriksa tanda tangan apa pun: { $error }.
decode-key-needs-data = untuk mencari pendaftarannya diperlukan direktori data.
decode-key-of-tenant = kunci penanda tangan tenant { $tenant } (kid { $kid }).
decode-key-of-client = terdaftar untuk { $client } di tenant { $tenant } sebagai { $id }.
decode-key-unregistered = tidak terdaftar untuk aplikasi mana pun.
decode-secret-needs-data = untuk mencari aplikasinya diperlukan direktori data.
decode-secret-of = rahasia { $id } milik { $client } di tenant { $tenant }, yang tidak kedaluwarsa.
decode-secret-until = rahasia { $id } milik { $client } di tenant { $tenant }, yang kedaluwarsa { $at }.
decode-secret-expired = rahasia { $id } milik { $client } di tenant { $tenant }, yang sudah kedaluwarsa { $at }.
decode-secret-unregistered = bukan rahasia aplikasi mana pun di layanan ini.
decode-jwe-form = lima bagian yang bentuknya benar.
decode-jwe-sealed = terenkripsi.

## Permintaan

decode-form-readable = bentuk semua parameter benar, dan tidak ada yang berulang.
decode-form-unreadable = bentuk parameter salah.
decode-shell-expansion = shell akan mengganti { $value }; di sini dibaca seperti tertulis.
decode-method = POST benar.
decode-method-wrong = metodenya { $value }, seharusnya POST.
decode-content-type = yang dikirim adalah formulir.
decode-content-type-wrong = tertulis “{ $value }”, seharusnya application/x-www-form-urlencoded.
decode-grant-type = { $value } didukung.
decode-grant-type-unknown = “{ $value }” tidak didukung; yang didukung: { $known }.
decode-client-named = permintaan dari { $value }.
decode-client-unnamed = aplikasi dan kredensialnya tidak dapat dibaca dari permintaan.
decode-parameter = ada.
decode-parameter-missing = tidak ada.
decode-redirect-uri = dapat didaftarkan; untuk memeriksa pendaftarannya diperlukan direktori data.
decode-redirect-uri-flaw = tidak dapat didaftarkan: { $value }.
decode-known = { $value } didukung.
decode-not-known = “{ $value }” tidak didukung; yang didukung: { $known }.
decode-scope = cakupan yang bentuknya benar: { $count }; untuk memeriksa pendaftarannya diperlukan direktori data.
decode-scope-malformed = ada karakter yang tidak boleh ada dalam cakupan, atau cakupannya terlalu banyak.
decode-claims-malformed = bukan objek JSON dengan objek untuk id_token, userinfo, dan access_token (OpenID Connect Core bagian 5.5).
decode-auth-context-two-factors = { $id } adalah konteks autentikasi “{ $name }” milik tenant: dua faktor.
decode-auth-context-phishing-resistant = { $id } adalah konteks autentikasi “{ $name }” milik tenant: kunci sandi.
decode-auth-context-unknown = { $id } bukan konteks autentikasi milik tenant; konteks yang ada: { $known }.
decode-auth-context-needs-data = { $id } adalah konteks autentikasi, yang dipakai API untuk mewajibkan cara masuk yang lebih kuat; tenant menentukan cara yang mana.
decode-challenge = berbentuk challenge.
decode-challenge-malformed = challenge terdiri dari 43 huruf, angka, dan - _, tanpa pengisi.
decode-sign-in-always = Pengguna harus masuk, meskipun sudah ada akun yang masuk.
decode-sign-in-unless_signed_in = Pengguna harus masuk, kecuali peramban memiliki sesi.
decode-consent-never = Pengguna tidak dimintai persetujuan.
decode-consent-unless_given = Pengguna dimintai persetujuan atas semua akses yang belum disetujui.
decode-consent-always = Pengguna dimintai persetujuan.
decode-choose-account = Pengguna diminta memilih akun.
decode-confirm = Pengguna yang sudah masuk harus menekan “Lanjutkan”: program lain dapat memakai URI pengalihan ini.
decode-prompt-none = Tidak boleh ada halaman: bila pengguna perlu ditanya, aplikasi menerima kesalahan.

## Kunci sandi (WebAuthn) dan aplikasi autentikator

decode-passkey-malformed = { $member } tidak ada, cacat, atau bertentangan dengan anggota lain.
decode-passkey-needs-data = pemeriksaannya memerlukan kunci sandi yang tersimpan; sebutkan direktori data dengan --config atau --data.
decode-passkey-signature = cocok dengan kunci sandi yang tersimpan.
decode-passkey-signature-wrong = tidak cocok dengan kunci sandi yang tersimpan: dibuat dengan kunci lain, atau untuk data lain.
decode-passkey-unknown = pengguna tidak memiliki kunci sandi dengan ID kredensial ini; mungkin sudah dihapus dari akun.
decode-passkey-alg = { $alg } diterima.
decode-passkey-alg-unknown = { $alg } tidak diterima; yang diterima: -7 (ES256), -8 (EdDSA), -257 (RS256).
decode-client-data-origin = { $origin } adalah origin layanan ini.
decode-client-data-origin-other = halaman yang meminta peramban berada di { $origin }, padahal layanan ini berada di { $expected }.
decode-client-data-origin-needs-data = halaman yang meminta peramban berada di { $origin }; untuk memeriksa apakah itu layanan ini diperlukan direktori data.
decode-client-data-top = halaman tidak berada dalam bingkai situs lain.
decode-client-data-frame = halaman berada dalam bingkai situs lain ({ $origin }).
decode-client-data-challenge = setiap challenge diterima satu kali, dalam proses masuk yang membuatnya; hanya proses itu yang mengetahuinya.
decode-user-present = ada pengguna yang hadir.
decode-user-not-present = autentikator tidak meminta konfirmasi pengguna.
decode-user-verified = autentikator mengenali pengguna, dengan PIN atau biometrik.
decode-user-not-verified = autentikator tidak mengenali pengguna; pasang PIN atau biometrik di sana.
decode-backup-contradiction = kunci sandi menyatakan sudah disalin, tetapi juga tidak dapat disalin.
decode-backup-changed = kunci sandi yang tersimpan dan respons tidak sepakat apakah kunci sandi dapat disalin; hal ini tidak pernah berubah.
decode-sign-count-not-increased = penghitungnya { $received }, padahal pada pemakaian terakhir { $stored }: respons sudah dipakai, atau ada salinan autentikator.
decode-rp-id = hash dari { $id }.
decode-rp-id-other = bukan hash dari { $host } atau domain induknya: kunci sandi dibuat untuk situs lain.
decode-rp-id-needs-data = untuk memeriksa situs mana kunci sandi ini dibuat diperlukan direktori data.
decode-user-handle = menyebut pengguna { $user } dari tenant { $tenant }.
decode-user-handle-missing = tidak ada, jadi respons tidak menyebut penggunanya.
decode-user-handle-unknown = tidak menyebut pengguna layanan ini: pengguna sudah dihapus, atau kunci sandi dibuat untuk instalasi lain.
decode-user-disabled = pengguna ini dinonaktifkan.
decode-user-expired = pengguna ini kedaluwarsa pada { $expired }.
decode-passkeys-off = tenant { $tenant } mematikan kunci sandi.
decode-passkey-model-refused = tenant tidak menerima model kunci sandi ini, atau modelnya tidak dibuktikan ketika kunci sandi ditambahkan.
decode-attestation-accepted = atestasi ini membuktikan model yang diterima tenant { $tenant }.
decode-attestation-refused = atestasi ini tidak membuktikan model yang diterima tenant { $tenant }.
decode-attestation-needs-tenant = tenant dapat menerima model tertentu saja; sebutkan tenant dengan --tenant untuk memeriksanya.
decode-otpauth-too-long = URI terlalu panjang
decode-otpauth-totp = kodenya berubah menurut waktu (TOTP, RFC 6238).
decode-otpauth-hotp = hanya kode yang berubah menurut waktu (totp, RFC 6238) yang didukung, bukan kode dengan penghitung (hotp).
decode-otpauth-secret = { $count } byte dalam Base32.
decode-otpauth-secret-short = panjangnya { $count } byte, padahal RFC 4226 bagian 4 mensyaratkan sedikitnya { $least }.
decode-otpauth-secret-malformed = bukan Base32 (huruf A sampai Z dan angka 2 sampai 7).
decode-otpauth-supported = { $value } didukung setiap aplikasi.
decode-otpauth-unsupported = { $value } tidak didukung setiap aplikasi: sebagian menganggapnya { $supported } dan menampilkan kode yang salah.
decode-otpauth-issuer = aplikasi menampilkan layanan pemilik entri.
decode-otpauth-no-issuer = parameter issuer maupun label tidak menyebut layanan pemilik entri.

## Yang perlu dilakukan

decode-step-needs-data = Jalankan perintah lagi dengan --config FILE atau --data DIR di mesin layanan, untuk memeriksa masukan dengan kunci dan pendaftaran.
decode-step-access-token = Rahasiakan token sampai kedaluwarsa: siapa pun yang memilikinya dapat memakainya. Hanya API dalam audiensnya yang boleh membaca klaimnya.
decode-step-typ-at-jwt = typ-nya at+jwt (RFC 9068). ASP.NET JwtBearer, express-oauth2-jwt-bearer, PyJWT, go-oidc, dan golang-jwt menerimanya. Resource server Spring Security menolaknya secara bawaan: tetapkan token_typ = "JWT" untuk resource itu, atau pakai JwtValidators.createAtJwtValidator(). Lihat “Protect your API”.
decode-step-typ-jwt = typ-nya JWT. Validator RFC 9068 dari Authlib dan opsi strict dari express-oauth2-jwt-bearer mewajibkan at+jwt (token_typ pada resource).
decode-step-alg-es256 = alg-nya ES256. Bila pustaka atau gateway API hanya membaca kunci RSA, tetapkan token_alg = "RS256" untuk resource itu. PyJWT dan golang-jwt memerlukan algoritma itu dalam daftarnya.
decode-step-id-token = Pakai token hanya dalam aplikasi yang menerimanya. API tidak menerimanya: kirim token akses ke sana.
decode-step-logout-token = Kirim token hanya ke URL keluar aplikasi dalam audiensnya.
decode-step-assertion = Buat asersi baru untuk setiap permintaan; masing-masing diterima satu kali.
decode-step-proof = Buat bukti baru untuk setiap permintaan, dengan metode, URL, dan nonce terbaru.
decode-step-request-object = Kirim parameternya sendiri: layanan ini tidak mendukung objek permintaan.
decode-step-other-token = Tanyakan kepada penerbitnya: layanan ini tidak menerbitkan maupun menerima token jenis ini.
decode-step-other-issuer = Tanyakan kepada layanan yang menerbitkannya, dan periksa layanan mana yang diatur dalam aplikasi.
decode-step-create-again = Buat lagi dengan pustaka JWT.
decode-step-sealed-token = Kirim dari aplikasi yang menerimanya ke endpoint token tenantnya; uji coba permintaan seperti itu dengan `admit try`.
decode-step-jwe = Tanyakan kepada pemilik kunci yang disebut di header-nya. Tanpa kunci itu tidak ada yang dapat membacanya, layanan ini pun tidak.
decode-step-private-key = Bagian privatnya ikut ditempel. Jika ada yang mungkin melihatnya, buat kunci baru, daftarkan, dan hapus yang lama.
decode-step-create-key = Buat kunci dari jenis yang diterima: P-256, P-384, Ed25519, atau RSA dengan sedikitnya 2048 bit.
decode-step-register-key = Deklarasikan sebagai kunci aplikasi, lalu jalankan `admit apply`.
decode-step-secret = Jika ini rahasia, sekarang tersimpan dalam riwayat shell ini dan di mana pun ditempel. Berikan rahasia lewat masukan standar (-), dan ganti rahasia ini jika pihak lain mungkin melihatnya.
decode-step-token-response = Rahasiakan token-token ini: siapa pun yang memilikinya dapat memakainya.
decode-step-request = Jalankan perintah dengan --config FILE atau --data DIR untuk menilai permintaan dengan aturan dan pendaftaran layanan; tidak ada yang dipakai.
decode-step-other-request = Berikan permintaan otorisasi atau permintaan token: admit tidak menjelaskan permintaan ke endpoint lain.
decode-step-response-code = Proses masuk berhasil. Sekarang aplikasi menukar kode di endpoint token, satu kali, dalam satu menit.
decode-step-response-error = Proses masuk gagal. Berikan nomor kesalahannya, atau ID pelacakan dalam keterangannya, untuk mengetahui sebabnya.
decode-step-passkey = Jika kunci sandi ditolak, bandingkan origin, tanda-tandanya, dan situs tempat kunci dibuat. Kunci hanya berlaku di alamat tempat kunci itu dibuat.
decode-step-otpauth = Jika pihak lain mungkin melihat URI ini, hapus aplikasi autentikator di halaman akun dan pasang lagi: siapa pun yang memiliki URI ini dapat menghitung kodenya.
