# Setiap penolakan: keterangan, .title, dan .remedy (satu langkah per baris, diawali peran).

e16001 = Akun yang dipilih sudah tidak masuk lagi dengan peramban ini.
    .title = Akun yang dipilih sudah tidak masuk lagi
    .remedy = Pengguna: pilih akun lain, atau masuk lagi.

e16002 = Permintaan meminta proses masuk tanpa halaman (prompt=none) dan akun dari sesi terdahulu (sid), tetapi akun lain yang masuk dengan peramban ini.
    .title = Akun yang masuk bukan akun dari sesi itu
    .remedy =
        Pengembang: mulai proses masuk interaktif, atau hilangkan sid untuk menerima akun mana pun yang sedang masuk.
        Pengguna: masuk dengan akun yang diharapkan aplikasi.

e50000 = Layanan gagal. Penyebabnya bukan permintaan ini.
    .title = Layanan gagal
    .remedy =
        Operator: cari penyebabnya dengan 'admit explain TRACE_ID'.
        Pengguna: coba lagi nanti. Bila kesalahan tetap terjadi, kirimkan ID pelacakan kepada operator layanan.

e50003 = Tenant tidak memiliki kunci tanda tangan yang berlaku saat ini, sehingga tidak ada token yang dapat ditandatangani.
    .title = Tidak ada kunci tanda tangan yang berlaku
    .remedy =
        Operator: bandingkan root_key_file pada konfigurasi dengan kunci akar yang dipakai saat direktori data dibuat; kunci akar lain tidak dapat mendekripsi kunci tanda tangan.
        Operator: periksa jam mesin, lalu buat kunci dengan 'admit key rotate --now --config FILE'.

e50011 = URI pengalihan '{ $redirect_uri }' tidak terdaftar untuk aplikasi '{ $client }', sehingga tidak ada yang dikirim ke sana.
    .title = URI pengalihan tidak terdaftar
    .remedy =
        Pengembang: bandingkan URI pengalihan secara persis dengan yang terdaftar: skema, huruf besar dan kecil, port, path, serta garis miring di akhir.
        Administrator: bila URI pengalihan itu memang milik aplikasi, tambahkan ke redirect_uris aplikasi dalam deklarasi, lalu jalankan 'admit apply'.

e50012 = Tanda tangan asersi klien tidak cocok dengan kunci aplikasi '{ $client }' yang terdaftar.
    .title = Tanda tangan asersi klien tidak cocok
    .remedy = Pengembang: tanda tangani dengan kunci privat pasangan kunci publik yang terdaftar, dan jangan mengubah asersi sesudahnya.

e50027 = Klaim '{ $claim }' dalam asersi klien tidak memiliki bentuk atau nilai yang semestinya.
    .title = Klaim dalam asersi klien tidak valid
    .remedy = Pengembang: perbaiki klaim '{ $claim }' (RFC 7523, bagian 3).

e50033 = Permintaan lain terus mengubah data yang sama selama permintaan ini diproses. Layanan berhenti dan tidak mengubah apa pun.
    .title = Terlalu banyak perubahan yang bertentangan saat ini
    .remedy =
        Pengguna: coba lagi sebentar lagi.
        Operator: bila sering terjadi, cari klien yang mengulang permintaan yang sama dengan sangat cepat.

e50048 = Asersi klien diterbitkan oleh '{ $issuer }' untuk subjek '{ $subject }'; keduanya harus berupa id klien.
    .title = Penerbit dan subjek asersi klien berbeda
    .remedy = Pengembang: isi iss dan sub asersi dengan id klien.

e50049 = Permintaan penemuan menyebut titik akhir otorisasi di host '{ $host }', yang bukan milik layanan ini.
    .title = Host bukan milik layanan ini
    .remedy = Pengembang: kirim URL titik akhir otorisasi milik layanan ini, atau daftarkan host itu sebagai otoritas yang dikenal dalam pustaka klien.

e50050 = Parameter '{ $parameter }' pada permintaan penemuan tidak ada atau bentuknya salah.
    .title = Bentuk permintaan penemuan salah
    .remedy = Pengembang: kirim api-version=1.1 dan authorization_endpoint dengan URL lengkap sebuah titik akhir otorisasi.

e50053 = Ada terlalu banyak percobaan masuk dengan kata sandi yang salah, sehingga percobaan berikutnya baru diterima sekitar { $minutes } lagi.
    .title = Terlalu banyak percobaan dengan kata sandi yang salah
    .remedy =
        Pengguna: masuk dengan peramban yang pernah Anda pakai untuk masuk. Peramban itu tidak menunggu karena percobaan di tempat lain.
        Pengguna: atau tunggu, lalu coba lagi dengan kata sandi yang benar.
        Administrator: bila percobaan itu bukan dari pengguna tersebut, cari asalnya di /admin/requests.
        Administrator: bila pengguna tidak dapat menunggu, minta operator mengakhirinya dengan 'admit user unlock'.

e50055 = Kata sandi benar tetapi sudah kedaluwarsa: kata sandi akun ini diganti setelah { $days } hari.
    .title = Kata sandi Anda sudah kedaluwarsa
    .remedy =
        Pengguna: pilih kata sandi baru di bawah. Setelah itu Anda melanjutkan ke aplikasi. Peramban lain tetap masuk.
        Administrator: 'password_lifetime' pada tenant menentukan jangka waktunya. Tanpa itu, kata sandi tidak kedaluwarsa.

e50057 = Akun pengguna dinonaktifkan atau sudah dihapus.
    .title = Akun dinonaktifkan
    .remedy =
        Pengguna: minta administrator mengaktifkan akun itu.
        Administrator: bila pengguna ini boleh memakai aplikasi, tulis enabled = true untuk pengguna itu dalam deklarasi, lalu jalankan 'admit apply'.

e50058 = Permintaan meminta proses masuk tanpa halaman (prompt=none), tetapi tidak ada akun yang masuk dengan peramban ini.
    .title = Tidak ada akun yang masuk
    .remedy =
        Pengembang: ini respons yang biasa saat aplikasi dimulai; mulai proses masuk interaktif.
        Pengguna: masuklah. Bila peramban memblokir kuki pihak ketiga, proses masuk tanpa halaman tidak mungkin dilakukan.

e50072 = Pengguna harus menyiapkan faktor kedua untuk masuk ke aplikasi '{ $client }', tetapi membatalkannya.
    .title = Faktor kedua tidak disiapkan
    .remedy =
        Pengguna: mulai lagi, lalu siapkan aplikasi autentikator.
        Administrator: bila pengguna tidak dapat menyiapkannya, atur second_factor milik tenant atau aplikasi di deklarasi, lalu jalankan 'admit apply'.

e50074 = Pengguna diminta memberikan faktor kedua untuk masuk ke aplikasi '{ $client }', tetapi membatalkannya.
    .title = Langkah kedua dibatalkan
    .remedy =
        Pengguna: mulai lagi, lalu gunakan aplikasi autentikator, kunci sandi, atau kode pemulihan.
        Administrator: bila pengguna kehilangan semua faktor kedua, jalankan 'admit user access-pass' di server dan berikan kodenya.

e50076 = Pengguna harus memberikan faktor kedua, sedangkan permintaan tidak menampilkan halaman: prompt=none, atau token penyegar dari proses masuk yang lebih lemah.
    .title = Faktor kedua diperlukan
    .remedy =
        Pengembang: mulai proses masuk interaktif tanpa prompt=none, dengan claims dan acr_values yang sama.
        Administrator: di deklarasi, second_factor dan auth_contexts milik tenant serta second_factor milik aplikasi menentukan kapan faktor itu diperlukan.

e50079 = Pengguna harus menyiapkan faktor kedua lebih dahulu, sedangkan permintaan tidak menampilkan halaman: prompt=none, atau token penyegar dari proses masuk yang lebih lemah.
    .title = Faktor kedua harus disiapkan
    .remedy =
        Pengembang: mulai proses masuk interaktif tanpa prompt=none, dengan claims dan acr_values yang sama. Halamannya menyiapkan faktor kedua.
        Administrator: di deklarasi, second_factor dan auth_contexts milik tenant serta second_factor milik aplikasi menentukan kapan faktor itu diperlukan.

e50088 = Terlalu banyak percobaan dengan kode yang salah, sehingga kode jenis ini tidak diterima lagi selama sekitar { $minutes }.
    .title = Terlalu banyak percobaan dengan kode yang salah
    .remedy =
        Pengguna: mulai proses masuk lagi; setiap proses menerima lima kode. Bila ditolak lagi, tunggu, atau gunakan kode pemulihan, yang dihitung terpisah.
        Administrator: bila bukan pengguna yang melakukan percobaan ini, orang lain mengetahui kata sandinya; tetapkan yang baru.

e50089 = Proses masuk ini dimulai lebih dari sepuluh menit yang lalu dan sudah kedaluwarsa.
    .title = Proses masuk sudah kedaluwarsa
    .remedy = Pengguna: mulai lagi. Nama yang sudah diketik tetap ada.

e50098 = Asersi klien tidak memuat klaim '{ $claim }'.
    .title = Asersi klien kekurangan klaim
    .remedy = Pengembang: tambahkan klaim '{ $claim }' ke dalam asersi (RFC 7523, bagian 3).

e50117 = Parameter claims bukan objek JSON seperti yang diuraikan OpenID Connect Core, bagian 5.5.
    .title = Bentuk parameter claims salah
    .remedy = Pengembang: kirim objek JSON dengan anggota id_token, userinfo, atau access_token yang masing-masing berupa objek, dikodekan satu kali.

e50120 = Asersi klien ditandatangani dengan '{ $algorithm }'. Yang diterima dengan kunci yang terdaftar: { $accepted }.
    .title = Algoritme asersi klien tidak diterima
    .remedy = Pengembang: tanda tangani dengan algoritme yang diterima dan sebutkan pada alg di header.

e50126 = Nama pengguna atau kata sandi salah.
    .title = Nama pengguna atau kata sandi tidak cocok
    .remedy =
        Pengguna: periksa nama pengguna dan kata sandi, termasuk huruf besar dan kecil, lalu coba lagi.
        Administrator: bila pengguna lupa kata sandi, tetapkan yang baru dalam deklarasi, lalu jalankan 'admit apply'.

e50132 = Permintaan meminta proses masuk tanpa halaman (prompt=none), tetapi sesi peramban ini telah dicabut, misalnya karena kata sandi diganti.
    .title = Sesi peramban ini telah dicabut
    .remedy =
        Pengguna: masuk lagi.
        Pengembang: mulai proses masuk interaktif.

e50137 = Kata sandi benar, tetapi ditetapkan administrator hanya untuk masuk pertama kali.
    .title = Pilih kata sandi Anda sendiri
    .remedy =
        Pengguna: pilih kata sandi baru di bawah, yang tidak diketahui orang lain. Setelah itu Anda melanjutkan ke aplikasi.
        Administrator: 'admit user password --temporary' dan 'must_change_password' pada pengguna yang dideklarasikan menetapkan kata sandi seperti itu.

e50147 = Permintaan tidak memuat code_challenge. Aplikasi '{ $client }' harus memakai PKCE (RFC 7636).
    .title = Tantangan kode tidak ada
    .remedy =
        Pengembang: kirim code_challenge dan code_challenge_method=S256, dan code_verifier saat kode ditukar. Kebanyakan pustaka melakukannya dengan satu opsi dari daftar berikut.
        Pengembang: Spring Security 6: OAuth2AuthorizationRequestCustomizers.withPkce() sebagai customizer DefaultOAuth2AuthorizationRequestResolver, atau sejak 6.5 ClientSettings dengan requireProofKey(true); versi 7 melakukannya sendiri.
        Pengembang: Auth.js dan NextAuth: checks: ['pkce', 'state'] pada provider.
        Pengembang: openid-client untuk Node.js: code_challenge dan code_challenge_method dalam URL otorisasi, dan verifier pada callback.
        Pengembang: passport-oauth2: pkce: true dan state: true. passport-openidconnect 0.1 tidak punya opsinya; penggantinya nonce: true.
        Pengembang: Authlib: client_kwargs pada register() dengan code_challenge_method='S256'.
        Pengembang: requests-oauthlib 2: OAuth2Session(…, pkce='S256').
        Pengembang: mozilla-django-oidc: OIDC_USE_PKCE = True.
        Pengembang: golang.org/x/oauth2 (dengan go-oidc): oauth2.S256ChallengeOption(verifier) pada AuthCodeURL dan oauth2.VerifierOption(verifier) pada Exchange.
        Pengembang: ASP.NET Core: ResponseType = 'code'; UsePkce lalu aktif dengan sendirinya.
        Pengembang: oauth2-proxy: code_challenge_method = 'S256'.
        Pengembang: mod_auth_openidc: OIDCPKCEMethod S256.
        Administrator: bila pustaka aplikasi yang memiliki rahasia atau kunci tidak punya opsi itu, tetapkan pkce = 'optional' untuk aplikasi itu dalam deklarasi dan jalankan 'admit apply'. Kode yang dicuri lalu hanya dilindungi oleh kredensial aplikasi.

e50149 = Metode tantangan kode '{ $method }' tidak didukung. Yang didukung hanya S256; tanpa metode, nilai bawaannya 'plain'.
    .title = Metode tantangan kode tidak didukung
    .remedy = Pengembang: kirim code_challenge_method=S256, dengan huruf S besar.

e50173 = Aplikasi menunjukkan sesi, kode, atau token yang diterbitkan pada { $issued }, tetapi semua yang diterbitkan untuk pengguna ini sebelum { $revoked } telah dicabut, misalnya karena kata sandi diganti.
    .title = Diperlukan proses masuk yang baru
    .remedy =
        Pengguna: masuk lagi.
        Pengembang: hapus token yang tersimpan untuk pengguna ini dan mulai proses masuk yang baru.

e53003 = Aplikasi '{ $client }' tidak dapat dipakai dari alamat { $address }. Administratornya hanya mengizinkan jaringan tertentu.
    .title = Akses dari jaringan ini tidak diizinkan
    .remedy =
        Pengguna: sambungkan ke jaringan yang diizinkan, misalnya jaringan kantor atau lewat VPN, lalu masuk lagi.
        Pengembang: aplikasi di server memperbarui token dari alamat server; tanyakan kepada administrator apakah alamat itu diizinkan.
        Administrator: bila alamat ini milik Anda, tambahkan jaringannya ke allowed_networks milik aplikasi atau tenant di deklarasi, lalu jalankan 'admit apply'.

e54005 = Kode otorisasi ini telah ditukar { $seconds } detik yang lalu. Kode hanya dapat ditukar satu kali, karena itu token dari penukaran pertama dicabut.
    .title = Kode otorisasi sudah pernah dipakai
    .remedy =
        Pengembang: tukar setiap kode satu kali; periksa apakah ada halaman yang dimuat dua kali, percobaan ulang, atau dua proses yang menangani respons yang sama.
        Pengembang: mulai proses masuk dari awal.

e65001 = Baik pengguna maupun administrator belum menyetujui akses aplikasi '{ $client }' ke '{ $scope }', atau persetujuannya telah dicabut.
    .title = Persetujuan belum ada
    .remedy =
        Pengguna: masuk lagi ke aplikasi dan setujui aksesnya.
        Administrator: untuk menyetujui bagi semua pengguna tenant, tulis admin_consent = true untuk aplikasi dalam deklarasi, lalu jalankan 'admit apply'.

e65004 = Pengguna tidak menyetujui akses yang diminta aplikasi '{ $client }'.
    .title = Persetujuan ditolak
    .remedy =
        Pengguna: untuk memakai aplikasi, masuk lagi dan berikan persetujuan.
        Pengembang: minta lebih sedikit, atau jelaskan di aplikasi untuk apa akses itu.

e65005 = Aplikasi '{ $client }' tidak memiliki izin untuk API '{ $resource }'.
    .title = Aplikasi tidak memiliki izin untuk API ini
    .remedy =
        Administrator: bila aplikasi memerlukan API itu, tambahkan ke permissions aplikasi dalam deklarasi, lalu jalankan 'admit apply'.
        Pengembang: bila tidak, minta API lain.

e70000 = Nilai code bukan kode otorisasi dari tenant ini, atau telah berubah atau terpotong di tengah jalan.
    .title = Kode otorisasi tidak valid
    .remedy =
        Pengembang: uraikan kode dari URL pengalihan satu kali, lalu kirim tanpa diubah.
        Pengembang: kirim kode ke titik akhir token milik tenant yang menerbitkannya.

e70003 = Jenis pemberian izin '{ $grant_type }' tidak didukung oleh layanan ini.
    .title = Jenis pemberian izin tidak didukung
    .remedy = Pengembang: pakai jenis pemberian izin yang tercantum pada grant_types_supported dalam dokumen penemuan.

e70005 = Jenis respons '{ $response_type }' tidak didukung. Yang didukung hanya 'code'.
    .title = Jenis respons tidak didukung
    .remedy = Pengembang: pakai alur kode otorisasi dengan PKCE: response_type=code.

e70007 = Mode respons '{ $response_mode }' tidak didukung. Yang didukung: query, fragment, dan form_post.
    .title = Mode respons tidak didukung
    .remedy = Pengembang: kirim mode respons yang didukung, atau hilangkan response_mode.

e70008 = Kode otorisasi kedaluwarsa pada { $expired }. Kode hanya berlaku sekitar satu menit.
    .title = Kode otorisasi sudah kedaluwarsa
    .remedy = Pengembang: tukar kode segera setelah diterima, dan mulai proses masuk dari awal untuk mendapat kode baru.

e70011 = Cakupan '{ $scope }' bukan daftar nama cakupan yang dipisahkan satu spasi (RFC 6749, bagian 3.3).
    .title = Bentuk cakupan salah
    .remedy = Pengembang: pisahkan cakupan dengan spasi, bukan dengan koma atau '+', dan kodekan seluruh nilainya satu kali.

e90002 = Layanan ini tidak memiliki tenant '{ $tenant }'.
    .title = Tenant tidak ditemukan
    .remedy = Pengembang: periksa id atau nama tenant dalam URL, dan nama host URL itu.

e90005 = Permintaan menyebut akun dengan sid sekaligus login_hint, dan keduanya bisa berarti akun yang berbeda.
    .title = Akun disebut dengan dua cara
    .remedy = Pengembang: kirim sid untuk akun dari sesi terdahulu, atau login_hint untuk nama pengguna, jangan keduanya.

e90012 = Layanan tidak menyelesaikan permintaan dalam { $seconds } detik dan menghentikannya.
    .title = Waktu permintaan habis
    .remedy =
        Pengguna: coba lagi sebentar lagi.
        Operator: periksa beban mesin dan kecepatan cakramnya.

e90015 = Kueri permintaan lebih panjang dari batas { $limit } bita.
    .title = Kueri terlalu panjang
    .remedy = Pengembang: persingkat parameter, atau kirim dalam isi permintaan POST bila titik akhir ini mengizinkannya.

e90033 = Penyimpanan layanan sedang tidak tersedia.
    .title = Penyimpanan tidak tersedia
    .remedy =
        Pengguna: coba lagi sebentar lagi.
        Operator: periksa cakram atau basis data layanan: mungkin penuh, hanya baca, atau tidak terjangkau.

e90094 = Aplikasi '{ $client }' meminta '{ $scope }', yang hanya dapat disetujui oleh administrator tenant.
    .title = Administrator harus memberi persetujuan
    .remedy =
        Pengguna: minta administrator Anda mengizinkan aplikasi ini.
        Administrator: bila aplikasi boleh memperoleh akses ini, tulis admin_consent = true untuk aplikasi dalam deklarasi, lalu jalankan 'admit apply'.

e90102 = URI pengalihan '{ $redirect_uri }' bukan URI absolut: tidak ada skema seperti 'https:', atau ada karakter yang tidak boleh ada dalam URI.
    .title = URI pengalihan bukan URI absolut
    .remedy = Pengembang: kirim URI pengalihan lengkap seperti yang terdaftar, misalnya 'https://app.example/callback', dan kodekan satu kali.

e135010 = Akun ini tidak memiliki kunci sandi itu. Kunci sandi itu telah dihapus dari akun, atau milik akun lain.
    .title = Kunci sandi tidak terdaftar
    .remedy =
        Pengguna: gunakan kunci sandi lain, atau masuk dengan cara lain.
        Pengguna: bila Anda telah menghapus kunci sandi itu dari akun, hapus juga di perangkat.

e160021 = Permintaan meminta proses masuk tanpa halaman (prompt=none), tetapi akun yang disebutnya belum masuk dengan peramban ini.
    .title = Akun yang diminta belum masuk
    .remedy =
        Pengembang: mulai proses masuk interaktif, atau perbaiki petunjuknya.
        Pengguna: masuk dengan akun yang diharapkan aplikasi.

e165000 = Formulir tidak dikirim dari halaman layanan ini yang dibuka dalam sesi peramban ini, sehingga tidak ada yang dilakukan.
    .title = Asal formulir tidak terverifikasi
    .remedy =
        Pengguna: kembali ke halaman dengan formulir itu. Muat ulang halamannya, lalu kirim formulirnya lagi, dengan kuki diizinkan.
        Pengguna: bila terjadi lagi ketika masuk, kembali ke aplikasi dan masuk lagi dalam satu tab.

e500011 = Tenant ini tidak memiliki API '{ $resource }'.
    .title = API tidak terdaftar di tenant ini
    .remedy =
        Pengembang: bandingkan namanya dengan pengenal API secara persis; garis miring di akhir ikut menentukan.
        Administrator: bila API memang seharusnya ada di sini, tambahkan ke resources tenant dalam deklarasi, lalu jalankan 'admit apply'.

e500014 = API '{ $resource }' dinonaktifkan di tenant ini.
    .title = API dinonaktifkan
    .remedy = Administrator: bila API boleh dipakai, tulis enabled = true untuk API itu dalam deklarasi, lalu jalankan 'admit apply'.

e500112 = Permintaan token menyebut URI pengalihan '{ $received }', padahal kode dikirim ke '{ $expected }'.
    .title = URI pengalihan bukan tujuan kode dikirim
    .remedy = Pengembang: kirim redirect_uri yang sama persis dalam kedua permintaan.

e500113 = Aplikasi '{ $client }' tidak memiliki URI pengalihan yang terdaftar, sehingga tidak ada respons yang dapat dikirim ke sana.
    .title = Aplikasi tidak memiliki URI pengalihan
    .remedy = Administrator: tambahkan URI pengalihan aplikasi ke redirect_uris-nya dalam deklarasi lalu jalankan 'admit apply', atau jangan pakai aplikasi ini untuk proses masuk.

e500121 = Kode itu bukan kode yang sedang berlaku dari aplikasi autentikator akun ini.
    .title = Kode salah
    .remedy =
        Pengguna: ketik kode yang kini ditampilkan aplikasi untuk akun ini. Kode berganti setiap 30 detik.
        Pengguna: bila kode tetap salah, setel jam ponsel ke otomatis, atau gunakan kode pemulihan.
        Administrator: bila pengguna kehilangan aplikasi dan kode pemulihan, jalankan 'admit user access-pass' di server dan berikan kodenya.

e501481 = SHA-256 dari code_verifier bukan code_challenge dari permintaan otorisasi.
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
        Administrator: bila cakupan itu memang seharusnya ada, tambahkan ke scopes API dan juga ke permissions aplikasi dalam deklarasi, lalu jalankan 'admit apply'.

e650057 = Aplikasi '{ $client }' tidak memiliki izin untuk cakupan '{ $scope }'.
    .title = Aplikasi tidak memiliki izin untuk cakupan ini
    .remedy =
        Administrator: bila aplikasi memerlukan cakupan itu, tambahkan ke permissions aplikasi dalam deklarasi, lalu jalankan 'admit apply'.
        Pengembang: bila tidak, hilangkan cakupan itu.

e700005 = Kode otorisasi dikirim ke tenant lain, bukan tenant yang menerbitkannya.
    .title = Kode otorisasi diterbitkan oleh tenant lain
    .remedy = Pengembang: pakai tenant yang sama dalam URL titik akhir otorisasi dan titik akhir token.

e700016 = Tenant ini tidak memiliki aplikasi dengan id klien '{ $client_id }'.
    .title = Aplikasi tidak terdaftar di tenant ini
    .remedy =
        Pengembang: bandingkan client_id dengan pendaftaran aplikasi, dan tenant dalam URL dengan tenant tempat aplikasi itu terdaftar.
        Administrator: bila aplikasi memang seharusnya ada di sini, tambahkan ke clients tenant dalam deklarasi, lalu jalankan 'admit apply'.

e700022 = Permintaan memuat cakupan dari '{ $first }' dan dari '{ $second }'. Satu token hanya berlaku untuk satu API.
    .title = Cakupan milik lebih dari satu API
    .remedy = Pengembang: minta satu API untuk setiap permintaan. Setelah yang pertama, token penyegar dapat dipakai untuk memperoleh token API lainnya.

e700023 = Permintaan memerlukan token untuk sebuah API, tetapi cakupannya tidak menyebut satu pun, dan tenant tidak memiliki API bawaan.
    .title = Cakupan tidak menyebut API
    .remedy = Pengembang: minta cakupan milik API, misalnya 'api://orders/read' atau 'api://orders/.default', atau sebutkan API dalam parameter resource.

e700024 = Asersi klien berlaku dari { $valid_from } sampai { $valid_until }; waktu di layanan ini { $now }.
    .title = Asersi klien tidak berlaku saat ini
    .remedy = Pengembang: buat asersi baru untuk setiap permintaan, dan sinkronkan jam mesin dengan server waktu.

e700025 = Aplikasi '{ $client }' terdaftar sebagai aplikasi publik sehingga tidak memiliki kredensial, tetapi permintaan memuat kredensial.
    .title = Aplikasi publik mengirim kredensial
    .remedy =
        Pengembang: hilangkan client_secret, client_assertion, dan header Authorization.
        Administrator: bila aplikasi berjalan di server dan dapat menyimpan rahasia, tulis public = false untuk aplikasi dalam deklarasi, beserta rahasia atau kunci, lalu jalankan 'admit apply'.

e700027 = Asersi klien ditandatangani dengan kunci atau sertifikat '{ $thumbprint }' yang tidak terdaftar untuk aplikasi ini.
    .title = Kunci asersi klien tidak terdaftar
    .remedy =
        Pengembang: tanda tangani dengan kunci yang terdaftar, dan sebutkan kunci itu di header melalui kid, x5t, x5t#S256, atau x5c.
        Administrator: tambahkan kunci publik atau sertifikat itu ke keys aplikasi dalam deklarasi, lalu jalankan 'admit apply'.

e700054 = Aplikasi '{ $client }' meminta token ID dari titik akhir otorisasi, padahal di sana hanya boleh meminta kode.
    .title = Aplikasi tidak boleh menerima token ID secara langsung
    .remedy = Pengembang: minta response_type=code dengan cakupan openid; token ID kemudian diperoleh dari titik akhir token.

e700082 = Token penyegar terakhir dipakai pada { $last_used }; batas antara dua pemakaian adalah { $limit }.
    .title = Token penyegar terlalu lama tidak dipakai
    .remedy =
        Pengguna: masuk lagi ke aplikasi.
        Administrator: bila pengguna seharusnya tetap masuk lebih lama, naikkan grant_idle_lifetime milik tenant dalam deklarasi, lalu jalankan 'admit apply'.

e700084 = Token penyegar ini milik aplikasi halaman tunggal. Pengguna masuk pada { $issued }; token seperti ini kedaluwarsa setelah { $limit }, betapa pun sering diperbarui.
    .title = Token penyegar aplikasi halaman tunggal sudah kedaluwarsa
    .remedy =
        Pengembang: arahkan peramban ke titik akhir otorisasi; bila masih ada sesi, pengguna tidak perlu mengetik apa pun.
        Pengguna: masuk lagi bila diminta.

e900021 = URL memuat '{ $tenant }' sebagai ganti tenant, yang tidak didukung layanan ini.
    .title = URL tidak menyebut satu tenant tertentu
    .remedy = Pengembang: pakai URL satu tenant, dengan id atau namanya di dalam path.

e900023 = '{ $tenant }' bukan id tenant (GUID) dan bukan pula nama tenant yang valid.
    .title = Bentuk tenant dalam URL salah
    .remedy = Pengembang: tulis id atau nama tenant pada awal path URL.

e900144 = Permintaan ini memerlukan parameter '{ $parameter }', tetapi parameter itu tidak ada atau kosong.
    .title = Ada parameter yang kurang
    .remedy = Pengembang: kirim '{ $parameter }' beserta nilainya, satu kali, di bagian permintaan yang dibaca oleh titik akhir ini.

e900561 = Permintaan memakai metode { $method }. Titik akhir ini menerima { $allowed }.
    .title = Titik akhir ini tidak menerima metode HTTP itu
    .remedy = Pengembang: kirim permintaan dengan { $allowed }. Pengalihan di tengah jalan dapat mengubah POST menjadi GET, jadi pakailah URL akhirnya.

e900971 = Permintaan tidak memuat redirect_uri, yang di sini wajib untuk aplikasi '{ $client }'.
    .title = URI pengalihan tidak ada
    .remedy = Pengembang: kirim redirect_uri dengan salah satu nilai yang terdaftar.

e1002012 = Aplikasi meminta token untuk dirinya sendiri, sedangkan '{ $scope }' hanya bermakna bagi pengguna yang masuk.
    .title = Cakupan memerlukan pengguna yang masuk
    .remedy = Pengembang: minta API beserta '/.default', misalnya 'api://orders/.default', dan bukan hanya openid, profile, email, atau offline_access, yang diabaikan di samping sebuah API.

e5002727 = Header typ asersi klien berisi '{ $received }', yang bukan jenis asersi klien.
    .title = Asersi klien adalah jenis token lain
    .remedy = Pengembang: buat asersi untuk permintaan ini; jangan mengirim token atau objek permintaan yang dibuat untuk keperluan lain.

e7000112 = Aplikasi '{ $client }' dinonaktifkan di tenant ini.
    .title = Aplikasi dinonaktifkan
    .remedy = Administrator: bila aplikasi boleh dipakai, tulis enabled = true untuk aplikasi dalam deklarasi, lalu jalankan 'admit apply'.

e7000215 = Rahasia klien dalam permintaan bukan salah satu rahasia aplikasi '{ $client }'.
    .title = Rahasia klien salah
    .remedy =
        Pengembang: kirim nilai rahasia, bukan id-nya; nilai itu hanya ditampilkan sekali, yaitu saat rahasia dibuat.
        Pengembang: bila nilainya hilang, buat rahasia baru. Dalam header Authorization, rahasia harus dikodekan sebagai formulir sebelum dikodekan sebagai base64.

e7000216 = Aplikasi '{ $client }' meminta token untuk dirinya sendiri (client_credentials), tetapi permintaan tidak memuat rahasia klien maupun asersi klien.
    .title = Aplikasi meminta token untuk dirinya tanpa kredensial
    .remedy =
        Pengembang: kirim client_secret, atau client_assertion beserta client_assertion_type, dalam isi permintaan; atau rahasia dalam header Authorization.
        Pengembang: pastikan rahasia dalam konfigurasi aplikasi tidak kosong; nilai kosong dianggap tidak ada.

e7000218 = Aplikasi '{ $client }' bersifat rahasia dan harus melakukan autentikasi, tetapi permintaan tidak memuat rahasia klien maupun asersi klien.
    .title = Aplikasi tidak melakukan autentikasi
    .remedy =
        Pengembang: kirim rahasia aplikasi yang terdaftar, atau asersi yang ditandatangani dengan kuncinya yang terdaftar.
        Administrator: bila aplikasi berjalan di perangkat pengguna dan tidak dapat menyimpan rahasia, tulis public = true untuk aplikasi dalam deklarasi, lalu jalankan 'admit apply'.

e7000222 = Rahasia yang dikirim untuk aplikasi '{ $client }' benar, tetapi sudah kedaluwarsa pada { $expired }.
    .title = Rahasia klien sudah kedaluwarsa
    .remedy = Pengembang: buat rahasia baru, pasang pada aplikasi, lalu hapus yang lama.

e9000411 = Parameter '{ $parameter }' muncul lebih dari sekali dalam permintaan. Setiap parameter hanya boleh dikirim satu kali (RFC 6749, bagian 3.1).
    .title = Parameter dikirim lebih dari sekali
    .remedy = Pengembang: kirim '{ $parameter }' tepat satu kali, dan jangan menaruhnya di kueri sekaligus di isi permintaan.

e9002313 = Parameter permintaan tidak dapat diuraikan karena bukan UTF-8 dengan pengodean persen yang benar.
    .title = Pengodean formulir salah
    .remedy = Pengembang: kodekan setiap nama dan nilai sebagai application/x-www-form-urlencoded, sebaiknya dengan pustaka dan bukan dengan menyambung teks.

e9002326 = Permintaan datang dari halaman di '{ $origin }', tetapi aplikasi '{ $client }' tidak memakai URI pengalihan milik aplikasi halaman tunggal, jadi tidak ada halaman yang boleh mengirimnya.
    .title = URI pengalihan bukan milik aplikasi halaman tunggal
    .remedy =
        Administrator: bila aplikasi berjalan di peramban, letakkan URI pengalihan itu pada single_page dalam redirect_uris aplikasi di deklarasi, lalu jalankan 'admit apply'.
        Pengembang: bila aplikasi berjalan di server, kirim permintaan dari sana dan bukan dari peramban, karena di peramban rahasia atau token milik server dapat dibaca siapa saja.

e9002327 = URI pengalihan aplikasi '{ $client }' terdaftar sebagai milik aplikasi halaman tunggal, tetapi permintaan token tidak memiliki header Origin, jadi tidak berasal dari halaman di peramban.
    .title = Aplikasi halaman tunggal harus menukar kode di peramban
    .remedy =
        Pengembang: tukar kode dari halaman itu sendiri dengan permintaan lintas asal.
        Administrator: bila aplikasi berjalan di server atau perangkat, letakkan URI pengalihan itu pada web atau native dalam redirect_uris aplikasi di deklarasi, lalu jalankan 'admit apply'.

e88000001 = Isi permintaan dikirim sebagai '{ $content_type }', padahal titik akhir ini hanya membaca 'application/x-www-form-urlencoded'.
    .title = Isi permintaan bukan formulir
    .remedy =
        Pengembang: kirim parameter sebagai formulir, yaitu pasangan nama=nilai yang dihubungkan dengan '&', bukan sebagai JSON.
        Pengembang: isi header Content-Type dengan application/x-www-form-urlencoded.

e88000002 = Jumlah parameter dalam permintaan ini melebihi batas { $limit }.
    .title = Parameter terlalu banyak
    .remedy = Pengembang: kirim hanya parameter yang dikenal oleh titik akhir ini.

e88000003 = Nilai parameter '{ $parameter }' lebih panjang dari batas { $limit } bita.
    .title = Parameter terlalu panjang
    .remedy = Pengembang: persingkat '{ $parameter }'. Simpan data yang besar di aplikasi, dan kirim hanya kuncinya.

e88000004 = Isi permintaan lebih besar dari batas { $limit } bita.
    .title = Isi permintaan terlalu besar
    .remedy = Pengembang: kirim isi yang lebih kecil; tidak ada permintaan ke titik akhir ini yang memerlukan sebanyak itu.

e88000005 = Tidak ada titik akhir pada path '{ $path }'.
    .title = Titik akhir tidak ditemukan
    .remedy =
        Pengembang: ambil URL titik akhir dari dokumen penemuan milik tenant.
        Pengembang: pakai URL versi 2.0; URL versi 1.0, tanpa '/v2.0', tidak dilayani.

e88000008 = Parameter '{ $parameter }' dikirim dalam kueri. URL tersimpan di riwayat dan log, karena itu rahasia hanya dibaca dari isi permintaan atau header.
    .title = Rahasia dikirim dalam kueri
    .remedy =
        Pengembang: kirim '{ $parameter }' dalam isi permintaan POST.
        Pengembang: anggap nilai itu sudah terbuka, lalu gantilah.

e88000009 = Permintaan memuat lebih dari satu jenis autentikasi klien. Dalam satu permintaan hanya boleh dipakai satu (RFC 6749, bagian 2.3).
    .title = Aplikasi melakukan autentikasi dengan lebih dari satu cara
    .remedy = Pengembang: pakai salah satu saja dari header Authorization, client_secret, atau client_assertion, dan hilangkan yang lain.

e88000010 = Permintaan memuat lebih dari satu header Authorization, sehingga tidak jelas mana yang dimaksud.
    .title = Ada lebih dari satu header Authorization
    .remedy = Pengembang: kirim satu header Authorization saja. Proksi di tengah jalan mungkin menambahkan header miliknya sendiri.

e88000011 = Permintaan dikirim ke host '{ $host }', tetapi layanan ini memiliki nama host lain.
    .title = Nama host bukan milik layanan ini
    .remedy =
        Pengembang: pakai URL yang diumumkan layanan dalam dokumen penemuan.
        Operator: bila '{ $host }' memang nama yang benar, tetapkan sebagai origin dalam konfigurasi; bila ada proksi balik di depan layanan, atur agar meneruskan header Host.

e88000012 = Isi permintaan tidak tiba dalam { $seconds } detik.
    .title = Permintaan terlalu lama tiba
    .remedy = Pengembang: coba lagi, dan periksa jaringan antara aplikasi dan layanan ini.

e88000013 = Koneksi berakhir sebelum seluruh isi permintaan diterima.
    .title = Isi permintaan tidak lengkap
    .remedy =
        Pengembang: kirim ulang permintaan.
        Pengembang: jika terus terjadi, periksa Content-Length dan proksi di antara aplikasi dan layanan ini.

e88000020 = Tenant '{ $tenant }' ditangguhkan, sehingga pengguna tidak dapat masuk dan tidak ada token yang diterbitkan.
    .title = Tenant ditangguhkan
    .remedy =
        Administrator: tanyakan alasannya kepada operator layanan ini.
        Operator: setelah alasannya tidak berlaku lagi, tulis suspended = false untuk tenant dalam deklarasi, lalu jalankan 'admit apply'.

e88000030 = Aplikasi '{ $client }' melakukan autentikasi dengan { $received }, padahal terdaftar untuk { $expected }.
    .title = Aplikasi tidak memakai metode autentikasi yang terdaftar
    .remedy =
        Pengembang: lakukan autentikasi dengan { $expected }.
        Administrator: bila tidak, ubah secrets atau keys aplikasi dalam deklarasi, lalu jalankan 'admit apply'.

e88000032 = Audiens asersi klien adalah '{ $received }'; yang diterima: { $accepted }.
    .title = Audiens asersi klien salah
    .remedy = Pengembang: isi aud dengan tepat satu nilai yang diterima, termasuk skema, host, port, dan path-nya.

e88000033 = Asersi klien kedaluwarsa dalam { $seconds } detik; batasnya { $limit } detik.
    .title = Masa berlaku asersi klien terlalu panjang
    .remedy = Pengembang: biarkan asersi kedaluwarsa beberapa menit setelah dibuat.

e88000034 = Asersi klien dengan id '{ $jti }' pernah dipakai. Setiap asersi hanya diterima satu kali.
    .title = Asersi klien pernah dipakai
    .remedy = Pengembang: buat asersi baru, dengan jti baru, untuk setiap permintaan.

e88000035 = Nilai client_assertion tidak dapat dibaca sebagai JWT bertanda tangan, yaitu tiga bagian base64url yang dua bagian pertamanya berupa objek JSON.
    .title = Asersi klien bukan JWT bertanda tangan
    .remedy = Pengembang: kirim asersi dalam bentuk ringkas, lengkap, dan tanpa tanda kutip.

e88000036 = client_assertion_type berisi '{ $received }'; yang didukung hanya 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'.
    .title = Jenis asersi klien tidak didukung
    .remedy = Pengembang: kirim nilai itu sebagai client_assertion_type, bersama JWT dalam client_assertion.

e88000037 = Header Authorization tidak memuat id klien dan rahasia dalam bentuk autentikasi HTTP Basic.
    .title = Bentuk header Authorization salah
    .remedy = Pengembang: kodekan id klien dan rahasia sebagai formulir, gabungkan dengan ':', kodekan hasilnya sebagai base64, lalu tulis 'Basic ' di depannya (RFC 6749, bagian 2.3.1).

e88000038 = Parameter client_id berisi '{ $received }', tetapi aplikasi yang melakukan autentikasi adalah '{ $authenticated }'.
    .title = Permintaan menyebut dua aplikasi
    .remedy = Pengembang: kirim id klien yang sama di kedua tempat, atau hanya dalam autentikasi.

e88000039 = Header Authorization memakai skema '{ $scheme }'. Untuk autentikasi klien, header ini hanya mendukung Basic.
    .title = Skema autentikasi tidak didukung
    .remedy = Pengembang: pakai Basic, atau hilangkan header itu dan lakukan autentikasi dengan parameter dalam isi permintaan.

e88000040 = Aplikasi '{ $client }' tidak diizinkan memakai jenis pemberian izin '{ $grant_type }'.
    .title = Aplikasi tidak boleh memakai jenis pemberian izin ini
    .remedy =
        Pengembang: pakai jenis pemberian izin yang terdaftar untuk aplikasi.
        Administrator: bila tidak, tambahkan '{ $grant_type }' ke grant_types aplikasi dalam deklarasi, lalu jalankan 'admit apply'.

e88000042 = Asersi klien ditandatangani dengan kunci terdaftar '{ $key }', yang kedaluwarsa pada { $expired }.
    .title = Kunci aplikasi sudah kedaluwarsa
    .remedy =
        Pengembang: daftarkan kunci atau sertifikat baru untuk aplikasi itu.
        Pengembang: tandatangani asersi klien dengan kunci baru.

e88000050 = Kode otorisasi diterbitkan untuk aplikasi lain, bukan aplikasi yang menukarnya.
    .title = Kode otorisasi diterbitkan untuk aplikasi lain
    .remedy = Pengembang: pakai id klien yang sama di titik akhir otorisasi dan titik akhir token.

e88000051 = Permintaan otorisasi memuat redirect_uri, sehingga permintaan token harus memuat yang sama, tetapi tidak ada.
    .title = URI pengalihan tidak ada dalam permintaan token
    .remedy = Pengembang: kirim redirect_uri dari permintaan otorisasi juga ke titik akhir token.

e88000052 = Kode diminta dengan code_challenge, sehingga code_verifier diperlukan untuk menukarnya, tetapi tidak ada atau kosong.
    .title = Pemverifikasi kode tidak ada
    .remedy = Pengembang: kirim code_verifier yang menjadi asal tantangan itu. Pustaka yang hanya diberi tantangannya tidak dapat melakukannya.

e88000053 = code_verifier harus sepanjang 43 sampai 128 karakter dan hanya berisi huruf, angka, '-', '.', '_', dan '~' (RFC 7636, bagian 4.1).
    .title = Bentuk pemverifikasi kode salah
    .remedy = Pengembang: buat pemverifikasi dari sedikitnya 32 bita acak, dikodekan sebagai base64url tanpa pengisi.

e88000054 = Permintaan token memuat code_verifier, padahal kode diminta tanpa code_challenge. Tantangan itu mungkin dihapus dari permintaan otorisasi dalam perjalanan.
    .title = Pemverifikasi kode dikirim, tetapi kode tidak memiliki tantangan
    .remedy = Pengembang: kirim code_challenge dan code_challenge_method=S256 dalam permintaan otorisasi, atau jangan kirim code_verifier.

e88000055 = Kode otorisasi terikat pada satu kunci DPoP melalui dpop_jkt, tetapi permintaan token tidak memuat bukti kepemilikan kunci itu.
    .title = Kode terikat pada kunci DPoP lain
    .remedy = Pengembang: tukar kode dengan bukti DPoP yang dibuat memakai kunci yang sidik jarinya dikirim sebagai dpop_jkt.

e88000056 = Permintaan datang dari halaman di '{ $origin }', yang bukan asal dari URI pengalihan mana pun milik aplikasi halaman tunggal '{ $client }'.
    .title = Asal halaman tidak terdaftar
    .remedy = Administrator: bila aplikasi memang disajikan dari sana, tambahkan URI pengalihan di '{ $origin }' pada single_page dalam redirect_uris aplikasi di deklarasi, lalu jalankan 'admit apply'.

e88000060 = Nilai refresh_token bukan token penyegar dari tenant ini, atau telah berubah atau terpotong di tengah jalan.
    .title = Token penyegar tidak valid
    .remedy =
        Pengembang: kirim token penyegar persis seperti yang diterima; token akses maupun token ID tidak dapat menggantikannya.
        Pengguna: masuk lagi bila aplikasi tidak dapat melanjutkan.

e88000061 = Token ini diterbitkan layanan ini, tetapi proses masuk yang mendasarinya berakhir beberapa waktu lalu dan datanya sudah dihapus.
    .title = Proses masuk yang mendasari token sudah tidak ada
    .remedy =
        Pengguna: masuk lagi ke aplikasi.
        Pengembang: hapus token yang tersimpan dan mulai proses masuk yang baru.

e88000062 = Token penyegar ini sudah dipakai dan diganti dengan yang lebih baru. Karena mungkin ada pihak lain yang memilikinya, semua token dari proses masuk ini dicabut.
    .title = Token penyegar yang sudah diganti dipakai lagi
    .remedy =
        Pengembang: simpan token penyegar dari setiap respons sebelum permintaan berikutnya, dan biarkan hanya satu proses yang menyegarkan pada satu waktu.
        Pengguna: masuk lagi. Bila ini terjadi tanpa sebab, token mungkin dicuri: beri tahu administrator.

e88000063 = Pemberian izin yang mendasari token ini telah dicabut pada { $revoked }.
    .title = Pemberian izin telah dicabut
    .remedy =
        Pengguna: masuk lagi ke aplikasi.
        Pengembang: hapus token yang tersimpan dan mulai proses masuk yang baru.

e88000064 = Pemberian izin yang mendasari token penyegar ini kedaluwarsa pada { $expired }. Setiap pemberian izin kedaluwarsa setelah jangka waktu tetap.
    .title = Token penyegar sudah kedaluwarsa
    .remedy = Pengguna: masuk lagi ke aplikasi.

e88000065 = Token penyegar diterbitkan untuk aplikasi lain, bukan aplikasi yang memakainya.
    .title = Token penyegar diterbitkan untuk aplikasi lain
    .remedy = Pengembang: simpan token setiap id klien secara terpisah.

e88000066 = Token penyegar dikirim ke tenant lain, bukan tenant yang menerbitkannya.
    .title = Token penyegar diterbitkan oleh tenant lain
    .remedy = Pengembang: kirim setiap token penyegar ke tenant yang menerbitkannya.

e88000067 = Permintaan memuat cakupan '{ $scope }', yang tidak diberikan saat masuk.
    .title = Cakupan tidak diberikan
    .remedy = Pengembang: minta hanya cakupan yang sudah diberikan, atau mulai proses masuk baru untuk cakupan lain.

e88000068 = Token penyegar terikat pada satu kunci DPoP, tetapi bukti dalam permintaan ditandatangani dengan kunci lain.
    .title = Token penyegar terikat pada kunci DPoP lain
    .remedy =
        Pengembang: simpan kunci DPoP selama token penyegar disimpan, dan buktikan setiap penyegaran dengan kunci itu.
        Pengguna: masuk lagi bila aplikasi kehilangan kuncinya.

e88000070 = Permintaan meminta token untuk '{ $resource }', yang tidak diberikan saat masuk.
    .title = API tidak diberikan
    .remedy = Pengembang: sebutkan hanya API yang sudah diberikan, atau mulai proses masuk baru untuk API lain.

e88000080 = Jumlah cakupan dalam permintaan melebihi batas { $limit }.
    .title = Cakupan terlalu banyak
    .remedy = Pengembang: minta hanya cakupan yang diperlukan saat ini.

e88000081 = Aplikasi '{ $client }' tidak memiliki peran pada API '{ $resource }', sehingga tidak dapat memperoleh token untuknya.
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

e88000089 = Permintaan memuat code_challenge_method, tetapi tidak memuat code_challenge. Tantangan itu mungkin dihapus dari permintaan dalam perjalanan.
    .title = Metode tantangan kode dikirim tanpa tantangan
    .remedy = Pengembang: kirim juga code_challenge, atau jangan kirim code_challenge_method.

e88000090 = code_challenge memuat karakter yang bukan bagian dari base64url, yaitu huruf, angka, '-', dan '_'.
    .title = Tantangan kode memuat karakter yang tidak valid
    .remedy = Pengembang: kodekan SHA-256 dari pemverifikasi sebagai base64url, bukan base64 biasa atau heksadesimal.

e88000091 = Parameter prompt memuat '{ $prompt }'. Yang didukung adalah none, login, select_account, consent, dan create.
    .title = Nilai prompt tidak didukung
    .remedy = Pengembang: kirim nilai yang didukung, dipisahkan spasi, atau hilangkan prompt.

e88000092 = Parameter prompt berisi '{ $prompt }'. Nilai none melarang semua halaman, jadi tidak dapat digabung dengan nilai lain.
    .title = prompt=none tidak dapat digabung
    .remedy = Pengembang: kirim prompt=none saja, atau hanya nilai-nilai lainnya.

e88000093 = Parameter max_age berisi '{ $max_age }', yang bukan bilangan bulat detik.
    .title = max_age bukan jumlah detik
    .remedy = Pengembang: kirim angka saja, misalnya 3600.

e88000094 = Pengguna membatalkan proses masuk ke aplikasi '{ $client }'.
    .title = Proses masuk dibatalkan
    .remedy = Pengguna: mulai lagi dari aplikasi untuk masuk.

e88000095 = Permintaan meminta proses masuk tanpa halaman (prompt=none), tetapi lebih dari satu akun masuk dengan peramban ini dan permintaan tidak menyebut satu pun.
    .title = Pengguna harus memilih akun
    .remedy =
        Pengembang: sebutkan akun dalam login_hint atau id_token_hint, atau biarkan pengguna memilih dalam proses masuk interaktif.
        Pengguna: pilih akun bila aplikasi menanyakannya.

e88000096 = Permintaan meminta proses masuk tanpa halaman (prompt=none), tetapi pengguna masuk lebih lama daripada yang diizinkan max_age.
    .title = Proses masuk sudah terlalu lama
    .remedy =
        Pengembang: mulai proses masuk interaktif.
        Pengguna: masuk lagi.

e88000097 = Nilai id_token_hint bukan token ID yang diterbitkan tenant ini.
    .title = id_token_hint bukan token ID dari tenant ini
    .remedy = Pengembang: kirim token ID yang berasal dari tenant ini tanpa diubah; token itu boleh sudah kedaluwarsa. Token akses tidak dapat menggantikannya.

e88000098 = Permintaan menyebut pengguna melalui id_token_hint atau klaim sub, tetapi yang masuk adalah pengguna lain.
    .title = Yang masuk bukan pengguna yang diharapkan aplikasi
    .remedy =
        Pengguna: keluar dulu, atau pilih akun yang diharapkan aplikasi.
        Pengembang: mulai proses masuk interaktif.

e88000099 = Permintaan menjadikan klaim '{ $claim }' wajib, dengan nilai yang tidak dapat dipenuhi proses masuk mana pun di layanan ini.
    .title = Jenis proses masuk yang diwajibkan tidak tersedia
    .remedy = Pengembang: minta nilai yang tercantum pada acr_values_supported dalam dokumen penemuan, atau jangan menjadikannya wajib.

e88000100 = Parameter request memuat objek permintaan, yang tidak didukung layanan ini.
    .title = Objek permintaan tidak didukung
    .remedy = Pengembang: kirim parameternya secara langsung.

e88000101 = Parameter request_uri merujuk ke objek permintaan, yang tidak didukung layanan ini.
    .title = Objek permintaan melalui rujukan tidak didukung
    .remedy = Pengembang: kirim parameternya secara langsung.

e88000102 = Parameter registration menguraikan aplikasi di dalam permintaan, tetapi layanan ini hanya menerima aplikasi yang sudah didaftarkan.
    .title = Pendaftaran di dalam permintaan tidak didukung
    .remedy = Pengembang: hilangkan registration dan pakai id klien dari aplikasi yang terdaftar.

e88000103 = Parameter dpop_jkt bukan sidik jari SHA-256 dari sebuah kunci, yaitu 43 karakter base64url (RFC 7638).
    .title = dpop_jkt bukan sidik jari kunci
    .remedy = Pengembang: kirim sidik jari kunci publik yang akan dipakai untuk menukar kode.

e88000110 = Proses masuk ini sudah berakhir: sudah diselesaikan atau dibatalkan. Halamannya tampil lagi karena tombol kembali pada peramban, atau dari tab yang terbuka sebelumnya.
    .title = Proses masuk ini sudah berakhir
    .remedy = Pengguna: mulai lagi, atau kembali ke aplikasi.

e88000111 = Kata sandi lebih panjang dari batas { $limit } bita.
    .title = Kata sandi terlalu panjang
    .remedy = Pengguna: periksa apa yang diketik atau ditempel di kolom itu, lalu coba lagi.

e88000112 = Layanan sedang memeriksa kata sandi sebanyak yang dapat diperiksa sekaligus, sehingga kata sandi ini belum diperiksa. Kata sandi dapat dikirim lagi { $seconds } detik lagi.
    .title = Terlalu banyak pengguna masuk saat ini
    .remedy =
        Pengguna: tunggu sebentar, lalu masuk lagi.
        Operator: bila ini berlangsung lama, periksa kemungkinan serangan di /admin/requests, atau tambah inti prosesor untuk layanan.

e88000113 = Peramban tidak mengirim kuki proses masuk ini, juga setelah dimulai untuk kedua kalinya.
    .title = Kuki proses masuk ini tidak ada
    .remedy = Pengguna: izinkan kuki untuk situs ini, lalu mulai lagi.

e88000114 = Terlalu banyak proses masuk dengan permintaan yang panjang, atau yang dikirim dengan POST, datang dari jaringan ini. Permintaan berikutnya diterima dalam sekitar { $minutes }.
    .title = Terlalu banyak permintaan panjang
    .remedy =
        Pengguna: tunggu, lalu mulai lagi.
        Pengembang: kirim permintaan otorisasi dengan GET, dan jaga agar di bawah 4 KiB, sehingga tidak perlu disimpan.

e88000115 = Terlalu banyak proses masuk dari jaringan ini yang gagal, sehingga peramban yang baru di sini harus menunggu sekitar { $minutes }.
    .title = Terlalu banyak percobaan masuk yang gagal
    .remedy =
        Pengguna: tunggu, lalu coba lagi.
        Administrator: banyak pengguna di balik satu alamat IP dapat berbagi batas ini; bila alamat IP itu milik sebuah proksi, operator layanan ini dapat menambahkannya ke trusted_proxies.
        Administrator: cari 'password spraying suspected' di log.

e88000116 = Proses masuk ini dimulai terlalu lama yang lalu, dan permintaannya tidak lagi disimpan.
    .title = Permintaan proses masuk ini sudah kedaluwarsa
    .remedy =
        Pengguna: kembali ke aplikasi dan masuk lagi.
        Pengembang: request_uri dari layanan ini berlaku untuk satu proses masuk selama beberapa menit. Mulai setiap proses masuk dengan permintaan baru.

e88000117 = Permintaan otorisasi lebih panjang dari batas { $limit } byte.
    .title = Permintaan otorisasi terlalu panjang
    .remedy = Pengembang: kirim permintaan yang lebih pendek. Simpan state yang panjang di sesi aplikasi, dan kirim kuncinya.

e88000120 = Header DPoP tidak memuat JWT bertanda tangan, yaitu tiga bagian base64url yang dua bagian pertamanya berupa objek JSON.
    .title = Bukti DPoP bukan JWT bertanda tangan
    .remedy = Pengembang: kirim satu JWT dalam bentuk ringkas pada header DPoP (RFC 9449, bagian 4).

e88000121 = Permintaan memuat lebih dari satu header DPoP, padahal hanya satu bukti yang dibaca.
    .title = Ada lebih dari satu bukti DPoP
    .remedy = Pengembang: kirim header DPoP tepat satu kali.

e88000122 = Header typ bukti DPoP berisi '{ $received }'; seharusnya 'dpop+jwt'.
    .title = Bukti DPoP adalah jenis token lain
    .remedy = Pengembang: isi typ dengan dpop+jwt pada header bukti.

e88000123 = Bukti DPoP ditandatangani dengan '{ $algorithm }'. Yang diterima: { $accepted }.
    .title = Algoritme bukti DPoP tidak diterima
    .remedy = Pengembang: tanda tangani dengan algoritme yang tercantum pada dpop_signing_alg_values_supported dalam dokumen penemuan.

e88000124 = jwk pada header bukti DPoP memuat bagian privat dari kunci.
    .title = Bukti DPoP memuat kunci privatnya
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
    .title = Bukti DPoP untuk URL lain
    .remedy = Pengembang: isi htu dengan URL permintaan, tanpa kueri dan fragmen, seperti yang tertulis dalam dokumen penemuan.

e88000128 = Klaim ath pada bukti DPoP tidak ada, atau bukan hash dari token akses yang menyertainya.
    .title = Bukti DPoP untuk token akses lain
    .remedy = Pengembang: isi ath dengan SHA-256 dari token akses sebagai base64url tanpa pengisi.

e88000129 = Bukti DPoP dibuat pada { $issued }; waktu di layanan ini { $now }. Selisihnya terlalu besar.
    .title = Bukti DPoP sudah tidak aktual
    .remedy = Pengembang: buat satu bukti untuk setiap permintaan, dan sinkronkan jam mesin dengan server waktu.

e88000130 = Bukti DPoP dengan id '{ $jti }' pernah dipakai. Setiap bukti hanya diterima satu kali.
    .title = Bukti DPoP pernah dipakai
    .remedy = Pengembang: buat satu bukti untuk setiap permintaan, dengan jti baru, juga saat permintaan diulang.

e88000131 = Bukti DPoP tidak memiliki nonce. Header DPoP-Nonce pada respons ini memuat nonce yang harus dipakai.
    .title = Bukti DPoP memerlukan nonce
    .remedy = Pengembang: masukkan nilai DPoP-Nonce ke klaim nonce pada bukti baru, lalu ulangi permintaan (RFC 9449, bagian 8).

e88000132 = Nonce pada bukti DPoP sudah kedaluwarsa atau tidak diterbitkan layanan ini. Header DPoP-Nonce pada respons ini memuat nonce yang harus dipakai.
    .title = Nonce pada bukti DPoP tidak berlaku lagi
    .remedy = Pengembang: selalu pakai DPoP-Nonce dari respons terbaru, lalu ulangi permintaan dengan bukti baru.

e88000133 = Token akses terikat pada satu kunci DPoP, tetapi bukti dalam permintaan ditandatangani dengan kunci lain.
    .title = Token akses terikat pada kunci DPoP lain
    .remedy = Pengembang: tanda tangani bukti dengan kunci yang dipakai saat token diterbitkan.

e88000134 = Token akses terikat pada kunci DPoP, tetapi dikirim dengan skema Bearer tanpa bukti.
    .title = Token DPoP dikirim sebagai token pembawa
    .remedy = Pengembang: kirim 'Authorization: DPoP' beserta token, dan bukti pada header DPoP.

e88000135 = Aplikasi atau tokennya memerlukan bukti DPoP, tetapi permintaan tidak memiliki header DPoP.
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

e88000141 = Nilai dalam permintaan bukan token akses dari layanan ini: kosong, terpotong, atau jenis token lain.
    .title = Bentuk token akses salah
    .remedy = Pengembang: kirim access_token dari respons token tanpa diubah; token ID maupun token penyegar tidak dapat menggantikannya.

e88000142 = Tanda tangan token akses tidak cocok dengan kunci mana pun milik tenant ini.
    .title = Tanda tangan token akses tidak cocok
    .remedy = Pengembang: kirim token ke layanan yang menerbitkannya, dan minta token baru bila token itu lebih lama daripada kunci tanda tangan sekarang.

e88000143 = Token akses kedaluwarsa pada { $expired }.
    .title = Token akses sudah kedaluwarsa
    .remedy = Pengembang: minta token baru, dengan token penyegar bila ada, menjelang token lama kedaluwarsa.

e88000144 = Token akses diterbitkan oleh '{ $received }'; hanya token dari '{ $expected }' yang diterima.
    .title = Penerbit token akses salah
    .remedy = Pengembang: pakai token dari tenant ini.

e88000146 = Token akses, atau proses masuk yang mendasarinya, telah dicabut.
    .title = Token akses telah dicabut
    .remedy =
        Pengguna: masuk lagi ke aplikasi.
        Pengembang: hapus token yang tersimpan dan mulai proses masuk yang baru.

e88000147 = Permintaan memerlukan cakupan '{ $scope }', yang tidak dimiliki token akses.
    .title = Token akses tidak memiliki cakupan itu
    .remedy = Pengembang: minta '{ $scope }' saat pengguna masuk.

e88000148 = Token akses dikirim dalam kueri. URL tersimpan di riwayat dan log, karena itu token hanya dibaca dari header Authorization atau isi permintaan.
    .title = Token akses dikirim dalam kueri
    .remedy =
        Pengembang: kirim token dalam header Authorization.
        Pengembang: anggap token itu sudah terbuka, lalu cabut.

e88000149 = Permintaan memuat token akses di header Authorization sekaligus di isi permintaan. Dalam satu permintaan hanya boleh dipakai satu cara (RFC 6750, bagian 2).
    .title = Token akses dikirim dengan lebih dari satu cara
    .remedy = Pengembang: kirim token hanya dalam header Authorization.

e88000150 = Header Authorization memakai skema '{ $scheme }'. Token akses dikirim dengan Bearer atau DPoP.
    .title = Skema header Authorization bukan untuk token akses
    .remedy = Pengembang: kirim 'Authorization: Bearer', atau 'Authorization: DPoP' dengan bukti, diikuti token.

e88000160 = Aplikasi '{ $client }' bersifat publik dan tidak dapat melakukan autentikasi. Hanya aplikasi yang melakukan autentikasi yang boleh memeriksa token.
    .title = Aplikasi publik tidak boleh memeriksa token
    .remedy = Administrator: tulis public = false untuk aplikasi dalam deklarasi, beserta rahasia atau kunci, jalankan 'admit apply', dan biarkan API memakai kredensialnya sendiri.

e88000161 = Token ini berjenis '{ $received }', yang tidak dapat dicabut.
    .title = Jenis token ini tidak dapat dicabut
    .remedy =
        Pengembang: cabut token penyegarnya bila ada; token yang bergantung padanya ikut dicabut.
        Pengembang: bila tidak ada, hapus token itu. Token itu segera kedaluwarsa.

e88000162 = Token diterbitkan untuk aplikasi lain, bukan aplikasi yang ingin mencabutnya.
    .title = Token diterbitkan untuk aplikasi lain
    .remedy = Pengembang: cabut token dengan id klien yang menerimanya.

e88000200 = Aplikasi ini tidak memiliki permintaan dengan id tersebut. Mungkin id-nya salah, permintaannya milik aplikasi lain, atau catatannya sudah dihapus.
    .title = Tidak ada permintaan aplikasi ini dengan id tersebut
    .remedy =
        Pengembang: salin ID pelacakan atau ID korelasi dari respons, dan pakai kredensial aplikasi yang menerimanya.
        Administrator: cari id itu di /admin/requests, yang menampilkan permintaan semua aplikasi tenant.

e88000201 = Nilai '{ $received }' dari '{ $parameter }' bukan sebuah id. Sebuah id memiliki 32 digit heksadesimal, seperti 0f8fad5b-d9cb-469f-a165-70867728950e.
    .title = Bentuk id salah
    .remedy = Pengembang: salin id dari respons: ID pelacakan juga ada dalam header x-ms-request-id, ID korelasi dalam client-request-id.

e88000202 = Aplikasi '{ $client }' bersifat publik dan tidak dapat melakukan autentikasi, sehingga permintaannya tidak dapat ditunjukkan kepada pemanggil yang hanya mengetahui id kliennya.
    .title = Aplikasi publik tidak dapat mencari permintaannya
    .remedy =
        Administrator: cari permintaan itu dengan ID pelacakannya di /admin/requests.
        Pengembang: berikan ID pelacakan dari respons kepada administrator, atau baca halaman nomor kesalahannya.

e88000203 = Permintaan tidak memuat id yang dicari maupun permintaan untuk uji coba.
    .title = Tidak ada yang dapat dijelaskan
    .remedy = Pengembang: kirim trace_id atau correlation_id untuk mencari sebuah permintaan, atau parameter permintaan token (dengan grant_type) atau permintaan otorisasi (dengan response_type) untuk uji coba.

e88000204 = Simulasi kesalahan tidak diaktifkan untuk aplikasi '{ $client }', sehingga aplikasi tidak dapat meminta kesalahan berdasarkan nomornya.
    .title = Simulasi kesalahan dinonaktifkan untuk aplikasi ini
    .remedy =
        Administrator: tulis 'error_simulation = true' untuk aplikasi bila aplikasi itu untuk pengujian.
        Pengembang: hilangkan admit_simulate_error di semua aplikasi lain.

e88000205 = Layanan ini tidak mengizinkan simulasi kesalahan.
    .title = Simulasi kesalahan dinonaktifkan
    .remedy =
        Pengembang: simulasikan kesalahan pada layanan untuk pengujian, misalnya yang dijalankan 'admit dev'.
        Operator: tulis 'allow_error_simulation = true' dalam konfigurasi bila layanan ini untuk pengujian.

e88000206 = Nilai '{ $received }' dari admit_simulate_error bukan nomor kesalahan layanan ini.
    .title = Kesalahan yang akan disimulasikan tidak ada
    .remedy = Pengembang: kirim nomornya saja, tanpa huruf, seperti dalam error_codes; /error mencantumkan semuanya.

e88000207 = Aplikasi ini mengirim lebih dari { $limit } uji coba dalam satu menit. Yang berikutnya diterima sekitar { $minutes } lagi.
    .title = Terlalu banyak uji coba
    .remedy =
        Pengembang: tunggu, lalu coba lagi; jangan menguji setiap permintaan sebelum dikirim.
        Pengembang: bila aplikasi Anda tidak mengirimnya, pihak lain memiliki kredensial atau salah satu asersinya; ganti kredensialnya.

e88000208 = Lebih dari { $limit } permintaan dicari dalam lima menit. Pencarian berikutnya diterima sekitar { $minutes } lagi.
    .title = Terlalu banyak pencarian
    .remedy =
        Pengguna: tunggu, lalu buka lagi halamannya.
        Pengembang: tunggu, lalu coba lagi; cari sebuah ID pelacakan sekali saja, dan simpan jawabannya.
        Pengembang: bila aplikasi Anda tidak mengirimnya, pihak lain memiliki kredensialnya; ganti kredensialnya.
        Administrator: tunggu, lalu cari lagi.

e88000220 = Anda masuk sebagai '{ $username }', yang bukan administrator '{ $tenant }'. Halaman administrasi hanya untuk administrator.
    .title = Akun ini bukan administrator
    .remedy =
        Pengguna: bila akun Anda yang lain adalah administrator, mulailah lagi dan pilih akun itu.
        Administrator: tulis 'administrator = true' untuk pengguna ini dalam deklarasi, lalu jalankan 'admit apply'.

e88000221 = Proses masuk ke halaman ini tidak ditemukan. Mungkin sudah kedaluwarsa, atau diselesaikan di jendela lain.
    .title = Proses masuk administrasi tidak ditemukan
    .remedy = Pengguna: mulailah lagi.

e88000222 = Sesi administrator berakhir sebelum formulir dikirim: delapan jam telah lewat, sesi masuk berakhir, atau akun berubah. Tidak ada yang dilakukan.
    .title = Sesi administrator sudah berakhir
    .remedy = Pengguna: masuk lagi, lalu ulangi tindakannya.

e88000223 = Proses masuk ke halaman administrasi gagal: '{ $error }'.
    .title = Proses masuk administrasi gagal
    .remedy = Pengguna: mulailah lagi. Bila Anda sendiri yang membatalkannya, Anda tidak perlu melakukan apa pun.

e88000224 = Tidak ada catatan permintaan dengan ID pelacakan '{ $trace_id }'.
    .title = Permintaan tidak ditemukan
    .remedy =
        Pengguna: periksa ID pelacakan; panjangnya 36 karakter.
        Pengguna: catatan dihapus setelah beberapa waktu, mulai dari yang terlama. Permintaan yang tidak menyebut tenant, atau menyebut tenant lain, tidak ditampilkan di sini.
        Operator: jalankan 'admit explain' dengan ID pelacakan itu; perintah ini mencari di semua tenant.

e88000240 = Tautan laporan bukan dibuat oleh halaman kesalahan layanan ini: tidak ada, terpotong, atau berubah.
    .title = Tautan laporan tidak valid
    .remedy = Pengguna: kembali ke halaman yang menampilkan kesalahan, lalu ikuti tautannya untuk melaporkan masalah.

e88000241 = Tautan laporan dibuat lebih dari { $hours } yang lalu dan sudah kedaluwarsa.
    .title = Tautan laporan sudah kedaluwarsa
    .remedy = Pengguna: ulangi yang ingin Anda lakukan. Bila kesalahan muncul lagi, laporkan dari halamannya yang baru.

e88000242 = Teks ini berisi { $length } karakter, sedangkan batasnya { $limit }.
    .title = Teks terlalu panjang
    .remedy = Pengguna: persingkat teks menjadi yang paling penting. Rincian permintaan terlampir dengan sendirinya.

e88000243 = Nilai pada kolom email bukan satu alamat email.
    .title = Alamat email tidak valid
    .remedy = Pengguna: isikan satu alamat email seperti nama@example.com, atau kosongkan kolomnya.

e88000244 = Banyak masalah dilaporkan dari jaringan Anda dalam waktu singkat, sehingga laporan berikutnya baru diterima sekitar { $minutes } lagi.
    .title = Terlalu banyak laporan dari jaringan Anda
    .remedy = Pengguna: tunggu, lalu kirim lagi laporannya. Masalah yang sudah dilaporkan tidak perlu dilaporkan lagi.

e88000245 = Banyak masalah dilaporkan di sini dalam waktu singkat, sehingga laporan berikutnya baru diterima sekitar { $minutes } lagi.
    .title = Terlalu banyak laporan
    .remedy = Pengguna: tunggu, lalu kirim lagi laporannya. Bila banyak pengguna mengalami masalah yang sama, masalah itu sudah diketahui.

e88000246 = Banyak masalah dilaporkan ke layanan ini dalam waktu singkat, sehingga laporan berikutnya baru diterima sekitar { $minutes } lagi.
    .title = Terlalu banyak laporan
    .remedy = Pengguna: tunggu, lalu kirim lagi laporannya. Bila banyak pengguna mengalami masalah yang sama, masalah itu sudah diketahui.

e88000247 = Ada { $limit } laporan terbuka, yaitu batasnya. Laporan berikutnya diterima setelah sebagian ditutup, { $minutes } lagi atau lebih.
    .title = Terlalu banyak laporan terbuka
    .remedy =
        Administrator: jawab dan tutup tiket di /admin/tickets, atau dengan 'admit ticket close'.
        Pengguna: kirim rincian di bawah kepada administrator Anda lewat cara lain.

e88000248 = Laporan tidak dapat disimpan karena penyimpanan laporan tidak tersedia atau penuh.
    .title = Laporan tidak tersimpan
    .remedy =
        Pengguna: tulisan Anda masih ada di formulir. Kirim lagi beberapa menit kemudian.
        Pengguna: bila gagal lagi, berikan ID pelacakan kepada tim bantuan Anda; masalahnya dapat ditemukan dengan ID itu.
        Operator: cari penyebabnya di log, dan pastikan direktori data ada dan memiliki ruang kosong.

e88000249 = Tidak ada tiket dengan ID ini.
    .title = Tiket tidak ditemukan
    .remedy = Administrator: periksa ID tiketnya, atau cari tiketnya dalam daftar. Tiket dihapus beberapa waktu setelah ditutup.

e88000250 = Tiket ini memiliki { $limit } catatan, yaitu batasnya.
    .title = Tiket sudah penuh
    .remedy = Administrator: lanjutkan di luar tiket ini, dan sebutkan ID tiketnya di sana.

e88000251 = Jawaban tidak memiliki teks, sehingga tidak ada yang dapat dikirim kepada pelapor.
    .title = Jawaban kosong
    .remedy = Administrator: tulis teks untuk pelapor, atau tutup tiket tanpa jawaban.

e88000252 = Banyak jawaban dikirim ke alamat ini, atau oleh tenant ini, dalam waktu singkat, sehingga yang berikutnya diterima sekitar { $minutes } lagi.
    .title = Terlalu banyak jawaban
    .remedy = Administrator: tunggu, lalu kirim jawabannya lagi. Tuliskan semua yang dibutuhkan pelapor dalam satu jawaban.

e88000260 = Tidak ada dokumen penemuan di alamat ini. Dokumen itu ada di '{ $address }'.
    .title = Alamat dokumen penemuan berbeda
    .remedy =
        Pengembang: masukkan issuer milik tenant ke dalam pustaka. Nilainya adalah alamat dokumen tanpa '/.well-known/openid-configuration', dan berakhir dengan '/v2.0'.
        Pengembang: bila alamat memuat TENANT, gantilah dengan nama atau ID tenant.

e88000270 = Layanan kehilangan catatan tentang nilai yang sudah dipakai dan dicabut pada { $since }, misalnya karena cadangan dipulihkan. Kode dan refresh token yang diterbitkan sebelumnya tidak diterima lagi.
    .title = Diperlukan proses masuk yang baru
    .remedy =
        Pengguna: masuk lagi.
        Pengembang: hapus token yang tersimpan untuk pengguna ini dan mulai proses masuk yang baru.
        Operator: lihat dalam panduan 'Back up and restore' apa akibat ledger yang baru.

e88000271 = Layanan kehilangan catatan tentang assertion yang sudah dipakai pada { $since }, misalnya karena cadangan dipulihkan. Assertion yang mungkin dibuat sebelumnya tidak diterima.
    .title = Assertion mungkin lebih tua daripada catatan layanan
    .remedy =
        Pengembang: buat assertion baru untuk setiap permintaan, dengan klaim 'iat'. Nilainya harus lebih dari satu menit setelah waktu itu, karena jam dapat berbeda.
        Pengembang: tanpa 'iat', coba lagi satu jam setelah waktu itu.

e88000310 = Kode atau refresh token ini bertanggal { $issued }, waktu yang belum tiba: jam layanan terlalu cepat ketika diterbitkan. Token ini tidak diterima, karena pencabutan sesudahnya tidak akan menjangkaunya.
    .title = Diperlukan proses masuk yang baru
    .remedy =
        Pengguna: masuk lagi.
        Pengembang: hapus token yang tersimpan untuk pengguna ini dan mulai proses masuk yang baru.
        Operator: pastikan jam layanan tersinkron (NTP).

e88000311 = Permintaan tidak menyebut host, menyebut beberapa host, atau menyebut host yang salah bentuk. Permintaan harus berisi tepat satu header Host dengan nama host layanan ini, atau pseudo-header :authority pada HTTP/2.
    .title = Permintaan tidak menyebut tepat satu host
    .remedy =
        Pengembang: biarkan pustaka HTTP mengisi header Host, dan jangan menambah header Host lain.
        Operator: jika ada proksi di depan layanan, pastikan proksi meneruskan tepat satu Host.

e88000312 = Isi permintaan memakai content coding '{ $codings }'. Layanan ini tidak mendekodekan apa pun.
    .title = Isi permintaan dikompresi
    .remedy = Pengembang: kirim isi permintaan tanpa header Content-Encoding dan tanpa kompresi.

e88000313 = Permintaan memiliki trailer: field header setelah isinya. Layanan ini tidak membacanya.
    .title = Ada field setelah isi permintaan
    .remedy = Pengembang: kirim semua field header sebelum isi permintaan, tanpa trailer.

e88000314 = Pengguna harus menekan 'Lanjutkan' sebelum aplikasi '{ $client }' menerima kode, karena program lain dapat menerimanya di URI pengalihan yang sama. Dengan prompt=none tidak ada halaman yang dapat ditampilkan.
    .title = Pengguna harus melanjutkan ke aplikasi
    .remedy =
        Pengembang: kirim permintaan lagi tanpa prompt=none, di peramban pengguna. Gunakan refresh token untuk memperbarui token tanpa pengguna.
        Administrator: jika aplikasi memakai skema pribadi, pertimbangkan silent = true di deklarasinya; referensi menjelaskan risikonya.

e88000315 = Basis data layanan tidak menjawab selama satu detik. Sampai menjawab lagi, permintaan yang membutuhkannya langsung ditolak.
    .title = Basis data tidak menjawab
    .remedy =
        Pengguna: coba lagi beberapa detik lagi.
        Operator: periksa apakah server basis data berjalan dan dapat dijangkau dari simpul ini. Laporan tidak diperlukan: log dan metrik menunjukkannya.

e88000330 = Kode itu sudah digunakan. Setiap kode aplikasi diterima satu kali.
    .title = Kode sudah digunakan
    .remedy = Pengguna: tunggu sampai aplikasi menampilkan kode berikutnya, lalu ketik kode itu.

e88000331 = Kode itu milik akun ini, tetapi untuk waktu lain: jam perangkat aplikasi { $direction ->
        [behind] terlambat
       *[ahead] lebih cepat
    } { $seconds } detik, atau kode diketik terlambat.
    .title = Kode untuk waktu lain
    .remedy =
        Pengguna: ketik kode yang kini ditampilkan aplikasi.
        Pengguna: bila kode itu juga ditolak, setel jam perangkat ke otomatis.

e88000332 = Kode pemulihan itu bukan salah satu kode akun ini yang belum digunakan.
    .title = Kode pemulihan salah
    .remedy =
        Pengguna: bandingkan dengan daftar Anda. Setiap kode berlaku satu kali; gunakan yang belum dicoret. Daftar baru menggantikan yang lama.
        Administrator: bila pengguna kehilangan aplikasi dan kode pemulihan, jalankan 'admit user access-pass' di server dan berikan kodenya.

e88000333 = Sesi halaman akun sudah berakhir, sehingga tidak ada yang diubah.
    .title = Anda sudah keluar
    .remedy = Pengguna: buka lagi halaman akun, masuk, lalu ulangi perubahannya.

e88000334 = Aplikasi '{ $client }' hanya menerima kunci sandi, sedangkan akun ini belum memilikinya.
    .title = Aplikasi memerlukan kunci sandi
    .remedy =
        Pengguna: tambahkan kunci sandi di halaman akun Anda, lalu masuk lagi ke aplikasi.
        Pengembang: minta acr 'mfa' sebagai ganti 'phr', atau konteks dua faktor dalam acrs, bila dua faktor apa pun sudah cukup.

e88000340 = Kunci sandi digunakan untuk { $received ->
        [unknown] alamat lain
       *[other] '{ $received }'
    }, sedangkan kunci sandi layanan ini hanya untuk '{ $expected }'.
    .title = Kunci sandi untuk alamat lain
    .remedy =
        Pengguna: buka lagi aplikasinya dan masuk dari sana. Bila tautan dalam sebuah pesan menuju alamat lain itu, jangan gunakan, dan laporkan kepada administrator Anda.
        Operator: bila layanan dapat dijangkau di alamat lain, alihkan alamat itu ke 'origin' dalam konfigurasi.

e88000341 = Kunci sandi digunakan di halaman yang berada dalam bingkai situs lain, dan di sana kunci sandi ditolak.
    .title = Halaman berada dalam bingkai situs lain
    .remedy =
        Pengguna: buka halaman aplikasi di tab tersendiri, lalu masuk dari sana.
        Pengembang: buka halaman masuk dalam seluruh tab atau jendela, bukan dalam bingkai.

e88000342 = Kunci sandi itu milik akun di tenant lain pada layanan ini.
    .title = Kunci sandi milik tenant lain
    .remedy = Pengguna: pilih kunci sandi untuk akun yang Anda pakai masuk di sini, atau masuk dengan nama pengguna dan kata sandi.

e88000343 = Respons kunci sandi itu berasal dari halaman sebelumnya: setiap halaman hanya menerima satu penggunaan kunci sandi, yaitu yang dimintanya sendiri.
    .title = Kunci sandi digunakan untuk halaman sebelumnya
    .remedy =
        Pengguna: muat ulang halaman dan gunakan kunci sandi sekali lagi.
        Pengguna: bila proses masuk ini juga terbuka di tab lain, tutup tab itu.

e88000344 = Perangkat tidak memastikan { $check ->
        [presence] bahwa ada pengguna
       *[verification] dengan PIN, sidik jari, atau wajah bahwa ia mengenal pengguna
    }, padahal layanan ini mewajibkannya untuk kunci sandi.
    .title = Perangkat tidak memeriksa pengguna
    .remedy =
        Pengguna: atur PIN atau kunci layar pada perangkat atau kunci keamanan, lalu coba lagi.
        Pengguna: atau gunakan kunci sandi di perangkat lain, atau cara masuk yang lain.

e88000345 = Kunci sandi itu menghitung penggunaannya, dan penggunaan ini bernomor { $count }, padahal nomor { $last_count } sudah digunakan sebelumnya. Mungkin ada salinan kunci sandi itu.
    .title = Kunci sandi mungkin telah disalin
    .remedy =
        Pengguna: masuk dengan cara lain, hapus kunci sandi ini dari akun, lalu tambahkan yang baru.
        Administrator: bila pengguna tidak menyalin perangkat atau memulihkannya dari cadangan, anggap kunci sandi itu dicuri.

e88000346 = Kunci dari kunci sandi baru itu memakai algoritma { $algorithm } (nomor dalam registri COSE). Yang diterima hanya -7 (ES256), -8 (Ed25519), dan -257 (RS256).
    .title = Algoritma kunci sandi tidak didukung
    .remedy = Pengguna: buat kunci sandi di perangkat lain atau di pengelola kata sandi lain.

e88000347 = Respons kunci sandi tidak sesuai dengan WebAuthn: '{ $member }' tidak ada, salah bentuk, atau bertentangan dengan bagian lain.
    .title = Respons kunci sandi salah bentuk
    .remedy =
        Pengguna: perbarui peramban dan pengelola kata sandi, lalu coba lagi.
        Pengguna: bila terjadi lagi, nonaktifkan ekstensi peramban yang mengelola kunci sandi, atau gunakan perangkat lain.

e88000348 = Tanda tangan kunci sandi tidak cocok dengan kunci yang disimpan ketika kunci sandi itu ditambahkan.
    .title = Tanda tangan kunci sandi salah
    .remedy =
        Pengguna: coba lagi dengan kunci sandi lain atau cara masuk yang lain.
        Pengguna: bila kunci sandi ini ditolak lagi, hapus dari akun, lalu tambahkan yang baru.

e88000349 = Respons kunci sandi lebih panjang dari batas { $limit } bita.
    .title = Respons kunci sandi terlalu panjang
    .remedy = Pengguna: gunakan kunci sandi di perangkat atau pengelola kata sandi lain, atau cara masuk yang lain.

e88000350 = post_logout_redirect_uri '{ $uri }' tidak terdaftar untuk aplikasi '{ $client }', sehingga peramban tidak dikirim ke sana setelah keluar.
    .title = URI setelah keluar tidak terdaftar
    .remedy =
        Pengguna: keluar di halaman yang dibuka oleh tombol.
        Pengembang: bandingkan URI secara persis dengan yang terdaftar: skema, huruf besar dan kecil, port, path, query, serta garis miring di akhir.
        Administrator: bila URI itu memang milik aplikasi, tambahkan ke post_logout_redirect_uris aplikasi dalam deklarasi, lalu jalankan 'admit apply'.

e88000351 = Permintaan keluar memiliki client_id '{ $client_id }', tetapi id_token_hint-nya diterbitkan untuk '{ $audience }'.
    .title = ID token milik aplikasi lain
    .remedy =
        Pengguna: keluar di halaman yang dibuka oleh tombol.
        Pengembang: kirim ID token yang diterima aplikasi ini saat pengguna masuk, dan client_id dari aplikasi yang sama atau tanpa client_id.

e88000360 = Kata sandi baru memiliki { $length } karakter, sedangkan paling sedikit { $minimum } karakter diperlukan.
    .title = Kata sandi baru terlalu pendek
    .remedy = Pengguna: pilih kata sandi yang lebih panjang, misalnya empat kata yang tidak berkaitan satu sama lain.

e88000361 = Kata sandi baru termasuk kata sandi yang paling umum, atau hampir sama dengan salah satunya. Penyerang mencoba kata sandi seperti itu lebih dahulu.
    .title = Kata sandi baru terlalu umum
    .remedy = Pengguna: pilih kata sandi yang tidak dipakai orang lain, misalnya empat kata yang tidak berkaitan satu sama lain.

e88000362 = Kata sandi baru sebagian besar terdiri atas nama yang berkaitan dengan akun: nama pemilik akun, alamat email, atau tenant. Penyerang mencoba nama-nama itu lebih dahulu.
    .title = Kata sandi baru terdiri atas nama pada akun
    .remedy = Pengguna: pilih kata sandi tanpa nama-nama itu, misalnya empat kata yang tidak berkaitan satu sama lain.

e88000363 = Kata sandi baru dapat ditebak dengan kurang dari seratus juta percobaan. Deretan tombol, pengulangan, tahun, tanggal, dan satu kata saja dicoba lebih awal, begitu juga angka dan simbol sebagai pengganti huruf.
    .title = Kata sandi baru terlalu mudah ditebak
    .remedy = Pengguna: tambahkan satu atau dua kata yang tidak berkaitan dengan kata lainnya. Simbol, angka, dan huruf kapital tidak diperlukan.

e88000364 = Kata sandi baru memuat karakter kontrol, misalnya tab atau ganti baris, yang tidak dapat diketik dengan semua papan tombol.
    .title = Kata sandi baru memuat karakter kontrol
    .remedy = Pengguna: hapus karakter itu. Jika kata sandi ditempel, salin tanpa ganti baris di akhirnya.

e88000370 = Terlalu banyak email pengaturan ulang kata sandi yang diminta: untuk nama pengguna ini, dari jaringan ini, atau secara keseluruhan. Hal ini tidak menunjukkan apakah nama pengguna itu ada. Email berikutnya dapat diminta sekitar { $minutes } lagi.
    .title = Terlalu banyak email yang diminta
    .remedy =
        Pengguna: periksa folder email yang tidak diinginkan, lalu gunakan email terbaru. Bila tidak ada, tunggu, lalu minta email lagi.
        Administrator: catatan setiap permintaan menyebutkan alasan email tidak dikirim; 'admit explain TRACE_ID' menampilkannya.

e88000371 = Kode ini bukan kode dari email terbaru yang diminta di halaman ini. Setiap kode terdiri atas delapan angka dan hanya berlaku untuk satu permintaan.
    .title = Kode dari email salah
    .remedy =
        Pengguna: ketik kode dari email terbaru. Kode sebelumnya tidak berlaku di halaman ini setelah email lain diminta di sini.
        Administrator: catatan permintaan email menyebutkan apakah email itu dikirim.

e88000372 = Kode dan tautan di email berlaku selama sepuluh menit, dan sudah kedaluwarsa.
    .title = Kode atau tautan sudah kedaluwarsa
    .remedy = Pengguna: mulai lagi proses masuk, pilih “Lupa kata sandi?”, lalu minta email lain.

e88000373 = Kode atau tautan di email sudah pernah digunakan. Masing-masing hanya berlaku satu kali.
    .title = Kode atau tautan sudah digunakan
    .remedy = Pengguna: bila bukan Anda yang menetapkan kata sandi baru, minta email lain dan tetapkan sendiri. Bila Anda yang melakukannya, masuklah dengan kata sandi itu.

e88000374 = Tautan di email hanya berfungsi di peramban tempat email itu diminta. Ini peramban lain, sehingga yang ditampilkan hanya asal permintaannya.
    .title = Tautan dibuka di peramban lain
    .remedy = Pengguna: bila Anda yang meminta email itu, buka tautannya di peramban tersebut, atau ketik kode dari email di sana. Bila bukan, hapus email itu, dan jangan berikan kodenya kepada siapa pun.

e88000375 = Tautan di email tidak lengkap atau telah diubah, sehingga tidak bermakna.
    .title = Tautan tidak lengkap
    .remedy = Pengguna: buka tautan dengan mengekliknya di email, atau salin seluruhnya ke bilah alamat. Mengetik kode dari email juga bisa.

e88000376 = Terlalu banyak percobaan dengan kode email yang salah, sehingga kode lain tidak diterima selama sekitar { $minutes }. Sementara itu kata sandi tetap berlaku.
    .title = Terlalu banyak percobaan dengan kode email yang salah
    .remedy =
        Pengguna: minta email lain; setiap email menerima lima kode. Bila ditolak lagi, tunggu, atau masuk dengan kata sandi.
        Administrator: bila bukan pengguna yang melakukan percobaan ini, orang lain mencoba mengatur ulang kata sandinya.

e88000377 = Kedua kolom berisi kata sandi yang berbeda, sehingga tidak ada kata sandi yang ditetapkan.
    .title = Kedua kata sandi berbeda
    .remedy = Pengguna: ketik lagi kata sandi baru, sama di kedua kolom.

e88000378 = Kata sandi akun diubah setelah kode email diberikan, di sini atau di tempat lain, sehingga tidak ada kata sandi lain yang ditetapkan.
    .title = Kata sandi sudah diubah
    .remedy =
        Pengguna: bila Anda yang mengubahnya, masuk dengan kata sandi baru itu. Bila bukan, minta email lain dan tetapkan yang baru.
        Administrator: daftar perubahan tenant menunjukkan siapa yang menetapkan kata sandi itu.

e88000379 = Nama pengguna tidak diketik.
    .title = Nama pengguna kosong
    .remedy = Pengguna: ketik nama yang Anda gunakan untuk masuk, sering kali alamat email Anda.

e88000380 = Lebih dari { $limit } kata sandi baru ditetapkan dalam waktu singkat. Kata sandi yang terakhir ditetapkan tetap berlaku. Kata sandi lain dapat ditetapkan sekitar { $minutes } lagi.
    .title = Terlalu banyak kata sandi baru
    .remedy =
        Pengguna: masuk dengan kata sandi yang terakhir ditetapkan, atau tunggu, lalu tetapkan yang lain.
        Pengguna: bila bukan Anda yang menetapkannya, keluar dari semua peramban, lalu atur ulang kata sandi.

e88000390 = Permintaan mewajibkan konteks autentikasi '{ $contexts }' (acrs dalam claims), yang tidak dimiliki tenant. Yang dimiliki tenant: { $known }.
    .title = Konteks autentikasi tidak dikenal
    .remedy =
        Pengembang: wajibkan salah satu konteks yang dimiliki tenant, dalam tantangan klaim dari API atau dalam parameter claims.
        Administrator: deklarasikan konteks itu di auth_contexts milik tenant, lalu jalankan 'admit apply'.

e88000391 = Aplikasi meminta token untuk dirinya sendiri, dan parameter claims mewajibkan konteks autentikasi '{ $contexts }'. Konteks menyatakan seberapa kuat cara masuk seorang pengguna, sedangkan token ini tidak memiliki pengguna.
    .title = Konteks autentikasi memerlukan pengguna
    .remedy = Pengembang: hapus acrs dari claims untuk client_credentials. Di API, wajibkan konteks autentikasi hanya pada token untuk pengguna: token itu tidak memiliki klaim idtyp.

e88000400 = Kode akses sementara itu benar, tetapi sudah kedaluwarsa pada { $expired }.
    .title = Kode akses sementara sudah kedaluwarsa
    .remedy =
        Pengguna: minta kode baru kepada administrator Anda. Bila Anda sudah menyiapkan kata sandi, kunci sandi, atau aplikasi, masuklah dengan itu.
        Administrator: jalankan 'admit user access-pass' di server, lalu berikan kode baru kepada pengguna. '--valid 8h' membuatnya berlaku lebih lama.

e88000401 = Kode akses sementara itu benar, tetapi sudah digunakan pada { $last_used }. Kode itu hanya berlaku satu kali.
    .title = Kode akses sementara sudah digunakan
    .remedy =
        Pengguna: masuk dengan kata sandi, kunci sandi, atau aplikasi yang sudah Anda siapkan. Bila belum, minta kode baru kepada administrator Anda. Bila bukan Anda yang menggunakan kode itu, segera beri tahu mereka.
        Administrator: jalankan 'admit user access-pass' di server, lalu berikan kode baru kepada pengguna. Tanpa '--once', kode berlaku sampai kedaluwarsa. Bila bukan pengguna yang menggunakan kode pertama, jalankan 'admit user sessions end'.

e88000402 = Kode akses sementara itu bukan milik akun ini. Kode baru menggantikan kode sebelumnya.
    .title = Kode akses sementara salah
    .remedy =
        Pengguna: bandingkan dengan kode yang diberikan administrator Anda. Kode itu terdiri dari 16 huruf dan angka.
        Administrator: bila kode itu hilang, jalankan 'admit user access-pass' di server untuk membuat yang baru.

e88000403 = Kode akses sementara itu benar, tetapi sudah dicabut: semua proses masuk sebelumnya dari akun ini, atau dari seluruh tenant, diakhiri setelah kode itu dibuat.
    .title = Kode akses sementara sudah dicabut
    .remedy =
        Pengguna: masuk dengan kata sandi, kunci sandi, atau aplikasi yang sudah Anda siapkan. Bila belum, minta kode baru kepada administrator Anda.
        Administrator: jalankan 'admit user access-pass' di server, lalu berikan kode baru kepada pengguna.

e88000410 = Akun pengguna kedaluwarsa pada { $expired }.
    .title = Akun sudah kedaluwarsa
    .remedy =
        Pengguna: tanyakan kepada administrator bila akun masih perlu dipakai.
        Administrator: bila pengguna ini masih boleh memakai aplikasi, tulis waktu lain di expires untuk pengguna itu dalam deklarasi, lalu jalankan 'admit apply', atau jalankan 'admit user expire'.

e88000437 = Nama di halaman profil terdiri atas 1 sampai { $limit } karakter dalam satu baris. Nama tidak memuat karakter kontrol atau karakter yang mengubah urutan karakter lain. Nama selain nama tampilan boleh kosong.
    .title = Nama tidak dapat dipakai
    .remedy =
        Pengguna: ketik lagi nama yang ditandai, tanpa ganti baris dan tanpa karakter tersembunyi. Teks yang disalin dari tempat lain mungkin memuatnya.

e88000438 = '{ $value }' bukan salah satu pilihan untuk bahasa atau zona waktu.
    .title = Pilihan tidak dikenal
    .remedy =
        Pengguna: pilih bahasa dari daftar. Zona waktu memakai nama wilayah dan kota, misalnya Asia/Jakarta.

e88000439 = Teks itu bukan satu alamat email dengan panjang paling banyak { $limit } bita.
    .title = Alamat email tidak dapat dipakai
    .remedy = Pengguna: ketik satu alamat yang lengkap, misalnya nama@example.org, tanpa spasi dan tanpa nama di depannya.

e88000440 = Lebih dari { $limit } email dengan kode untuk sebuah alamat diminta dalam waktu singkat. Email lain dapat diminta sekitar { $minutes } lagi. Sampai saat itu, alamat yang lama tetap berlaku.
    .title = Terlalu banyak email dengan kode untuk alamat
    .remedy =
        Pengguna: pakai kode dari email terbaru, atau tunggu, lalu minta email lain.
        Administrator: batasnya ada di docs/reference/limits.md.

e88000441 = Kode untuk alamat email tidak berlaku lagi. Kode itu diminta lebih dari sepuluh menit yang lalu, dalam proses masuk yang lain, atau sebelum alamat atau kata sandi diubah. Alamat yang lama tetap berlaku.
    .title = Kode untuk alamat sudah kedaluwarsa
    .remedy = Pengguna: buka “Alamat email” di halaman akun, lalu minta email lain.

e88000442 = Kode untuk alamat email sudah dipakai sebelumnya. Setiap kode hanya berlaku satu kali.
    .title = Kode untuk alamat sudah dipakai
    .remedy = Pengguna: halaman akun menampilkan alamat yang berlaku. Bila bukan itu yang Anda inginkan, minta email lain.

e88000443 = Terlalu banyak percobaan dengan kode yang salah untuk sebuah alamat email, sehingga kode ini tidak diterima lagi, sekitar { $minutes }. Alamat yang lama tetap berlaku.
    .title = Terlalu banyak percobaan dengan kode alamat yang salah
    .remedy = Pengguna: minta email lain; setiap email menerima lima kode.

e88000444 = Pengguna tenant ini tidak dapat mengubah alamat emailnya di sini: tenant tidak mengizinkannya, atau layanan tidak mengirim email.
    .title = Alamat tidak dapat diubah di sini
    .remedy =
        Pengguna: minta administrator Anda mengubah alamat.
        Administrator: ubah dengan email dalam deklarasi, atau tambahkan email ke profile_changes milik tenant, dan [mail] ke konfigurasi.

e88000445 = Pengguna tenant ini tidak dapat menghapus akunnya sendiri.
    .title = Akun tidak dapat dihapus di sini
    .remedy =
        Pengguna: minta administrator Anda menghapus akun.
        Administrator: hapus dengan 'admit user delete', atau tetapkan account_deletion ke 'user' untuk tenant.

e88000446 = Nama pengguna yang diketik bukan nama akun ini, sehingga tidak ada yang dihapus.
    .title = Nama pengguna berbeda
    .remedy = Pengguna: ketik nama pengguna Anda seperti yang ditampilkan di halaman, atau batalkan.

e88000447 = Akun ini adalah yang terakhir yang boleh mengelola tenant, sehingga tidak dihapus.
    .title = Administrator terakhir tetap ada
    .remedy =
        Pengguna: jadikan pengguna lain administrator terlebih dahulu, lalu hapus akun.
        Administrator: 'admit user add NAMA --administrator' menambahkan seorang administrator.

e88000450 = Permintaan memuat prompt=create, tetapi hanya administrator yang menambahkan pengguna ke tenant ini.
    .title = Pendaftaran tidak tersedia
    .remedy =
        Pengembang: kirim prompt=create hanya bila prompt_values_supported dalam metadata memuat create.
        Administrator: atur opsi sign_up milik tenant menjadi 'open' atau 'invited' bila orang boleh membuat akun.

e88000451 = Akun di sini hanya dibuat dengan undangan. Undangan diberikan oleh: { $contact }.
    .title = Undangan diperlukan
    .remedy =
        Pengguna: mintalah undangan, lalu buka tautan di emailnya. Bila Anda sudah memiliki akun, masuklah.
        Pengembang: kirim prompt=create hanya bila prompt_values_supported dalam metadata memuat create.
        Administrator: undang dengan 'admit user invite', atau atur opsi sign_up milik tenant menjadi 'open'.

e88000452 = Yang diketik bukan satu alamat email.
    .title = Alamat email tidak valid
    .remedy = Pengguna: ketik satu alamat email seperti nama@example.com, tanpa nama atau spasi.

e88000453 = Alamat dari domain { $domain } tidak dapat membuat akun di sini. Yang dapat adalah alamat dari domain ini: { $domains }.
    .title = Domain alamat tidak diterima
    .remedy =
        Pengguna: gunakan alamat dari domain yang diterima, atau mintalah undangan.
        Administrator: tambahkan domain itu ke opsi sign_up_domains milik tenant, atau undang pengguna dengan 'admit user invite'.

e88000454 = Alamat dari domain { $domain } tidak dapat membuat akun di sini karena domain itu diblokir.
    .title = Domain alamat diblokir
    .remedy =
        Pengguna: gunakan alamat dari penyedia lain, atau mintalah undangan.
        Administrator: hapus domain itu dari opsi sign_up_blocked_domains milik tenant, atau undang pengguna dengan 'admit user invite'.

e88000455 = Kolom { $attribute } kosong, atau bukan satu baris berisi paling banyak { $limit } karakter.
    .title = Kolom belum diisi atau terlalu panjang
    .remedy = Pengguna: isi setiap kolom dengan teks pendek dalam satu baris.

e88000456 = Ketentuan penggunaan belum diterima, jadi akun belum dapat digunakan.
    .title = Ketentuan penggunaan belum diterima
    .remedy = Pengguna: baca ketentuan penggunaan, lalu centang kotaknya bila Anda menerimanya. Bila tidak, batalkan.

e88000457 = Terlalu banyak email untuk membuat akun diminta: untuk alamat ini, dari jaringan ini, atau secara keseluruhan. Tidak ada yang menyatakan apakah alamat ini memiliki akun. Email lain dapat diminta sekitar { $minutes } lagi.
    .title = Terlalu banyak email untuk akun baru
    .remedy =
        Pengguna: periksa folder email yang tidak diinginkan, dan gunakan email terbaru. Bila tidak ada, tunggu, lalu minta yang lain.
        Administrator: catatan setiap permintaan menyebutkan mengapa tidak ada email yang dikirim; 'admit explain TRACE_ID' menampilkannya.

e88000458 = Kode dari email sudah digunakan dalam pendaftaran ini. Masing-masing hanya berlaku satu kali.
    .title = Kode pendaftaran sudah digunakan
    .remedy = Pengguna: lanjutkan di jendela tempat Anda mengetik kode, atau minta email lain.

e88000459 = Akun dengan alamat email ini sudah ada, jadi akun kedua tidak dibuat. Akun itu dibuat sementara ini, di sini atau di tempat lain.
    .title = Akun sudah ada
    .remedy = Pengguna: masuklah dengan alamat itu. Bila Anda tidak tahu kata sandinya, pilih “Lupa kata sandi?”.

e88000461 = Tautan undangan tidak lengkap atau telah diubah, jadi tidak menunjuk undangan apa pun.
    .title = Tautan undangan tidak valid
    .remedy =
        Pengguna: buka tautan dengan mengekliknya di email, atau salin seluruhnya ke bilah alamat. Bila tidak membantu, mintalah undangan baru.
        Administrator: 'admit user invite' memberikan tautan baru.

e88000462 = Undangan berlaku sampai { $expired }, dan sudah kedaluwarsa.
    .title = Undangan sudah kedaluwarsa
    .remedy =
        Pengguna: mintalah undangan baru.
        Administrator: 'admit user invite' memberikan tautan baru; opsi --valid menentukan masa berlakunya.

e88000463 = Undangan ini sudah digunakan. Masing-masing hanya berlaku satu kali, dan akunnya sudah ada.
    .title = Undangan sudah digunakan
    .remedy = Pengguna: masuklah dengan alamat undangan itu. Bila Anda tidak tahu kata sandinya, pilih “Lupa kata sandi?”. Bila bukan Anda yang menggunakannya, segera beri tahu administrator Anda.

e88000464 = Undangan ini dicabut, atau diganti dengan yang lebih baru.
    .title = Undangan dicabut
    .remedy =
        Pengguna: gunakan email undangan terbaru, atau mintalah yang lain.
        Administrator: 'admit user invite' memberikan tautan baru.

e88000465 = Pengguna belum menerima ketentuan penggunaan versi { $version }, dan permintaan aplikasi '{ $client }' melarang semua halaman (prompt=none).
    .title = Pengguna harus menerima ketentuan penggunaan
    .remedy = Pengembang: kirim permintaan lagi tanpa prompt=none, agar pengguna melihat ketentuannya.

e88000466 = Permintaan memuat prompt=create, dan tenant mengizinkan pendaftaran, tetapi instalasi ini tidak mengirim email yang dapat membuktikan alamatnya.
    .title = Pendaftaran memerlukan email
    .remedy = Operator: tambahkan `[mail]` ke konfigurasi, lalu mulai ulang.

e88000467 = Undangan tidak dapat digunakan karena pendaftaran telah ditutup.
    .title = Undangan tidak diterima lagi
    .remedy =
        Pengguna: mintalah akun kepada orang yang mengundang Anda.
        Administrator: atur opsi sign_up milik tenant menjadi 'invited', atau tambahkan sendiri pengguna itu.

e88000480 = Kata sandi baru ada dalam daftar kata sandi yang diperoleh penyerang dari layanan lain. Kata sandi itu dicoba lebih dahulu, dengan setiap nama pengguna.
    .title = Kata sandi baru ditemukan dalam kebocoran data
    .remedy =
        Pengguna: pilih kata sandi yang belum pernah Anda pakai di mana pun, misalnya empat kata yang tidak berkaitan satu sama lain.
        Pengguna: bila kata sandi yang ditolak itu Anda pakai di tempat lain, gantilah juga di sana.

e88000481 = Kunci sandi datang tanpa atestasi dari pembuat autentikatornya. Yang diterima hanya kunci keamanan dan perangkat yang modelnya dibuktikan dengan cara ini.
    .title = Model kunci sandi tidak terbukti
    .remedy =
        Pengguna: bila peramban bertanya apakah situs ini boleh melihat merek dan modelnya, izinkan, lalu tambahkan lagi kunci sandinya.
        Pengguna: gunakan kunci keamanan yang diberikan atau disebutkan administrator Anda. Kunci sandi dari pengelola kata sandi tidak memiliki atestasi.
        Administrator: 'passkey_authenticators' pada tenant memuat model yang diizinkan. Tanpa itu, semua kunci sandi diterima.

e88000482 = Atestasi kunci sandi berformat '{ $format }', yang tidak didukung. Yang didukung ialah 'packed' dengan sertifikat, format dari kunci keamanan.
    .title = Format atestasi tidak didukung
    .remedy =
        Pengguna: tambahkan kunci sandi pada kunci keamanan sebagai ganti perangkat ini.
        Administrator: izinkan model dengan atestasi berformat 'packed' dalam 'passkey_authenticators' pada tenant. TPM dan ponsel memakai format lain.

e88000483 = Kunci sandi ini bermodel '{ $model }' (AAGUID), yang tidak diizinkan tenant. Yang diizinkan adalah { $count } model autentikator.
    .title = Model kunci sandi tidak diterima
    .remedy =
        Pengguna: gunakan kunci keamanan atau perangkat dengan model yang diterima. Administrator Anda mengetahui model-model itu.
        Administrator: untuk menerima model ini, tambahkan AAGUID-nya ke 'passkey_authenticators' pada tenant, dan akarnya ke 'passkey_attestation_roots_file'.

e88000484 = Atestasi kunci sandi tidak membuktikan modelnya: sertifikat, tanda tangan, atau penerbitnya tidak dipercaya tenant.
    .title = Atestasi kunci sandi tidak dipercaya
    .remedy =
        Pengguna: coba lagi, dan gunakan kunci keamanan lain bila yang ini ditolak lagi.
        Administrator: catatan permintaan menjelaskan apa yang salah. Bila akar dari pembuatnya belum ada, tambahkan ke 'passkey_attestation_roots_file' pada tenant.

e88000485 = Kunci sandi ini bermodel '{ $model }' (AAGUID). Tenant sekarang hanya mengizinkan kunci sandi dengan model tertentu, masing-masing dibuktikan dengan atestasi ketika ditambahkan. Yang ini tidak memenuhinya.
    .title = Kunci sandi tidak diterima lagi
    .remedy =
        Pengguna: masuk dengan cara lain, lalu hapus kunci sandi ini di halaman akun Anda dan tambahkan satu pada kunci keamanan yang diterima.
        Administrator: 'admit user reset-second-factor' memungkinkan pengguna tanpa faktor kedua lain untuk menyiapkan yang baru. Untuk menerima semua kunci sandi lagi, hapus 'passkey_authenticators' pada tenant.

e88000486 = Kata sandi baru sama dengan yang akan diganti.
    .title = Kata sandi baru sama dengan sebelumnya
    .remedy = Pengguna: pilih yang lain.
