# Bagaimana suatu nilai berbeda dari yang diterima: difference-<kind>.

difference-trailing_slash = hanya oleh garis miring di akhir
difference-letter_case = hanya oleh huruf besar dan kecil
difference-query_or_fragment = hanya oleh kueri atau fragmen di akhir
difference-scheme = hanya oleh skema
difference-port = hanya oleh port
difference-malformed = tidak dapat dibaca: { $detail }
difference-id_of_secret = id rahasia dikirim sebagai pengganti rahasianya
difference-white_space_around = ada spasi di awal atau akhir nilainya
difference-revoked_token_replayed = refresh token yang sudah diganti datang lagi
difference-revoked_code_replayed = kode otorisasinya datang lagi
difference-revoked_by_client = klien mencabutnya
difference-revoked_by_administrator = administrator mencabutnya
difference-refresh_token_as_code = refresh token dikirim sebagai pengganti kode
