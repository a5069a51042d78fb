# Kata-kata penjelasan: pemeriksaan, hasil, peringatan, perubahan.
