# Laporan dan tiket.
