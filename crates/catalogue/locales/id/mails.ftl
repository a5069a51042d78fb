# Email kepada pengguna.

## Asal sebuah email

mail-origin-lead = Email ini dipicu oleh sebuah permintaan:
mail-origin-time = Waktu
mail-origin-browser = Peramban
mail-origin-place = Alamat jaringan
mail-origin-account = Akun
mail-browser-unknown = Tidak diketahui
mail-place-unknown = Tidak diketahui

## Bagian akhir setiap email

user-mail-automatic = Email ini dikirim secara otomatis oleh { $tenant } ({ $host }).
user-mail-contact = Bantuan: { $contact }

## Kode dan tautan untuk mengatur ulang kata sandi

reset-mail-subject = Kode Anda untuk mengatur ulang kata sandi: { $tenant }
reset-mail-heading = Atur ulang kata sandi Anda
reset-mail-lead = Seseorang meminta pengaturan ulang kata sandi akun Anda { $username } di { $tenant }. Bila itu Anda, gunakan kode atau tautannya dalam sepuluh menit. Masing-masing hanya berlaku satu kali.
reset-mail-code = Kode
reset-mail-code-hint = Ketik kode ini hanya di { $host }, di halaman tempat Anda memintanya. Jangan pernah memberikannya kepada orang lain, termasuk kepada orang yang mengaku dari { $tenant }.
reset-mail-link-lead = Atau buka tautan ini di peramban tempat Anda meminta email; tautan ini tidak berfungsi di peramban lain:
reset-mail-link = Pilih kata sandi baru
reset-mail-not-you = Bila bukan Anda, Anda tidak perlu melakukan apa pun: kata sandi Anda tidak berubah. Hapus email ini. Bila email seperti ini datang lagi, beri tahu administrator Anda.

## Pemberitahuan setelah kata sandi diatur ulang

reset-notice-subject = Kata sandi Anda telah diubah: { $tenant }
reset-notice-heading = Kata sandi Anda telah diubah
reset-notice-lead = Kata sandi akun Anda { $username } di { $tenant } diatur ulang dengan kode atau tautan yang dikirim ke alamat ini.
reset-notice-signed-out = Anda dikeluarkan dari semua tempat lain.
reset-notice-not-signed-out = Peramban dan aplikasi lain tempat Anda masuk tetap masuk.
reset-notice-not-you = Bila bukan Anda, orang lain dapat membaca email Anda. Amankan dahulu kotak surat Anda dengan kata sandi baru. Lalu buka { $origin }, pilih “Lupa kata sandi?” saat masuk, dan tetapkan kata sandi lain. Segera beri tahu administrator Anda.
password-notice-lead = Kata sandi akun Anda { $username } di { $tenant } ditetapkan di halaman akun.
password-notice-replaced-lead = Kata sandi akun Anda { $username } di { $tenant } diganti ketika masuk: kata sandi itu sudah kedaluwarsa, atau ditetapkan administrator untuk masuk pertama kali.
password-notice-not-you = Bila bukan Anda, orang lain sedang masuk ke akun Anda. Buka { $origin }, pilih “Lupa kata sandi?” saat masuk, tetapkan kata sandi lain, dan keluarkan semua peramban lain. Segera beri tahu administrator Anda.

## Pemberitahuan bahwa kode akses sementara dibuat

access-pass-notice-subject = Anda diberi kode akses sementara: { $tenant }
access-pass-notice-heading = Anda diberi kode akses sementara
access-pass-notice-lead = Administrator membuat kode akses sementara untuk akun Anda { $username } di { $tenant }. Dengan kode itu, Anda masuk tanpa kata sandi dan langkah kedua, lalu menyiapkan yang baru.
access-pass-notice-until = Kode ini berlaku sampai { $until }.
access-pass-notice-once = Kode ini berlaku satu kali.
access-pass-notice-how = Email ini tidak berisi kodenya: administrator memberikannya kepada Anda. Ketik kode itu hanya di { $host }, sebagai pengganti kata sandi, dan jangan pernah memberikannya kepada orang lain.
access-pass-notice-not-you = Bila Anda tidak memintanya, mungkin orang lain berpura-pura menjadi Anda. Segera beri tahu administrator Anda.

## Pendaftaran dan undangan

sign-up-mail-subject = Kode Anda untuk membuat akun: { $tenant }
sign-up-mail-heading = Buat akun Anda
sign-up-mail-lead = Seseorang meminta pembuatan akun dengan alamat email ini di { $tenant }. Bila itu Anda, ketik kodenya dalam sepuluh menit. Kode hanya berlaku satu kali.
sign-up-mail-code = Kode
sign-up-mail-code-hint = Ketik kode ini hanya di { $host }, di halaman tempat Anda memintanya. Jangan pernah memberikannya kepada orang lain, termasuk kepada orang yang mengaku dari { $tenant }.
sign-up-mail-not-you = Bila bukan Anda, Anda tidak perlu melakukan apa pun: tidak ada akun yang dibuat tanpa kode. Hapus email ini.
account-exists-mail-subject = Anda sudah memiliki akun: { $tenant }
account-exists-mail-heading = Anda sudah memiliki akun
account-exists-mail-lead = Seseorang meminta pembuatan akun dengan alamat email ini di { $tenant }, tetapi alamat ini sudah memilikinya. Bila itu Anda, masuklah dengan nama pengguna { $username }. Bila Anda tidak tahu kata sandinya, pilih “Lupa kata sandi?” di sana. Bila Anda diundang dan belum menetapkan kata sandi, buka tautan undangannya.
account-exists-mail-not-you = Bila bukan Anda, Anda tidak perlu melakukan apa pun: tidak ada yang berubah. Hapus email ini.
invitation-mail-subject = Anda diundang ke { $tenant }
invitation-mail-heading = Anda diundang
invitation-mail-lead = Administrator { $tenant } mengundang Anda membuat akun dengan alamat email ini.
invitation-mail-link-lead = Buka tautan ini dan terima undangannya. Tautan hanya berlaku satu kali:
invitation-mail-link = Terima undangan
invitation-mail-origin = Email ini dikirim oleh administrator:
invitation-mail-expires = Tautan berlaku sampai { $expires }.
invitation-mail-not-you = Bila Anda tidak menunggu undangan, hapus email ini. Tanpa ketukan di halaman tautan itu, tidak ada yang terjadi. Jangan berikan tautannya kepada siapa pun.

## Kode yang membuktikan sebuah alamat email

address-mail-subject = Kode Anda untuk mengonfirmasi alamat ini: { $tenant }
address-mail-heading = Konfirmasi alamat email ini
address-mail-lead = Seseorang yang masuk ke akun { $username } di { $tenant } menyebut alamat ini sebagai miliknya. Bila itu Anda, ketik kodenya dalam sepuluh menit. Kode hanya berlaku satu kali.
address-mail-code-hint = Ketik kode ini hanya di { $host }, di halaman tempat Anda memintanya. Jangan pernah memberikannya kepada orang lain, termasuk kepada orang yang mengaku dari { $tenant }.
address-mail-not-you = Bila bukan Anda, seseorang salah mengetik alamat. Anda tidak perlu melakukan apa pun: tanpa kode, tidak ada yang terjadi. Hapus email ini, dan jangan berikan kodenya kepada siapa pun.

## Pemberitahuan ke alamat sebelumnya

address-notice-subject = Alamat email Anda telah diubah: { $tenant }
address-notice-heading = Alamat email Anda telah diubah
address-notice-lead = Akun Anda { $username } di { $tenant } sekarang memakai alamat email lain. Alamat tujuan email ini tidak akan menerima email lagi.
address-notice-not-you = Bila bukan Anda, orang lain sedang masuk ke akun Anda. Segera beri tahu administrator Anda: administrator dapat mengakhiri semua sesi dan mengembalikan alamatnya.

## Pemberitahuan setelah akun dihapus

deletion-notice-subject = Akun Anda telah dihapus: { $tenant }
deletion-notice-heading = Akun Anda telah dihapus
deletion-notice-lead = Akun Anda { $username } di { $tenant } dihapus di halaman akun, dan semua aplikasi dikeluarkan. Cadangan dan catatan sebelumnya masih tersimpan untuk sementara.
deletion-notice-not-you = Bila bukan Anda, orang lain telah masuk ke akun Anda. Segera beri tahu administrator Anda.
