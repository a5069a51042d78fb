## Apa yang ditempel

decode-kind-access_token = Token akses (JWT bertanda tangan): aplikasi menunjukkannya kepada API.
decode-kind-authorize_answer = Jawaban endpoint otorisasi, dalam perjalanan kembali ke aplikasi.
decode-kind-authorize_request = Permintaan otorisasi: yang dibuka peramban agar seseorang masuk.
decode-kind-certificate = Sertifikat.
decode-kind-client_assertion = Asersi klien (JWT bertanda tangan): dengan ini aplikasi membuktikan dirinya.
decode-kind-client_id = ID sebuah aplikasi.
decode-kind-code = Kode otorisasi layanan ini: berlaku sekali, selama satu menit, di endpoint token.
decode-kind-dpop_proof = Bukti DPoP (JWT bertanda tangan): pengirimnya menunjukkan bahwa ia memegang sebuah kunci.
decode-kind-encrypted_token = Token terenkripsi (JWE): hanya pemilik kuncinya yang dapat membukanya.
decode-kind-id_token = Token ID (JWT bertanda tangan): memberi tahu aplikasi siapa yang masuk.
decode-kind-jwk = Kunci publik dalam bentuk JSON (JWK).
decode-kind-jwks = Kumpulan kunci publik dalam bentuk JSON (JWKS).
decode-kind-logout_token = Token keluar (JWT bertanda tangan): memberi tahu aplikasi bahwa seseorang keluar.
decode-kind-public_key = Kunci dalam bentuk PEM.
decode-kind-record = Permintaan yang masih diingat layanan.
decode-kind-refresh_token = Token penyegar layanan ini: dengan ini aplikasi memperoleh token baru.
decode-kind-request = Sebuah permintaan.
decode-kind-request_object = Objek permintaan (JWT bertanda tangan): permintaan otorisasi dalam satu potongan.
decode-kind-secret = 256 bit dalam base64url: bentuk rahasia klien layanan ini, juga bentuk verifier atau challenge PKCE dan sidik kunci.
decode-kind-signed_token = Token bertanda tangan (JWT).
decode-kind-tenant_id = ID sebuah tenant.
decode-kind-ticket = Masalah yang dilaporkan.
decode-kind-token_answer = Jawaban endpoint token.
decode-kind-token_request = Permintaan token.
decode-kind-user_id = ID seseorang.

## Cara mengatakannya

decode-holds = Isinya:
decode-part = Di dalam { $place }:
decode-checks = Pemeriksaan, per { $now }, terhadap { $against }:
decode-against-nothing = benda itu sendiri (buku tidak disebutkan)
decode-against-nothing-yet = permintaan itu sendiri (kata buku menyusul)
decode-against-books = buku layanan ini
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
decode-would-issue = Permintaan ini akan dikabulkan. Tidak ada yang diberikan, dan tidak ada yang terpakai.
decode-would-refuse = Permintaan ini akan ditolak. Tidak ada yang terpakai.
decode-would-give = Yang akan diberikan, tanpa tanda tangan:
decode-would-follow = Yang akan menyusul:
decode-passed-checks = Pemeriksaan yang dilaluinya, berurutan:
decode-warnings = Yang tidak akan lama berjalan baik:
decode-inner-cause = Sebab di dalam: { $cause }
decode-timeline = Langkah-langkah proses masuknya:
decode-neighbours = Permintaan lain dari orang atau aplikasi yang sama, berjarak paling lama sepuluh menit:

## Mengapa tidak ada yang dapat dikatakan

decode-nothing = ini bukan sesuatu yang dapat dijelaskan admit: tidak ada nomor kesalahan di dalamnya, dan ini bukan token, permintaan, kunci, atau ID; yang diharapkan: nomor seperti 50011, AADSTS50011, atau ADMIT88000001, kesalahan dalam JSON, halaman kesalahan, baris log, ID pelacakan, nomor tiket, token, alamat beserta parameternya, isi permintaan, kunci, atau perintah curl
decode-number-unknown = { $number } bukan nomor yang diberikan layanan ini; semuanya ada di /error pada layanan yang berjalan
decode-no-token = ini berbentuk token, tetapi bukan token: { $error }; mungkin terpotong ketika disalin
decode-no-handle = ini berawal seperti kode atau token penyegar layanan ini, tetapi bukan; mungkin terpotong ketika disalin
decode-no-pem = teks PEM tidak dapat dibaca: { $error }
decode-no-csr = ini permintaan pembuatan sertifikat, bukan sertifikat: berikan sertifikat yang dibuat darinya
decode-no-request = ini bukan permintaan; yang diharapkan: perintah curl, alamat permintaan otorisasi, atau isi permintaan token
decode-no-tenant = tidak diketahui untuk tenant mana permintaan ini; sebutkan dengan --tenant
decode-id-needs-books = sebuah ID hanya dapat dicari dalam buku layanan; sebutkan dengan --config atau --data
decode-id-unknown = tidak ada yang disimpan dengan { $id }: ID itu bukan milik layanan ini, atau catatannya lebih tua daripada yang disimpan (30 hari, kecuali diatur lain)
decode-ticket-unknown = tidak ada tiket { $ticket }

## Pemeriksaan setiap token

decode-form = tiga bagian, semuanya terbaca; tanda tangannya { $bytes } byte.
decode-form-padded = tiga bagian, semuanya terbaca; tanda tangannya { $bytes } byte. Ada pengisi (=), yang tidak ada pada JWT (RFC 7515 bagian 2).
decode-form-flawed = bentuknya cacat: { $error }.
decode-alg = { $alg } diterima.
decode-alg-unknown = { $alg } tidak diterima; yang diterima: { $accepted }.
decode-typ = jenisnya { $typ }.
decode-typ-wrong = jenisnya { $typ }, seharusnya { $expected }.
decode-claim-missing = tidak ada.
decode-time-malformed = { $value } bukan waktu: { $error }.
decode-exp = berakhir { $at }, { $span } lagi.
decode-exp-over = berakhir { $at }, { $span } sebelumnya.
decode-begun = sejak { $at }.
decode-not-begun = baru berlaku { $at }, { $span } lagi; mungkin ada jam yang salah.
decode-jti-once = ada; layanan menerima masing-masing satu kali.
decode-signature = dibuat dengan kunci tenant { $kid }.
decode-signature-wrong = bukan kunci { $kid } yang membuatnya: { $error }.
decode-signature-by = dibuat dengan kunci terdaftar { $id }.
decode-signature-by-none = tidak satu pun kunci terdaftar membuatnya ({ $registered }): { $error }.
decode-signature-own-key = dibuat dengan kunci di header-nya sendiri, { $thumbprint } (RFC 7638).
decode-signature-of-others = bukan layanan ini yang membuatnya, jadi tidak ada kunci untuk memeriksanya.
decode-signature-needs-books = dapat diperiksa dengan kunci tenant: sebutkan buku dengan --config atau --data.
decode-signature-needs-client = dapat diperiksa dengan kunci terdaftar aplikasi: sebutkan buku dengan --config atau --data.
decode-signature-no-client = tidak ada aplikasi itu, jadi tidak ada kunci untuk memeriksanya.
decode-kid-unknown = tenant tidak punya kunci { $kid }; yang ada: { $known }.
decode-key-not-published = dibuat dengan kunci tenant { $kid }, yang pada waktu ini tidak ada dalam kumpulan kunci.
decode-key-over = kunci terdaftar { $id } kedaluwarsa { $at }.
decode-no-key-registered = { $client } tidak punya kunci terdaftar.
decode-issuer = { $issuer } adalah penerbit tenant.
decode-issuer-wrong = tertulis { $issuer }, sedangkan penerbit tenant { $expected }.
decode-issuer-unknown = { $issuer } bukan tenant layanan ini; tenant yang ada: { $tenants }.
decode-issuer-needs-books = tertulis { $issuer } (tenant { $tenant }); benar tidaknya, buku yang tahu.
decode-issuer-self = aplikasi itu sendiri.
decode-issuer-not-self = tertulis { $issuer }, seharusnya sama dengan subjeknya, { $subject }.
decode-audience = { $audience } adalah layanan ini.
decode-audience-wrong = tertulis { $audience }; yang diterima: { $accepted }.
decode-audience-several = tertulis { $audience }, seharusnya satu teks.
decode-audience-client = { $audience } terdaftar.
decode-audience-no-client = { $audience } bukan aplikasi tenant ini.
decode-audience-resource = untuk API { $audience }.
decode-audience-userinfo = untuk UserInfo layanan ini ({ $audience }), bukan untuk API.
decode-audience-disabled = API { $audience } dimatikan.
decode-audience-unknown = { $audience } bukan API tenant ini; API yang ada: { $known }.
decode-audience-needs-books = untuk { $audience }; terdaftar tidaknya, buku yang tahu.
decode-client = { $client } terdaftar dan aktif.
decode-client-disabled = { $client } dimatikan.
decode-client-unknown = tidak ada aplikasi { $client }.
decode-client-needs-books = dari { $client }; terdaftar tidaknya, buku yang tahu.

## Bukti DPoP

decode-same = { $claimed } cocok.
decode-not-same = bukti itu untuk { $claimed }, sedangkan permintaannya { $given }.
decode-htm-not-given = bukti itu untuk { $claimed }; sebutkan metode permintaan dengan --method.
decode-htu-not-given = bukti itu untuk { $claimed }; sebutkan URL permintaan dengan --url.
decode-iat-near = dibuat { $at }, selisih { $span }; yang diterima sampai { $window } dtk.
decode-iat-far = dibuat { $at }, selisih { $span }; yang diterima hanya { $window } dtk. Buat bukti baru untuk setiap permintaan, dan setel jam.
decode-ath-needs-token = bukti itu untuk satu token akses, yang tidak diketahui di sini.
decode-jwk-missing = tidak ada kunci publik di header.
decode-nonce = nonce itu dari layanan ini, dan masih berlaku.
decode-nonce-stale = nonce itu bukan dari layanan ini, atau tidak berlaku lagi; ambil dari header DPoP-Nonce pada jawaban terakhir.
decode-nonce-needs-key = berlaku tidaknya nonce hanya diketahui kunci akar: sebutkan buku dengan --config atau --data.

## Kode, token penyegar, pemberian

decode-seal = kunci akar membukanya, dan tidak ada yang berubah di dalamnya.
decode-seal-broken = kunci akar tidak membukanya: isinya berubah atau terpotong, atau berasal dari pemasangan lain.
decode-seal-needs-books = hanya kunci akar yang membukanya: sebutkan buku dengan --config atau --data.
decode-tenant-unknown = tidak ada tenant { $tenant }.
decode-tenant-suspended = tenant { $tenant } ditangguhkan.
decode-code-redeemed = sudah ditukar { $at }; jika datang lagi, semua yang diberikannya dicabut.
decode-code-unredeemed = belum ditukar.
decode-verifier = challenge-nya { $made }: cocok.
decode-verifier-other = challenge-nya { $made }, sedangkan dalam permintaan { $challenge }.
decode-verifier-of-it = ini challenge dari verifier itu.
decode-verifier-not-of-it = ini bukan challenge dari verifier itu.
decode-verifier-form = berbentuk verifier.
decode-verifier-malformed = verifier terdiri dari 43 sampai 128 huruf, angka, dan - . _ ~.
decode-verifier-not-given = sebutkan verifier dengan --verifier untuk membandingkannya dengan challenge.
decode-generation = ini token penyegar terbaru dari pemberiannya.
decode-generation-grace = sudah diganti { $at }; selama sepuluh detik sesudahnya pengganti yang sama diberikan sekali lagi.
decode-generation-old = sudah diganti { $at } (sekarang nomor { $newest }); jika datang lagi, pemberiannya dicabut.
decode-grant = pemberian berlaku sampai { $at }.
decode-grant-over = pemberian berakhir { $at }.
decode-grant-unknown = tidak ada pemberian { $grant }, atau sudah lama berakhir.
decode-revoked-code = pemberian dicabut { $at }: kodenya datang untuk kedua kali.
decode-revoked-refresh-token = pemberian dicabut { $at }: token penyegar yang sudah diganti datang lagi.
decode-revoked-client = pemberian dicabut { $at } oleh aplikasi.
decode-revoked-administrator = pemberian dicabut { $at } oleh administrator.

## Kunci dan rahasia

decode-key-form = kunci publik, dalam batas.
decode-keys-form = kumpulan kunci publik, dalam batas.
decode-key-flawed = kuncinya cacat: { $error }.
decode-key-verifies = dapat memeriksa { $algorithms }.
decode-key-useless = tidak memeriksa tanda tangan apa pun: { $error }.
decode-key-needs-books = siapa yang mendaftarkannya, buku yang tahu.
decode-key-of-tenant = kunci penanda tangan tenant { $tenant } (kid { $kid }).
decode-key-of-client = { $client } di tenant { $tenant } mendaftarkannya sebagai { $id }.
decode-key-unregistered = tidak ada yang mendaftarkannya.
decode-secret-needs-books = milik siapa, buku yang tahu.
decode-secret-of = rahasia { $id } milik { $client } di tenant { $tenant }, tanpa akhir.
decode-secret-until = rahasia { $id } milik { $client } di tenant { $tenant }, berlaku sampai { $at }.
decode-secret-over = rahasia { $id } milik { $client } di tenant { $tenant }, sudah kedaluwarsa { $at }.
decode-secret-unregistered = bukan rahasia aplikasi mana pun di sini.
decode-jwe-form = lima bagian, semuanya terbaca.
decode-jwe-sealed = terenkripsi.

## Permintaan

decode-form-readable = setiap parameter terbaca, dan tidak ada yang muncul dua kali.
decode-form-unreadable = parameter tidak terbaca secara utuh.
decode-shell-expansion = shell akan mengganti { $value }; di sini dibaca seperti tertulis.
decode-method = POST benar.
decode-method-wrong = metodenya { $value }, seharusnya POST.
decode-content-type = yang dikirim adalah formulir.
decode-content-type-wrong = tertulis “{ $value }”, seharusnya application/x-www-form-urlencoded.
decode-grant-type = { $value } didukung.
decode-grant-type-unknown = “{ $value }” tidak didukung; yang didukung: { $known }.
decode-client-named = permintaan dari { $value }.
decode-client-unnamed = tidak terbaca dari aplikasi mana permintaan ini dan dengan apa ia membuktikan dirinya.
decode-parameter = ada.
decode-parameter-missing = tidak ada.
decode-redirect-uri = dapat didaftarkan; terdaftar tidaknya, buku yang tahu.
decode-redirect-uri-flaw = tidak akan pernah dapat didaftarkan: { $value }.
decode-known = { $value } didukung.
decode-not-known = “{ $value }” tidak didukung; yang didukung: { $known }.
decode-scope = { $count } terbaca; terdaftar tidaknya, buku yang tahu.
decode-scope-malformed = ada karakter yang tidak dimiliki cakupan mana pun, atau cakupannya terlalu banyak.
decode-challenge = berbentuk challenge.
decode-challenge-malformed = challenge terdiri dari 43 huruf, angka, dan - _, tanpa pengisi.
decode-sign-in-always = Orangnya diminta masuk, siapa pun yang sudah masuk.
decode-sign-in-unless_signed_in = Orangnya diminta masuk, kecuali peramban punya sesi.
decode-consent-never = Tidak ada yang dimintai persetujuan.
decode-consent-unless_given = Orangnya dimintai persetujuan atas yang belum disetujuinya.
decode-consent-always = Orangnya dimintai persetujuan.
decode-choose-account = Orangnya diminta memilih akun.
decode-silent = Tidak boleh ada halaman: bila orangnya perlu ditanya, aplikasi menerima kesalahan.

## Yang perlu dilakukan

decode-step-needs-books = Jalankan lagi dengan --config FILE atau --data DIR di mesin layanan, agar dapat dibandingkan dengan kunci dan pendaftaran.
decode-step-access-token = Simpan sendiri selama berlaku: siapa pun yang memilikinya dapat memakainya. Hanya API yang dituju yang boleh melihat isinya.
decode-step-id-token = Tunjukkan kepada aplikasi yang dituju, dan tidak kepada yang lain. Ini tidak membuka API: kirim token akses ke sana.
decode-step-logout-token = Ini untuk aplikasi yang disebutkannya, di alamat keluarnya.
decode-step-assertion = Buat asersi baru untuk setiap permintaan; masing-masing diterima satu kali.
decode-step-proof = Buat bukti baru untuk setiap permintaan, dengan metode, URL, dan nonce terbaru.
decode-step-request-object = Layanan ini tidak menerima objek permintaan: kirim parameternya sendiri.
decode-step-other-token = Jenisnya bukan yang diberikan atau diterima layanan ini; tanyakan kepada pembuatnya.
decode-step-other-issuer = Layanan lain yang membuatnya. Tanyakan di sana, dan lihat layanan mana yang diatur dalam aplikasi.
decode-step-make-anew = Buat lagi dengan pustaka JWT.
decode-step-handle = Ini untuk endpoint token tenantnya, dari aplikasi yang menerimanya; coba permintaan itu dengan `admit try`.
decode-step-jwe = Tanyakan kepada pemilik kunci yang disebut di header-nya. Tanpa kunci itu tidak ada yang dapat membacanya, layanan ini pun tidak.
decode-step-private-key = Bagian privatnya ikut ditempel. Jika ada yang mungkin melihatnya, buat kunci baru, daftarkan, dan hapus yang lama.
decode-step-make-key-anew = Buat kunci dari jenis yang diterima: P-256, P-384, Ed25519, atau RSA dengan sedikitnya 2048 bit.
decode-step-register-key = Deklarasikan sebagai kunci aplikasi, lalu jalankan `admit apply`.
decode-step-secret = Jika ini rahasia, sekarang tersimpan dalam riwayat shell ini dan di mana pun ditempel: lain kali berikan lewat masukan standar (-), dan ganti jika ada yang mungkin melihatnya.
decode-step-token-answer = Simpan token-token ini sendiri: siapa pun yang memilikinya dapat memakainya.
decode-step-request = Jalankan dengan --config FILE atau --data DIR agar diputuskan menurut aturan dan pendaftaran layanan; tidak ada yang terpakai.
decode-step-other-request = Ini bukan untuk endpoint yang dijelaskan admit; berikan permintaan otorisasi atau permintaan token.
decode-step-answer-code = Proses masuk berhasil. Sekarang aplikasi menukar kode di endpoint token, satu kali, dalam satu menit.
decode-step-answer-error = Proses masuk tidak berhasil. Berikan nomor kesalahannya, atau ID pelacakan dalam keterangannya, untuk mengetahui sebabnya.
