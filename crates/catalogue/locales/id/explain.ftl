# Kata-kata penjelasan: pemeriksaan, hasil, peringatan, perubahan.

explanation-unknown-number = Nomor { $number } diberikan oleh versi layanan yang lain; versi ini tidak memiliki teks untuknya.
    .title = Nomor dari versi lain
    .remedy = Operator: cari nomor ini dengan versi layanan yang memberikannya.

## Apa jawabannya: outcome-<word>

outcome-tokens = Token diterbitkan
outcome-code = Kode otorisasi diterbitkan
outcome-answer = Permintaan dijawab
outcome-refusal = Permintaan ditolak
outcome-rehearsal = Aplikasi meminta penolakan ini untuk berlatih
outcome-fault = Layanan gagal
outcome-page-sign_in = Halaman masuk ditampilkan
outcome-page-consent = Halaman persetujuan ditampilkan
outcome-page-account = Pilihan akun ditampilkan
outcome-page-stay_signed_in = Pertanyaan untuk tetap masuk ditampilkan

## Yang masih berhasil, tetapi tidak lama lagi: warning-<kind>

warning-secret_expires = Rahasia klien kedaluwarsa dalam { $value } hari. Tambahkan yang baru sebelum itu.
warning-key_expires = Kunci asersi klien kedaluwarsa dalam { $value } hari. Daftarkan yang baru sebelum itu.
warning-code_nearly_expired = Kode otorisasi ditukar hanya { $value } detik sebelum berakhir. Tukarlah segera setelah diterima.
warning-clock_skew = Jam aplikasi meleset { $value } detik (+ lebih cepat, - lebih lambat). Setel dengan server waktu.
warning-parameter_ignored = Parameter “{ $value }” tidak dipakai di sini dan diabaikan.

## Apa yang berubah: event-<kind>

event-tenant_made = Tenant { $subject } dibuat
event-tenant_suspended = Tenant { $subject } ditangguhkan
event-tenant_resumed = Tenant { $subject } dilayani kembali
event-tokens_revoked = Tenant { $subject }: semua yang diberikan hingga saat itu dicabut
event-tenant_changed = Tenant { $subject }: { $detail } berubah
event-client_made = Aplikasi { $subject } didaftarkan
event-client_enabled = Aplikasi { $subject } diaktifkan
event-client_disabled = Aplikasi { $subject } dinonaktifkan
event-client_changed = Aplikasi { $subject }: { $detail } berubah
event-secret_added = Aplikasi { $subject }: rahasia { $detail } ditambahkan
event-secret_removed = Aplikasi { $subject }: rahasia { $detail } dihapus
event-key_added = Aplikasi { $subject }: kunci { $detail } ditambahkan
event-key_removed = Aplikasi { $subject }: kunci { $detail } dihapus
event-redirect_uri_added = Aplikasi { $subject }: URI pengalihan { $detail } ditambahkan
event-redirect_uri_removed = Aplikasi { $subject }: URI pengalihan { $detail } dihapus
event-grant_type_added = Aplikasi { $subject }: jenis pemberian { $detail } diizinkan
event-grant_type_removed = Aplikasi { $subject }: jenis pemberian { $detail } tidak lagi diizinkan
event-permission_added = Aplikasi { $subject }: izin { $detail } ditambahkan
event-permission_removed = Aplikasi { $subject }: izin { $detail } dihapus
event-resource_made = API { $subject } didaftarkan
event-resource_enabled = API { $subject } diaktifkan
event-resource_disabled = API { $subject } dinonaktifkan
event-resource_changed = API { $subject }: { $detail } berubah
event-scope_added = API { $subject }: cakupan { $detail } ditambahkan
event-scope_removed = API { $subject }: cakupan { $detail } dihapus
event-role_added = API { $subject }: peran { $detail } ditambahkan
event-role_removed = API { $subject }: peran { $detail } dihapus
event-user_enabled = Akun { $subject } diaktifkan
event-user_disabled = Akun { $subject } dinonaktifkan
event-user_tokens_revoked = Akun { $subject }: proses masuk sebelumnya tidak lagi berlaku
event-password_set = Akun { $subject }: kata sandi ditetapkan
event-administrator_added = Akun { $subject } menjadi administrator
event-administrator_removed = Akun { $subject } bukan lagi administrator
event-user_role_added = Akun { $subject }: peran { $detail } diberikan
event-user_role_removed = Akun { $subject }: peran { $detail } dicabut
event-username_changed = Akun { $subject } sebelumnya bernama { $detail }
event-key_made = Kunci penandatanganan { $subject } ({ $detail }) dibuat
event-key_active = Kunci penandatanganan { $subject } ({ $detail }) mulai dipakai menandatangani
event-key_withdrawn = Kunci penandatanganan { $subject } ({ $detail }) ditarik
event-version = Layanan versi { $detail } dimulai

## Apa yang diperiksa, menurut urutan titik akhir: check-<name>

check-form = Parameter dapat dibaca
check-client_named = Permintaan menyebut aplikasinya
check-client_known = Aplikasi terdaftar di tenant ini
check-client_enabled = Aplikasi diaktifkan
check-client_secret = Rahasia klien benar
check-client_secret_current = Rahasia klien belum kedaluwarsa
check-assertion_form = Asersi klien dapat dibaca
check-assertion_type = Asersi klien berjenis yang diterima
check-assertion_key = Asersi klien menyebut kunci terdaftar yang belum kedaluwarsa
check-assertion_signature = Tanda tangan asersi klien cocok
check-assertion_issuer = Asersi klien berbicara atas nama aplikasi itu sendiri
check-assertion_audience = Asersi klien ditujukan kepada tenant ini
check-assertion_time = Asersi klien berlaku sekarang, dan tidak terlalu lama
check-assertion_id = Asersi klien memiliki pengenalnya sendiri
check-client_authentication = Aplikasi telah membuktikan dirinya, atau bersifat publik
check-first_use = Yang hanya boleh dipakai sekali datang untuk pertama kali
check-dpop_form = Bukti DPoP dapat dibaca
check-dpop_key = Bukti DPoP memuat kunci publik yang dapat diterima
check-dpop_signature = Tanda tangan bukti DPoP cocok
check-dpop_target = Bukti DPoP dibuat untuk metode dan alamat ini
check-dpop_time = Bukti DPoP baru saja dibuat
check-dpop_access_token = Bukti DPoP cocok dengan token akses
check-dpop_nonce = Nonce bukti DPoP berasal dari kami dan masih baru
check-grant_type = Jenis pemberian izin tersedia di sini
check-grant_type_allowed = Aplikasi boleh memakai jenis pemberian izin ini
check-client_confidential = Aplikasi dapat menjaga rahasia, sebagaimana dibutuhkan jenis pemberian izin
check-code_known = Kode otorisasi diterbitkan oleh tenant ini
check-code_client = Kode otorisasi diterbitkan untuk aplikasi ini
check-code_unused = Kode otorisasi belum pernah dipakai
check-code_fresh = Kode otorisasi belum kedaluwarsa
check-refresh_token_known = Token penyegar diterbitkan oleh tenant ini
check-refresh_token_client = Token penyegar diterbitkan untuk aplikasi ini
check-grant_not_revoked = Pemberian izin belum dicabut
check-grant_not_expired = Pemberian izin belum kedaluwarsa
check-grant_in_use = Pemberian izin dipakai belum terlalu lama ini
check-refresh_token_newest = Token penyegar adalah yang terbaru dari pemberian izinnya
check-redirect_uri = URI pengalihan tepat
check-code_verifier = Pemverifikasi kode cocok dengan tantangan kode
check-user = Akun orang tersebut ada dan aktif
check-consent = Akses telah disetujui
check-resource = Sumber daya ada dan aktif
check-roles = Aplikasi memiliki peran di sumber daya
check-origin = Asal peramban sesuai dengan jenis aplikasi
check-scope = Cakupan tersedia, dan aplikasi boleh memintanya
check-scope_still_allowed = Aplikasi masih boleh memiliki cakupan yang diberikan
check-sender_constraint = Permintaan terikat pada kunci yang semestinya
check-signing_keys = Ada kunci untuk menandatangani token
check-authorization_allowed = Aplikasi boleh memakai titik akhir otorisasi
check-request_object = Tidak ada objek permintaan, yang tidak didukung
check-response_type = Jenis respons didukung
check-response_mode = Mode respons didukung dan sesuai
check-code_challenge = Ada tantangan kode dengan S256
check-nonce = Nonce dapat dipakai
check-prompt = Nilai prompt dapat dipahami
check-max_age = Nilai max_age berupa jumlah detik
check-id_token_hint = Petunjuk token ID berasal dari kami
check-claims = Klaim yang diminta dapat dipahami
check-subject = Paling banyak satu orang yang diminta
check-account_hint = Akun yang diharapkan disebut dengan satu cara
check-dpop_jkt = Sidik kunci DPoP dapat dibaca
check-token_presented = Ada tepat satu token, di tempat yang benar
check-token_signature = Tanda tangan token terverifikasi
check-token_type = Token berjenis yang benar
check-token_issuer = Token diterbitkan oleh tenant ini
check-token_not_expired = Token belum kedaluwarsa
check-token_standing = Dasar token belum diakhiri
check-token_scope = Token memiliki cakupan yang dibutuhkan
check-token_owner = Token diterbitkan untuk aplikasi ini
