# How a received value differs from the expected one: difference-<kind>. Each is a sentence. It is
# shown beside the name of the value and, if allowed, the expected and received values.

## Spelling

difference-trailing_slash = Bedanya hanya garis miring di akhir.
difference-letter_case = Bedanya hanya huruf besar dan kecil, yang di sini diperhitungkan.
difference-white_space_around = Ada spasi, tab, atau ganti baris di awal atau akhir nilainya.
difference-quoted = Ada tanda kutip di sekeliling nilainya; kirim tanpa tanda kutip.
difference-encoded_twice = Nilainya di-percent-encode satu kali terlalu banyak.
difference-percent_encoding = Bedanya hanya cara karakter di-percent-encode, yang di sini diperhitungkan.
difference-misspelled = Nama paling mirip yang dikenal di sini adalah { $nearest }.
difference-separator = Nama-nama dalam daftar dipisahkan oleh “{ $separator }”; pisahkan dengan satu spasi.
difference-character_at = Karakter pada posisi { $position } tidak boleh ada di sini.
difference-length = Panjangnya { $received } karakter; harus paling sedikit { $least } dan paling banyak { $most }.
difference-padded = Nilainya berakhir dengan “=”; tulis dalam base64url tanpa padding.
difference-base64_not_url = Nilainya ditulis dalam base64; yang diperlukan base64url: “-” dan “_” sebagai pengganti “+” dan “/”.
difference-hexadecimal = Nilainya ditulis dalam digit heksadesimal; yang diperlukan base64url.
difference-malformed = Bentuknya salah: { $detail }.

## URLs

difference-scheme = Bedanya hanya skema: diharapkan { $expected }, diterima { $received }.
difference-host = Bedanya hanya host: diharapkan { $expected }, diterima { $received }.
difference-loopback_host = Bedanya hanya nama host loopback: diharapkan { $expected }, diterima { $received }. Bagi peramban keduanya adalah dua host.
difference-port = Bedanya hanya port: diharapkan { $expected }, diterima { $received } (“-” berarti tidak ada).
difference-port_of_platform = Bedanya hanya port. Port bebas hanya untuk aplikasi native, sedangkan URI pengalihan ini terdaftar untuk platform { $platform }.
difference-path = Bedanya hanya path: diharapkan { $expected }, diterima { $received } (“-” berarti tidak ada).
difference-query = Bedanya hanya query: diharapkan { $expected }, diterima { $received } (“-” berarti tidak ada).
difference-fragment = Bedanya hanya fragmen: diharapkan { $expected }, diterima { $received } (“-” berarti tidak ada).
difference-registered_elsewhere = Nilainya terdaftar, tetapi untuk aplikasi lain: { $client }.

## Parameters

difference-missing = Nilainya tidak dikirim.
difference-empty = Nilainya dikirim kosong, yang dianggap tidak dikirim.
difference-almost_named = Parameter ini tidak dikirim, tetapi parameter dengan nama mirip, “{ $sent }”, dikirim.
difference-not_accepted = Parameter ini tidak diterima di sini; hilangkan.
difference-not_beside = Nilai ini tidak dapat digabung dengan “{ $other }”, karena keduanya dapat bertentangan. Kirim salah satunya.
difference-in_query = Nilai ini dikirim di URL, yang disimpan dalam log dan riwayat. Kirim dalam badan permintaan, dan buat yang baru.
difference-twice_the_same = Parameter ini dikirim dua kali, dengan nilai yang sama.
difference-twice_differently = Parameter ini dikirim dua kali, dengan nilai yang berbeda.
difference-host_malformed = Nilai ini bukan nama host dengan port opsional.
difference-bytes = Ukurannya { $received } byte; paling banyak { $most } yang diterima.
difference-broken_escape_at = Tanda “%” pada posisi { $position } tidak diikuti dua digit heksadesimal. Tulis “%” biasa sebagai “%25”.
difference-not_utf8_at = Byte setelah posisi { $position } bukan UTF-8 setelah didekode.
difference-json_for_form = Parameter dikirim sebagai JSON. Kirim sebagai formulir (application/x-www-form-urlencoded).
difference-multipart_for_form = Parameter dikirim sebagai multipart/form-data. Kirim sebagai application/x-www-form-urlencoded.
difference-text_for_form = Header Content-Type tidak ada atau menyebut teks biasa. Isi dengan application/x-www-form-urlencoded.
difference-not_offered = Nama ini dikenal, tetapi tidak didukung layanan ini.
difference-token_in_address = Ini meminta token di URL respons, tempat pihak lain dapat membacanya. Minta “code”.
difference-mode_needs_web = “form_post” memerlukan URI pengalihan yang berawalan https:// atau http://.
difference-mode_leaks_tokens = “query” tidak mungkin untuk respons yang berisi token.
difference-method_plain = Metode “plain” tidak melindungi dari penyerang yang melihat permintaan; kirim S256.
difference-method_missing = Metode tidak dikirim, yang berarti “plain”; kirim S256.
difference-two_users = id_token_hint dan claims menyebut dua pengguna yang berbeda.
difference-acr_unknown = Layanan ini tidak dapat memberikan nilai acr yang diminta; minta salah satu nilai yang diharapkan, atau hapus “essential”.
difference-auth_context_unknown = Tenant tidak memiliki satu pun konteks autentikasi yang diminta; minta salah satu yang diharapkan, atau hapus “essential”.
difference-not_a_text = Nilainya harus berupa teks.

## Other values sent instead

difference-scheme_of_token_missing = Header tidak memiliki skema; tulis “Bearer ” di depan token.
difference-refresh_token_sent = Yang dikirim sebagai gantinya adalah refresh token.
difference-code_sent = Yang dikirim sebagai gantinya adalah kode otorisasi.
difference-signed_token_sent = Yang dikirim sebagai gantinya adalah token bertanda tangan (JWT, misalnya access token, ID token, atau assertion).
difference-encrypted_token_sent = Yang dikirim sebagai gantinya adalah token terenkripsi (JWE).
difference-id_sent = Yang dikirim sebagai gantinya adalah id (UUID).
difference-swapped_with_secret = Client id dan rahasia klien tertukar. Tukar keduanya, dan buat rahasia baru, karena yang lama dikirim sebagai client id, yang disimpan dalam log.
difference-access_token_sent = Yang dikirim sebagai gantinya adalah access token.
difference-id_token_sent = Yang dikirim sebagai gantinya adalah ID token.
difference-changed_or_cut = Bentuknya benar, tetapi nilainya berubah atau terpotong di jalan, atau dibuat dengan kunci yang tidak lagi dimiliki layanan ini.
difference-not_of_this_service = Bentuknya bukan kode atau token layanan ini.
difference-not_introspectable = Token ini diterbitkan untuk aplikasi lain, dan aplikasi ini tidak termasuk introspection_clients dari API-nya.
difference-of_another_client = Nilai ini diterbitkan untuk aplikasi lain.
difference-of_another_tenant = Nilai ini diterbitkan oleh tenant lain.

## Apps

difference-no_client_id = Nilai ini bukan client id yang sah: terlalu panjang, atau memuat karakter yang tidak diizinkan.
difference-id_of_tenant = Yang dikirim adalah id tenant, bukan client id.
difference-name_of_tenant = Yang dikirim adalah nama tenant, bukan client id.
difference-name_of_client = Yang dikirim adalah nama aplikasi { $client }, bukan client id-nya.
difference-id_of_credential = Yang dikirim adalah id rahasia atau kunci aplikasi { $client }, bukan client id-nya.
difference-switched_off = Aplikasinya terdaftar, tetapi dinonaktifkan.
difference-public_client = Aplikasinya terdaftar sebagai publik, sehingga tidak dapat melakukan autentikasi.
difference-byte_order_mark = Nilai dimulai dengan byte order mark, yang ditulis penyunting teks di awal berkas; kirim tanpa tanda ini.
difference-line_break_at_end = Nilai diakhiri pergantian baris; kirim tanpa pergantian baris.
difference-raw_plus = Rahasia berisi “+” seperti dimasukkan ke header Authorization, dan di sana dibaca sebagai spasi; tulis sebagai “%2B” (RFC 6749, bagian 2.3.1).
difference-raw_percent = Rahasia berisi “%” seperti dimasukkan ke header Authorization, dan di sana memulai suatu escape; bila bagian dari rahasia, tulis sebagai “%25” (RFC 6749, bagian 2.3.1).
difference-space_inside = Ada spasi di dalam nilai, dan “+” tanpa penyandian dalam formulir dibaca sebagai spasi; tulis “+” sebagai “%2B”.
difference-id_of_secret = Yang dikirim adalah id rahasia, bukan rahasianya.
difference-client_id_as_secret = Yang dikirim adalah client id, bukan rahasianya.
difference-right_without_white_space = Rahasianya benar bila spasi di awal atau akhirnya dihapus.
difference-right_without_quotes = Rahasianya benar bila tanda kutip di sekelilingnya dihapus.
difference-right_when_decoded = Rahasianya benar bila percent-encoding-nya dibatalkan: nilainya di-encode satu kali terlalu banyak.
difference-right_when_encoded = Rahasianya benar, tetapi belum di-percent-encode sebelum dimasukkan ke header Authorization (RFC 6749, bagian 2.3.1).
difference-right_with_plus = Rahasianya benar bila setiap spasi di dalamnya diganti “+”: tulis “+” sebagai “%2B”.
difference-scheme_missing = Header tidak memiliki skema; awali dengan “Basic ”.
difference-basic_not_encoded = Yang mengikuti “Basic” dikirim apa adanya; tulis client id, titik dua, dan rahasia dalam base64.
difference-not_base64 = Yang mengikuti “Basic” bukan base64 dengan padding.
difference-not_utf8 = Yang mengikuti “Basic” bukan UTF-8 setelah didekode.
difference-basic_without_colon = Yang mengikuti “Basic” tidak memiliki titik dua antara client id dan rahasia setelah didekode.
difference-broken_escape = Dalam client id atau rahasia ada “%” yang tidak diikuti dua digit heksadesimal: percent-encode keduanya sebelum base64.
difference-platform_not_single_page = Permintaan dikirim peramban lintas origin, sedangkan aplikasi ini, atau proses masuk ini, tidak memiliki URI pengalihan untuk platform “single_page”.
difference-platform_single_page = URI pengalihan proses masuk ini terdaftar untuk platform “single_page”, sehingga permintaan harus datang dari peramban dengan header Origin; permintaan ini tidak memilikinya.
difference-client_deleted_or_disabled = Aplikasi yang menerimanya sudah dihapus atau dinonaktifkan.
difference-key_not_named = Header tidak menyebut kunci, sedangkan aplikasi memiliki lebih dari satu: sebutkan di “kid” atau “x5t#S256”.
difference-certificate_unknown = Tidak ada sertifikat dengan thumbprint ini yang terdaftar untuk aplikasi.
difference-signed_with_another_key = Header menyebut satu kunci, tetapi tanda tangannya dibuat dengan kunci lain milik aplikasi: { $key }.

## Time

difference-expired = Nilai ini kedaluwarsa { $ago } sebelum diterima.
difference-redeemed = Kode ini sudah ditukar { $ago } yang lalu; setiap kode hanya dapat ditukar sekali.
difference-rotated = Token ini digantikan oleh refresh token yang lebih baru, sedikitnya { $ago } yang lalu.
difference-idle = Token ini tidak dipakai lebih lama daripada yang diizinkan tenant.
difference-before_revocation = Nilai ini diterbitkan sebelum saat semua yang diterbitkan sebelumnya dicabut.
difference-before_memory = Nilai ini berasal dari waktu sebelum layanan kehilangan catatan tentang nilai yang sudah dipakai.
difference-of_the_future = Nilai ini berasal dari waktu yang belum tiba: jam layanan terlalu cepat ketika nilai ini diterbitkan.
difference-grant_not_found = Grant di baliknya tidak ada: grant itu sudah lama berakhir dan dihapus, atau data layanan telah diganti.
difference-revoked_token_replayed = Grant-nya dicabut { $ago } yang lalu, karena refresh token yang sudah digantikan dipakai lagi (replay).
difference-revoked_code_replayed = Grant-nya dicabut { $ago } yang lalu, karena kode otorisasinya dipakai lagi (replay).
difference-revoked_by_client = Grant-nya dicabut { $ago } yang lalu oleh aplikasi itu sendiri.
difference-revoked_by_administrator = Grant-nya dicabut { $ago } yang lalu oleh administrator.
difference-revoked_by_sign_out = Grant-nya dicabut { $ago } yang lalu, ketika pengguna keluar.
difference-clock_ahead = Nilai ini baru berlaku { $seconds } s lagi menurut jam layanan ini, melebihi selisih jam yang diizinkan: jam pengirim mungkin terlalu cepat.
difference-clock_behind = Nilai ini kedaluwarsa { $seconds } s yang lalu menurut jam layanan ini, padahal masa berlakunya singkat: jam pengirim mungkin terlambat, atau nilainya disimpan dan dikirim lagi.
difference-milliseconds = Waktunya ditulis dalam milidetik; tulis dalam detik sejak 1970.
difference-not_a_number = Nilainya bukan bilangan bulat detik.
difference-lifetime = Masa berlakunya { $received } s; paling lama { $most } s yang diizinkan.
difference-used_before = Nilai yang sama sudah pernah diterima; buat yang baru untuk setiap permintaan.

## Users

difference-account_unknown = Tidak ada akun tenant dengan nama pengguna ini.
    .remedy = Administrator: tidak ada pengguna tenant dengan nama ini. Bandingkan dengan nama-nama pengguna tenant; bila benar, tambahkan pengguna itu ke deklarasi, lalu jalankan 'admit apply'.
difference-password_wrong = Akunnya ada, tetapi kata sandinya salah.
difference-reset_user_disabled = Akun dinonaktifkan.
difference-reset_user_expired = Akun sudah kedaluwarsa.
difference-reset_not_for_administrators = Akun ini milik administrator, dan tenant tidak mengizinkan kata sandinya diatur ulang lewat email (password_reset).
difference-reset_not_allowed = Akun ini tidak boleh mengatur ulang kata sandinya lewat email (password_reset milik pengguna).
difference-reset_no_address = Akun tidak memiliki alamat email.
difference-reset_address_unverified = Alamat email akun belum dikonfirmasi (email_verified).
difference-reset_no_password = Akun tidak memiliki kata sandi yang dapat diatur ulang: akun ini masuk dengan faktor lain.
difference-reset_mailbox_limit = Kotak surat ini sudah menerima email seperti ini sebanyak yang diizinkan dalam satu jam.
difference-sign_up_account_exists = Alamat ini sudah memiliki akun. Email yang mengatakannya dikirim sebagai pengganti kode.
difference-reset_mails_waiting = Terlalu banyak email seperti ini yang menunggu untuk dikirim.
difference-not_six_digits = Kode aplikasi terdiri dari enam angka.
difference-code_of_no_step = Kode ini tidak berlaku untuk waktu mana pun dalam rentang lima menit.
difference-backup_eligibility_changed = Sejak dibuat, kunci sandi dapat atau tidak dapat disalin ke perangkat lain; yang ini berubah.
difference-second_factor = Sesi memiliki satu faktor, padahal diperlukan dua.
difference-second_factor_not_set_up = Sesi memiliki satu faktor, diperlukan dua, dan pengguna belum menyiapkan faktor kedua.
difference-network_not_allowed = Alamat ini tidak termasuk jaringan mana pun yang diizinkan untuk masuk.
    .remedy = Administrator: bila alamat ini milik Anda, tambahkan jaringannya ke allowed_networks milik aplikasi atau tenant di deklarasi, lalu jalankan 'admit apply'.
difference-auth_context = Cara masuk lebih lemah daripada yang diwajibkan konteks autentikasi yang diminta.
difference-attempts = Percobaan gagal belakangan ini: { $failed }.
difference-attempts_during_attack = Percobaan gagal belakangan ini: { $failed }. Saat ini hanya { $allowed } yang diizinkan, karena banyak upaya masuk gagal di seluruh tenant.
difference-consent_not_given = Pengguna belum menyetujuinya, dan di sini tidak boleh ditanya.
difference-no_session = Tidak ada akun yang masuk di peramban ini, atau peramban tidak mengirim kuki sesinya.
difference-session_of_another_user = Pengguna yang masuk di peramban ini bukan yang diminta.
difference-session_too_old = Pengguna melakukan autentikasi lebih lama daripada yang diizinkan permintaan.
difference-session_revoked = Pengguna tadinya masuk, tetapi sesinya sudah dicabut.
difference-account_deleted = Akun di baliknya sudah dihapus.
difference-account_disabled = Akun ini dinonaktifkan.
    .remedy = Administrator: bila pengguna ini boleh masuk, tulis enabled = true untuk pengguna itu dalam deklarasi, lalu jalankan 'admit apply'.
difference-account_disabled_since = Akun ini dinonaktifkan sejak { $since }.
    .remedy = Administrator: bila pengguna ini boleh masuk, tulis enabled = true untuk pengguna itu dalam deklarasi, lalu jalankan 'admit apply'.
difference-account_expired = Akun ini kedaluwarsa pada { $since }.
    .remedy = Administrator: bila pengguna ini masih boleh masuk, tulis waktu lain di expires untuk pengguna itu dalam deklarasi, lalu jalankan 'admit apply', atau jalankan 'admit user expire'.
difference-consent_revoked = Pengguna pernah menyetujuinya, tetapi persetujuan itu sudah dicabut.
difference-account_unavailable = Akun di baliknya sudah dihapus, dinonaktifkan, atau kedaluwarsa, atau semua yang diterbitkan sebelumnya dicabut.

## PKCE

difference-verifier_is_challenge = Verifier sama dengan challenge: aplikasi memakai metode “plain”. Kirim BASE64URL(SHA256(code_verifier)) sebagai challenge.
difference-verifier_hashed_twice = Challenge-nya adalah hash dari hash verifier ini: di-hash satu kali terlalu banyak.
difference-verifier_of_another_challenge = Verifier ini milik challenge lain, mungkin dari proses masuk lain di aplikasi yang sama. Yang ditampilkan adalah challenge dari permintaan dan challenge dari verifier.

## Scopes and resources

difference-resource_switched_off = Resource-nya terdaftar, tetapi dinonaktifkan.
difference-role_as_scope = Ini peran pada resource, bukan scope: peran diberikan, bukan diminta.
difference-scope_as_role = Ini scope pada resource; aplikasi yang meminta untuk dirinya sendiri mendapat peran. Minta “.default”.
difference-role_not_held = Aplikasi tidak memiliki peran ini.
difference-of_another_resource = Ini scope milik resource lain: { $resource }.
difference-resource_missing = Ini scope milik resource, yang pengenalnya harus disebut di depannya.
difference-not_registered_for = Nilai ini ada, tetapi aplikasi tidak terdaftar untuknya.
difference-no_longer_registered_for = Nilai ini pernah diberikan, dan aplikasi tidak lagi terdaftar untuknya.
difference-scope_removed = Nilai ini pernah diberikan, dan resource tidak lagi memilikinya.
difference-not_granted = Pengguna tidak menyetujuinya saat masuk kali ini.
difference-needs_a_user = Ini memerlukan pengguna, tetapi aplikasi meminta token untuk dirinya sendiri.
difference-scopes_and_no_roles = Aplikasi boleh meminta scope di sana atas nama pengguna, tetapi tidak memiliki peran sendiri.
difference-fragment_in_it = Nilainya memiliki fragmen (“#…”), yang tidak diizinkan dalam pengenal resource.
difference-not_absolute = Nilainya bukan URI absolut: skema di depannya tidak ada.
difference-administrator_only = Hanya administrator yang dapat menyetujuinya, dan belum ada yang menyetujui.

## Signed tokens and keys

difference-longer_than = Panjangnya lebih dari { $most } byte.
difference-segments = Token bertanda tangan memiliki 3 bagian yang dipisahkan “.”; nilai ini memiliki { $received }.
difference-segment_not_base64url = Bagian { $segment } dari 3 bukan base64url tanpa padding.
difference-header_missing = Header-nya tidak memiliki “{ $member }”.
difference-header_malformed = “{ $member }” pada header-nya tidak sah.
difference-header_critical = Header-nya memiliki “{ $member }”: ekstensi kritis tidak didukung.
difference-key_missing = Kuncinya tidak memiliki “{ $member }”.
difference-key_malformed = “{ $member }” pada kuncinya tidak sah.
difference-key_private = Kunci dikirim bersama bagian privatnya, “{ $member }”: buat kunci baru dan kirim hanya bagian publiknya.
difference-key_symmetric = Kuncinya simetris; hanya kunci publik yang diterima.
difference-key_type_unknown = Kunci bertipe “{ $type }” tidak didukung.
difference-unsigned = Nilainya tidak ditandatangani: algoritmenya “none”.
difference-algorithm_symmetric = Algoritmenya menandatangani dengan rahasia bersama; tandatangani dengan kunci privat.
difference-algorithm_unknown = Algoritmenya tidak didukung.
difference-algorithm_of_other_key = Algoritme { $algorithm } tidak mungkin dengan kunci bertipe { $type }.
difference-algorithm_not_of_key = Kuncinya terdaftar hanya untuk { $only }, sedangkan yang dipakai { $algorithm }.
difference-signature_in_der = Tanda tangannya { $received } byte, bukan { $expected }: mungkin ditulis dalam DER; tulis kedua bilangannya berurutan (RFC 7518, bagian 3.4).
difference-signature_length = Tanda tangannya { $received } byte, sedangkan kunci ini menghasilkan { $expected }: tanda tangan dibuat dengan jenis kunci lain.
difference-signature_of_another = Tanda tangannya dibuat oleh kunci lain, atau teksnya diubah setelah ditandatangani.
difference-of_another_issuer = Nilai ini diterbitkan oleh penerbit lain.
difference-audience_is_list = Nilainya berupa daftar; kirim satu audience sebagai teks, atau nyatakan assertion_audience_array = true untuk aplikasi ini.
difference-other_endpoint = Ini endpoint lain dari tenant ini; sebut endpoint token.
difference-origin_alone = Ini alamat layanan tanpa tenant dan endpoint.
difference-endpoint_of_version_1 = Ini endpoint token versi 1; sebut yang versi 2.0.
difference-endpoint_of_another_tenant = Ini endpoint tenant lain: { $tenant }.
difference-another_key = Bukti ditandatangani dengan kunci lain, bukan kunci yang terikat. Yang ditampilkan adalah thumbprint.
difference-hash_of_another_token = Ini hash dari access token lain, bukan yang ada dalam permintaan.
difference-nonce_old = Nonce diterbitkan sedikitnya { $ago } yang lalu; pakai yang dari respons terbaru (header DPoP-Nonce).
difference-nonce_unknown = Nonce tidak diterbitkan tenant ini; pakai yang dari respons terbaru (header DPoP-Nonce).
difference-attestation_certificate_malformed = Sertifikatnya cacat, atau bukan sertifikat autentikator (WebAuthn §8.2.1).
difference-attestation_certificate_without_model = Sertifikatnya tidak menyebut model (ekstensi 1.3.6.1.4.1.45724.1.1.4).
difference-attestation_signature_wrong = Tanda tangannya bukan dari kunci sertifikat, atau untuk data lain.
difference-attestation_certificate_expired = Sebuah sertifikat dalam rantai telah kedaluwarsa, atau belum berlaku.
difference-attestation_root_unknown = Sertifikatnya tidak mengarah ke akar milik tenant.
difference-model_not_attested = Kunci sandi ditambahkan tanpa atestasi, sehingga modelnya tidak terbukti.
