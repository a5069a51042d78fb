# Halaman administrasi.

## Semua halaman

admin-heading = Administrasi
admin-section-requests = Permintaan
admin-section-refusals = Penolakan
admin-section-changes = Perubahan
admin-section-tickets = Tiket
admin-section-nodes = Node
admin-sign-out = Keluar

## Masuk

admin-sign-in-lead = Untuk administrator tenant. Masuklah dengan akun Anda yang biasa.
admin-signed-out = Anda sudah keluar.
admin-tenant = Tenant
admin-tenant-hint = Nama pendek tenant, seperti pada URL halaman masuknya.
admin-tenant-unknown = Tidak ada tenant dengan nama ini. Periksa ejaannya.
admin-tenant-malformed = Nama pendek tenant hanya terdiri dari huruf, angka, tanda hubung, titik, dan garis bawah. Nama ini berbeda dari nama tampilan, seperti “Demo Company”.
admin-continue = Lanjutkan

## Daftar permintaan

admin-requests-none = Tidak ada permintaan yang cocok.
admin-search = Cari
admin-search-clear = Kosongkan
admin-search-more = Filter lainnya
admin-status-succeeded = Berhasil
admin-status-refused = Ditolak
admin-status-failed = Gagal
admin-rows-earlier = { $count } sebelumnya
admin-rows-later = { $count } berikutnya
admin-verdict-succeeded = Permintaan ini berhasil.
admin-search-user = Pengguna
admin-search-user-example = nama, alamat, atau ID
admin-search-client = Aplikasi
admin-search-client-example = nama atau ID
admin-search-from = Mulai ({ $zone })
admin-search-until = Sampai ({ $zone })
admin-search-failed-only = Hanya yang ditolak
admin-problem-id = ID terdiri dari 36 karakter, misalnya 6a1f1c7e-53a2-4bb0-9f44-0a7a9d6c0b12.
admin-problem-user = Tidak ada pengguna dengan nama, alamat, atau ID ini. Proses masuk dengan teks ini sebagai nama yang tidak dikenal ditampilkan.
admin-problem-many-users = Lebih dari { $most } pengguna cocok; { $most } yang pertama ditampilkan. Ketik nama lebih lengkap.
admin-property-typed-username = Nama pengguna yang diketik (tidak dikenal)
admin-problem-client = Tidak ada aplikasi dengan nama ini, dan ini bukan ID aplikasi yang valid.
admin-problem-number = Nomor kesalahan hanya terdiri dari angka, dengan atau tanpa AADSTS atau ADMIT di depannya.
admin-problem-time = Isikan tanggal, atau tanggal dengan jam dan menit: 2026-11-22 14:30.
admin-problem-order = Waktu ini harus sesudah “Mulai”.
admin-row-time = Waktu
admin-row-response = Respons
admin-row-client = Aplikasi
admin-row-user = Pengguna
admin-row-none = Tidak diketahui
admin-pager = Halaman
admin-pager-newest = Terbaru
admin-pager-older = Lebih lama

## Satu permintaan

admin-back = Semua permintaan
admin-compared = Perbandingan
admin-expected = Diharapkan
admin-received = Diterima
admin-checks = Pemeriksaan
admin-check-passed = Lolos:
admin-check-stopped = Gagal:
admin-properties = Permintaan
admin-property-duration = Durasi
admin-property-endpoint = Titik akhir
admin-property-status = Status HTTP
admin-property-response = Respons
admin-property-attributed-client = Dikaitkan dengan aplikasi
admin-property-grant-type = Jenis pemberian
admin-property-grant = Pemberian
admin-property-remote-address = Alamat pengirim
admin-property-cause = Penyebab internal
admin-cause = Hanya operator layanan yang dapat melihat penyebabnya: “admit explain { $trace_id }”.
admin-milliseconds = { $n } milidetik
admin-timeline = Lini masa proses masuk
admin-timeline-hint = Semua permintaan dari proses masuk, pemberian, atau ID korelasi yang sama.
admin-timeline-truncated = Lini masa memuat lebih banyak permintaan; yang terdekat ditampilkan.
admin-current = Permintaan ini
admin-of-user = Permintaan lain dari { $user }
admin-of-client = Permintaan lain dari { $client }
admin-adjacent-all = Tampilkan semua
admin-offset-milliseconds = +{ $milliseconds } milidetik
admin-offset-seconds = +{ $seconds } dtk
admin-offset-minutes = +{ $minutes } mnt { $seconds } dtk
admin-offset-hours = +{ $hours } jam { $minutes } mnt
admin-offset-days = +{ $days } hr { $hours } jam

## Bagan penolakan

admin-refusals-lead = Permintaan yang ditolak dari waktu ke waktu, menurut nomor kesalahan.
admin-refusals-none = Tidak ada permintaan yang ditolak dalam jangka waktu ini.
admin-range = Jangka waktu
admin-range-24h = 24 jam
admin-range-7d = 7 hari
admin-range-30d = 30 hari
admin-chart-label = Bagan penolakan menurut waktu. Tabel di bawah memuat angka yang sama.
admin-chart-hint = Waktu menurut zona waktu { $zone }. Garis bernomor menandai perubahan, dan kolom bergaris miring belum selesai.
admin-chart-successes = Permintaan yang berhasil
admin-chart-successes-hint = Latar yang samar menunjukkan permintaan yang berhasil, paling banyak { $count }.
admin-unit-hour = Penolakan per jam
admin-unit-6-hours = Penolakan per 6 jam
admin-unit-day = Penolakan per hari
admin-legend = Nomor kesalahan
admin-others = Semua nomor lain
admin-changes = Perubahan
admin-changes-none = Tidak ada yang berubah dalam jangka waktu ini.
admin-figures = Angka dalam tabel
admin-total = Jumlah

## The page of changes

admin-changes-lead = Apa yang berubah dalam tenant ini dan dalam layanan, dan siapa yang mengubahnya. Perubahan terbaru lebih dahulu.
admin-changes-many = { $count } perubahan
admin-changes-more = dan { $count } lagi
admin-changes-nothing = Belum ada yang berubah di sini.
admin-changes-what = Perubahan
admin-changes-who = Oleh

## Halaman node

admin-nodes-lead = Node yang melayani instalasi ini dengan satu basis data. Node yang tidak terlihat selama lima detik tidak dicantumkan.
admin-nodes-one = Satu node melayani instalasi ini.
admin-nodes-address = Node
admin-nodes-this = node ini
admin-nodes-id = ID
admin-nodes-version = Versi
admin-nodes-started = Mulai
admin-nodes-seen = Terakhir terlihat

## Mengakhiri yang sudah diberikan

admin-revoke-heading = Akhiri yang sudah diberikan
admin-revoke-lead = Mengakhiri sesi, pemberian izin, dan token seorang pengguna, sebuah aplikasi, atau semua pengguna dan aplikasi. Aplikasi atau pengguna dapat langsung masuk lagi.
admin-revoke-kind = Diberikan kepada
admin-revoke-kind-user = seorang pengguna
admin-revoke-kind-app = sebuah aplikasi
admin-revoke-kind-tenant = semua pengguna dan aplikasi tenant ini
admin-revoke-name = Nama pengguna, atau nama atau ID aplikasi
admin-revoke-name-hint = Kosongkan untuk semua pengguna dan aplikasi.
admin-revoke-unknown = Tidak ada pengguna atau aplikasi dengan nama ini, atau ada beberapa aplikasi. Periksa ejaannya, atau masukkan ID aplikasi.
admin-revoke-review = Lanjutkan
admin-revoke-confirm-user = Ini mengakhiri semua sesi { $name }, dan mencabut semua pemberian izin serta token penyegar, di semua peramban dan aplikasi.
admin-revoke-confirm-app = Ini mencabut semua pemberian izin, token penyegar, dan token akses aplikasi { $name }, untuk semua pengguna.
admin-revoke-confirm-tenant = Ini mengakhiri semua sesi dan mencabut semua pemberian izin serta token { $name }, untuk semua pengguna dan aplikasi. Anda juga keluar.
admin-revoke-lasting = Ini tidak dapat dibatalkan. API yang memeriksa token akses sendiri menerimanya sampai kedaluwarsa.
admin-revoke-end = Akhiri semuanya
admin-revoke-change = Ubah pilihan
