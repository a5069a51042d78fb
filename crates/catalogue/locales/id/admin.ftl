# Halaman administrasi.

## Semua halaman

admin-heading = Administrasi
admin-section-requests = Permintaan
admin-section-refusals = Penolakan
admin-section-tickets = Tiket
admin-sign-out = Keluar

## Jalan masuk

admin-sign-in-lead = Untuk administrator organisasi. Anda masuk seperti biasanya.
admin-signed-out = Anda sudah keluar.
admin-tenant = Organisasi
admin-tenant-hint = Nama pendek tenant-nya, seperti pada alamat proses masuknya.
admin-tenant-malformed = Nama tenant hanya terdiri dari huruf, angka, tanda hubung, titik, dan garis bawah. Nama yang dibaca orang, seperti “Demo Company”, adalah nama lain.
admin-continue = Lanjutkan

## Permintaan: daftarnya

admin-requests-lead = Yang terjadi di organisasi Anda, mulai dari yang terbaru. Semua waktu dalam UTC.
admin-requests-none = Tidak ada yang cocok di antara yang diingat.
admin-search = Cari
admin-search-clear = Kosongkan
admin-search-user = Nama atau ID pengguna
admin-search-client = Nama atau ID aplikasi
admin-search-from = Mulai (UTC)
admin-search-until = Sampai (UTC)
admin-search-failed-only = Hanya yang ditolak
admin-problem-id = ID terdiri dari 36 karakter, misalnya 6a1f1c7e-53a2-4bb0-9f44-0a7a9d6c0b12.
admin-problem-user = Tidak ada pengguna dengan nama atau ID ini. Ketikkan seluruhnya.
admin-problem-client = Tidak ada aplikasi dengan nama ini, dan ini tidak mungkin ID aplikasi.
admin-problem-number = Nomor hanya terdiri dari angka, dengan atau tanpa AADSTS atau ADMIT di depannya.
admin-problem-time = Waktu adalah tanggal, atau tanggal dengan jam dan menit: 2026-11-22 14:30.
admin-problem-order = Ini tidak sesudah “Mulai”, sehingga tidak ada apa pun di antara keduanya.
admin-row-time = Waktu (UTC)
admin-row-answer = Jawaban
admin-row-client = Aplikasi
admin-row-user = Pengguna
admin-row-none = Tidak diketahui
admin-pager = Halaman
admin-pager-newest = Terbaru
admin-pager-older = Lebih lama

## Permintaan: salah satunya

admin-back = Semua permintaan
admin-compared = Yang dibandingkan
admin-expected = Diharapkan
admin-received = Diterima
admin-checks = Pemeriksaan, secara berurutan
admin-check-passed = Lolos:
admin-check-stopped = Terhenti di sini:
admin-facts = Permintaan ini
admin-fact-duration = Durasi
admin-fact-endpoint = Alamat
admin-fact-status = Status HTTP
admin-fact-answer = Jawaban
admin-fact-owner = Dianggap dari aplikasi
admin-fact-grant-type = Jenis pemberian
admin-fact-grant = Pemberian
admin-fact-peer = Dikirim dari
admin-fact-cause = Di dalam layanan
admin-cause = Penyebabnya untuk pengelola layanan: “admit explain { $trace_id }” menampilkannya.
admin-milliseconds = { $n } milidetik
admin-timeline = Lini masa proses masuk
admin-timeline-hint = Semua permintaan dari proses masuk, pemberian, atau ID korelasi yang sama.
admin-timeline-cut = Ada lebih banyak permintaan daripada ini; yang terdekat ditampilkan.
admin-present = Permintaan ini
admin-of-user = Di sekitarnya: pengguna { $user }
admin-of-client = Di sekitarnya: aplikasi { $client }
admin-neighbours-all = Tampilkan semua
admin-offset-milliseconds = +{ $milliseconds } milidetik
admin-offset-seconds = +{ $seconds } dtk
admin-offset-minutes = +{ $minutes } mnt { $seconds } dtk
admin-offset-hours = +{ $hours } jam { $minutes } mnt
admin-offset-days = +{ $days } hr { $hours } jam

## Penolakan: bagannya

admin-refusals-lead = Seberapa sering permintaan ditolak, menurut nomor.
admin-refusals-none = Tidak ada yang ditolak dalam waktu ini.
admin-span = Jangka waktu
admin-span-24h = 24 jam
admin-span-7d = 7 hari
admin-span-30d = 30 hari
admin-chart-label = Bagan penolakan menurut waktu. Tabel di bawah memuat angka yang sama.
admin-chart-hint = Semua waktu dalam UTC. Garis bernomor menandai apa yang berubah.
admin-legend = Nomor
admin-others = Semua nomor lain
admin-changes = Yang berubah
admin-changes-none = Tidak ada yang berubah dalam waktu ini.
admin-figures = Angka yang sama sebagai tabel
admin-total = Jumlah
