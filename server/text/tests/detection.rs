//! Which encoding files are in: own sentences, other than those the models are counted from.
#![allow(clippy::unwrap_used)]

use aurora_text::encoding::{decode, detect, encode};
use aurora_text::{byte_order_mark, detect_pieces, labels, sample_ranges};
use proptest::prelude::*;

/// Encodes `text` in every one of `targets` and asks for a reading that gives the same text back.
#[track_caller]
fn check(text: &str, targets: &str) {
    for label in targets.split(' ') {
        let encoded = encode(text, label).unwrap();
        assert_eq!(encoded.n_unencodable, 0, "{label} {:?}", encoded.unencodable);
        let guess = detect(&encoded.bytes);
        assert_eq!(decode(&encoded.bytes, guess.label).text, text, "{label} was read as {guess:?}");
    }
}

#[test]
fn western_tables() {
    check(
        "nom;ville\nRenée Lefèvre;Besançon\nGérard Benoît;Nîmes\nZoë Hélène;Évreux\n",
        "windows-1252 macroman ibm850",
    );
    check(
        "Straße;Händler\nGänseblümchenweg 5;Müller & Söhne\nKönigsallee;Jürgen Groß\n",
        "windows-1252 macroman ibm850",
    );
    check("produto,preço\nfeijão,3\nmaçã,2\npão francês,1\n", "windows-1252 iso-8859-15 macroman");
    check(
        "navn;by\nSøren Kjærgaard;Helsingør\nÅse Grønbæk;Åbenrå\npris;5 €\n",
        "windows-1252 iso-8859-15 ibm858",
    );
    check("price,item\n£3,tea\n£12,“Earl’s” blend – large\n", "windows-1252");
}

#[test]
fn central_and_baltic_tables() {
    check(
        "město;počet\nKroměříž;28 tisíc\nUherské Hradiště;Jiříkův dům\nŽďár;Šťastný\n",
        "windows-1250 iso-8859-2 ibm852 x-mac-ce",
    );
    check(
        "miasto;opis\nGrudziądz;ósma część\nWałbrzych;Święta Jadwiga\nKołobrzeg;źrebię\n",
        "windows-1250 iso-8859-2 iso-8859-13 ibm852",
    );
    check(
        "város;jelleg\nNyíregyháza;nagyközség fölött\nHódmezővásárhely;hűvös nyár\n",
        "windows-1250 iso-8859-2 ibm852",
    );
    check(
        "pilsēta;skaits\nVentspils;trīsdesmit tūkstoši\nJēkabpils;dažādi ļaudis un ģimenes\n",
        "windows-1257 iso-8859-4 iso-8859-13",
    );
    check("miestas;būklė\nRokiškis;mažėja gyventojų\nŠilutė;žvejų ąžuolynas\n", "windows-1257 iso-8859-13");
    check("şehir;açıklama\nKütahya;çini işçiliği\nAğrı;yüksek dağ köyü\n", "windows-1254 iso-8859-3 ibm857");
    check("urbo,noto\nĈikago,grandega ŝtono\nĜenevo,preskaŭ ĉiutage\n", "iso-8859-3");
}

#[test]
fn cyrillic_greek_and_semitic_tables() {
    let all = "windows-1251 koi8-r iso-8859-5 ibm866 ibm855 x-mac-cyrillic";
    check("город;описание\nКалуга;древний центр\nВоронеж;большая площадь\n", all);
    check("град;бележка\nГаброво;шивашки цех\nСмолян;ски писта\n", "windows-1251 iso-8859-5");
    check("місто;примітка\nЖитомир;їдальня і готель\nЄнакієве;шахта\n", "windows-1251 koi8-u");
    check("πόλη;σχόλιο\nΚαβάλα;λιμάνι και κάστρο\nΤρίκαλα;ποτάμι\n", "windows-1253 iso-8859-7 cp737");
    check("עיר,הערה\nרחובות,מכון מדעי גדול\nאילת,חוף הים\n", "windows-1255 iso-8859-8 ibm862");
    check("المدينة,ملاحظة\nالإسكندرية,ميناء كبير على البحر\nأسوان,السد العالي\n", "windows-1256 iso-8859-6");
    check("เมือง,หมายเหตุ\nลำปาง,รถม้าและวัดเก่า\nกระบี่,ทะเลสวย\n", "windows-874");
}

#[test]
fn several_bytes_a_character() {
    check("城市,说明\n杭州,西湖风景很美\n成都,大熊猫基地\n", "gbk gb18030 hz-gb-2312");
    check("城市,說明\n台南,古蹟很多\n花蓮,太魯閣國家公園\n", "big5 euc-tw");
    check("都市,説明\n札幌,雪まつりが有名です\n神戸,港町のレストラン\n", "shift_jis euc-jp iso-2022-jp");
    check("도시,설명\n전주,한옥 마을이 유명하다\n강릉,바다와 커피\n", "euc-kr johab iso-2022-kr");
    check("thành phố,ghi chú\nVũng Tàu,bãi biển đẹp\nĐà Lạt,hoa và sương mù\n", "viscii");
    check("a,b\nкот,ёж\n中文,ß\n", "utf-16le utf-16be utf-32le utf-32be utf-8");
    check("id,name\n1,Ann\n2,Bob\n", "utf-16le utf-16be utf-32le utf-32be utf-8");
}

#[test]
fn a_byte_order_mark_decides_in_every_encoding_that_has_one() {
    for label in labels().filter(|label| !byte_order_mark(label).is_empty()) {
        let mut bytes = byte_order_mark(label).to_vec();
        bytes.extend(encode("a,b\n", label).unwrap().bytes);
        let guess = detect(&bytes);
        assert_eq!((guess.label, guess.bom, guess.confidence), (label, true, 1.0));
    }
}

#[test]
fn one_bad_byte_does_not_make_a_utf8_file_something_else() {
    let mut bytes =
        "nom,ville\nAndré,Orléans\nLoïc,Besançon\nMaël,Sète\nAnaïs,Saint-Étienne\n".as_bytes().to_vec();
    bytes.extend(b"Chlo\xE9,Paris\n");
    let guess = detect(&bytes);
    assert_eq!((guess.label, guess.runner_up.is_some()), ("utf-8", true));
    let decoded = decode(&bytes, guess.label);
    assert_eq!((decoded.n_faults, decoded.faults[0].byte), (1, bytes.len() - 8));
}

#[test]
fn nothing_and_nuls_are_text_too() {
    for bytes in [&b""[..], b"\xEF\xBB\xBF", b"\n", &[0; 5_000], b"a,b\0c\nd,e\nf,g\0h\n"] {
        let guess = detect(bytes);
        assert_eq!(guess.label, "utf-8");
        assert_eq!(decode(bytes, guess.label).n_faults, 0);
    }
}

#[test]
fn letters_far_into_a_large_file_are_seen() {
    let mut bytes = b"id,note\n".repeat(200_000);
    let at = bytes.len() * 2 / 3;
    bytes.splice(at..at, *b"7,Gr\xFC\xDFe aus K\xF6ln und D\xFCsseldorf\n");
    assert_eq!(detect(&bytes).label, "windows-1252");
}

#[test]
fn the_parts_to_read_are_few_and_inside_the_file() {
    for len in [0, 1, 100, 131_072, 131_073, 1 << 20, 3 << 30] {
        let ranges = sample_ranges(len);
        assert!(ranges.iter().all(|range| range.start <= range.end && range.end <= len));
        assert!(ranges.windows(2).all(|pair| pair[0].end <= pair[1].start));
        assert!(ranges.iter().map(|range| range.end - range.start).sum::<u64>() <= 131_072);
    }
}

proptest! {
    #[test]
    fn any_bytes_have_an_encoding_that_decodes(pieces in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..300), 0..4)) {
        let parts: Vec<&[u8]> = pieces.iter().map(Vec::as_slice).collect();
        let guess = detect_pieces(&parts);
        prop_assert!(labels().any(|label| label == guess.label));
        prop_assert!((0.0..=1.0).contains(&guess.confidence));
        prop_assert_ne!(guess.runner_up, Some(guess.label));
    }

    #[test]
    fn valid_utf8_is_read_as_such(text in "[a-zà-ÿ一-龥а-я ,\n]{0,200}") {
        prop_assert_eq!(detect(text.as_bytes()).label, "utf-8");
    }
}

#[test]
fn letters_of_four_bytes_make_gbk_gb18030() {
    let text = "编号,姓名,城市\n1,王小明,北京\n2,李强,上海\n3,张伟,广州\n";
    let label = |text: &str| detect(&encoding_rs::GB18030.encode(text).0).label;
    assert_eq!(label(text), "gbk");
    assert_eq!(label(&text.replace('强', "𠮷")), "gb18030");
}
