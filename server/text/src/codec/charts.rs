//! Code charts: of the single-byte encodings that encoding_rs does not decode, and of codes of two bytes that it does.
//!
//! The upper halves are the charts of the Unicode Consortium's `MAPPINGS/VENDORS` (IBM and Apple), of RFC 1456
//! (VISCII) and of the Georgian encodings as iconv publishes them; each row holds sixteen codes, from 0x80 on.
//! U+FFFD stands for a code without a character.

/// An encoding of 256 codes that agrees with ASCII but for `low`.
#[derive(Debug)]
pub(crate) struct SingleByte {
    /// Its label.
    pub(crate) label: &'static str,
    /// Codes below 0x80 that are not ASCII.
    pub(crate) low: &'static [(u8, char)],
    /// The characters of 0x80 to 0xFF.
    pub(crate) high: &'static str,
}

impl SingleByte {
    /// The character of every code.
    pub(crate) fn chars(&self) -> [char; 256] {
        let mut chars: [char; 256] = std::array::from_fn(|code| code as u8 as char);
        for (code, ch) in (0x80..).zip(self.high.chars()) {
            let code: usize = code;
            chars[code] = ch;
        }
        for &(code, ch) in self.low {
            chars[usize::from(code)] = ch;
        }
        chars
    }
}

/// The character of each code of two bytes, `\0` where `encoding` has none; all decoded at once.
pub(crate) fn chars_of(
    encoding: &'static encoding_rs::Encoding,
    codes: impl IntoIterator<Item = [u8; 2]>,
) -> Vec<char> {
    let codes: Vec<[u8; 2]> = codes.into_iter().collect();
    let (text, _) = encoding.decode_without_bom_handling(codes.as_flattened());
    let mut chars = text.chars();
    let char_of = |[_, trail]: [u8; 2]| {
        let ch = chars.next().filter(|&ch| ch != '\u{FFFD}');
        if ch.is_none() && trail.is_ascii() {
            // It was read as a character of its own.
            chars.next();
        }
        ch.unwrap_or('\0')
    };
    codes.iter().copied().map(char_of).collect()
}

/// Every such encoding.
pub(crate) const CHARTS: &[SingleByte] = &[
    SingleByte {
        label: "ibm437",
        low: &[],
        high: "\
            ÇüéâäàåçêëèïîìÄÅ\
            ÉæÆôöòûùÿÖÜ¢£¥₧ƒ\
            áíóúñÑªº¿⌐¬½¼¡«»\
            ░▒▓│┤╡╢╖╕╣║╗╝╜╛┐\
            └┴┬├─┼╞╟╚╔╩╦╠═╬╧\
            ╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀\
            αßΓπΣσµτΦΘΩδ∞φε∩\
            ≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}",
    },
    SingleByte {
        label: "cp737",
        low: &[],
        high: "\
            ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠ\
            ΡΣΤΥΦΧΨΩαβγδεζηθ\
            ικλμνξοπρσςτυφχψ\
            ░▒▓│┤╡╢╖╕╣║╗╝╜╛┐\
            └┴┬├─┼╞╟╚╔╩╦╠═╬╧\
            ╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀\
            ωάέήϊίόύϋώΆΈΉΊΌΎ\
            Ώ±≥≤ΪΫ÷≈°∙·√ⁿ²■\u{a0}",
    },
    SingleByte {
        label: "ibm775",
        low: &[],
        high: "\
            ĆüéāäģåćłēŖŗīŹÄÅ\
            ÉæÆōöĢ¢ŚśÖÜø£Ø×¤\
            ĀĪóŻżź”¦©®¬½¼Ł«»\
            ░▒▓│┤ĄČĘĖ╣║╗╝ĮŠ┐\
            └┴┬├─┼ŲŪ╚╔╩╦╠═╬Ž\
            ąčęėįšųūž┘┌█▄▌▐▀\
            ÓßŌŃõÕµńĶķĻļņĒŅ’\
            \u{ad}±“¾¶§÷„°∙·¹³²■\u{a0}",
    },
    SingleByte {
        label: "ibm850",
        low: &[],
        high: "\
            ÇüéâäàåçêëèïîìÄÅ\
            ÉæÆôöòûùÿÖÜø£Ø×ƒ\
            áíóúñÑªº¿®¬½¼¡«»\
            ░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐\
            └┴┬├─┼ãÃ╚╔╩╦╠═╬¤\
            ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀\
            ÓßÔÒõÕµþÞÚÛÙýÝ¯´\
            \u{ad}±‗¾¶§÷¸°¨·¹³²■\u{a0}",
    },
    SingleByte {
        label: "ibm852",
        low: &[],
        high: "\
            ÇüéâäůćçłëŐőîŹÄĆ\
            ÉĹĺôöĽľŚśÖÜŤťŁ×č\
            áíóúĄąŽžĘę¬źČş«»\
            ░▒▓│┤ÁÂĚŞ╣║╗╝Żż┐\
            └┴┬├─┼Ăă╚╔╩╦╠═╬¤\
            đĐĎËďŇÍÎě┘┌█▄ŢŮ▀\
            ÓßÔŃńňŠšŔÚŕŰýÝţ´\
            \u{ad}˝˛ˇ˘§÷¸°¨˙űŘř■\u{a0}",
    },
    SingleByte {
        label: "ibm855",
        low: &[],
        high: "\
            ђЂѓЃёЁєЄѕЅіІїЇјЈ\
            љЉњЊћЋќЌўЎџЏюЮъЪ\
            аАбБцЦдДеЕфФгГ«»\
            ░▒▓│┤хХиИ╣║╗╝йЙ┐\
            └┴┬├─┼кК╚╔╩╦╠═╬¤\
            лЛмМнНоОп┘┌█▄Пя▀\
            ЯрРсСтТуУжЖвВьЬ№\
            \u{ad}ыЫзЗшШэЭщЩчЧ§■\u{a0}",
    },
    SingleByte {
        label: "ibm857",
        low: &[],
        high: "\
            ÇüéâäàåçêëèïîıÄÅ\
            ÉæÆôöòûùİÖÜø£ØŞş\
            áíóúñÑĞğ¿®¬½¼¡«»\
            ░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐\
            └┴┬├─┼ãÃ╚╔╩╦╠═╬¤\
            ºªÊËÈ\u{fffd}ÍÎÏ┘┌█▄¦Ì▀\
            ÓßÔÒõÕµ\u{fffd}×ÚÛÙìÿ¯´\
            \u{ad}±\u{fffd}¾¶§÷¸°¨·¹³²■\u{a0}",
    },
    SingleByte {
        label: "ibm858",
        low: &[],
        high: "\
            ÇüéâäàåçêëèïîìÄÅ\
            ÉæÆôöòûùÿÖÜø£Ø×ƒ\
            áíóúñÑªº¿®¬½¼¡«»\
            ░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐\
            └┴┬├─┼ãÃ╚╔╩╦╠═╬¤\
            ðÐÊËÈ€ÍÎÏ┘┌█▄¦Ì▀\
            ÓßÔÒõÕµþÞÚÛÙýÝ¯´\
            \u{ad}±‗¾¶§÷¸°¨·¹³²■\u{a0}",
    },
    SingleByte {
        label: "ibm860",
        low: &[],
        high: "\
            ÇüéâãàÁçêÊèÍÔìÃÂ\
            ÉÀÈôõòÚùÌÕÜ¢£Ù₧Ó\
            áíóúñÑªº¿Ò¬½¼¡«»\
            ░▒▓│┤╡╢╖╕╣║╗╝╜╛┐\
            └┴┬├─┼╞╟╚╔╩╦╠═╬╧\
            ╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀\
            αßΓπΣσµτΦΘΩδ∞φε∩\
            ≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}",
    },
    SingleByte {
        label: "ibm861",
        low: &[],
        high: "\
            ÇüéâäàåçêëèÐðÞÄÅ\
            ÉæÆôöþûÝýÖÜø£Ø₧ƒ\
            áíóúÁÍÓÚ¿⌐¬½¼¡«»\
            ░▒▓│┤╡╢╖╕╣║╗╝╜╛┐\
            └┴┬├─┼╞╟╚╔╩╦╠═╬╧\
            ╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀\
            αßΓπΣσµτΦΘΩδ∞φε∩\
            ≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}",
    },
    SingleByte {
        label: "ibm862",
        low: &[],
        high: "\
            \u{5d0}\u{5d1}\u{5d2}\u{5d3}\u{5d4}\u{5d5}\u{5d6}\u{5d7}\u{5d8}\u{5d9}\u{5da}\u{5db}\u{5dc}\u{5dd}\u{5de}\u{5df}\
            \u{5e0}\u{5e1}\u{5e2}\u{5e3}\u{5e4}\u{5e5}\u{5e6}\u{5e7}\u{5e8}\u{5e9}\u{5ea}¢£¥₧ƒ\
            áíóúñÑªº¿⌐¬½¼¡«»\
            ░▒▓│┤╡╢╖╕╣║╗╝╜╛┐\
            └┴┬├─┼╞╟╚╔╩╦╠═╬╧\
            ╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀\
            αßΓπΣσµτΦΘΩδ∞φε∩\
            ≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}",
    },
    SingleByte {
        label: "ibm863",
        low: &[],
        high: "\
            ÇüéâÂà¶çêëèïî‗À§\
            ÉÈÊôËÏûù¤ÔÜ¢£ÙÛƒ\
            ¦´óú¨¸³¯Î⌐¬½¼¾«»\
            ░▒▓│┤╡╢╖╕╣║╗╝╜╛┐\
            └┴┬├─┼╞╟╚╔╩╦╠═╬╧\
            ╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀\
            αßΓπΣσµτΦΘΩδ∞φε∩\
            ≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}",
    },
    SingleByte {
        label: "ibm865",
        low: &[],
        high: "\
            ÇüéâäàåçêëèïîìÄÅ\
            ÉæÆôöòûùÿÖÜø£Ø₧ƒ\
            áíóúñÑªº¿⌐¬½¼¡«¤\
            ░▒▓│┤╡╢╖╕╣║╗╝╜╛┐\
            └┴┬├─┼╞╟╚╔╩╦╠═╬╧\
            ╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀\
            αßΓπΣσµτΦΘΩδ∞φε∩\
            ≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}",
    },
    SingleByte {
        label: "ibm869",
        low: &[],
        high: "\
            \u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}Ά\u{fffd}·¬¦‘’Έ―Ή\
            ΊΪΌ\u{fffd}\u{fffd}ΎΫ©Ώ²³ά£έήί\
            ϊΐόύΑΒΓΔΕΖΗ½ΘΙ«»\
            ░▒▓│┤ΚΛΜΝ╣║╗╝ΞΟ┐\
            └┴┬├─┼ΠΡ╚╔╩╦╠═╬Σ\
            ΤΥΦΧΨΩαβγ┘┌█▄δε▀\
            ζηθικλμνξοπρσςτ΄\
            \u{ad}±υφχ§ψ΅°¨ωϋΰώ■\u{a0}",
    },
    SingleByte {
        label: "x-mac-ce",
        low: &[],
        high: "\
            ÄĀāÉĄÖÜáąČäčĆćéŹ\
            źĎíďĒēĖóėôöõúĚěü\
            †°Ę£§•¶ß®©™ę¨≠ģĮ\
            įĪ≤≥īĶ∂∑łĻļĽľĹĺŅ\
            ņŃ¬√ńŇ∆«»…\u{a0}ňŐÕőŌ\
            –—“”‘’÷◊ōŔŕŘ‹›řŖ\
            ŗŠ‚„šŚśÁŤťÍŽžŪÓÔ\
            ūŮÚůŰűŲųÝýķŻŁżĢˇ",
    },
    SingleByte {
        label: "x-mac-greek",
        low: &[],
        high: "\
            Ä¹²É³ÖÜ΅àâä΄¨çéè\
            êë£™îï•½‰ôö¦€ùûü\
            †ΓΔΘΛΞΠß®©ΣΪ§≠°·\
            Α±≤≥¥ΒΕΖΗΙΚΜΦΫΨΩ\
            άΝ¬ΟΡ≈Τ«»…\u{a0}ΥΧΆΈœ\
            –―“”‘’÷ΉΊΌΎέήίόΏ\
            ύαβψδεφγηιξκλμνο\
            πώρστθωςχυζϊϋΐΰ\u{ad}",
    },
    SingleByte {
        label: "x-mac-turkish",
        low: &[],
        high: "\
            ÄÅÇÉÑÖÜáàâäãåçéè\
            êëíìîïñóòôöõúùûü\
            †°¢£§•¶ß®©™´¨≠ÆØ\
            ∞±≤≥¥µ∂∑∏π∫ªºΩæø\
            ¿¡¬√ƒ≈∆«»…\u{a0}ÀÃÕŒœ\
            –—“”‘’÷◊ÿŸĞğİıŞş\
            ‡·‚„‰ÂÊÁËÈÍÎÏÌÓÔ\
            \u{f8ff}ÒÚÛÙ\u{f8a0}ˆ˜¯˘˙˚¸˝˛ˇ",
    },
    SingleByte {
        label: "x-mac-icelandic",
        low: &[],
        high: "\
            ÄÅÇÉÑÖÜáàâäãåçéè\
            êëíìîïñóòôöõúùûü\
            Ý°¢£§•¶ß®©™´¨≠ÆØ\
            ∞±≤≥¥µ∂∑∏π∫ªºΩæø\
            ¿¡¬√ƒ≈∆«»…\u{a0}ÀÃÕŒœ\
            –—“”‘’÷◊ÿŸ⁄€ÐðÞþ\
            ý·‚„‰ÂÊÁËÈÍÎÏÌÓÔ\
            \u{f8ff}ÒÚÛÙıˆ˜¯˘˙˚¸˝˛ˇ",
    },
    SingleByte {
        label: "x-mac-croatian",
        low: &[],
        high: "\
            ÄÅÇÉÑÖÜáàâäãåçéè\
            êëíìîïñóòôöõúùûü\
            †°¢£§•¶ß®Š™´¨≠ŽØ\
            ∞±≤≥∆µ∂∑∏š∫ªºΩžø\
            ¿¡¬√ƒ≈Ć«Č…\u{a0}ÀÃÕŒœ\
            Đ—“”‘’÷◊\u{f8ff}©⁄€‹›Æ»\
            –·‚„‰ÂćÁčÈÍÎÏÌÓÔ\
            đÒÚÛÙıˆ˜¯πË˚¸Êæˇ",
    },
    SingleByte {
        label: "viscii",
        low: &[(0x02, 'Ẳ'), (0x05, 'Ẵ'), (0x06, 'Ẫ'), (0x14, 'Ỷ'), (0x19, 'Ỹ'), (0x1e, 'Ỵ')],
        high: "\
            ẠẮẰẶẤẦẨẬẼẸẾỀỂỄỆỐ\
            ỒỔỖỘỢỚỜỞỊỎỌỈỦŨỤỲ\
            Õắằặấầẩậẽẹếềểễệố\
            ồổỗỠƠộờởịỰỨỪỬơớƯ\
            ÀÁÂÃẢĂẳẵÈÉÊẺÌÍĨỳ\
            ĐứÒÓÔạỷừửÙÚỹỵÝỡư\
            àáâãảăữẫèéêẻìíĩỉ\
            đựòóôõỏọụùúũủýợỮ",
    },
    SingleByte {
        label: "georgian-academy",
        low: &[],
        high: "\
            \u{80}\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8d}\u{8e}\u{8f}\
            \u{90}‘’“”•–—˜™š›œ\u{9d}\u{9e}Ÿ\
            \u{a0}¡¢£¤¥¦§¨©ª«¬\u{ad}®¯\
            °±²³´µ¶·¸¹º»¼½¾¿\
            აბგდევზთიკლმნოპჟ\
            რსტუფქღყშჩცძწჭხჯ\
            ჰჱჲჳჴჵჶçèéêëìíîï\
            ðñòóôõö÷øùúûüýþÿ",
    },
    SingleByte {
        label: "georgian-ps",
        low: &[],
        high: "\
            \u{80}\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8d}\u{8e}\u{8f}\
            \u{90}‘’“”•–—˜™š›œ\u{9d}\u{9e}Ÿ\
            \u{a0}¡¢£¤¥¦§¨©ª«¬\u{ad}®¯\
            °±²³´µ¶·¸¹º»¼½¾¿\
            აბგდევზჱთიკლმნჲო\
            პჟრსტჳუფქღყშჩცძწ\
            ჭხჴჯჰჵæçèéêëìíîï\
            ðñòóôõö÷øùúûüýþÿ",
    },
];
