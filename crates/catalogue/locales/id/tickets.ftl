# Laporan dan tiket.

## Di halaman kesalahan

error-page-report = Laporkan masalah ini
error-page-report-hint = Tidak perlu masuk. Rincian di bawah akan dilampirkan.

## Formulir laporan

report-heading = Laporkan masalah
report-lead = Laporan Anda dikirim kepada operator layanan ini.
report-lead-tenant = Laporan Anda dikirim kepada administrator { $tenant }.
report-attached = Rincian terlampir
report-what = Kesalahan
report-text = Apa yang ingin Anda lakukan? (opsional)
report-text-hint = Paling banyak { $limit } karakter. Jangan pernah menuliskan kata sandi atau kode di sini.
report-address = Alamat email untuk jawaban (opsional)
report-address-hint = Administrator melihat alamat ini dan dapat menjawab Anda di sana.
report-submit = Kirim laporan

## Konfirmasi laporan

reported-heading = Terima kasih atas laporan Anda
reported-lead = Administrator menemukan laporan Anda, beserta rincian permintaan yang tercatat, dengan ID tiket ini.
reported-again-heading = Masalah ini sudah dilaporkan
reported-again = Laporan itu memiliki ID tiket di bawah. Teks Anda yang baru tidak ditambahkan.
reported-details = Simpan ID ini
reported-ticket = ID tiket
reported-address = Jawaban dikirim ke { $address } setelah Anda mengikuti tautan di email pertama yang Anda terima di sana.
reported-no-address = Anda tidak memberikan alamat email, sehingga Anda tidak dapat menerima jawaban. Sebutkan ID tiketnya bila Anda menanyakan perkembangannya.

## Konfirmasi alamat

confirm-heading = Konfirmasikan alamat email Anda
confirm-lead = Jawaban atas laporan Anda dikirim ke alamat email Anda setelah Anda mengonfirmasinya.
confirm-submit = Konfirmasikan alamat
confirmed-heading = Alamat sudah dikonfirmasi
confirmed-lead = Jawaban atas laporan Anda dikirim ke alamat email Anda.

## Tiket: bersama untuk halaman, email, dan baris perintah

ticket-tenant = Tenant
ticket-state-open = Terbuka
ticket-state-answered = Dijawab
ticket-state-closed = Ditutup
ticket-entry-answer = Dijawab
ticket-entry-close = Ditutup
ticket-entry-reopen = Dibuka kembali
ticket-entry-undelivered = Pengiriman gagal
ticket-entry-address_asked = Pelapor diminta mengonfirmasi alamatnya
ticket-entry-address_confirmed = Pelapor mengonfirmasi alamatnya

## Administrasi: daftar

admin-tickets-state = Status
admin-tickets-state-any = Semua
admin-tickets-until = Dilaporkan sebelum ({ $zone })
admin-tickets-opened = Dilaporkan
admin-tickets-ticket = Tiket
admin-tickets-about = Kesalahan
admin-tickets-none = Tidak ada tiket yang cocok.

## Administrasi: satu tiket

admin-ticket-heading = Tiket { $ticket }
admin-ticket-all = Semua tiket
admin-ticket-reported = Dilaporkan
admin-ticket-language = Bahasa pelapor
admin-ticket-address = Alamat email pelapor
admin-ticket-unconfirmed = Belum dikonfirmasi; jawaban dikirim setelah pelapor mengikuti tautan di email pertama
admin-ticket-no-address = Tidak ada; jawaban hanya disimpan di sini
admin-ticket-text = Teks pelapor
admin-ticket-no-text = Tidak ada
admin-ticket-request = Permintaan
admin-ticket-no-record = Catatan permintaan ini tidak ada ketika masalah dilaporkan.
admin-ticket-look = Tampilkan permintaan
admin-ticket-entries = Catatan
admin-ticket-entry-by = oleh { $by }
admin-ticket-answer = Teks
admin-ticket-answer-hint = Paling banyak { $limit } karakter. Jawaban dikirim kepada pelapor; teks penutupan hanya disimpan di sini.
admin-ticket-do-answer = Jawab
admin-ticket-do-close = Tutup
admin-ticket-do-reopen = Buka kembali

## Email

mail-subject-opened = { $ticket }: { $label } dilaporkan
mail-subject-answer = { $ticket }: jawaban atas laporan Anda
mail-opened = Seorang pengguna melaporkan masalah dengan { $tenant }.
mail-subject-confirm = { $ticket }: konfirmasikan alamat email Anda
mail-confirm = Sebuah laporan tentang masalah dengan { $tenant } menyebut alamat ini untuk jawabannya.
mail-confirm-link = Bila laporan itu dari Anda, konfirmasikan alamatnya dalam tujuh hari: { $link }
mail-confirm-ignore = Bila bukan dari Anda, Anda tidak perlu melakukan apa pun: tanpa konfirmasi, laporan dan jawaban tidak dikirim ke alamat ini.
mail-answer = { $tenant } menjawab laporan Anda { $ticket }:
mail-what = Kesalahan: { $label } { $title }
mail-app = Aplikasi: { $app }
mail-trace-id = ID pelacakan: { $trace }
mail-at = Waktu: { $at }
mail-address = Alamat untuk jawaban: { $address }
mail-no-address = Pelapor tidak memberikan alamat untuk jawaban.
mail-text = Teks pelapor:
mail-no-text = Pelapor tidak memberikan teks.
mail-link = Lihat, jawab, atau tutup tiket: { $link }
mail-all = Semua tiket, termasuk yang tidak disertai email karena banyak yang dibuka sekaligus: { $link }
mail-reported = Anda melaporkan { $label } pada { $at }; ID pelacakan permintaannya { $trace }.
mail-automatic = Email ini dikirim secara otomatis. Balasan hanya dibaca bila alamat pengirimnya menerima email.
