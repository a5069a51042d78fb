# Setiap penolakan: apa yang terjadi; .title judulnya; .remedy langkahnya, satu baris satu langkah.

e16001 = Akun yang dipilih sudah tidak masuk lagi dengan peramban ini.
    .title = Akun yang dipilih sudah tidak masuk lagi
    .remedy = Pengguna: pilih akun lain, atau masuk lagi.

e16002 = Permintaan ingin berlanjut tanpa menampilkan halaman (prompt=none) dengan akun dari sesi terdahulu (sid), tetapi yang masuk dengan peramban ini akun lain.
    .title = Yang masuk akun lain, bukan akun dari sesi itu
    .remedy =
        Pengembang: arahkan pengguna ke proses masuk yang terlihat, atau hilangkan sid untuk berlanjut dengan siapa pun yang sedang masuk.
        Pengguna: masuk dengan akun yang diharapkan aplikasi.

e50000 = Layanan tidak dapat melakukan tugasnya, dan penyebabnya bukan permintaan ini.
    .title = Layanan gagal
    .remedy =
        Operator: cari ID pelacakan dengan 'admit explain TRACE_ID'; id itu menuntun ke penyebabnya.
        Pengguna: coba lagi nanti, dan beri tahukan ID pelacakan kepada pengelola layanan.

e50003 = Tenant tidak memiliki kunci tanda tangan yang berlaku saat ini, sehingga tidak ada token yang dapat ditandatangani.
    .title = Tidak ada kunci untuk menandatangani
    .remedy =
        Operator: bandingkan root_key_file pada konfigurasi dengan kunci akar yang dipakai saat direktori data dibuat; kunci lain tidak dapat membuka kunci tanda tangan.
        Operator: periksa jam mesin, lalu buat kunci dengan 'admit key rotate --now --config FILE'.

e50011 = URI pengalihan '{ $redirect_uri }' tidak terdaftar untuk aplikasi '{ $client }', sehingga tidak ada yang dikirim ke sana.
    .title = URI pengalihan tidak terdaftar
    .remedy =
        Pengembang: bandingkan secara persis dengan yang terdaftar: skema, huruf besar dan kecil, porta, jalur, serta garis miring di akhir.
        Administrator: bila URI pengalihan itu memang milik aplikasi, tambahkan ke redirect_uris aplikasi dalam deklarasi, lalu jalankan 'admit apply'.

e50012 = Tanda tangan asersi klien tidak cocok dengan kunci yang terdaftar untuk aplikasi '{ $client }'.
    .title = Tanda tangan asersi klien tidak cocok
    .remedy = Pengembang: tanda tangani dengan kunci privat pasangan kunci publik yang terdaftar, dan jangan mengubah asersi sesudahnya.

e50027 = Klaim '{ $claim }' dalam asersi klien tidak memiliki bentuk atau nilai yang semestinya.
    .title = Klaim dalam asersi klien tidak dapat diterima
    .remedy = Pengembang: perbaiki klaim '{ $claim }' (RFC 7523, bagian 3).

e50033 = Data yang sama terus diubah oleh pihak lain selama permintaan ini diproses, sehingga permintaan dihentikan dan tidak ada yang berubah.
    .title = Layanan belum berhasil kali ini
    .remedy =
        Pengguna: coba lagi sebentar lagi.
        Operator: bila sering terjadi, cari klien yang mengulang permintaan yang sama dengan sangat cepat.

e50048 = Asersi klien diterbitkan oleh '{ $issuer }' untuk subjek '{ $subject }'; keduanya harus berupa id klien.
    .title = Penerbit dan subjek asersi klien berbeda
    .remedy = Pengembang: isi iss dan sub asersi dengan id klien.

e50049 = Titik akhir otorisasi yang ditanyakan berada di host '{ $host }', yang tidak dikenal layanan ini.
    .title = Host tidak dikenal di sini
    .remedy = Pengembang: tanyakan alamat milik layanan ini, atau daftarkan host itu sebagai otoritas yang dikenal dalam pustaka klien.

e50050 = Parameter '{ $parameter }' pada permintaan penemuan tidak ada atau tidak dapat dibaca.
    .title = Permintaan penemuan tidak dapat dibaca
    .remedy = Pengembang: kirim api-version=1.1 dan authorization_endpoint dengan alamat lengkap sebuah titik akhir otorisasi.

e50053 = Ada terlalu banyak percobaan dengan kata sandi yang salah, sehingga percobaan berikutnya baru diterima sekitar { $minutes } menit lagi.
    .title = Terlalu banyak percobaan yang salah
    .remedy =
        Pengguna: tunggu, lalu coba lagi dengan kata sandi yang benar.
        Administrator: bila percobaan itu bukan dari pemilik akun, periksa asalnya di /admin/requests.

e50057 = Akun yang menjadi dasar permintaan ini dinonaktifkan atau sudah tidak ada.
    .title = Akun dinonaktifkan
    .remedy = Administrator: bila orang ini boleh memakai aplikasi, tulis enabled = true untuk pengguna itu dalam deklarasi, lalu jalankan 'admit apply'.

e50058 = Permintaan ingin berlanjut tanpa menampilkan halaman (prompt=none), tetapi belum ada yang masuk dengan peramban ini.
    .title = Belum ada yang masuk
    .remedy =
        Pengembang: ini jawaban yang wajar saat aplikasi dimulai; arahkan pengguna ke proses masuk yang terlihat.
        Pengguna: masuklah. Bila peramban memblokir kuki di dalam halaman lain, proses masuk diam-diam tidak dapat berjalan di sana.

e50089 = Proses masuk ini dimulai terlalu lama yang lalu dan tidak dapat diselesaikan lagi.
    .title = Proses masuk terlalu lama
    .remedy = Pengguna: kembali ke aplikasi dan masuk lagi.

e50098 = Asersi klien tidak memuat klaim '{ $claim }'.
    .title = Asersi klien kekurangan klaim
    .remedy = Pengembang: tambahkan klaim '{ $claim }' ke dalam asersi (RFC 7523, bagian 3).

e50117 = Parameter claims bukan objek JSON seperti yang diuraikan OpenID Connect Core, bagian 5.5.
    .title = Parameter claims tidak dapat dibaca
    .remedy = Pengembang: kirim objek JSON dengan anggota id_token, userinfo, atau access_token yang masing-masing berupa objek, dikodekan satu kali.

e50120 = Asersi klien ditandatangani dengan '{ $algorithm }'. Yang diterima dengan kunci yang terdaftar: { $accepted }.
    .title = Algoritme asersi klien tidak diterima
    .remedy = Pengembang: tanda tangani dengan algoritme yang diterima dan sebutkan pada alg di header.

e50126 = Tidak ada akun yang cocok dengan nama pengguna dan kata sandi ini.
    .title = Nama pengguna atau kata sandi salah
    .remedy =
        Pengguna: periksa keduanya, termasuk huruf besar dan kecil, lalu coba lagi.
        Administrator: bagi pengguna yang lupa kata sandi, tetapkan yang baru dalam deklarasi, lalu jalankan 'admit apply'.

e50132 = Permintaan ingin berlanjut tanpa menampilkan halaman (prompt=none), tetapi proses masuk pada peramban ini telah diakhiri dari tempat lain, seperti yang terjadi saat kata sandi diganti.
    .title = Proses masuk pada peramban ini telah diakhiri
    .remedy =
        Pengguna: masuk kembali.
        Pengembang: arahkan pengguna ke proses masuk yang terlihat.

e50147 = Permintaan tidak memuat code_challenge. Setiap aplikasi harus memakai PKCE di sini (RFC 7636).
    .title = Tantangan kode tidak ada
    .remedy = Pengembang: kirim code_challenge dan code_challenge_method=S256; kebanyakan pustaka melakukannya setelah PKCE diaktifkan.

e50149 = Metode tantangan kode '{ $method }' tidak didukung. Yang didukung hanya S256; permintaan yang tidak menyebut metode berarti 'plain'.
    .title = Metode tantangan kode tidak didukung
    .remedy = Pengembang: kirim code_challenge_method=S256, dengan huruf S besar.

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
        Administrator: atau beri persetujuan untuk semua orang di tenant: tulis consent_granted = true untuk aplikasi dalam deklarasi, lalu jalankan 'admit apply'.

e65004 = Pengguna tidak menyetujui apa yang diminta aplikasi '{ $client }'.
    .title = Persetujuan ditolak
    .remedy =
        Pengguna: untuk memakai aplikasi, masuk kembali dan berikan persetujuan.
        Pengembang: minta lebih sedikit, atau jelaskan di aplikasi untuk apa akses itu.

e65005 = API '{ $resource }' tidak termasuk yang boleh dipakai aplikasi '{ $client }'.
    .title = Aplikasi tidak boleh memakai API ini
    .remedy =
        Administrator: bila aplikasi memerlukan API itu, tambahkan ke permissions aplikasi dalam deklarasi, lalu jalankan 'admit apply'.
        Pengembang: atau minta API lain.

e70000 = Nilai code bukan kode otorisasi yang diterbitkan tenant ini, atau telah berubah atau terpotong di tengah jalan.
    .title = Kode otorisasi bukan milik kami
    .remedy =
        Pengembang: uraikan kode satu kali dari alamat, lalu kirim persis seperti yang diterima.
        Pengembang: kirim ke titik akhir token milik tenant yang menerbitkannya.

e70003 = Jenis pemberian izin '{ $grant_type }' tidak didukung oleh layanan ini.
    .title = Jenis pemberian izin tidak didukung
    .remedy = Pengembang: pakai jenis pemberian izin yang tercantum pada grant_types_supported dalam dokumen penemuan.

e70005 = Jenis jawaban '{ $response_type }' tidak didukung. Yang didukung adalah 'code'.
    .title = Jenis jawaban tidak didukung
    .remedy = Pengembang: pakai alur kode otorisasi dengan PKCE: response_type=code.

e70007 = Cara penyampaian jawaban '{ $response_mode }' tidak didukung. Yang didukung adalah query, fragment, dan form_post.
    .title = Cara penyampaian jawaban tidak didukung
    .remedy = Pengembang: kirim salah satunya, atau hilangkan response_mode.

e70008 = Kode otorisasi kedaluwarsa pada { $expired }. Kode hanya berlaku sekitar satu menit.
    .title = Kode otorisasi sudah kedaluwarsa
    .remedy = Pengembang: tukar kode segera setelah diterima, dan mulai proses masuk dari awal untuk mendapat kode baru.

e70011 = Cakupan '{ $scope }' bukan daftar nama cakupan yang dipisahkan satu spasi (RFC 6749, bagian 3.3).
    .title = Cakupan tidak dapat dibaca
    .remedy = Pengembang: pisahkan cakupan dengan spasi, bukan dengan koma atau '+', dan kodekan seluruh nilainya satu kali.

e90002 = Tidak ada tenant '{ $tenant }' pada layanan ini.
    .title = Tenant tidak ditemukan
    .remedy = Pengembang: periksa id atau nama tenant dalam alamat, dan pastikan alamat itu menuju layanan yang benar.

e90005 = Permintaan menyebut akun dengan dua cara, yaitu sid dan login_hint, dan keduanya bisa berarti orang yang berbeda.
    .title = Akun disebut dengan dua cara
    .remedy = Pengembang: kirim sid untuk akun dari sesi terdahulu, atau login_hint untuk nama pengguna, jangan keduanya.

e90012 = Layanan tidak menyelesaikan permintaan dalam { $seconds } detik, lalu menghentikannya.
    .title = Pekerjaan terlalu lama
    .remedy =
        Pengguna: coba lagi sebentar lagi.
        Operator: periksa beban mesin dan kecepatan cakramnya.

e90015 = Kueri permintaan lebih panjang dari { $limit } bita, yaitu batas yang dibaca.
    .title = Alamat terlalu panjang
    .remedy = Pengembang: persingkat parameter, atau kirim dalam isi permintaan POST bila titik akhir ini mengizinkannya.

e90033 = Penyimpanan tempat layanan menaruh datanya sedang tidak tersedia, dan tidak ada yang berubah.
    .title = Penyimpanan tidak tersedia
    .remedy =
        Pengguna: coba lagi sebentar lagi.
        Operator: periksa cakram atau basis data layanan: penuh, hanya baca, atau tidak terjangkau.

e90094 = Aplikasi '{ $client }' meminta '{ $scope }', yang hanya dapat disetujui oleh administrator tenant.
    .title = Administrator harus memberi persetujuan
    .remedy =
        Pengguna: mintakan aplikasi ini kepada administrator organisasi Anda.
        Administrator: bila aplikasi boleh memperoleh akses ini, tulis consent_granted = true untuk aplikasi dalam deklarasi, lalu jalankan 'admit apply'.

e90102 = URI pengalihan '{ $redirect_uri }' bukan alamat lengkap: tidak ada skema seperti 'https:', atau ada karakter yang tidak dapat ada dalam alamat.
    .title = URI pengalihan bukan alamat lengkap
    .remedy = Pengembang: kirim seluruh alamat seperti yang terdaftar, misalnya 'https://app.example/callback', dan kodekan satu kali.

e160021 = Permintaan ingin berlanjut tanpa menampilkan halaman (prompt=none), tetapi akun yang disebutnya belum masuk dengan peramban ini.
    .title = Akun yang dimaksud belum masuk
    .remedy =
        Pengembang: arahkan pengguna ke proses masuk yang terlihat, atau perbaiki petunjuknya.
        Pengguna: masuk dengan akun yang diharapkan aplikasi.

e165000 = Formulir dikirim dari halaman atau peramban yang bukan tempat proses masuk ini dimulai, sehingga tidak ada yang dilakukan.
    .title = Formulir bukan bagian dari proses masuk ini
    .remedy = Pengguna: kembali ke aplikasi dan masuk lagi, dalam satu tab dan dengan kuki diizinkan.

e500011 = Tidak ada API '{ $resource }' yang terdaftar di tenant ini.
    .title = API tidak dikenal di tenant ini
    .remedy =
        Pengembang: bandingkan namanya dengan pengenal API secara persis; garis miring di akhir ikut menentukan.
        Administrator: bila API memang seharusnya ada di sini, tambahkan ke resources tenant dalam deklarasi, lalu jalankan 'admit apply'.

e500014 = API '{ $resource }' dinonaktifkan di tenant ini.
    .title = API dinonaktifkan
    .remedy = Administrator: bila API boleh dipakai, tulis enabled = true untuk API itu dalam deklarasi, lalu jalankan 'admit apply'.

e500112 = Permintaan token menyebut URI pengalihan '{ $received }', padahal kode dikirim ke '{ $expected }'.
    .title = URI pengalihan bukan tujuan kode dikirim
    .remedy = Pengembang: kirim redirect_uri yang sama persis dalam kedua permintaan.

e500113 = Tidak ada URI pengalihan yang terdaftar untuk aplikasi '{ $client }', sehingga pengguna tidak dapat dikembalikan ke sana.
    .title = Aplikasi tidak memiliki URI pengalihan
    .remedy = Administrator: tambahkan alamat aplikasi ke redirect_uris-nya dalam deklarasi lalu jalankan 'admit apply', atau jangan pakai aplikasi ini untuk proses masuk pengguna.

e501481 = SHA-256 dari code_verifier tidak sama dengan code_challenge yang dipakai saat kode diminta.
    .title = Pemverifikasi kode tidak cocok dengan tantangan
    .remedy =
        Pengembang: simpan satu pemverifikasi untuk setiap proses masuk, dan tukar kode dengan pemverifikasi pasangannya. Dua tab atau dua proses tidak boleh memakainya bersama.
        Pengembang: hitung tantangan sebagai base64url, tanpa pengisi, dari SHA-256 karakter pemverifikasi.

e501491 = code_challenge sepanjang { $length } karakter; dengan metode S256 panjangnya harus 43.
    .title = Panjang tantangan kode tidak sesuai
    .remedy = Pengembang: kirim SHA-256 dari pemverifikasi sebagai base64url tanpa pengisi.

e650053 = API '{ $resource }' tidak memiliki cakupan '{ $scope }'.
    .title = API tidak memiliki cakupan itu
    .remedy =
        Pengembang: bandingkan namanya dengan cakupan milik API; huruf besar dan kecil dibedakan.
        Administrator: bila cakupan itu memang seharusnya ada, tambahkan ke scopes API dalam deklarasi, lalu jalankan 'admit apply'.

e650057 = Cakupan '{ $scope }' tidak termasuk yang boleh diminta aplikasi '{ $client }'.
    .title = Aplikasi tidak boleh meminta cakupan ini
    .remedy =
        Administrator: bila aplikasi memerlukan cakupan itu, tambahkan ke permissions aplikasi dalam deklarasi, lalu jalankan 'admit apply'.
        Pengembang: atau hilangkan cakupan itu.

e700005 = Kode otorisasi diterbitkan oleh tenant lain, bukan tenant yang diminta menukarnya.
    .title = Kode otorisasi diterbitkan oleh tenant lain
    .remedy = Pengembang: pakai tenant yang sama dalam alamat titik akhir otorisasi dan titik akhir token.

e700016 = Tidak ada aplikasi dengan id klien '{ $client_id }' yang terdaftar di tenant ini.
    .title = Aplikasi tidak dikenal di tenant ini
    .remedy =
        Pengembang: bandingkan client_id dengan pendaftaran aplikasi, dan tenant dalam alamat dengan tenant tempat aplikasi itu terdaftar.
        Administrator: bila aplikasi memang seharusnya ada di sini, tambahkan ke clients tenant dalam deklarasi, lalu jalankan 'admit apply'.

e700022 = Permintaan meminta cakupan dari '{ $first }' dan dari '{ $second }'. Satu token hanya untuk satu API.
    .title = Cakupan milik lebih dari satu API
    .remedy = Pengembang: minta satu API untuk setiap permintaan. Setelah yang pertama, token penyegar dapat dipakai untuk memperoleh token API lainnya.

e700023 = Permintaan memerlukan token untuk sebuah API, tetapi cakupannya tidak menyebut satu pun, dan tenant tidak memiliki API bawaan.
    .title = Cakupan tidak menyebut API
    .remedy = Pengembang: minta cakupan milik API, misalnya 'api://orders/read' atau 'api://orders/.default', atau sebutkan API dalam parameter resource.

e700024 = Asersi klien berlaku dari { $valid_from } sampai { $valid_until }, sedangkan di sini sekarang { $now }.
    .title = Asersi klien tidak berlaku saat ini
    .remedy = Pengembang: buat asersi baru untuk setiap permintaan, dan biarkan mesin menyetel jamnya dari jaringan.

e700025 = Aplikasi '{ $client }' terdaftar sebagai aplikasi publik sehingga tidak memiliki kredensial, tetapi permintaan memuat kredensial.
    .title = Aplikasi publik mengirim kredensial
    .remedy =
        Pengembang: hilangkan client_secret, client_assertion, dan header Authorization.
        Administrator: bila aplikasi berjalan di server dan dapat menyimpan rahasia, tulis public = false untuk aplikasi dalam deklarasi, beserta rahasia atau kunci, lalu jalankan 'admit apply'.

e700027 = Asersi klien menyebut kunci atau sertifikat '{ $thumbprint }' yang tidak terdaftar untuk aplikasi ini.
    .title = Kunci asersi klien tidak terdaftar
    .remedy =
        Pengembang: tanda tangani dengan kunci yang terdaftar, dan sebutkan kunci itu di header melalui kid, x5t, x5t#S256, atau x5c.
        Administrator: tambahkan kunci publik atau sertifikat itu ke keys aplikasi dalam deklarasi, lalu jalankan 'admit apply'.

e700054 = Aplikasi '{ $client }' meminta token ID dari titik akhir otorisasi, padahal di sana hanya boleh meminta kode.
    .title = Aplikasi tidak boleh menerima token ID secara langsung
    .remedy = Pengembang: minta response_type=code dengan cakupan openid; token ID kemudian diperoleh dari titik akhir token.

e700082 = Token penyegar terakhir dipakai pada { $last_used }, sedangkan jarak terlama yang diizinkan antara dua pemakaian adalah { $limit }.
    .title = Token penyegar terlalu lama tidak dipakai
    .remedy =
        Pengguna: masuk kembali ke aplikasi.
        Administrator: bila pengguna seharusnya tetap masuk lebih lama, naikkan grant_idle_lifetime milik tenant dalam deklarasi, lalu jalankan 'admit apply'.

e700084 = Token penyegar ini milik aplikasi halaman tunggal. Proses masuk terjadi pada { $issued }, dan token seperti ini berlaku selama { $limit }, betapa pun sering diperbarui.
    .title = Token penyegar aplikasi halaman tunggal sudah kedaluwarsa
    .remedy =
        Pengembang: arahkan peramban ke titik akhir otorisasi; bila masih ada sesi, pengguna tidak perlu mengetik apa pun.
        Pengguna: masuk kembali bila diminta.

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

e900971 = Permintaan tidak menyebut URI pengalihan, sehingga tidak jelas ke alamat mana pengguna harus dikembalikan untuk aplikasi '{ $client }'.
    .title = URI pengalihan tidak ada
    .remedy = Pengembang: kirim redirect_uri dengan salah satu nilai yang terdaftar.

e1002012 = Aplikasi meminta token atas namanya sendiri, sedangkan '{ $scope }' hanya bermakna bagi pengguna yang masuk.
    .title = Cakupan memerlukan pengguna, padahal tidak ada
    .remedy = Pengembang: minta API beserta '/.default', misalnya 'api://orders/.default', dan hilangkan openid, profile, email, dan offline_access.

e5002727 = Header asersi klien menyebut typ '{ $received }', yang bukan jenis asersi klien.
    .title = Asersi klien adalah jenis token lain
    .remedy = Pengembang: buat asersi untuk permintaan ini; token atau objek permintaan yang dibuat untuk keperluan lain tidak dapat menggantikannya.

e7000112 = Aplikasi '{ $client }' dinonaktifkan di tenant ini.
    .title = Aplikasi dinonaktifkan
    .remedy = Administrator: bila aplikasi boleh dipakai, tulis enabled = true untuk aplikasi dalam deklarasi, lalu jalankan 'admit apply'.

e7000215 = Rahasia yang dikirim untuk aplikasi '{ $client }' bukan salah satu rahasianya.
    .title = Rahasia klien salah
    .remedy =
        Pengembang: kirim nilai rahasia, bukan id-nya; nilai itu hanya ditampilkan sekali, yaitu saat rahasia dibuat.
        Pengembang: bila nilainya hilang, buat rahasia baru. Dalam header Authorization, rahasia harus dikodekan sebagai formulir sebelum dikodekan sebagai base64.

e7000216 = Aplikasi '{ $client }' meminta token atas namanya sendiri (client_credentials), dan permintaan tidak memuat kredensial: tidak ada rahasia maupun asersi.
    .title = Aplikasi meminta untuk dirinya tanpa kredensial
    .remedy =
        Pengembang: kirim client_secret, atau client_assertion beserta client_assertion_type, dalam isi permintaan; atau rahasia dalam header Authorization.
        Pengembang: pastikan tempat aplikasi menyimpan rahasianya tidak kosong; nilai kosong dianggap tidak ada.

e7000218 = Aplikasi '{ $client }' bersifat rahasia dan harus membuktikan diri, tetapi permintaan tidak memuat rahasia maupun asersi.
    .title = Aplikasi tidak membuktikan identitasnya
    .remedy =
        Pengembang: kirim rahasia atau asersi yang terdaftar untuk aplikasi.
        Administrator: bila aplikasi berjalan di perangkat pengguna dan tidak dapat menyimpan rahasia, tulis public = true untuk aplikasi dalam deklarasi, lalu jalankan 'admit apply'.

e7000222 = Rahasia yang dikirim untuk aplikasi '{ $client }' benar, tetapi sudah kedaluwarsa pada { $expired }.
    .title = Rahasia klien sudah kedaluwarsa
    .remedy = Pengembang: buat rahasia baru, pasang pada aplikasi, lalu hapus yang lama.

e9000411 = Parameter '{ $parameter }' muncul lebih dari sekali dalam permintaan. Setiap parameter hanya boleh dikirim satu kali (RFC 6749, bagian 3.1).
    .title = Parameter dikirim lebih dari sekali
    .remedy = Pengembang: kirim '{ $parameter }' tepat satu kali, dan jangan menaruhnya di kueri sekaligus di isi permintaan.

e9002313 = Parameter permintaan tidak dapat diuraikan karena bukan UTF-8 dengan pengodean persen yang benar.
    .title = Formulir tidak dapat dibaca
    .remedy = Pengembang: kodekan setiap nama dan nilai sebagai application/x-www-form-urlencoded, sebaiknya dengan pustaka dan bukan dengan menyambung teks.

e9002326 = Permintaan token datang dari halaman di '{ $origin }', tetapi URI pengalihan aplikasi '{ $client }' tidak terdaftar sebagai milik aplikasi halaman tunggal.
    .title = Halaman di peramban menukar kode milik jenis aplikasi lain
    .remedy =
        Administrator: bila aplikasi berjalan di peramban, letakkan URI pengalihan itu pada single_page dalam redirect_uris aplikasi di deklarasi, lalu jalankan 'admit apply'.
        Pengembang: bila aplikasi berjalan di server, tukar kode di sana dan bukan di peramban.

e9002327 = URI pengalihan aplikasi '{ $client }' terdaftar sebagai milik aplikasi halaman tunggal, tetapi permintaan token tidak memiliki header Origin, jadi tidak berasal dari halaman di peramban.
    .title = Aplikasi halaman tunggal harus menukar token di peramban
    .remedy =
        Pengembang: tukar kode dari halaman itu sendiri dengan permintaan lintas asal.
        Administrator: bila aplikasi berjalan di server atau perangkat, letakkan URI pengalihan itu pada web atau native dalam redirect_uris aplikasi di deklarasi, lalu jalankan 'admit apply'.

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
        Operator: bila '{ $host }' memang nama yang benar, tetapkan sebagai origin dalam konfigurasi; bila ada proksi di depan, biarkan proksi meneruskan header Host.

e88000012 = Isi permintaan tidak tiba dalam { $seconds } detik.
    .title = Permintaan terlalu lama tiba
    .remedy = Pengembang: coba lagi, dan periksa jaringan antara aplikasi dan layanan ini.

e88000013 = Koneksi berakhir sebelum seluruh isi permintaan diterima.
    .title = Isi permintaan tidak lengkap
    .remedy =
        Pengembang: kirim ulang permintaan.
        Pengembang: jika terus terjadi, periksa Content-Length dan proksi di antara aplikasi dan layanan ini.

e88000020 = Tenant '{ $tenant }' sedang ditangguhkan, sehingga tidak seorang pun dapat masuk dan tidak ada token yang diterbitkan.
    .title = Tenant ditangguhkan
    .remedy =
        Administrator: tanyakan kepada pengelola layanan ini mengapa tenant ditangguhkan.
        Operator: setelah alasannya tidak berlaku lagi, tulis suspended = false untuk tenant dalam deklarasi, lalu jalankan 'admit apply'.

e88000030 = Aplikasi '{ $client }' membuktikan diri dengan { $received }, padahal terdaftar untuk { $expected }.
    .title = Cara autentikasi aplikasi bukan yang terdaftar
    .remedy =
        Pengembang: buktikan diri dengan { $expected }.
        Administrator: atau ubah secrets atau keys aplikasi dalam deklarasi, lalu jalankan 'admit apply'.

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
        Administrator: atau tambahkan '{ $grant_type }' ke grant_types aplikasi dalam deklarasi, lalu jalankan 'admit apply'.

e88000042 = Asersi klien ditandatangani dengan kunci terdaftar '{ $key }', yang kedaluwarsa pada { $expired }.
    .title = Kunci aplikasi sudah kedaluwarsa
    .remedy =
        Pengembang: daftarkan kunci atau sertifikat baru untuk aplikasi itu.
        Pengembang: tandatangani asersi klien dengan kunci baru.

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

e88000055 = Kode otorisasi terikat pada satu kunci DPoP melalui dpop_jkt, dan permintaan token tidak dibuktikan dengan kunci itu.
    .title = Kode terikat pada kunci DPoP lain
    .remedy = Pengembang: tukar kode dengan bukti DPoP yang dibuat memakai kunci yang sidik jarinya dikirim sebagai dpop_jkt.

e88000056 = Permintaan datang dari halaman di '{ $origin }', yang bukan asal dari URI pengalihan mana pun milik aplikasi halaman tunggal '{ $client }'.
    .title = Asal halaman tidak terdaftar
    .remedy = Administrator: bila aplikasi memang disajikan dari sana, tambahkan URI pengalihan di '{ $origin }' ke redirect_uris aplikasi dalam deklarasi, lalu jalankan 'admit apply'.

e88000060 = Nilai refresh_token bukan token penyegar yang diterbitkan tenant ini, atau telah berubah atau terpotong di tengah jalan.
    .title = Token penyegar bukan milik kami
    .remedy =
        Pengembang: kirim token penyegar persis seperti yang diterima; token akses maupun token ID tidak dapat menggantikannya.
        Pengguna: masuk kembali bila aplikasi tidak dapat melanjutkan.

e88000061 = Token ini asli, tetapi pemberian izin yang mendasarinya tidak disimpan lagi karena sudah berakhir atau kedaluwarsa beberapa waktu lalu.
    .title = Dasar token sudah tidak ada
    .remedy =
        Pengguna: masuk kembali ke aplikasi.
        Pengembang: buang token yang tersimpan dan mulai proses masuk yang baru.

e88000062 = Token penyegar ini pernah dipakai dan sudah diganti dengan yang lebih baru. Karena mungkin ada pihak lain yang memegangnya, semua token dari proses masuk ini dicabut.
    .title = Token penyegar dipakai lagi setelah diganti
    .remedy =
        Pengembang: simpan token penyegar dari setiap jawaban sebelum permintaan berikutnya, dan biarkan hanya satu proses yang menyegarkan pada satu waktu.
        Pengguna: masuk kembali. Bila ini terjadi tanpa sebab, token mungkin dicuri: beri tahu administrator.

e88000063 = Pemberian izin yang mendasari token ini telah dicabut pada { $revoked }.
    .title = Pemberian izin telah dicabut
    .remedy =
        Pengguna: masuk kembali ke aplikasi.
        Pengembang: buang token yang tersimpan dan mulai proses masuk yang baru.

e88000064 = Pemberian izin yang mendasari token penyegar ini berakhir pada { $expired }, seperti setiap proses masuk berakhir setelah jangka waktu tetap.
    .title = Token penyegar sudah kedaluwarsa
    .remedy = Pengguna: masuk kembali ke aplikasi.

e88000065 = Token penyegar diterbitkan untuk aplikasi lain, bukan aplikasi yang memakainya.
    .title = Token penyegar diterbitkan untuk aplikasi lain
    .remedy = Pengembang: simpan token setiap id klien secara terpisah.

e88000066 = Token penyegar diterbitkan oleh tenant lain, bukan tenant yang diminta memperbaruinya.
    .title = Token penyegar diterbitkan oleh tenant lain
    .remedy = Pengembang: kirim setiap token penyegar ke tenant yang menerbitkannya.

e88000067 = Permintaan ini meminta '{ $scope }', yang tidak termasuk dalam izin yang diberikan saat masuk.
    .title = Yang diminta melebihi yang diberikan
    .remedy = Pengembang: minta hanya cakupan yang sudah diberikan, atau arahkan pengguna ke titik akhir otorisasi untuk meminta lebih.

e88000068 = Token penyegar terikat pada satu kunci DPoP, tetapi permintaan dibuktikan dengan kunci lain.
    .title = Token penyegar terikat pada kunci DPoP lain
    .remedy =
        Pengembang: simpan kunci DPoP selama token penyegar disimpan, dan buktikan setiap penyegaran dengan kunci itu.
        Pengguna: masuk kembali bila aplikasi kehilangan kuncinya.

e88000070 = Permintaan meminta token untuk '{ $resource }', yang tidak termasuk dalam izin yang diberikan saat masuk.
    .title = API tidak termasuk dalam proses masuk
    .remedy = Pengembang: sebutkan hanya API yang sudah diberikan, atau arahkan pengguna ke titik akhir otorisasi untuk API lain.

e88000080 = Permintaan meminta lebih dari { $limit } cakupan, yaitu batas yang dibaca.
    .title = Cakupan terlalu banyak
    .remedy = Pengembang: minta hanya cakupan yang diperlukan saat ini.

e88000081 = Aplikasi '{ $client }' belum diberi peran apa pun pada API '{ $resource }', sehingga tidak ada yang dapat dimuat dalam token.
    .title = Aplikasi tidak memiliki peran pada API
    .remedy = Administrator: tambahkan peran dari API itu ke permissions aplikasi dalam deklarasi, lalu jalankan 'admit apply'.

e88000082 = Parameter resource berisi '{ $resource }', yang bukan URI absolut tanpa fragmen (RFC 8707, bagian 2).
    .title = Parameter resource bukan URI absolut
    .remedy = Pengembang: kirim pengenal API sebagaimana terdaftar, misalnya 'https://orders.example' atau 'api://orders'.

e88000083 = Permintaan memuat parameter resource lebih dari sekali, padahal satu token hanya untuk satu API.
    .title = Lebih dari satu API disebutkan
    .remedy = Pengembang: kirim resource satu kali, dan buat satu permintaan untuk setiap API.

e88000084 = Cakupan '{ $scope }' bukan milik API '{ $resource }' yang disebut parameter resource.
    .title = Cakupan dan resource menyebut API yang berbeda
    .remedy = Pengembang: minta hanya cakupan milik API itu, atau hilangkan resource.

e88000090 = code_challenge memuat karakter yang bukan bagian dari base64url, yaitu huruf, angka, '-', dan '_'.
    .title = Tantangan kode memuat karakter yang tidak mungkin
    .remedy = Pengembang: kodekan SHA-256 dari pemverifikasi sebagai base64url, bukan base64 biasa atau heksadesimal.

e88000091 = Parameter prompt memuat '{ $prompt }'. Yang didukung adalah none, login, select_account, dan consent.
    .title = Nilai prompt tidak didukung
    .remedy = Pengembang: kirim nilai yang didukung, dipisahkan spasi, atau hilangkan prompt.

e88000092 = Parameter prompt berisi '{ $prompt }'. Nilai none melarang semua halaman, jadi tidak boleh ada nilai lain di sampingnya.
    .title = prompt=none tidak dapat digabung
    .remedy = Pengembang: kirim prompt=none saja, atau hanya nilai-nilai lainnya.

e88000093 = Parameter max_age berisi '{ $max_age }', yang bukan bilangan bulat detik.
    .title = max_age bukan jumlah detik
    .remedy = Pengembang: kirim angka saja, misalnya 3600.

e88000094 = Pengguna membatalkan proses masuk ke aplikasi '{ $client }'.
    .title = Proses masuk dibatalkan
    .remedy = Pengguna: mulai lagi dari aplikasi untuk masuk.

e88000095 = Permintaan ingin berlanjut tanpa menampilkan halaman (prompt=none), tetapi lebih dari satu akun masuk dengan peramban ini dan permintaan tidak menyebut akun yang dimaksud.
    .title = Akun harus dipilih
    .remedy =
        Pengembang: sebutkan akun dalam login_hint atau id_token_hint, atau biarkan pengguna memilih pada halaman yang terlihat.
        Pengguna: pilih akun bila aplikasi menanyakannya.

e88000096 = Permintaan ingin berlanjut tanpa menampilkan halaman (prompt=none), tetapi pengguna masuk lebih lama daripada yang diizinkan max_age.
    .title = Proses masuk sudah terlalu lama
    .remedy =
        Pengembang: arahkan pengguna ke proses masuk yang terlihat.
        Pengguna: masuk kembali.

e88000097 = Nilai id_token_hint bukan token ID yang diterbitkan tenant ini.
    .title = id_token_hint bukan token ID dari tenant ini
    .remedy = Pengembang: kirim token ID yang berasal dari tenant ini tanpa diubah; token itu boleh sudah kedaluwarsa. Token akses tidak dapat menggantikannya.

e88000098 = Permintaan menyebut seseorang melalui id_token_hint atau klaim sub, tetapi yang masuk adalah orang lain.
    .title = Yang masuk bukan orang yang diharapkan aplikasi
    .remedy =
        Pengguna: keluar dulu, atau pilih akun yang diharapkan aplikasi.
        Pengembang: arahkan pengguna ke proses masuk yang terlihat.

e88000099 = Permintaan menjadikan klaim '{ $claim }' wajib, dengan nilai yang tidak dapat diberikan proses masuk mana pun di sini.
    .title = Cara masuk yang dituntut aplikasi tidak tersedia
    .remedy = Pengembang: minta nilai yang tercantum pada acr_values_supported dalam dokumen penemuan, atau jangan menjadikannya wajib.

e88000100 = Parameter request memuat objek permintaan, dan layanan ini tidak membaca objek permintaan.
    .title = Objek permintaan tidak didukung
    .remedy = Pengembang: kirim parameternya secara langsung.

e88000101 = Parameter request_uri merujuk ke objek permintaan, dan layanan ini tidak mengambil objek permintaan.
    .title = Objek permintaan melalui rujukan tidak didukung
    .remedy = Pengembang: kirim parameternya secara langsung.

e88000102 = Parameter registration menguraikan aplikasi di dalam permintaan, sedangkan layanan ini hanya mengenal aplikasi yang sudah didaftarkan.
    .title = Pendaftaran di dalam permintaan tidak didukung
    .remedy = Pengembang: hilangkan registration dan pakai id klien dari aplikasi yang terdaftar.

e88000103 = Parameter dpop_jkt bukan sidik jari SHA-256 dari sebuah kunci, yaitu 43 karakter base64url (RFC 7638).
    .title = dpop_jkt bukan sidik jari kunci
    .remedy = Pengembang: kirim sidik jari kunci publik yang akan dipakai untuk menukar kode.

e88000110 = Proses masuk ini sudah diselesaikan sebelumnya, sehingga tidak dapat diselesaikan lagi. Ini terjadi setelah tombol kembali ditekan atau halaman dimuat dua kali.
    .title = Proses masuk ini sudah selesai
    .remedy = Pengguna: kembali ke aplikasi; bila aplikasi belum mengenali Anda, masuk lagi dari sana.

e88000111 = Kata sandi lebih panjang dari { $limit } bita, yaitu batas yang dibaca.
    .title = Kata sandi terlalu panjang
    .remedy = Pengguna: periksa apa yang diketik atau ditempel di kolom itu, lalu coba lagi.

e88000112 = Jumlah orang yang masuk melebihi kata sandi yang dapat diperiksa sekaligus, dan kata sandi ini belum diperiksa. Percobaan dapat diulang { $seconds } detik lagi.
    .title = Terlalu banyak orang masuk saat ini
    .remedy =
        Pengguna: tunggu sebentar, lalu masuk lagi.
        Operator: bila ini berlangsung lama, periksa kemungkinan serangan di /admin/requests, atau tambah inti prosesor untuk layanan.

e88000113 = Peramban tidak mengirim kuki tempat proses masuk ini disimpan.
    .title = Peramban tidak mengenal proses masuk ini
    .remedy = Pengguna: kembali ke aplikasi dan masuk lagi dengan peramban ini. Izinkan kuki untuk situs ini bila diblokir.

e88000115 = Ada terlalu banyak percobaan masuk yang gagal, dari jaringan ini atau pada banyak akun sekaligus, sehingga peramban yang belum dikenal di sini harus menunggu sekitar { $minutes } menit.
    .title = Terlalu banyak percobaan masuk yang gagal
    .remedy =
        Pengguna: tunggu, lalu coba lagi.
        Administrator: banyak orang di balik satu alamat dapat berbagi batas ini; bila alamat itu sebuah proksi, pengelola layanan ini dapat mencantumkannya dalam behind_proxies.
        Administrator: periksa log untuk 'password spraying suspected'.

e88000120 = Header DPoP tidak memuat JWT bertanda tangan, yaitu tiga bagian base64url yang dua bagian pertamanya berupa objek JSON.
    .title = Bukti DPoP bukan JWT bertanda tangan
    .remedy = Pengembang: kirim satu JWT dalam bentuk ringkas pada header DPoP (RFC 9449, bagian 4).

e88000121 = Permintaan memuat lebih dari satu header DPoP, padahal hanya satu bukti yang dibaca.
    .title = Ada lebih dari satu bukti DPoP
    .remedy = Pengembang: kirim header DPoP tepat satu kali.

e88000122 = Header bukti DPoP menyebut typ '{ $received }'; seharusnya 'dpop+jwt'.
    .title = Bukti DPoP adalah jenis token lain
    .remedy = Pengembang: isi typ dengan dpop+jwt pada header bukti.

e88000123 = Bukti DPoP ditandatangani dengan '{ $algorithm }'. Yang diterima: { $accepted }.
    .title = Algoritme bukti DPoP tidak diterima
    .remedy = Pengembang: tanda tangani dengan algoritme yang tercantum pada dpop_signing_alg_values_supported dalam dokumen penemuan.

e88000124 = jwk pada header bukti DPoP memuat bagian privat dari kunci.
    .title = Bukti DPoP membocorkan kunci privatnya
    .remedy =
        Pengembang: masukkan hanya anggota publik dari kunci ke dalam jwk.
        Pengembang: anggap kunci itu sudah terbuka dan buat yang baru.

e88000125 = Tanda tangan bukti DPoP tidak cocok dengan kunci pada headernya.
    .title = Tanda tangan bukti DPoP tidak cocok
    .remedy = Pengembang: tanda tangani dengan kunci privat yang bagian publiknya ada di jwk, dan jangan mengubah bukti sesudahnya.

e88000126 = Klaim htm pada bukti DPoP berisi '{ $received }', padahal permintaan memakai { $expected }.
    .title = Bukti DPoP untuk metode lain
    .remedy = Pengembang: buat satu bukti untuk setiap permintaan, dengan metode HTTP-nya dalam htm.

e88000127 = Klaim htu pada bukti DPoP berisi '{ $received }', padahal permintaan dikirim ke '{ $expected }'.
    .title = Bukti DPoP untuk alamat lain
    .remedy = Pengembang: isi htu dengan alamat permintaan, tanpa kueri dan fragmen, seperti yang tertulis dalam dokumen penemuan.

e88000128 = Klaim ath pada bukti DPoP tidak ada, atau bukan hash dari token akses yang menyertainya.
    .title = Bukti DPoP untuk token akses lain
    .remedy = Pengembang: isi ath dengan SHA-256 dari token akses sebagai base64url tanpa pengisi.

e88000129 = Bukti DPoP dibuat pada { $issued }, sedangkan di sini sekarang { $now }. Selisihnya terlalu besar.
    .title = Bukti DPoP bukan untuk saat ini
    .remedy = Pengembang: buat satu bukti untuk setiap permintaan, dan biarkan mesin menyetel jamnya dari jaringan.

e88000130 = Bukti DPoP dengan id '{ $jti }' pernah dipakai. Setiap bukti hanya diterima satu kali.
    .title = Bukti DPoP pernah dipakai
    .remedy = Pengembang: buat satu bukti untuk setiap permintaan, dengan jti baru, juga saat permintaan diulang.

e88000131 = Bukti DPoP tidak memiliki nonce. Header DPoP-Nonce pada jawaban ini memuat nilai yang harus dipakai.
    .title = Bukti DPoP memerlukan nonce
    .remedy = Pengembang: masukkan nilai DPoP-Nonce ke klaim nonce pada bukti baru, lalu ulangi permintaan (RFC 9449, bagian 8).

e88000132 = Nonce pada bukti DPoP terlalu lama atau tidak diberikan dari sini. Header DPoP-Nonce pada jawaban ini memuat nilai yang harus dipakai.
    .title = Nonce pada bukti DPoP tidak berlaku lagi
    .remedy = Pengembang: selalu pakai DPoP-Nonce terbaru yang diterima, lalu ulangi permintaan dengan bukti baru.

e88000133 = Token akses terikat pada satu kunci DPoP, tetapi permintaan dibuktikan dengan kunci lain.
    .title = Token akses terikat pada kunci DPoP lain
    .remedy = Pengembang: buktikan permintaan dengan kunci yang dipakai saat token diperoleh.

e88000134 = Token akses terikat pada kunci DPoP, tetapi dikirim dengan skema Bearer tanpa bukti.
    .title = Token DPoP dikirim sebagai token pembawa
    .remedy = Pengembang: kirim 'Authorization: DPoP' beserta token, dan bukti pada header DPoP.

e88000135 = Permintaan harus dibuktikan dengan kunci DPoP karena aplikasi atau tokennya terikat pada kunci itu, tetapi header DPoP tidak ada.
    .title = Bukti DPoP tidak ada
    .remedy = Pengembang: kirim bukti pada header DPoP. Mungkin proksi di tengah jalan menghapus header itu.

e88000136 = Bukti DPoP tidak memuat klaim '{ $claim }' yang dapat dipakai.
    .title = Bukti DPoP kekurangan klaim
    .remedy = Pengembang: tambahkan klaim '{ $claim }' ke dalam bukti (RFC 9449, bagian 4.2).

e88000137 = Header bukti DPoP tidak memiliki jwk, atau jwk-nya bukan kunci publik yang sesuai dengan algoritmenya.
    .title = Bukti DPoP tidak memuat kunci yang dapat dipakai
    .remedy = Pengembang: masukkan kunci publik sebagai JSON Web Key ke dalam jwk.

e88000138 = Token akses tidak terikat pada kunci, tetapi dikirim dengan skema DPoP.
    .title = Token pembawa dikirim sebagai token DPoP
    .remedy = Pengembang: kirim 'Authorization: Bearer' beserta token ini, atau peroleh token dengan bukti DPoP.

e88000140 = Permintaan tidak memuat token akses.
    .title = Token akses tidak ada
    .remedy = Pengembang: kirim 'Authorization: Bearer' diikuti token akses dari tenant ini.

e88000141 = Yang dikirim bukan token akses dari layanan ini: kosong, terpotong, atau jenis token lain.
    .title = Token akses tidak dapat dibaca
    .remedy = Pengembang: kirim access_token dari jawaban token tanpa diubah; token ID maupun token penyegar tidak dapat menggantikannya.

e88000142 = Tanda tangan token akses tidak cocok dengan kunci mana pun milik tenant ini.
    .title = Tanda tangan token akses tidak cocok
    .remedy = Pengembang: kirim token ke layanan yang menerbitkannya, dan minta token baru bila berasal dari masa sebelum pergantian kunci.

e88000143 = Token akses kedaluwarsa pada { $expired }.
    .title = Token akses sudah kedaluwarsa
    .remedy = Pengembang: minta token baru, dengan token penyegar bila ada, menjelang token lama kedaluwarsa.

e88000144 = Token akses diterbitkan oleh '{ $received }'; di sini hanya token dari '{ $expected }' yang diterima.
    .title = Token akses diterbitkan pihak lain
    .remedy = Pengembang: pakai token dari tenant ini.

e88000146 = Token akses, atau proses masuk yang mendasarinya, telah dicabut.
    .title = Token akses telah dicabut
    .remedy =
        Pengguna: masuk kembali ke aplikasi.
        Pengembang: buang token yang tersimpan dan mulai proses masuk yang baru.

e88000147 = Permintaan memerlukan cakupan '{ $scope }', yang tidak dimiliki token akses.
    .title = Token akses tidak mengizinkan ini
    .remedy = Pengembang: minta '{ $scope }' saat pengguna masuk.

e88000148 = Token akses dikirim dalam kueri. Alamat tersimpan di riwayat dan log, karena itu token hanya dibaca dari header Authorization atau isi permintaan.
    .title = Token akses dikirim di alamat
    .remedy =
        Pengembang: kirim token dalam header Authorization.
        Pengembang: anggap token itu sudah terbuka, lalu cabut.

e88000149 = Permintaan memuat token akses di header Authorization sekaligus di isi permintaan. Dalam satu permintaan hanya boleh dipakai satu cara (RFC 6750, bagian 2).
    .title = Token akses dikirim dengan lebih dari satu cara
    .remedy = Pengembang: kirim token hanya dalam header Authorization.

e88000150 = Header Authorization memakai skema '{ $scheme }'. Token akses dikirim dengan Bearer atau DPoP.
    .title = Skema autentikasi bukan untuk token akses
    .remedy = Pengembang: kirim 'Authorization: Bearer', atau 'Authorization: DPoP' dengan bukti, diikuti token.

e88000160 = Aplikasi '{ $client }' bersifat publik sehingga siapa pun dapat berbicara atas namanya; hanya aplikasi yang membuktikan diri yang boleh memeriksa token.
    .title = Aplikasi publik tidak boleh memeriksa token
    .remedy = Administrator: tulis public = false untuk aplikasi dalam deklarasi, beserta rahasia atau kunci, jalankan 'admit apply', dan biarkan API memakai kredensialnya sendiri.

e88000161 = Token ini berjenis '{ $received }', yang tidak dapat dicabut di sini.
    .title = Jenis token ini tidak dapat dicabut
    .remedy =
        Pengembang: cabut token penyegarnya bila ada; token yang bertumpu padanya ikut berakhir.
        Pengembang: bila tidak ada, lupakan saja token itu. Masa berlakunya segera habis dengan sendirinya.

e88000162 = Token diterbitkan untuk aplikasi lain, bukan aplikasi yang ingin mencabutnya.
    .title = Token diterbitkan untuk aplikasi lain
    .remedy = Pengembang: cabut token dengan id klien yang menerimanya.

e88000200 = Tidak ada permintaan aplikasi ini dengan id tersebut. Mungkin memang tidak pernah ada, mungkin milik aplikasi lain, atau lebih lama daripada yang disimpan.
    .title = Tidak ada milik aplikasi ini dengan id tersebut
    .remedy =
        Pengembang: salin trace id atau correlation id dari jawabannya sendiri, dan bertanyalah dengan kredensial aplikasi yang menerimanya.
        Administrator: cari id itu di antara permintaan tenant; di sana terlihat lebih banyak daripada yang dimiliki satu aplikasi.

e88000201 = Nilai '{ $received }' dari '{ $parameter }' bukan sebuah id. Sebuah id memiliki 32 digit heksadesimal, seperti 0f8fad5b-d9cb-469f-a165-70867728950e.
    .title = Id tidak dapat dibaca
    .remedy = Pengembang: salin id dari jawaban: trace id juga ada dalam tajuk x-ms-request-id, correlation id dalam client-request-id.

e88000202 = Aplikasi '{ $client }' bersifat publik dan tidak memiliki kredensial untuk membuktikan dirinya, sehingga permintaannya tidak dapat ditunjukkan kepada siapa pun yang menyebut namanya.
    .title = Aplikasi publik tidak dapat mencari permintaannya
    .remedy =
        Administrator: cari permintaan itu dalam administrasi tenant, dengan trace id-nya.
        Pengembang: berikan trace id dari jawaban kepada administrator, atau baca halaman nomor kesalahannya.

e88000203 = Permintaan ini tidak menyebut permintaan yang dicari, dan tidak memuat permintaan untuk dicoba.
    .title = Tidak ada yang dapat dijelaskan
    .remedy = Pengembang: kirim trace_id atau correlation_id untuk mencari sebuah permintaan, atau parameter permintaan token (dengan grant_type) atau permintaan otorisasi (dengan response_type) untuk mencobanya.

e88000204 = Aplikasi '{ $client }' tidak ditandai untuk latihan, sehingga tidak dapat meminta kesalahan berdasarkan nomornya.
    .title = Aplikasi tidak ditandai untuk latihan
    .remedy =
        Administrator: atur 'rehearsal = true' untuk aplikasi ini bila memang untuk pengujian.
        Pengembang: hilangkan admit_rehearse di tempat lain.

e88000205 = Layanan ini tidak mengizinkan aplikasi melatih kesalahan.
    .title = Kesalahan tidak dilatih di sini
    .remedy =
        Pengembang: latih kesalahan pada layanan untuk pengujian, misalnya yang dijalankan 'admit dev'.
        Operator: atur 'allow_rehearsal = true' dalam konfigurasi bila layanan ini memang untuk pengujian.

e88000206 = Nilai '{ $received }' dari admit_rehearse bukan nomor kesalahan yang dikenal layanan ini.
    .title = Tidak ada kesalahan seperti itu untuk dilatih
    .remedy = Pengembang: kirim nomornya saja, tanpa huruf, seperti dalam error_codes; /error mencantumkan semuanya.

e88000207 = Aplikasi ini mencoba lebih dari { $limit } permintaan dalam satu menit. Yang berikutnya diterima sekitar { $minutes } menit lagi.
    .title = Terlalu banyak permintaan dicoba
    .remedy =
        Pengembang: tunggu, lalu coba lagi permintaannya; jangan mencoba setiap permintaan sebelum dikirim.
        Pengembang: bila aplikasi Anda tidak mengirimnya, ada pihak lain yang memegang kredensial atau salah satu asersinya; ganti kredensialnya.

e88000220 = Anda masuk sebagai '{ $username }', yang bukan administrator '{ $tenant }'. Halaman administrasi hanya untuk administrator.
    .title = Akun ini bukan administrator
    .remedy =
        Pengguna: jika Anda memiliki akun administrator, mulailah lagi dan pilih akun itu.
        Administrator: nyatakan 'administrator = true' untuk pengguna ini, lalu jalankan 'admit apply'.

e88000221 = Alamat ini mengakhiri proses masuk ke halaman administrasi, tetapi peramban ini tidak memulainya, memulai proses yang lain, atau memulainya lebih dari 15 menit yang lalu.
    .title = Proses masuk ke halaman administrasi ini tidak ditemukan
    .remedy = Pengguna: mulailah lagi.

e88000222 = Formulir dikirim setelah sesi di halaman administrasi berakhir: delapan jam telah lewat, sesi diakhiri, atau akun berubah. Tidak ada yang dilakukan.
    .title = Anda sudah tidak masuk lagi
    .remedy = Pengguna: mulailah lagi, lalu ulangi apa yang ingin Anda lakukan.

e88000223 = Proses masuk ke halaman administrasi berakhir tanpa hasil: '{ $error }'.
    .title = Proses masuk tidak diselesaikan
    .remedy = Pengguna: mulailah lagi. Jika Anda sendiri yang membatalkannya, tidak ada lagi yang perlu dilakukan.

e88000224 = Tidak ada permintaan dengan ID pelacakan '{ $trace_id }' yang masih diingat untuk organisasi Anda.
    .title = Permintaan ini tidak diingat
    .remedy =
        Pengguna: periksa ID pelacakan; ke-36 karakternya harus tepat.
        Pengguna: permintaan dilupakan setelah beberapa waktu, mulai dari yang terlama. Permintaan yang tidak menyebut organisasi, atau menyebut organisasi lain, tidak ditampilkan di sini.
        Operator: jalankan 'admit explain' dengan ID pelacakan itu; perintah ini melihat semua organisasi.

e88000240 = Tautan ke laporan ini bukan buatan halaman kesalahan layanan ini: tautan tidak ada, terpotong, atau berubah.
    .title = Laporan ini tidak terkait dengan kesalahan apa pun
    .remedy = Pengguna: kembali ke halaman yang menampilkan kesalahan, lalu ikuti tautannya untuk melaporkan masalah.

e88000241 = Tautan ke laporan ini dibuat lebih dari { $hours } jam yang lalu dan tidak diterima lagi.
    .title = Tautan untuk melaporkan masalah ini sudah kedaluwarsa
    .remedy = Pengguna: ulangi yang ingin Anda lakukan. Bila kesalahan muncul lagi, laporkan dari halamannya yang baru.

e88000242 = Teks ini berisi { $length } karakter, sedangkan batasnya { $limit }.
    .title = Teks terlalu panjang
    .remedy = Pengguna: persingkat teks menjadi yang paling penting. Rincian permintaan terlampir dengan sendirinya.

e88000243 = Yang diisikan sebagai alamat untuk menerima jawaban bukan satu alamat email.
    .title = Alamat email tidak dapat dipakai
    .remedy = Pengguna: isikan satu alamat seperti nama@example.com, atau kosongkan kolomnya.

e88000244 = Banyak masalah dilaporkan dari jaringan Anda dalam waktu singkat, sehingga laporan berikutnya baru diterima sekitar { $minutes } menit lagi.
    .title = Terlalu banyak laporan dari jaringan Anda
    .remedy = Pengguna: tunggu, lalu kirim lagi laporannya. Masalah yang sudah dilaporkan tidak perlu dilaporkan lagi.

e88000245 = Banyak masalah dilaporkan ke organisasi ini dalam waktu singkat, sehingga laporan berikutnya baru diterima sekitar { $minutes } menit lagi.
    .title = Terlalu banyak laporan ke organisasi ini
    .remedy = Pengguna: tunggu, lalu kirim lagi laporannya. Bila banyak orang mengalami masalah yang sama, masalah itu sudah diketahui.

e88000246 = Banyak masalah dilaporkan ke layanan ini dalam waktu singkat, sehingga laporan berikutnya baru diterima sekitar { $minutes } menit lagi.
    .title = Terlalu banyak laporan
    .remedy = Pengguna: tunggu, lalu kirim lagi laporannya. Bila banyak orang mengalami masalah yang sama, masalah itu sudah diketahui.

e88000247 = Organisasi ini memiliki { $limit } laporan yang masih terbuka, yaitu sebanyak yang dapat disimpan. Laporan berikutnya diterima setelah sebagian ditutup; coba lagi { $minutes } menit lagi atau nanti.
    .title = Terlalu banyak laporan masih terbuka
    .remedy =
        Administrator: jawab dan tutup tiket di /admin/tickets, atau dengan 'admit ticket close'.
        Pengguna: kirim rincian di bawah kepada administrator organisasi Anda lewat cara lain.

e88000248 = Laporan tidak dapat dicatat, karena tempat penyimpanan laporan sedang tidak tersedia atau penuh.
    .title = Laporan tidak tersimpan
    .remedy =
        Pengguna: tulisan Anda masih ada di formulir. Kirim lagi beberapa menit kemudian.
        Pengguna: bila gagal lagi, berikan ID pelacakan kepada orang yang membantu Anda; masalahnya dapat ditemukan dengan ID itu.
        Operator: lihat penyebabnya di log, dan pastikan direktori data tersedia dan masih ada ruang.

e88000249 = Tidak ada tiket dengan nomor ini, atau tiket itu bukan milik organisasi Anda.
    .title = Tiket itu tidak ada
    .remedy = Administrator: periksa nomornya, atau cari tiketnya dalam daftar. Tiket dihapus beberapa waktu setelah ditutup.

e88000250 = Tiket ini memiliki { $limit } catatan, yaitu sebanyak yang dapat dimiliki satu tiket.
    .title = Tiket sudah penuh
    .remedy = Administrator: lanjutkan di tempat lain, dan sebutkan nomor tiket ini di sana.

e88000251 = Jawaban tanpa teks tidak memberi tahu pelapor apa pun.
    .title = Jawaban kosong
    .remedy = Administrator: tulis yang perlu diketahui pelapor, atau tutup tiket tanpa jawaban.
