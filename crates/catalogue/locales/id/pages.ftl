## Semua halaman

page-language-name = Bahasa Indonesia
page-direction = ltr
page-languages = Bahasa
duration-minutes = { $number } menit
duration-hours = { $number } jam
duration-days = { $number } hari
page-cancel = Batal
page-title-error = Kesalahan:
help-heading = Tidak bisa masuk?
help-contact = Hubungi { $contact }

## Masuk

sign-in-heading = Masuk
sign-in-lead = untuk melanjutkan ke { $app }
sign-in-username = Nama pengguna
sign-in-password = Kata sandi
sign-in-submit = Masuk
sign-in-forgot = Lupa kata sandi?
sign-in-whole-address = Nama pengguna di sini biasanya berupa alamat lengkap, misalnya nama@example.com.

app-name-administration = Administrasi Admit
app-name-account = Akun Anda

## Kata sandi yang terlupa

reset-heading = Atur ulang kata sandi Anda
reset-explanation = Ketik nama pengguna Anda. Bila akun memiliki alamat email yang sudah dikonfirmasi, sebuah kode dan tautan dikirim ke sana.
reset-send = Kirim email
reset-back = Kembali ke halaman masuk
reset-code-heading = Periksa email Anda
reset-code-explanation = Bila akun ini ada dan memiliki alamat email yang sudah dikonfirmasi, email berisi kode delapan angka telah dikirim ke sana. Kode berlaku sepuluh menit.
reset-code = Kode dari email
reset-no-mail = Tidak ada email yang masuk?
reset-no-mail-hint = Periksa folder email yang tidak diinginkan. Akun tanpa alamat email yang dikonfirmasi tidak menerimanya: mintalah kata sandi baru kepada administrator Anda. Setelah email lain dikirim, hanya kode dari email itu yang berlaku di halaman ini.
reset-send-again = Kirim email lain
reset-link-heading = Lanjutkan dengan kata sandi baru?
reset-link-explanation = Anda meminta email ini di peramban ini. Lanjutkan untuk memilih kata sandi baru.
reset-link-submit = Pilih kata sandi baru
reset-link-other-heading = Ini peramban lain
reset-link-other-explanation = Bila Anda yang meminta email itu, buka tautannya di peramban tempat Anda memintanya, atau ketik kode dari email di sana.
reset-link-request = Permintaan email
reset-link-not-you = Bila bukan Anda yang meminta email ini, abaikan saja dan jangan berikan kodenya kepada siapa pun. Kata sandi Anda tidak berubah.
new-password-heading = Pilih kata sandi baru
new-password = Kata sandi baru
new-password-hint = Paling sedikit { $minimum } karakter. Empat kata yang tidak berkaitan satu sama lain adalah pilihan yang baik.
new-password-repeat = Ulangi kata sandi baru
new-password-end-sessions = Keluar dari semua tempat lain
new-password-submit = Tetapkan kata sandi

## Pendaftaran, undangan, dan ketentuan penggunaan

sign-in-sign-up = Buat akun
sign-up-heading = Buat akun
sign-up-explanation = Ketik alamat email Anda. Sebuah kode dikirim ke sana, yang membuktikan bahwa alamat itu milik Anda. Alamat itu menjadi nama pengguna Anda.
sign-up-email = Alamat email
sign-up-back = Saya sudah punya akun
sign-up-code-explanation = Email telah dikirim ke alamat ini. Ketik kode delapan angkanya di sini dalam sepuluh menit. Bila alamat ini sudah memiliki akun, email mengatakannya, dan tidak berisi kode.
sign-up-other-address = Alamat lain
sign-up-no-mail-hint = Periksa folder email yang tidak diinginkan, dan periksa alamat di atas. Setelah email lain dikirim, hanya kode dari email itu yang berlaku di halaman ini.
sign-up-name = Nama Anda
sign-up-given_name = Nama depan
sign-up-family_name = Nama keluarga
sign-up-nickname = Nama panggilan
sign-up-phone_number = Nomor telepon
create-account-heading = Lengkapi akun Anda
create-account-password = Kata sandi
create-account-repeat = Ulangi kata sandi
create-account-submit = Buat akun
terms-heading = Ketentuan penggunaan baru
terms-explanation = Ketentuan penggunaan telah berubah. Bacalah, dan terima untuk melanjutkan.
terms-accept = Saya menerima ketentuan penggunaan (versi { $version })
terms-read = Baca ketentuan penggunaan (membuka halaman lain)
terms-submit = Lanjutkan
invitation-heading = Anda diundang
invitation-explanation = { $tenant } mengundang Anda membuat akun dengan alamat email ini.
invitation-submit = Terima undangan
invitation-not-you = Bila Anda tidak menunggu undangan, tutup halaman ini. Tidak ada yang terjadi tanpa ketukan.

## Faktor kedua

passkey-use = Masuk dengan kunci sandi
passkey-not-used = Tidak ada kunci sandi yang digunakan. Coba lagi, atau masuk dengan cara lain.
passkey-needs-script = Peramban ini tidak dapat memakai kunci sandi di sini: JavaScript dimatikan, atau perambannya terlalu lama. Gunakan peramban atau perangkat lain.
second-factor-passkey = Konfirmasi dengan kunci sandi: dengan sidik jari, wajah, atau PIN yang membuka kunci perangkat Anda.
second-factor-heading = Konfirmasi bahwa ini Anda
second-factor-explanation = Ketik kode yang kini ditampilkan aplikasi autentikator untuk akun ini.
second-factor-code = Kode dari aplikasi
second-factor-submit = Lanjutkan
second-factor-other-account = Gunakan akun lain
second-factor-no-app = Tidak bisa memakai cara ini?
second-factor-recovery-code = Kode pemulihan
second-factor-recovery-hint = Salah satu kode yang Anda terima saat menyiapkan langkah kedua. Setiap kode berlaku satu kali.
second-factor-recovery-submit = Gunakan kode pemulihan
second-factor-no-recovery-codes = Kode pemulihan Anda sudah habis. Minta kode akses sementara kepada administrator Anda.
second-factor-access-pass = Kode akses sementara
second-factor-access-pass-hint = Kode 16 huruf dan angka yang diberikan administrator Anda.
second-factor-access-pass-submit = Gunakan kode akses sementara
second-factor-passkey-only = Aplikasi ini hanya menerima kunci sandi.
set-up-heading = Siapkan langkah kedua
set-up-explanation = Untuk masuk, Anda memerlukan langkah kedua selain kata sandi: kode dari aplikasi di ponsel Anda.
set-up-soon = Tidak lama lagi, untuk masuk Anda memerlukan langkah kedua selain kata sandi: kode dari aplikasi di ponsel Anda. Siapkan sekarang, atau nanti.
set-up-from = Wajib mulai
set-up-later = Siapkan nanti
set-up-install = Buka aplikasi autentikator di ponsel, misalnya milik pembuat ponsel atau pengelola kata sandi Anda.
set-up-scan = Pindai gambar ini dengan aplikasi.
set-up-qr-code = Kode QR berisi kunci untuk aplikasi
set-up-key = Atau ketik kunci ini di aplikasi:
set-up-type = Ketik kode yang kemudian ditampilkan aplikasi.
set-up-name = Nama untuk ponsel atau aplikasi ini (opsional)
set-up-submit = Siapkan
recovery-heading = Simpan kode pemulihan Anda
recovery-explanation = Jika ponsel Anda hilang, Anda bisa masuk dengan salah satu kode ini. Cetak atau catat, lalu simpan di tempat yang aman.
recovery-once = Setiap kode berlaku satu kali. Kode hanya ditampilkan sekarang di halaman ini: pilih bahasa setelah menyimpannya.
recovery-continue = Sudah saya simpan – lanjutkan

## Akun

account-heading = Akun Anda
account-section-sign-in = Cara masuk
account-section-profile = Profil
account-section-email = Email
account-section-sessions = Peramban
account-section-apps = Aplikasi
account-section-activity = Aktivitas
account-section-data = Data Anda
account-access-pass = Kode akses sementara
account-access-pass-until = Administrator memberi Anda kode akses sementara. Kode ini berlaku sampai
account-access-pass-once = Kode ini berlaku satu kali.
account-access-pass-several = Sampai saat itu, kode ini dapat digunakan beberapa kali.
account-access-pass-explanation = Siapkan kunci sandi, aplikasi autentikator, atau kata sandi sebelum kode ini kedaluwarsa. Bila Anda tidak meminta kode akses, beri tahu administrator Anda.
account-password = Kata sandi
account-password-set = Ditetapkan
account-change-password = Ganti kata sandi
account-set-password = Tetapkan kata sandi
account-no-password = Anda tidak memiliki kata sandi. Anda masuk dengan kunci sandi dan tidak memerlukan kata sandi untuk itu.
account-new-password = Kata sandi baru
account-password-rules = Minimal { $minimum } karakter. Bukan kata sandi yang umum dan bukan nama Anda: empat kata yang tidak saling berhubungan sudah baik. Anda mengetiknya satu kali, jadi simpan di pengelola kata sandi atau catatlah.
account-password-changed = Kata sandi Anda sudah diganti.
account-end-others = Keluar dari semua tempat lain
account-end-others-hint = Peramban lain dan semua aplikasi akan meminta kata sandi baru.
account-warning-only-passkey = Satu kunci sandi adalah satu-satunya cara Anda masuk. Tambahkan satu lagi di perangkat kedua, atau tetapkan kata sandi.
account-warning-one-second-factor = Langkah kedua Anda bergantung pada satu perangkat. Tambahkan aplikasi atau kunci sandi lain, dan simpan kode pemulihan, agar Anda tetap bisa masuk jika perangkat itu hilang.
account-warning-second-factor-needed = Akun Anda wajib memiliki langkah kedua. Siapkan sekarang, atau Anda akan diminta saat masuk berikutnya.
account-ask-remove-app = Hapus aplikasi autentikator “{ $name }”?
account-do-remove-app = Hapus
account-ask-remove-passkey = Hapus kunci sandi “{ $name }”?
account-do-remove-passkey = Hapus
account-ask-end-sessions = Keluar dari semua tempat?
account-do-end-sessions = Keluar dari semua tempat
account-others-remain = Masih ada { $number } aplikasi atau kunci sandi lain sebagai langkah kedua Anda.
account-no-second-factor-then = Ini langkah kedua Anda yang terakhir. Setelah itu, Anda masuk hanya dengan kata sandi.
account-policy-asks = Akun Anda wajib memiliki langkah kedua: Anda menyiapkan yang baru saat masuk berikutnya.
account-codes-removed = Kode pemulihan Anda juga dihapus.
account-password-only-then = Ini kunci sandi Anda yang terakhir. Setelah itu, Anda masuk dengan kata sandi.
account-last-way = Ini satu-satunya cara Anda masuk, jadi tidak dapat dihapus sekarang. Tetapkan kata sandi lebih dulu, atau tambahkan kunci sandi lain.
account-this-browser-too = Setiap peramban dan setiap aplikasi dikeluarkan, termasuk peramban ini.
account-apps-later = Yang sudah diterima suatu aplikasi mungkin tetap berlaku hingga sekitar satu jam.
account-passkeys = Kunci sandi
account-passkey = Kunci sandi
account-no-passkeys = Dengan kunci sandi, Anda masuk seperti membuka kunci perangkat: tanpa mengetik kata sandi, dan tanpa apa pun yang dapat dicuri halaman palsu.
account-last-used = terakhir digunakan
account-passkey-synchronized = di semua perangkat Anda
account-passkey-one-device = di satu perangkat
account-add-passkey = Tambahkan kunci sandi
account-passkey-explanation = Perangkat Anda membuat dan menyimpan kunci sandi. Beri nama agar Anda mengenali perangkatnya.
account-passkey-name = Nama (opsional)
account-passkey-create = Buat kunci sandi
account-passkey-not-created = Tidak ada kunci sandi yang dibuat. Perangkat itu mungkin sudah memilikinya untuk akun ini.
account-second-step = Langkah kedua
account-second-step-on = Setelah kata sandi, Anda mengonfirmasi dengan kode dari salah satu aplikasi ini:
account-second-step-off = Anda masuk hanya dengan kata sandi. Siapkan aplikasi autentikator atau kunci sandi agar orang yang mengetahui kata sandi Anda tidak dapat masuk.
account-passkey-second-step = Setelah kata sandi, Anda mengonfirmasi dengan kunci sandi.
account-remove-named = Hapus { $name }
account-app = Aplikasi autentikator
account-added = ditambahkan
account-remove = Hapus
account-add-app = Tambahkan aplikasi autentikator
account-recovery-codes = Kode pemulihan
account-recovery-left = { $number ->
    [0] Kode pemulihan Anda sudah habis. Jika ponsel Anda hilang, Anda tidak dapat masuk.
   *[other] Anda masih memiliki { $number } kode pemulihan.
}
account-new-recovery-codes = Buat kode baru
account-sessions = Tempat Anda masuk
account-sessions-explanation = Jika Anda merasa orang lain menggunakan akun Anda, keluarlah dari semua tempat: setiap peramban dan setiap aplikasi.
account-end-sessions = Keluar dari semua tempat
account-this-browser = Peramban ini
account-browser-unknown = Peramban tidak dikenal
account-signed-in = masuk
account-address = dari alamat
account-session-used = terakhir membuka aplikasi
account-session-expires = sampai
account-session-apps = Aplikasi:
account-end-session = Keluar
account-end-session-named = Keluar dari peramban yang masuk { $time }
account-end-other-sessions = Keluar dari semua peramban lain
account-sessions-hint = Beberapa aplikasi tetap memiliki aksesnya sendiri setelah Anda keluar dari suatu peramban. Untuk mengakhirinya juga, keluarlah dari semua tempat.
account-apps = Aplikasi dengan akses
account-apps-explanation = Aplikasi-aplikasi ini dapat melakukan hal berikut untuk Anda.
account-no-apps = Anda belum memberikan akses kepada aplikasi mana pun.
account-app-since = Sejak
account-app-last-used = terakhir digunakan
account-withdraw = Cabut akses
account-withdraw-named = Cabut akses { $name }
account-app-by-administrator = Administrator Anda memberi aplikasi ini akses untuk semua pengguna. Hanya administrator Anda yang dapat mencabutnya.
account-possible-apps = Aplikasi yang mungkin memiliki akses
account-possible-apps-explanation = Administrator Anda mengizinkan aplikasi ini untuk semua pengguna. Jika Anda pernah menggunakannya, aplikasi itu mungkin masih memiliki akses; hal itu tidak dicatat. “Keluar dari semua tempat” mengakhirinya.
account-ask-withdraw = Cabut akses { $name }?
account-do-withdraw = Cabut akses
account-asks-again = Aplikasi itu tidak dapat melakukan apa pun lagi untuk Anda. Jika Anda membukanya lagi, aplikasi itu akan meminta persetujuan Anda lagi.
account-activity = Aktivitas terbaru
account-activity-explanation = Yang terjadi dengan akun Anda. Jika ada yang bukan Anda, beri tahu di sini: Anda dikeluarkan dari semua tempat, dan tim dukungan Anda diberi tahu.
account-activity-unrecorded = Layanan ini tidak menyimpan catatan aktivitas, atau sedang tidak dapat membacanya.
account-no-activity = Belum ada yang tercatat.
account-activity-signed-in = Anda masuk ke { $app }
account-activity-signed-in-somewhere = Anda masuk
account-activity-signed-out = Anda keluar
account-activity-failed = Suatu permintaan gagal
account-activity-times = { $number } kali
account-activity-by-administrator = oleh administrator
account-activity-password_set = Kata sandi ditetapkan
account-activity-authenticator_app_added = Aplikasi autentikator “{ $detail }” ditambahkan
account-activity-authenticator_app_removed = Aplikasi autentikator “{ $detail }” dihapus
account-activity-passkey_added = Kunci sandi “{ $detail }” ditambahkan
account-activity-passkey_removed = Kunci sandi “{ $detail }” dihapus
account-activity-recovery_codes_created = Kode pemulihan dibuat
account-activity-recovery_code_used = Kode pemulihan digunakan
account-activity-access_pass_created = Kode akses sementara dibuat, berlaku sampai { $detail }
account-activity-access_pass_used = Kode akses sementara digunakan
account-activity-access_pass_revoked = Kode akses sementara dicabut
account-activity-user_tokens_revoked = Keluar dari semua tempat
account-activity-user_enabled = Akun diaktifkan
account-activity-user_disabled = Akun dinonaktifkan
account-activity-user_expiry_set = Akun dapat dipakai sampai { $detail }
account-activity-user_expiry_removed = Akun dapat dipakai tanpa batas waktu
account-activity-administrator_added = Dijadikan administrator
account-activity-administrator_removed = Bukan administrator lagi
account-activity-user_role_added = Peran { $detail } diberikan
account-activity-user_role_removed = Peran { $detail } dicabut
account-activity-username_changed = Nama pengguna diganti
account-activity-user_changed = Profil diubah: { $detail }
account-activity-consent_withdrawn = Akses suatu aplikasi dicabut: { $detail }
account-activity-grant_revoked = Akses suatu aplikasi diakhiri: { $detail }
account-activity-session_ended = Keluar dari peramban lain, atau dari semuanya
account-not-me = Ini bukan saya
account-not-me-named = Ini bukan saya: { $what }, { $time }
account-ask-not-me = “{ $name }” bukan Anda?
account-do-not-me = Keluar dari semua tempat dan laporkan
account-ticket-opened = Tim dukungan Anda menerima tiket dengan detail permintaan ini.
account-reported = Anda sudah keluar dari semua tempat
account-reported-explanation = Setiap peramban dan setiap aplikasi harus masuk lagi. Jika orang lain mungkin mengetahui kata sandi Anda, masuklah dan gantilah sekarang.
account-reported-ticket = Laporan Anda adalah tiket
account-report-not-stored = Laporan Anda tidak dapat disimpan. Beri tahu tim dukungan Anda apa yang terjadi.
account-reported-next = Masuk dan ganti kata sandi
account-reported-text = Pengguna { $username } menyatakan bahwa ini bukan dirinya: { $what }, { $time }, alamat { $address }. Semua sesinya telah diakhiri.
account-data = Unduh data Anda
account-data-explanation = Sebuah berkas (JSON) dengan yang diketahui layanan ini tentang Anda: profil, cara Anda masuk, aplikasi dengan akses, tempat Anda masuk, dan aktivitas terbaru. Isinya tanpa kata sandi, tanpa kunci dan tanpa kode. Simpan di tempat yang tidak dapat dibaca orang lain.
account-download = Unduh
account-profile = Profil Anda
account-profile-explanation = Aplikasi tempat Anda masuk mungkin melihat ini.
account-profile-fixed = Administrator Anda yang mengelola data ini. Hubungi administrator bila ada yang salah.
account-profile-saved = Profil Anda sudah diubah.
account-profile-name = Nama tampilan
account-profile-given_name = Nama depan
account-profile-middle_name = Nama tengah
account-profile-family_name = Nama keluarga
account-profile-nickname = Nama panggilan
account-profile-locale = Bahasa
account-profile-locale-hint = Dipakai untuk email dari layanan ini dan oleh aplikasi. Halaman mengikuti peramban Anda, atau bahasa yang Anda pilih di bagian bawahnya.
account-profile-zoneinfo = Zona waktu
account-profile-zoneinfo-hint = Nama wilayah dan kota, misalnya Asia/Jakarta. Waktu di halaman ini mengikutinya.
account-profile-none = Tanpa pilihan
account-profile-save = Simpan
account-by-administrator = Hanya administrator Anda yang dapat mengubah ini.
account-email = Alamat email
account-email-changed = Alamat email Anda sudah dikonfirmasi.
account-email-verified = sudah dikonfirmasi
account-email-unverified = belum dikonfirmasi
account-email-none = Anda tidak memiliki alamat email di sini.
account-email-verify = Konfirmasi alamat ini
account-email-new = Alamat email baru
account-email-address = Alamat email
account-email-hint = Kami mengirim kode ke alamat ini. Sampai Anda mengetiknya di sini, tidak ada yang berubah.
account-email-username-stays = Anda tetap masuk dengan nama pengguna { $username }.
account-email-send = Kirim kode
account-email-by-administrator = Hanya administrator Anda yang dapat mengubah alamat email Anda.
account-email-code-heading = Ketik kode dari email
account-email-code-explanation = Email dengan kode delapan angka sedang dikirim. Kode itu berlaku sepuluh menit, di halaman ini. Bila tidak ada yang datang, lihat folder email yang tidak diinginkan, dan periksa alamatnya:
account-email-confirm = Konfirmasi alamat
account-email-again = Alamat lain, atau kirim lagi
account-delete = Hapus akun saya
account-delete-hint = Anda kehilangan akses ke semua tempat Anda masuk dengan akun ini.
account-delete-warning = Akun yang dihapus tidak dapat dikembalikan. Anda kehilangan akses ke semua tempat Anda masuk dengan akun ini.
account-delete-removed = Yang dihapus sekarang
account-delete-profile = Nama, alamat email, dan semua isi profil Anda yang lain
account-delete-sign-in = Kata sandi, kunci sandi, aplikasi autentikator, dan kode pemulihan Anda
account-delete-apps = Akses setiap aplikasi. Semua peramban dan aplikasi dikeluarkan.
account-delete-kept = Yang masih tersimpan sementara
account-delete-history = Catatan tentang proses masuk dan perubahan Anda, dengan nama pengguna Anda, sampai waktunya habis
account-delete-in-apps = Yang disimpan aplikasi sendiri tentang Anda. Minta setiap aplikasi menghapusnya.
account-delete-backups = Cadangan layanan ini yang dibuat sebelumnya
account-delete-download = Unduh data Anda lebih dulu
account-delete-type = Ketik nama pengguna Anda sebagai konfirmasi: { $username }
account-deleted = Akun Anda sudah dihapus
account-deleted-explanation = Anda keluar dari semua tempat. Aplikasi tempat Anda masuk mungkin masih menampilkan data Anda sampai mengetahuinya.
account-sign-out = Keluar dari peramban ini

## Tetap masuk

after-access-pass-heading = Siapkan cara masuk Anda
after-access-pass-explanation = Anda masuk dengan kode akses sementara. Siapkan sekarang kunci sandi, aplikasi autentikator, atau kata sandi Anda sendiri di halaman akun.
after-access-pass-until = Anda tetap masuk sampai
after-access-pass-set-up = Siapkan sekarang
after-access-pass-continue = Lanjutkan ke { $app }
after-access-pass-note = Setelah selesai, buka kembali aplikasinya.
stay-heading = Tetap masuk?
stay-explanation = Jika Anda tetap masuk, peramban ini tidak akan menanyakan kata sandi Anda lagi untuk beberapa waktu.
stay-yes = Ya, tetap masuk
stay-no = Tidak
stay-shared-device = Pilih “Tidak” jika perangkat ini juga digunakan orang lain.

## Melanjutkan ke aplikasi

continue-title = Lanjutkan
continue-heading = Lanjutkan sebagai { $name } ke { $app }?
continue-trust = Lanjutkan hanya jika Anda sendiri baru saja membuka aplikasi ini: program lain di perangkat ini dapat memakai namanya.
continue-submit = Lanjutkan

## Pilihan akun

choose-heading = Pilih akun
choose-lead = untuk melanjutkan ke { $app }
choose-signed-in = Sudah masuk
choose-signed-out = Perlu kata sandi
choose-other = Gunakan akun lain

## Persetujuan

consent-title = Izin
consent-heading = Izinkan { $app }?
consent-publisher = Diterbitkan oleh { $publisher }.
consent-requested = Aplikasi ini kemudian dapat
consent-scope-openid = Mengenali Anda saat Anda masuk
consent-scope-profile = Melihat nama dan profil Anda, seperti foto, bahasa, dan tanggal lahir
consent-scope-email = Melihat alamat email Anda
consent-scope-address = Melihat alamat pos Anda
consent-scope-phone = Melihat nomor telepon Anda
consent-scope-offline-access = Tetap memiliki akses ini saat Anda tidak menggunakan aplikasi
consent-claim-name = Melihat nama Anda
consent-claim-preferred-username = Melihat nama pengguna Anda
consent-claim-nickname = Melihat nama panggilan Anda
consent-claim-links = Melihat alamat profil dan halaman web Anda
consent-claim-picture = Melihat foto Anda
consent-claim-gender = Melihat jenis kelamin Anda
consent-claim-birthdate = Melihat tanggal lahir Anda
consent-claim-language = Melihat bahasa dan zona waktu Anda
consent-claim-updated-at = Melihat kapan profil Anda terakhir berubah
consent-claim-oid = Melihat ID pengguna Anda
consent-scope-other = Menggunakan izin yang tidak memiliki penjelasan
consent-mark-write = dapat mengubah
consent-mark-offline = akses tetap
consent-destination = Anda melanjutkan ke
consent-accept = Izinkan
consent-trust = Izinkan hanya jika Anda mengenal dan memercayai aplikasi ini.

## The address of a sign-in that finished, or that no app started

flow-finished-heading = Anda sudah masuk ke { $app }
flow-finished-lead = Proses masuk ini selesai. Lanjutkan ke aplikasi, atau tutup halaman ini.
flow-finished-continue = Lanjutkan ke { $app }
flow-not-started-heading = Masuk dari aplikasi Anda
flow-not-started-lead = Alamat ini adalah bagian dari proses masuk, dan proses masuk dimulai oleh aplikasi. Buka aplikasi yang ingin Anda gunakan, lalu masuk dari sana.

## Keluar

sign-out-heading = Keluar?
sign-out-lead = { $app } meminta Anda keluar.
sign-out-choose = Pilih akun yang ingin Anda keluar darinya.
sign-out-explanation = Anda juga keluar dari aplikasi yang dibuka dengan akun itu, bila aplikasinya mendukung.
sign-out-submit = Keluar
sign-out-all = Keluar dari semua akun
signed-out-heading = Anda sudah keluar
signed-out-lead = Jika orang lain juga memakai perangkat ini, tutup semua jendela peramban ini.
signed-out-apps = Anda sedang keluar dari aplikasi berikut:
signed-out-apps-note = Jika salah satunya masih menampilkan Anda sebagai pengguna yang masuk, keluarlah juga di sana, atau tutup semua jendela peramban ini.
signed-out-others = Akun lain masih masuk di peramban ini

## Halaman kesalahan

error-page-others = Untuk pengembang dan administrator
error-page-nothing-developer = Anda tidak dapat memperbaikinya sendiri: pengembang aplikasi harus mengubah sesuatu.
error-page-nothing-administrator = Anda tidak dapat memperbaikinya sendiri: administrator Anda dapat melakukannya.
error-page-nothing-operator = Anda tidak dapat memperbaikinya sendiri. Coba lagi beberapa menit lagi.
error-page-nothing-user = Kembali ke aplikasi dan coba lagi.
error-page-fixed-by = Yang dapat memperbaikinya:
error-page-start-again = Mulai lagi
error-page-details = Rincian untuk tim bantuan
error-page-copy = Ketuk kotak ini untuk memilih semua rincian. Salin, lalu kirimkan kepada tim bantuan Anda.
error-page-number = Nomor kesalahan
error-page-trace-id = ID pelacakan
error-page-correlation-id = ID korelasi
error-page-timestamp = Waktu
error-page-lookup = Selengkapnya tentang { $label }
error-page-more = Arti kesalahan ini
error-page-fix = Perbaiki
error-page-declaration = Tulis ini ke dalam berkas “fix.toml”:
error-page-apply = Lalu jalankan perintah ini:
error-page-command = Jalankan perintah ini:
error-page-start-page = Halaman awal layanan ini: aplikasi, rahasia, dan pengguna
advice-redirect-uri = Jika permintaan itu keliru, perbaiki di aplikasi. Daftarkan alamat itu hanya jika aplikasi Anda memang ada di sana.
advice-code-challenge = Buat aplikasi mengirim “code_challenge” (PKCE, RFC 7636): kebanyakan pustaka melakukannya sendiri atau punya opsi untuk itu. Hanya untuk pustaka yang tidak mampu, jadikan opsional:
advice-white-space = Rahasia itu benar, tetapi ada spasi di sekelilingnya. Hapus spasi atau baris baru di tempat aplikasi membaca rahasia.
advice-scope = Jika nama dalam permintaan salah ketik, perbaiki di aplikasi. Tambahkan hanya jika API Anda memilikinya.
advice-name = Jika nama dalam permintaan salah ketik, perbaiki di aplikasi. Tambahkan hanya jika nama itu memang baru.
registered-redirect-uris = URI pengalihan aplikasi yang terdaftar
registered-origins = Asal halaman aplikasi yang boleh mengirim permintaan
registered-scopes = Cakupan API
registered-permissions = Izin aplikasi
registered-resources = API yang terdaftar
registered-clients = Aplikasi yang terdaftar
registered-tenants = Tenant
registered-credentials = Kredensial aplikasi
registered-grant-types = Jenis pemberian aplikasi
registered-accepted = Nilai yang diterima
registered-nearest = terdekat
registered-more = dan { $count } lagi
registered-nothing = Tidak ada.
report-no-error = Tidak bisa masuk

## Satu nomor kesalahan

error-detail-all = Semua nomor kesalahan
error-detail-request = Permintaan Anda
error-detail-what = Keterangan
error-detail-message = Pesan layanan
error-detail-steps = Yang perlu dilakukan
error-detail-properties = Data
error-detail-name = Nama
error-detail-error = Kesalahan OAuth 2.0
role-name-developer = Pengembang aplikasi
role-name-administrator = Administrator Anda
role-name-user = Anda, atau pengguna yang masuk
role-name-operator = Operator layanan ini
error-detail-error-on-authorize = Kesalahan OAuth 2.0 di titik akhir otorisasi
error-detail-suberror = Subkesalahan
error-detail-error-none = Tidak ada (hanya ditampilkan di halaman)
error-detail-status = Status HTTP
error-detail-parameters = Parameter
error-detail-since = Sejak versi
error-detail-related = Nomor kesalahan terkait
error-detail-retired = Layanan ini tidak lagi memberikan nomor kesalahan ini sejak versi { $version }.
error-detail-example = Contoh
error-detail-example-request = Permintaan
error-detail-example-response = Respons
error-detail-example-page = Responsnya berupa halaman layanan ini dengan teks di atas, dalam bahasa pengguna.
error-detail-sample-values = Nilai yang dicetak miring adalah contoh. Kesalahan itu sendiri menyebut nilai dari permintaan Anda.
error-detail-example-braces = Nilai dalam kurung kurawal bersifat rahasia atau berbeda pada setiap permintaan. Parameter sudah diuraikan, satu per baris.
error-detail-replaces = Nomor Microsoft yang setara
error-detail-replaces-hint = Layanan ini memberikan nomor di atas sebagai ganti setiap nomor ini.
error-detail-microsoft-only-heading = Layanan ini tidak memberikan nomor kesalahan ini
error-detail-microsoft-only-meaning = Arti di Microsoft
error-detail-microsoft-only-reason = Alasan
error-detail-microsoft-only-nearest = Nomor kesalahan terdekat di sini
error-detail-microsoft-only-about = Fitur
error-detail-microsoft-only-error = Kesalahan OAuth 2.0 di Microsoft
error-detail-microsoft-only-status = Status HTTP di Microsoft
role-user = Pengguna
role-developer = Pengembang
role-administrator = Administrator
role-operator = Operator
error-detail-unknown-heading = Nomor kesalahan tidak dikenal
error-detail-unknown-text = Layanan ini tidak memiliki nomor kesalahan “{ $code }”.
error-detail-unknown-step = Periksa nomornya, atau cari di antara semua nomor kesalahan.

## Semua nomor kesalahan

index-heading = Nomor kesalahan
index-lead = Semua nomor kesalahan layanan ini dan cara memperbaikinya.
index-search-label = Nomor atau kata
index-search-submit = Cari
index-search-hint = Satu huruf salah ketik per kata tetap diterima. Seluruh pesan kesalahan juga dapat ditempelkan.
index-not-here = hanya di Microsoft
index-microsoft-only-heading = { $count } nomor kesalahan yang hanya ada di Microsoft
index-microsoft-only-lead = Artinya pada platform identitas Microsoft, dan mengapa layanan ini tidak memberikannya.
index-found = Nomor kesalahan yang ditemukan: { $count }
index-nothing = Tidak ada nomor kesalahan yang cocok dengan “{ $query }”. Coba kata yang lebih sedikit atau kata lain, atau cukup nomornya.
index-page-only = Hanya ditampilkan di halaman
index-show-all = Tampilkan semua nomor kesalahan

## Form post

form-post-heading = Kembali ke aplikasi
form-post-lead = Anda sedang dibawa kembali ke aplikasi. Jika tidak terjadi apa-apa, gunakan tombol ini.
form-post-continue = Lanjutkan

## Halaman tidak ditemukan

not-found-heading = Halaman tidak ditemukan
not-found-text = Tidak ada halaman di alamat ini. Alamatnya mungkin tidak lengkap, atau halamannya sudah dipindahkan.
not-found-step-address = Periksa apakah ada salah ketik pada alamat.
not-found-step-app = Untuk masuk, kembalilah ke aplikasi Anda dan mulai dari sana.
not-found-lookup = Cari nomor kesalahan
