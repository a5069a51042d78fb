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
