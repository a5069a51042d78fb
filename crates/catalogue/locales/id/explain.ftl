# Teks penjelasan: hasil, peringatan, peristiwa perubahan, pemeriksaan.

explanation-unknown-number = Nomor kesalahan { $number } diberikan oleh versi layanan yang lain; versi ini tidak memiliki teks untuknya.
    .title = Nomor kesalahan dari versi lain
    .remedy = Operator: cari nomor ini dengan versi layanan yang memberikannya.

## Hasil: outcome-<name>

outcome-tokens = Token diterbitkan
outcome-code = Kode otorisasi diterbitkan
outcome-response = Permintaan berhasil
outcome-refusal = Permintaan ditolak
outcome-simulated = Kesalahan disimulasikan atas permintaan aplikasi
outcome-fault = Kegagalan layanan
outcome-page-sign_in = Halaman masuk ditampilkan
outcome-page-consent = Halaman persetujuan ditampilkan
outcome-page-account = Pilihan akun ditampilkan
outcome-page-stay_signed_in = Halaman “Tetap masuk” ditampilkan
outcome-page-finished = Halaman “Anda sudah masuk” ditampilkan
outcome-flow-started = Proses masuk dimulai
outcome-flow-continued = Proses masuk berlanjut ke halaman berikutnya

## Peringatan: warning-<kind>

warning-secret_expires = Rahasia klien kedaluwarsa dalam { $value } hari. Tambahkan yang baru sebelum itu.
warning-key_expires = Kunci asersi klien kedaluwarsa dalam { $value } hari. Daftarkan yang baru sebelum itu.
warning-code_nearly_expired = Kode otorisasi ditukar hanya { $value } detik sebelum berakhir. Tukarlah segera setelah diterima.
warning-code_not_bound = Aplikasi “{ $value }” tidak mengirim code_challenge (PKCE) maupun nonce, sehingga kode dari peramban lain dapat disisipkan ke proses masuknya. Aktifkan salah satunya dalam pustakanya.
warning-token_inactive = Responsnya “active: false”. Perbandingan menyebutkan alasannya; aplikasi yang bertanya tidak diberi tahu.
warning-revocation_without_effect = Pencabutan tidak berpengaruh: token itu tidak memiliki apa pun yang aktif. Perbandingan menyebutkan alasannya; aplikasi tidak diberi tahu.
warning-clock_skew = Jam aplikasi meleset { $value } detik (+ lebih cepat, - lebih lambat). Sinkronkan dengan server waktu.
warning-parameter_ignored = Parameter “{ $value }” tidak dipakai di sini dan diabaikan.
warning-scope_ignored = Cakupan “{ $value }” tidak bermakna di tenant ini. Cakupan itu dilewati, dan scope dalam respons menyebutkan yang diberikan.
warning-scope_misspelled = Cakupan “{ $value }” tidak bermakna di tenant ini dan dilewati. Nama terdekat adalah “{ $nearest }”. Nilai scope dalam respons menyebutkan yang diberikan.
warning-issuer_of_other_form = Issuer dalam metadata memakai bentuk tenant yang lain (ID atau nama) daripada alamat permintaan ini. Klien yang membandingkan keduanya menolak metadata itu. Untuk klien seperti itu, pakai { $value }

## Peristiwa perubahan: event-<kind>

event-tenant_created = Tenant { $subject } dibuat
event-tenant_suspended = Tenant { $subject } ditangguhkan
event-tenant_resumed = Tenant { $subject } tidak lagi ditangguhkan
event-tokens_revoked = Tenant { $subject }: semua sesi dan pemberian izin sebelumnya dicabut
event-tenant_changed = Tenant { $subject }: { $detail } berubah
event-credentials_exported = Kredensial { $subject } diekspor: { $detail }
event-client_created = Aplikasi { $subject } didaftarkan
event-client_enabled = Aplikasi { $subject } diaktifkan
event-client_disabled = Aplikasi { $subject } dinonaktifkan
event-client_removed = Aplikasi { $subject } dihapus
event-client_tokens_revoked = Aplikasi { $subject }: semua token sebelumnya dicabut
event-client_changed = Aplikasi { $subject }: { $detail } berubah
event-secret_added = Aplikasi { $subject }: rahasia { $detail } ditambahkan
event-secret_removed = Aplikasi { $subject }: rahasia { $detail } dihapus
event-client_key_added = Aplikasi { $subject }: kunci { $detail } ditambahkan
event-client_key_removed = Aplikasi { $subject }: kunci { $detail } dihapus
event-redirect_uri_added = Aplikasi { $subject }: URI pengalihan { $detail } ditambahkan
event-redirect_uri_removed = Aplikasi { $subject }: URI pengalihan { $detail } dihapus
event-grant_type_added = Aplikasi { $subject }: jenis pemberian { $detail } diizinkan
event-grant_type_removed = Aplikasi { $subject }: jenis pemberian { $detail } tidak lagi diizinkan
event-permission_added = Aplikasi { $subject }: izin { $detail } ditambahkan
event-permission_removed = Aplikasi { $subject }: izin { $detail } dihapus
event-resource_created = API { $subject } didaftarkan
event-resource_enabled = API { $subject } diaktifkan
event-resource_disabled = API { $subject } dinonaktifkan
event-resource_tokens_revoked = API { $subject }: semua pemberian izin dan token sebelumnya dicabut
event-resource_removed = API { $subject } dihapus
event-resource_changed = API { $subject }: { $detail } berubah
event-scope_added = API { $subject }: cakupan { $detail } ditambahkan
event-scope_removed = API { $subject }: cakupan { $detail } dihapus
event-role_added = API { $subject }: peran { $detail } ditambahkan
event-role_removed = API { $subject }: peran { $detail } dihapus
event-user_created = Akun { $subject } dibuat
event-users_created = { $detail } akun lagi dibuat
event-user_enabled = Akun { $subject } diaktifkan
event-user_disabled = Akun { $subject } dinonaktifkan
event-user_removed = Akun { $subject } dihapus
event-user_tokens_revoked = Akun { $subject }: semua proses masuk sebelumnya dicabut
event-authenticator_app_added = Akun { $subject }: aplikasi autentikator “{ $detail }” ditambahkan
event-authenticator_app_removed = Akun { $subject }: aplikasi autentikator “{ $detail }” dihapus
event-recovery_codes_created = Akun { $subject }: kode pemulihan baru dibuat
event-recovery_code_used = Akun { $subject }: satu kode pemulihan digunakan, tersisa { $detail }
event-password_set = Akun { $subject }: kata sandi ditetapkan
event-administrator_added = Akun { $subject } menjadi administrator
event-administrator_removed = Akun { $subject } bukan lagi administrator
event-user_role_added = Akun { $subject }: peran { $detail } ditambahkan
event-user_role_removed = Akun { $subject }: peran { $detail } dihapus
event-username_changed = Akun { $subject } berganti nama (sebelumnya { $detail })
event-consent_withdrawn = Akun { $subject }: persetujuan untuk aplikasi { $detail } ditarik
event-grant_revoked = Akun { $subject }: satu pemberian izin aplikasi { $detail } dicabut
event-session_ended = Akun { $subject }: satu sesi diakhiri
event-signing_key_created = Kunci penandatanganan { $subject } ({ $detail }) dibuat
event-signing_key_active = Kunci penandatanganan { $subject } ({ $detail }) menjadi aktif
event-signing_key_revoked = Kunci penandatanganan { $subject } ({ $detail }) dicabut dan keluar dari kumpulan kunci
event-ledger_lost = Layanan kehilangan catatan tentang nilai yang sudah dipakai: semua yang diterbitkan sebelum { $detail } tidak diterima
event-directory_restored = Direktori dipulihkan (generasi { $detail }): semua sesi, pemberian izin, dan kunci penandatanganan sebelumnya tidak berlaku
event-clock_set_back = Jam server dimundurkan { $detail } detik
event-clock_jumped_ahead = Jam server melompat maju { $detail } detik
event-root_key_used = Layanan memakai kunci akar { $detail }
event-root_key_resealed = Kunci akar saat ini mengenkripsi { $detail } nilai tersimpan yang sebelumnya dienkripsi kunci terdahulu
event-version = Layanan versi { $detail } dimulai
event-sign_in_locked = Proses masuk sebagai akun { $subject } ditolak setelah kata sandi salah: { $detail } dalam satu jam
event-code_replayed = Aplikasi { $subject }: sebuah kode dikirim lagi { $detail } kali dalam satu jam
event-assertion_replayed = Aplikasi { $subject }: sebuah asersi dikirim lagi { $detail } kali dalam satu jam
event-refresh_token_replayed = Aplikasi { $subject }: token penyegar yang sudah diganti dikirim { $detail } kali dalam satu jam
event-dpop_proof_replayed = Aplikasi { $subject }: sebuah bukti DPoP dikirim lagi { $detail } kali dalam satu jam
event-administrator_signed_in = Akun { $subject } masuk ke administrasi { $detail } kali dalam satu jam
event-consent_given = Aplikasi { $subject }: pengguna memberi persetujuan { $detail } kali dalam satu jam

## Pemeriksaan, menurut urutan titik akhir: check-<name>

check-form = Bentuk parameter benar
check-client_named = Permintaan menyebut aplikasinya
check-client_known = Aplikasi terdaftar di tenant ini
check-client_enabled = Aplikasi diaktifkan
check-client_secret = Rahasia klien benar
check-client_secret_current = Rahasia klien belum kedaluwarsa
check-assertion_form = Bentuk asersi klien benar
check-assertion_type = Asersi klien berjenis yang diterima
check-assertion_key = Asersi klien menyebut kunci terdaftar yang belum kedaluwarsa
check-assertion_signature = Tanda tangan asersi klien cocok
check-assertion_issuer = Asersi klien diterbitkan oleh aplikasi itu sendiri
check-assertion_audience = Audiens asersi klien adalah tenant ini
check-assertion_time = Asersi klien berlaku sekarang, dan tidak terlalu lama
check-assertion_id = Asersi klien memiliki id (jti)
check-client_authentication = Aplikasi sudah diautentikasi, atau bersifat publik
check-not_replayed = Asersi atau bukti belum pernah dipakai
check-dpop_form = Bentuk bukti DPoP benar
check-dpop_key = Bukti DPoP memuat kunci publik yang dapat diterima
check-dpop_signature = Tanda tangan bukti DPoP cocok
check-dpop_target = Bukti DPoP dibuat untuk metode dan URL ini
check-dpop_time = Bukti DPoP masih aktual
check-dpop_access_token = Bukti DPoP dibuat untuk token akses ini
check-dpop_nonce = Nonce bukti DPoP diterbitkan layanan ini dan belum kedaluwarsa
check-grant_type = Jenis pemberian izin didukung
check-grant_type_allowed = Aplikasi boleh memakai jenis pemberian izin ini
check-client_confidential = Aplikasi bersifat rahasia, sebagaimana diwajibkan permintaan ini
check-code_known = Kode otorisasi diterbitkan oleh tenant ini
check-code_client = Kode otorisasi diterbitkan untuk aplikasi ini
check-code_unused = Kode otorisasi belum pernah ditukar
check-code_not_expired = Kode otorisasi belum kedaluwarsa
check-refresh_token_known = Token penyegar diterbitkan oleh tenant ini
check-refresh_token_client = Token penyegar diterbitkan untuk aplikasi ini
check-grant_not_revoked = Pemberian izin belum dicabut
check-grant_not_expired = Pemberian izin belum kedaluwarsa
check-grant_not_idle = Pemberian izin dipakai belum lama ini
check-refresh_token_newest = Token penyegar adalah yang terbaru dari pemberian izinnya
check-redirect_uri = URI pengalihan sesuai dengan yang diharapkan
check-code_verifier = Pemverifikasi kode cocok dengan tantangan kode
check-user = Akun pengguna ada dan aktif
check-consent = Pengguna atau administrator telah memberi persetujuan
check-resource = Sumber daya ada dan aktif
check-roles = Aplikasi memiliki peran di sumber daya
check-platform = Permintaan datang dari peramban, atau dari server, sesuai dengan URI pengalihan proses masuk
check-origin = Permintaan tidak datang dari halaman, atau datang dari halaman yang asalnya didaftarkan aplikasi
check-scope = Cakupan tersedia, dan aplikasi memiliki izin untuknya
check-scope_still_allowed = Aplikasi masih memiliki izin untuk cakupan yang diberikan
check-sender_constraint = Permintaan membuktikan kepemilikan kunci yang terikat
check-signing_keys = Ada kunci untuk menandatangani token
check-authorization_allowed = Aplikasi boleh memakai titik akhir otorisasi
check-request_object = Tidak ada objek permintaan
check-response_type = Jenis respons didukung
check-response_mode = Mode respons didukung dan sesuai dengan jenis respons
check-code_challenge = Ada tantangan kode dengan S256
check-nonce = Nonce valid
check-prompt = Nilai prompt didukung
check-max_age = Nilai max_age berupa jumlah detik
check-id_token_hint = Petunjuk token ID diterbitkan oleh tenant ini
check-claims = Bentuk parameter claims benar
check-subject = Permintaan menyebut paling banyak satu pengguna
check-account_hint = Permintaan menyebut akun dengan satu cara saja
check-dpop_jkt = Bentuk sidik kunci DPoP benar
check-token_presented = Ada tepat satu token, di tempat yang benar
check-token_signature = Tanda tangan token terverifikasi
check-token_type = Token berjenis yang benar
check-token_issuer = Token diterbitkan oleh tenant ini
check-token_not_expired = Token belum kedaluwarsa
check-token_grant_active = Pemberian izin yang mendasari token masih aktif
check-token_scope = Token memiliki cakupan yang dibutuhkan
check-token_client = Token diterbitkan untuk aplikasi ini

typed-username-not-kept = tidak disimpan: tidak mirip nama pengguna mana pun di sini, dan mungkin sebuah kata sandi. Ketik di pencarian untuk menemukan permintaannya.

## Who made a change

actor-command = admit { $name } di { $host }, pengguna { $user }
actor-administrator = administrator { $username }
actor-user = { $username } (pengguna itu sendiri)
actor-service = layanan itu sendiri
actor-unknown = tidak diketahui
