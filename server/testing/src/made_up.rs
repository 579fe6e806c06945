//! Made-up tables of many kinds of columns, the same for the same seed.

use std::fmt::Write;

struct Draw(u64);

impl Draw {
    fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % n
    }
}

/// About `n_bytes` of CSV with 17 columns.
pub fn text(n_bytes: usize, seed: u64) -> String {
    const WORDS: [&str; 12] = [
        "grocery", "toys", "books", "garden", "sports", "beauty", "music", "office", "health", "café",
        "late", "box",
    ];
    let mut draw = Draw(seed | 1);
    let mut out = String::with_capacity(n_bytes + 512);
    out.push_str("id,key,created,born,first,last,email,country,category,amount,price,score,ratio,active,qty,zip,note\n");
    let mut id = 0;
    while out.len() < n_bytes {
        id += 1;
        let word = |draw: &mut Draw| WORDS[draw.below(12) as usize];
        let (a, b, c, d) = (word(&mut draw), word(&mut draw), word(&mut draw), word(&mut draw));
        let null = draw.below(20) == 0;
        let amount = draw.below(1_000_000) as f64 / 100.0;
        // Writing to a string cannot fail.
        let _ = write!(
            out,
            "{id},{:016x}-{:08x},20{:02}-{:02}-{:02}T{:02}:{:02}:00Z,{},{a},{b},u{}@example.org,{},{c},{amount:.2},{:.2},{:.4},{:.9},{},{},{:05},",
            draw.below(u64::MAX),
            draw.below(1 << 32),
            10 + draw.below(15),
            1 + draw.below(12),
            1 + draw.below(28),
            draw.below(24),
            draw.below(60),
            if null {
                "NA".to_owned()
            } else {
                format!("19{:02}-{:02}-{:02}", 40 + draw.below(60), 1 + draw.below(12), 1 + draw.below(28))
            },
            draw.below(5_000_000),
            ["US", "CN", "IN", "DE", "FR"][draw.below(5) as usize],
            0.99 + draw.below(400) as f64 / 2.0,
            draw.below(100_000) as f64 / 1e3 - 40.0,
            draw.below(1 << 40) as f64 / 1.1e12,
            draw.below(3) > 0,
            draw.below(60),
            draw.below(99_999),
        );
        match draw.below(4) {
            0 => {}
            1 => out.push_str(d),
            2 => {
                let _ = write!(out, "\"{d}, {a} and \"\"{b}\"\" {c}\"");
            }
            _ => {
                let _ = write!(out, "{a} {b} {c} {d} {b} {a}");
            }
        }
        out.push('\n');
    }
    out
}

/// About `n_bytes` of CSV with 20 columns of numbers, almost all different.
pub fn numbers(n_bytes: usize, seed: u64) -> String {
    let mut draw = Draw(seed | 1);
    let mut out = String::with_capacity(n_bytes + 512);
    out.extend((0..20).map(|column| format!("c{column}{}", if column < 19 { "," } else { "\n" })));
    while out.len() < n_bytes {
        for column in 0..20 {
            let end = if column < 19 { ',' } else { '\n' };
            // Writing to a string cannot fail.
            let _ = if column % 2 == 0 {
                write!(out, "{}{end}", draw.below(1_000_000))
            } else {
                write!(out, "{:.6}{end}", draw.below(1 << 40) as f64 / 5e8 - 1_000.0)
            };
        }
    }
    out
}
