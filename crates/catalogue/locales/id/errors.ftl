# Setiap penolakan: apa yang terjadi; .title judulnya; .remedy langkahnya, satu baris satu langkah.

e50012 = Tanda tangan asersi klien tidak cocok dengan kunci yang terdaftar untuk aplikasi '{ $client }'.
    .title = Tanda tangan asersi klien tidak cocok
    .remedy = Pengembang: tanda tangani dengan kunci privat pasangan kunci publik yang terdaftar, dan jangan mengubah asersi sesudahnya.

e50027 = Klaim '{ $claim }' dalam asersi klien tidak memiliki bentuk atau nilai yang semestinya.
    .title = Klaim dalam asersi klien tidak dapat diterima
    .remedy = Pengembang: perbaiki klaim '{ $claim }' (RFC 7523, bagian 3).

e50048 = Asersi klien diterbitkan oleh '{ $issuer }' untuk subjek '{ $subject }'; keduanya harus berupa id klien.
    .title = Penerbit dan subjek asersi klien berbeda
    .remedy = Pengembang: isi iss dan sub asersi dengan id klien.

e50057 = Akun yang menjadi dasar permintaan ini dinonaktifkan atau sudah tidak ada.
    .title = Akun dinonaktifkan
    .remedy = Administrator: aktifkan kembali akun bila orang ini boleh memakai aplikasi.

e50098 = Asersi klien tidak memuat klaim '{ $claim }'.
    .title = Asersi klien kekurangan klaim
    .remedy = Pengembang: tambahkan klaim '{ $claim }' ke dalam asersi (RFC 7523, bagian 3).

e50120 = Asersi klien ditandatangani dengan '{ $algorithm }'. Yang diterima dengan kunci yang terdaftar: { $accepted }.
    .title = Algoritme asersi klien tidak diterima
    .remedy = Pengembang: tanda tangani dengan algoritme yang diterima dan sebutkan pada alg di header.

e50173 = Yang ditunjukkan aplikasi diterbitkan pada { $issued }, tetapi semua yang diterbitkan untuk orang ini sebelum { $revoked } telah dicabut, seperti yang terjadi saat kata sandi diganti.
    .title = Diperlukan proses masuk yang baru
    .remedy =
        Pengguna: masuk kembali.
        Pengembang: buang token yang disimpan untuk orang ini dan mulai proses masuk yang baru.

e54005 = Kode otorisasi ini telah ditukar { $seconds } detik yang lalu. Kode hanya dapat ditukar satu kali, karena itu token dari penukaran pertama dicabut.
    .title = Kode otorisasi sudah pernah dipakai
    .remedy =
        Pengembang: tukar setiap kode satu kali; periksa apakah ada halaman yang dimuat dua kali, percobaan ulang, atau dua proses yang menangani jawaban yang sama.
        Pengembang: mulai proses masuk dari awal.

e65001 = Baik pengguna maupun administrator belum menyetujui aplikasi '{ $client }' memakai '{ $scope }', atau persetujuannya telah ditarik.
    .title = Persetujuan belum ada
    .remedy =
        Pengguna: masuk kembali ke aplikasi dan setujui apa yang dimintanya.
        Administrator: atau beri persetujuan untuk semua orang di tenant.

e70000 = Nilai code bukan kode otorisasi yang diterbitkan tenant ini, atau telah berubah atau terpotong di tengah jalan.
    .title = Kode otorisasi bukan milik kami
    .remedy =
        Pengembang: uraikan kode satu kali dari alamat, lalu kirim persis seperti yang diterima.
        Pengembang: kirim ke titik akhir token milik tenant yang menerbitkannya.

e70003 = Jenis pemberian izin '{ $grant_type }' tidak didukung oleh layanan ini.
    .title = Jenis pemberian izin tidak didukung
    .remedy = Pengembang: pakai jenis pemberian izin yang tercantum pada grant_types_supported dalam dokumen penemuan.

e70008 = Kode otorisasi kedaluwarsa pada { $expired }. Kode hanya berlaku sekitar satu menit.
    .title = Kode otorisasi sudah kedaluwarsa
    .remedy = Pengembang: tukar kode segera setelah diterima, dan mulai proses masuk dari awal untuk mendapat kode baru.

e90002 = Tidak ada tenant '{ $tenant }' pada layanan ini.
    .title = Tenant tidak ditemukan
    .remedy = Pengembang: periksa id atau nama tenant dalam alamat, dan pastikan alamat itu menuju layanan yang benar.

e90015 = Kueri permintaan lebih panjang dari { $limit } bita, yaitu batas yang dibaca.
    .title = Alamat terlalu panjang
    .remedy = Pengembang: persingkat parameter, atau kirim dalam isi permintaan POST bila titik akhir ini mengizinkannya.

e90100 = Nilai parameter '{ $parameter }' tidak dapat dipakai oleh titik akhir ini.
    .title = Nilai parameter tidak dapat dipakai
    .remedy = Pengembang: bandingkan nilai '{ $parameter }' dengan uraian titik akhir ini, lalu perbaiki.

e500112 = Permintaan token menyebut URI pengalihan '{ $received }', padahal kode dikirim ke '{ $expected }'.
    .title = URI pengalihan bukan tujuan kode dikirim
    .remedy = Pengembang: kirim redirect_uri yang sama persis dalam kedua permintaan.

e501481 = SHA-256 dari code_verifier tidak sama dengan code_challenge yang dipakai saat kode diminta.
    .title = Pemverifikasi kode tidak cocok dengan tantangan
    .remedy =
        Pengembang: simpan satu pemverifikasi untuk setiap proses masuk, dan tukar kode dengan pemverifikasi pasangannya. Dua tab atau dua proses tidak boleh memakainya bersama.
        Pengembang: hitung tantangan sebagai base64url, tanpa pengisi, dari SHA-256 karakter pemverifikasi.

e700005 = Kode otorisasi diterbitkan oleh tenant lain, bukan tenant yang diminta menukarnya.
    .title = Kode otorisasi diterbitkan oleh tenant lain
    .remedy = Pengembang: pakai tenant yang sama dalam alamat titik akhir otorisasi dan titik akhir token.

e700016 = Tidak ada aplikasi dengan id klien '{ $client_id }' yang terdaftar di tenant ini.
    .title = Aplikasi tidak dikenal di tenant ini
    .remedy =
        Pengembang: bandingkan client_id dengan pendaftaran aplikasi, dan tenant dalam alamat dengan tenant tempat aplikasi itu terdaftar.
        Administrator: daftarkan aplikasi di tenant ini bila memang seharusnya ada di sini.

e700024 = Asersi klien berlaku dari { $valid_from } sampai { $valid_until }, sedangkan di sini sekarang { $now }.
    .title = Asersi klien tidak berlaku saat ini
    .remedy = Pengembang: buat asersi baru untuk setiap permintaan, dan biarkan mesin menyetel jamnya dari jaringan.

e700025 = Aplikasi '{ $client }' terdaftar sebagai aplikasi publik sehingga tidak memiliki kredensial, tetapi permintaan memuat kredensial.
    .title = Aplikasi publik mengirim kredensial
    .remedy =
        Pengembang: hilangkan client_secret, client_assertion, dan header Authorization.
        Administrator: bila aplikasi berjalan di server dan dapat menyimpan rahasia, daftarkan sebagai aplikasi rahasia.

e700027 = Asersi klien menyebut kunci atau sertifikat '{ $thumbprint }' yang tidak terdaftar untuk aplikasi ini.
    .title = Kunci asersi klien tidak terdaftar
    .remedy =
        Pengembang: tanda tangani dengan kunci yang terdaftar, dan sebutkan kunci itu di header melalui kid, x5t, x5t#S256, atau x5c.
        Administrator: daftarkan kunci publik atau sertifikat itu untuk aplikasi.

e900021 = Alamat memakai '{ $tenant }' sebagai ganti tenant, dan layanan ini tidak menyediakannya.
    .title = Alamat tidak menyebut satu tenant tertentu
    .remedy = Pengembang: pakai alamat satu tenant, dengan id atau namanya di dalam jalur.

e900023 = '{ $tenant }' bukan id tenant (GUID) dan bukan pula nama yang dapat dimiliki tenant.
    .title = Tenant dalam alamat tidak mungkin benar
    .remedy = Pengembang: tulis id atau nama tenant pada awal jalur alamat.

e900144 = Permintaan ini memerlukan parameter '{ $parameter }', tetapi parameter itu tidak ada atau kosong.
    .title = Ada parameter yang kurang
    .remedy = Pengembang: kirim '{ $parameter }' beserta nilainya, satu kali, di bagian permintaan yang dibaca oleh titik akhir ini.

e900561 = Permintaan memakai metode { $method }. Titik akhir ini menerima { $allowed }.
    .title = Titik akhir ini memakai metode HTTP lain
    .remedy = Pengembang: kirim permintaan dengan { $allowed }. Pengalihan di tengah jalan dapat mengubah POST menjadi GET, jadi pakailah alamat akhirnya.

e5002727 = Header asersi klien menyebut typ '{ $received }', yang bukan jenis asersi klien.
    .title = Asersi klien adalah jenis token lain
    .remedy = Pengembang: buat asersi untuk permintaan ini; token atau objek permintaan yang dibuat untuk keperluan lain tidak dapat menggantikannya.

e7000112 = Aplikasi '{ $client }' dinonaktifkan di tenant ini.
    .title = Aplikasi dinonaktifkan
    .remedy = Administrator: aktifkan kembali aplikasi bila boleh dipakai.

e7000215 = Rahasia yang dikirim untuk aplikasi '{ $client }' bukan salah satu rahasianya.
    .title = Rahasia klien salah
    .remedy =
        Pengembang: kirim nilai rahasia, bukan id-nya; nilai itu hanya ditampilkan sekali, yaitu saat rahasia dibuat.
        Pengembang: bila nilainya hilang, buat rahasia baru. Dalam header Authorization, rahasia harus dikodekan sebagai formulir sebelum dikodekan sebagai base64.

e7000218 = Aplikasi '{ $client }' bersifat rahasia dan harus membuktikan diri, tetapi permintaan tidak memuat rahasia maupun asersi.
    .title = Aplikasi tidak membuktikan identitasnya
    .remedy =
        Pengembang: kirim rahasia atau asersi yang terdaftar untuk aplikasi.
        Administrator: bila aplikasi berjalan di perangkat pengguna dan tidak dapat menyimpan rahasia, daftarkan sebagai aplikasi publik.

e7000222 = Rahasia yang dikirim untuk aplikasi '{ $client }' benar, tetapi sudah kedaluwarsa pada { $expired }.
    .title = Rahasia klien sudah kedaluwarsa
    .remedy = Pengembang: buat rahasia baru, pasang pada aplikasi, lalu hapus yang lama.

e9000411 = Parameter '{ $parameter }' muncul lebih dari sekali dalam permintaan. Setiap parameter hanya boleh dikirim satu kali (RFC 6749, bagian 3.1).
    .title = Parameter dikirim lebih dari sekali
    .remedy = Pengembang: kirim '{ $parameter }' tepat satu kali, dan jangan menaruhnya di kueri sekaligus di isi permintaan.

e9002313 = Parameter permintaan tidak dapat diuraikan karena bukan UTF-8 dengan pengodean persen yang benar.
    .title = Formulir tidak dapat dibaca
    .remedy = Pengembang: kodekan setiap nama dan nilai sebagai application/x-www-form-urlencoded, sebaiknya dengan pustaka dan bukan dengan menyambung teks.

e9002325 = Permintaan token datang dari halaman di peramban, padahal kode diminta tanpa code_challenge.
    .title = Penukaran dari halaman di peramban memerlukan PKCE
    .remedy = Pengembang: pakai alur kode otorisasi dengan PKCE (code_challenge_method=S256).

e9002326 = Permintaan token datang dari halaman di '{ $origin }', tetapi URI pengalihan aplikasi '{ $client }' tidak terdaftar sebagai milik aplikasi halaman tunggal.
    .title = Halaman di peramban menukar kode milik jenis aplikasi lain
    .remedy =
        Administrator: daftarkan URI pengalihan itu pada platform 'aplikasi halaman tunggal' bila aplikasi berjalan di peramban.
        Pengembang: bila aplikasi berjalan di server, tukar kode di sana dan bukan di peramban.

e9002327 = URI pengalihan aplikasi '{ $client }' terdaftar sebagai milik aplikasi halaman tunggal, tetapi permintaan token tidak memiliki header Origin, jadi tidak berasal dari halaman di peramban.
    .title = Aplikasi halaman tunggal harus menukar token di peramban
    .remedy =
        Pengembang: tukar kode dari halaman itu sendiri dengan permintaan lintas asal.
        Administrator: bila aplikasi berjalan di server atau perangkat, daftarkan URI pengalihan pada platform tersebut.

e88000001 = Isi permintaan dikirim sebagai '{ $content_type }', padahal titik akhir ini hanya membaca 'application/x-www-form-urlencoded'.
    .title = Isi permintaan bukan formulir
    .remedy =
        Pengembang: kirim parameter sebagai formulir, yaitu pasangan nama=nilai yang dihubungkan dengan '&', bukan sebagai JSON.
        Pengembang: isi header Content-Type dengan application/x-www-form-urlencoded.

e88000002 = Permintaan ini memuat lebih dari { $limit } parameter, sedangkan jumlah itu adalah batas yang dibaca.
    .title = Parameter terlalu banyak
    .remedy = Pengembang: kirim hanya parameter yang dikenal oleh titik akhir ini.

e88000003 = Nilai parameter '{ $parameter }' lebih panjang dari { $limit } bita, yaitu batas yang dibaca.
    .title = Parameter terlalu panjang
    .remedy = Pengembang: persingkat '{ $parameter }'. Keadaan yang harus bertahan selama perjalanan dapat disimpan oleh aplikasi, cukup kuncinya saja yang dikirim.

e88000004 = Isi permintaan lebih besar dari { $limit } bita, yaitu batas yang dibaca.
    .title = Isi permintaan terlalu besar
    .remedy = Pengembang: kirim isi yang lebih kecil; tidak ada permintaan ke titik akhir ini yang memerlukan sebanyak itu.

e88000005 = Tidak ada titik akhir pada jalur '{ $path }'.
    .title = Titik akhir tidak ditemukan
    .remedy =
        Pengembang: ambil alamat titik akhir dari dokumen penemuan milik tenant.
        Pengembang: pakai alamat versi 2.0; alamat versi 1.0, tanpa '/v2.0', tidak dilayani.

e88000006 = Terlalu banyak permintaan datang dari tempat yang sama dalam waktu singkat. Permintaan berikutnya diterima { $seconds } detik lagi.
    .title = Permintaan terlalu banyak
    .remedy =
        Pengembang: tunggu selama yang disebut header Retry-After, lalu coba lagi dengan jeda yang makin panjang.
        Pengembang: simpan token sampai menjelang kedaluwarsa, jangan meminta token baru untuk setiap panggilan.

e88000007 = Saat ini layanan menerima lebih banyak pekerjaan daripada yang sanggup dikerjakan, dan permintaan ini belum dimulai. Permintaan dapat diulang { $seconds } detik lagi.
    .title = Layanan sedang sibuk
    .remedy =
        Pengguna: tunggu sebentar, lalu coba lagi.
        Operator: periksa beban mesin ini serta batas yang ditetapkan dalam konfigurasi.

e88000008 = Parameter '{ $parameter }' dikirim dalam kueri. Alamat tersimpan di riwayat dan log, karena itu rahasia hanya dibaca dari isi permintaan atau header.
    .title = Rahasia dikirim di alamat
    .remedy =
        Pengembang: kirim '{ $parameter }' dalam isi permintaan POST.
        Pengembang: anggap nilai itu sudah terbuka, lalu gantilah.

e88000009 = Permintaan memuat lebih dari satu jenis autentikasi klien. Dalam satu permintaan hanya boleh dipakai satu (RFC 6749, bagian 2.3).
    .title = Aplikasi membuktikan diri dengan lebih dari satu cara
    .remedy = Pengembang: pakai salah satu saja dari header Authorization, client_secret, atau client_assertion, dan hilangkan yang lain.

e88000010 = Permintaan memuat lebih dari satu header Authorization, sehingga tidak jelas mana yang dimaksud.
    .title = Ada lebih dari satu header Authorization
    .remedy = Pengembang: kirim satu header Authorization saja. Proksi di tengah jalan mungkin menambahkan header miliknya sendiri.

e88000011 = Permintaan dikirim ke host '{ $host }', sedangkan layanan ini menjawab dengan nama lain.
    .title = Host ini tidak dilayani di sini
    .remedy =
        Pengembang: pakai alamat yang diumumkan layanan dalam dokumen penemuan.
        Operator: bila '{ $host }' memang nama yang benar, tetapkan sebagai alamat publik; bila ada proksi di depan, biarkan proksi meneruskan header Host.

e88000012 = Isi permintaan tidak tiba dalam { $seconds } detik.
    .title = Permintaan terlalu lama tiba
    .remedy = Pengembang: coba lagi, dan periksa jaringan antara aplikasi dan layanan ini.

e88000020 = Tenant '{ $tenant }' sedang ditangguhkan, sehingga tidak seorang pun dapat masuk dan tidak ada token yang diterbitkan.
    .title = Tenant ditangguhkan
    .remedy =
        Administrator: tanyakan kepada pengelola layanan ini mengapa tenant ditangguhkan.
        Operator: aktifkan kembali tenant setelah alasannya tidak berlaku lagi.

e88000030 = Aplikasi '{ $client }' membuktikan diri dengan { $received }, padahal terdaftar untuk { $expected }.
    .title = Cara autentikasi aplikasi bukan yang terdaftar
    .remedy =
        Pengembang: buktikan diri dengan { $expected }.
        Administrator: atau ubah cara autentikasi dalam pendaftaran aplikasi.

e88000031 = Permintaan datang dari aplikasi '{ $client }', tetapi asersi kliennya berbicara atas nama '{ $subject }'.
    .title = Asersi klien milik aplikasi lain
    .remedy = Pengembang: pakai id klien yang sama dalam client_id serta dalam iss dan sub pada asersi.

e88000032 = Audiens asersi klien adalah '{ $received }'; yang diterima adalah { $accepted }.
    .title = Asersi klien ditujukan kepada pihak lain
    .remedy = Pengembang: isi aud dengan tepat satu nilai yang diterima, termasuk skema, host, porta, dan jalurnya.

e88000033 = Asersi klien masih berlaku { $seconds } detik; yang terpanjang yang diterima adalah { $limit } detik.
    .title = Masa berlaku asersi klien terlalu panjang
    .remedy = Pengembang: biarkan asersi kedaluwarsa beberapa menit setelah dibuat.

e88000034 = Asersi klien dengan id '{ $jti }' pernah dipakai. Setiap asersi hanya diterima satu kali.
    .title = Asersi klien pernah dipakai
    .remedy = Pengembang: buat asersi baru, dengan jti baru, untuk setiap permintaan.

e88000035 = Nilai client_assertion tidak dapat dibaca sebagai JWT bertanda tangan, yaitu tiga bagian base64url yang dua bagian pertamanya berupa objek JSON.
    .title = Asersi klien bukan JWT bertanda tangan
    .remedy = Pengembang: kirim asersi dalam bentuk ringkas, lengkap, dan tanpa tanda kutip.

e88000036 = client_assertion_type berisi '{ $received }'; yang didukung adalah 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'.
    .title = Jenis asersi klien tidak didukung
    .remedy = Pengembang: kirim nilai itu sebagai client_assertion_type, bersama JWT dalam client_assertion.

e88000037 = Header Authorization tidak memuat id klien dan rahasia dalam bentuk autentikasi HTTP Basic.
    .title = Header Authorization tidak dapat dibaca
    .remedy = Pengembang: kodekan id klien dan rahasia sebagai formulir, gabungkan dengan ':', kodekan hasilnya sebagai base64, lalu tulis 'Basic ' di depannya (RFC 6749, bagian 2.3.1).

e88000038 = Parameter client_id berisi '{ $received }', tetapi aplikasi yang membuktikan diri adalah '{ $authenticated }'.
    .title = Permintaan menyebut dua aplikasi
    .remedy = Pengembang: kirim id klien yang sama di kedua tempat, atau hanya dalam autentikasi.

e88000039 = Header Authorization memakai skema '{ $scheme }'. Untuk autentikasi klien, header ini hanya mendukung Basic.
    .title = Skema autentikasi tidak didukung
    .remedy = Pengembang: pakai Basic, atau hilangkan header itu dan buktikan diri dengan parameter dalam isi permintaan.

e88000040 = Aplikasi '{ $client }' tidak diizinkan memakai jenis pemberian izin '{ $grant_type }'.
    .title = Aplikasi tidak boleh memakai jenis pemberian izin ini
    .remedy =
        Pengembang: pakai jenis pemberian izin yang terdaftar untuk aplikasi.
        Administrator: atau tambahkan '{ $grant_type }' pada pendaftaran aplikasi.

e88000050 = Kode otorisasi diterbitkan untuk aplikasi lain, bukan aplikasi yang menukarnya.
    .title = Kode otorisasi diterbitkan untuk aplikasi lain
    .remedy = Pengembang: pakai id klien yang sama di titik akhir otorisasi dan titik akhir token.

e88000051 = Permintaan otorisasi menyebut URI pengalihan, sehingga permintaan token harus menyebut yang sama, tetapi tidak ada.
    .title = URI pengalihan tidak disertakan saat penukaran
    .remedy = Pengembang: kirim redirect_uri dari permintaan otorisasi juga ke titik akhir token.

e88000052 = Kode diminta dengan code_challenge, sehingga code_verifier diperlukan untuk menukarnya, tetapi tidak ada atau kosong.
    .title = Pemverifikasi kode tidak ada
    .remedy = Pengembang: kirim code_verifier yang menjadi asal tantangan itu. Pustaka yang hanya diberi tantangannya tidak dapat melakukannya.

e88000053 = code_verifier harus sepanjang 43 sampai 128 karakter dan hanya berisi huruf, angka, '-', '.', '_', dan '~' (RFC 7636, bagian 4.1).
    .title = Bentuk pemverifikasi kode tidak sesuai
    .remedy = Pengembang: buat pemverifikasi dari sedikitnya 32 bita acak, dikodekan sebagai base64url tanpa pengisi.

e88000054 = Permintaan token memuat code_verifier, padahal kode diminta tanpa code_challenge. Mungkin ada yang menghapusnya di tengah jalan.
    .title = Pemverifikasi kode dikirim, tetapi kode tidak memiliki tantangan
    .remedy = Pengembang: kirim code_challenge dan code_challenge_method=S256 dalam permintaan otorisasi.

e88000055 = Kode otorisasi terikat pada satu kunci DPoP melalui dpop_jkt, dan permintaan token tidak dibuktikan dengan kunci itu.
    .title = Kode terikat pada kunci DPoP lain
    .remedy = Pengembang: tukar kode dengan bukti DPoP yang dibuat memakai kunci yang sidik jarinya dikirim sebagai dpop_jkt.

e88000056 = Permintaan datang dari halaman di '{ $origin }', yang bukan asal dari URI pengalihan mana pun milik aplikasi halaman tunggal '{ $client }'.
    .title = Asal halaman tidak terdaftar
    .remedy = Administrator: daftarkan URI pengalihan di '{ $origin }' bila aplikasi memang disajikan dari sana.
