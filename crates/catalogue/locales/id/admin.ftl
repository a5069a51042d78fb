# Halaman administrasi.
