# Nomor platform identitas Microsoft yang tidak diberikan layanan ini.
