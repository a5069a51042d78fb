# Laporan dan tiket.

## Di halaman kesalahan

error-page-report = Laporkan masalah ini
error-page-report-hint = Tidak perlu masuk. Rincian di bawah akan dilampirkan.

## Halaman laporan

report-heading = Laporkan masalah
report-lead = Laporan Anda dikirim kepada yang mengurus layanan ini.
report-lead-tenant = Laporan Anda dikirim kepada administrator { $tenant }.
report-attached = Yang dilampirkan
report-what = Yang terjadi
report-text = Apa yang ingin Anda lakukan? (opsional)
report-text-hint = Paling banyak { $limit } karakter. Jangan pernah menuliskan kata sandi atau kode di sini.
report-address = Alamat email untuk jawaban (opsional)
report-address-hint = Yang menangani laporan Anda melihatnya, dan dapat menjawab Anda di sana.
report-submit = Kirim laporan

## Halaman setelah laporan

reported-heading = Terima kasih atas laporan Anda
reported-lead = Siapa pun yang dapat memperbaikinya akan menemukan laporan Anda, beserta yang diketahui layanan tentang permintaan itu, dengan nomor ini.
reported-again-heading = Masalah ini sudah dilaporkan
reported-again = Masalah ini disimpan dengan nomor di bawah. Yang Anda tulis kali ini tidak ditambahkan.
reported-details = Simpan ini
reported-number = Tiket
reported-address = Yang menangani laporan Anda dapat menjawab Anda di { $address }.
reported-no-address = Anda tidak memberikan alamat email, sehingga tidak ada yang dapat menjawab Anda. Sebutkan nomornya bila Anda menanyakan kabar.

## Tiket: kata-kata bersama untuk halaman, surat, dan baris perintah

ticket-state-open = Terbuka
ticket-state-answered = Dijawab
ticket-state-closed = Ditutup
ticket-step-answer = Dijawab
ticket-step-close = Ditutup
ticket-step-reopen = Dibuka kembali
ticket-step-undelivered = Tidak dapat dikirim

## Administrasi: daftar

admin-tickets-lead = Yang dilaporkan orang, mulai dari yang terbaru.
admin-tickets-state = Status
admin-tickets-state-any = Semua
admin-tickets-until = Dilaporkan sebelum (UTC)
admin-tickets-opened = Dilaporkan
admin-tickets-ticket = Tiket
admin-tickets-about = Tentang
admin-tickets-none = Tidak ada tiket yang cocok.

## Administrasi: satu tiket

admin-ticket-heading = Tiket { $ticket }
admin-ticket-all = Semua tiket
admin-ticket-reported = Dilaporkan
admin-ticket-language = Bahasa pelapor
admin-ticket-address = Alamat email pelapor
admin-ticket-no-address = Tidak diberikan: jawaban hanya disimpan di sini
admin-ticket-text = Yang ditulis pelapor
admin-ticket-no-text = Tidak ada
admin-ticket-request = Permintaan
admin-ticket-no-record = Catatan permintaan ini tidak ada ketika masalah dilaporkan.
admin-ticket-look = Lihat permintaan ini dan yang di sekitarnya
admin-ticket-entries = Yang sudah dilakukan
admin-ticket-entry-by = oleh { $by }
admin-ticket-answer = Teks
admin-ticket-answer-hint = Paling banyak { $limit } karakter. Jawaban dikirim kepada pelapor; teks penutupan hanya disimpan di sini.
admin-ticket-do-answer = Jawab
admin-ticket-do-close = Tutup
admin-ticket-do-reopen = Buka kembali

## Surat

mail-subject-opened = { $ticket }: { $label } dilaporkan
mail-subject-answer = { $ticket }: jawaban atas laporan Anda
mail-opened = Seseorang melaporkan masalah dengan { $tenant }.
mail-answer = { $tenant } menjawab laporan Anda { $ticket }:
mail-what = Yang terjadi: { $label } { $title }
mail-app = Aplikasi: { $app }
mail-trace-id = ID pelacakan: { $trace }
mail-at = Waktu: { $at }
mail-address = Dijawab ke: { $address }
mail-no-address = Pelapor tidak memberikan alamat untuk dijawab.
mail-text = Pelapor menulis:
mail-no-text = Pelapor tidak menulis apa pun.
mail-link = Tiket lengkap, untuk dijawab dan ditutup: { $link }
mail-all = Semua tiket, termasuk yang tidak disertai surat sendiri karena banyak yang datang sekaligus: { $link }
mail-reported = Anda melaporkan { $label } pada { $at }; ID pelacakan permintaannya { $trace }.
mail-automatic = Surat ini dikirim oleh program. Balasan hanya dibaca bila alamat yang disebut di dalamnya membacanya.
