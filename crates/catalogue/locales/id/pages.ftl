## Semua halaman

page-language-name = Bahasa Indonesia
page-direction = ltr
page-languages = Bahasa
page-cancel = Batal

## Masuk

sign-in-heading = Masuk
sign-in-lead = untuk melanjutkan ke { $app }
sign-in-username = Nama pengguna
sign-in-password = Kata sandi
sign-in-submit = Masuk

## Tetap masuk

stay-heading = Tetap masuk?
stay-explanation = Jika Anda tetap masuk, peramban ini tidak akan menanyakan kata sandi Anda lagi untuk beberapa waktu.
stay-yes = Ya, tetap masuk
stay-no = Tidak
stay-shared-device = Pilih “Tidak” jika perangkat ini juga digunakan orang lain.

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
consent-publisher-unknown = Penerbit aplikasi ini belum diverifikasi.
consent-signed-in = Anda masuk dengan akun ini
consent-asks = Aplikasi ini meminta izin untuk
consent-scope-openid = Mengetahui bahwa Andalah yang masuk
consent-scope-profile = Melihat nama dan profil dasar Anda
consent-scope-email = Melihat alamat email Anda
consent-scope-offline-access = Tetap memiliki akses ini saat Anda tidak menggunakan aplikasi
consent-scope-other = Menggunakan izin yang tidak memiliki penjelasan
consent-destination = Selanjutnya Anda akan dibawa ke
consent-accept = Izinkan
consent-trust = Izinkan hanya jika Anda mengenal dan memercayai aplikasi ini.

## Halaman kesalahan

error-page-steps = Yang dapat Anda lakukan
error-page-others = Bagi yang mengelola aplikasi
error-page-nothing-developer = Hal ini tidak dapat diperbaiki dari sini: aplikasinya sendiri yang harus diubah. Bila aplikasi memiliki alamat dukungan, kirimkan rincian di bawah ke sana.
error-page-nothing-administrator = Hal ini tidak dapat diperbaiki dari sini. Kirimkan rincian di bawah kepada administrator organisasi Anda.
error-page-nothing-operator = Hal ini tidak dapat diperbaiki dari sini. Coba lagi nanti, dan kirimkan rincian di bawah kepada pengelola layanan ini bila masih terjadi.
error-page-nothing-user = Kembali ke aplikasi dan coba lagi.
error-page-mended-by = Yang dapat memperbaikinya:
error-page-start-again = Mulai lagi
error-page-details = Rincian untuk tim bantuan
error-page-copy = Klik kotak ini sekali untuk memilih seluruh isinya. Salin, lalu kirimkan kepada orang yang membantu Anda.
error-page-number = Nomor kesalahan
error-page-trace-id = ID pelacakan
error-page-correlation-id = ID korelasi
error-page-timestamp = Waktu
error-page-lookup = Selengkapnya tentang { $label }

## Pencarian nomor kesalahan

lookup-all = Semua nomor kesalahan
lookup-what = Artinya
lookup-said = Yang dikatakan layanan
lookup-steps = Yang perlu dilakukan
lookup-facts = Sekilas
lookup-name = Nama
lookup-error = Kesalahan OAuth 2.0
lookup-developer = Pengembang aplikasi
lookup-administrator = Administrator organisasi Anda
lookup-user = Anda sendiri, atau orang yang masuk
lookup-operator = Pengelola layanan ini
lookup-error-on-authorize = Kesalahan OAuth 2.0 di titik akhir otorisasi
lookup-suberror = Subkesalahan
lookup-error-none = Tidak ada: hanya ditampilkan di halaman
lookup-status = Status HTTP
lookup-parameters = Parameter
lookup-since = Sejak versi
lookup-related = Nomor terkait
lookup-retired = Nomor ini tidak lagi diberikan sejak versi { $version }.
lookup-example = Contoh
lookup-example-request = Permintaan ini
lookup-example-answer = memperoleh jawaban ini:
lookup-example-page = Jawabannya berupa halaman layanan ini, yang menyampaikan hal di atas dalam bahasa pembaca.
lookup-example-braces = Yang berada dalam kurung kurawal bersifat rahasia, atau berbeda pada setiap permintaan. Parameter ditulis satu per baris, sudah diuraikan.
lookup-stands-for = Nomor Microsoft untuk hal yang sama
lookup-stands-for-hint = Di sini semuanya adalah nomor ini.
lookup-foreign-heading = Layanan ini tidak memberikan nomor ini
lookup-foreign-meaning = Artinya pada platform identitas Microsoft
lookup-foreign-reason = Mengapa tidak diberikan di sini
lookup-foreign-nearest = Nomor yang perlu dicari di sini
lookup-foreign-about = Hal yang dibahas
lookup-foreign-error = Kesalahan OAuth 2.0 di sana
lookup-foreign-status = Status HTTP di sana
who-user = Pengguna
who-developer = Pengembang
who-administrator = Administrator
who-operator = Operator
lookup-unknown-heading = Nomor ini tidak ada
lookup-unknown-text = “{ $code }” bukan nomor kesalahan yang diberikan layanan ini.
lookup-unknown-step = Periksa nomornya, atau cari di antara semua nomor.

## Daftar nomor kesalahan

index-heading = Nomor kesalahan
index-lead = Semua hal yang dapat ditolak layanan ini, dan apa yang dapat dilakukan.
index-search-label = Nomor atau kata
index-search-submit = Cari
index-search-hint = Satu huruf yang salah tidak menjadi masalah. Seluruh pesan kesalahan juga dapat ditempelkan.
index-not-here = hanya di Microsoft
index-foreign-heading = { $count } nomor yang hanya diberikan Microsoft
index-foreign-lead = Artinya pada platform identitas Microsoft, dan mengapa layanan ini tidak memberikannya.
index-found = Nomor yang ditemukan: { $count }
index-nothing = Tidak ada hasil untuk “{ $query }”. Coba kata yang lebih sedikit atau kata lain, atau cukup nomornya.
index-page-only = Hanya ditampilkan di halaman
index-show-all = Tampilkan semua nomor

## Form post

form-post-heading = Kembali ke aplikasi
form-post-lead = Anda sedang dibawa kembali ke aplikasi. Jika tidak terjadi dengan sendirinya, lanjutkan dengan tombol ini.
form-post-continue = Lanjutkan

## Alamat salah

not-found-heading = Tidak ada apa pun di alamat ini
not-found-text = Alamatnya mungkin tidak lengkap, atau halamannya sudah dipindahkan.
not-found-step-address = Periksa apakah ada salah ketik pada alamat.
not-found-step-app = Untuk masuk, kembalilah ke aplikasi Anda dan mulai dari sana.
not-found-lookup = Cari nomor kesalahan
