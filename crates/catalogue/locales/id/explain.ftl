# Kata-kata penjelasan: pemeriksaan, hasil, peringatan, perubahan.

explanation-unknown-number = Nomor { $number } diberikan oleh versi layanan yang lain; versi ini tidak memiliki teks untuknya.
    .title = Nomor dari versi lain
    .remedy = Operator: cari nomor ini dengan versi layanan yang memberikannya.

## Apa jawabannya: outcome-<word>

outcome-tokens = Token diterbitkan
outcome-code = Kode otorisasi diterbitkan
outcome-answer = Permintaan dijawab
outcome-refusal = Permintaan ditolak
outcome-fault = Layanan gagal
outcome-page-sign_in = Halaman masuk ditampilkan
outcome-page-consent = Halaman persetujuan ditampilkan
outcome-page-account = Pilihan akun ditampilkan
outcome-page-stay_signed_in = Pertanyaan untuk tetap masuk ditampilkan

## Yang masih berhasil, tetapi tidak lama lagi: warning-<kind>

warning-secret_expires = Rahasia klien kedaluwarsa dalam { $value } hari. Tambahkan yang baru sebelum itu.
warning-parameter_ignored = Parameter “{ $value }” tidak dipakai di sini dan diabaikan.

## Apa yang berubah: event-<kind>

event-secret_added = Klien { $subject }: rahasia { $detail } ditambahkan
event-redirect_uri_removed = Klien { $subject }: URI pengalihan { $detail } dihapus
event-key_rotated = Kunci penandatanganan { $detail } kini dipakai
event-version = Layanan versi { $detail } dimulai
