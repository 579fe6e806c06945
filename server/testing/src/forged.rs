//! Access tokens, good and bad, written byte by byte without the product's code: what a verifier must take and what it
//! must not.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE, URL_SAFE_NO_PAD};
use ed25519_dalek::{Signer as _, SigningKey};
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

/// Who signs, for whom.
#[derive(Clone, Debug)]
pub struct Issuer {
    /// The secret key.
    pub seed: [u8; 32],
    /// Its id.
    pub kid: String,
    /// `iss`.
    pub issuer: String,
    /// `aud`.
    pub audience: String,
}

/// Whom a token is about.
#[derive(Clone, Copy, Debug)]
pub struct Subject {
    /// The tenant.
    pub tenant: i32,
    /// The member.
    pub member: i64,
    /// The role's word.
    pub role: &'static str,
    /// The member's token version.
    pub version: i32,
}

/// A token, and whether it must be taken.
#[derive(Clone, Debug)]
pub struct Forged {
    /// What is special about it.
    pub name: &'static str,
    /// The token.
    pub token: String,
    /// Whether it must be taken.
    pub is_good: bool,
}

fn part(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// A token of a header and claims as texts, with a good signature of `seed`.
fn signed(seed: &[u8; 32], header: &str, claims: &str) -> String {
    let signed = format!("{}.{}", part(header), part(claims));
    let signature = SigningKey::from_bytes(seed).sign(signed.as_bytes());
    format!("{signed}.{}", part(signature.to_bytes()))
}

/// The other form of a signature that a lax verifier takes: S + the order of the group.
fn other_form(token: &str) -> String {
    let order: [u8; 32] = {
        let mut order = [0; 32];
        let low: u128 = 27_742_317_777_372_353_535_851_937_790_883_648_493;
        order[..16].copy_from_slice(&low.to_le_bytes());
        order[31] = 0x10;
        order
    };
    let (signed, signature) = token.rsplit_once('.').unwrap_or((token, ""));
    let mut bytes = URL_SAFE_NO_PAD.decode(signature).unwrap_or_default();
    let mut carry = 0;
    for (byte, add) in bytes.iter_mut().skip(32).zip(order) {
        let sum = u16::from(*byte) + u16::from(add) + carry;
        *byte = (sum & 255) as u8;
        carry = sum >> 8;
    }
    format!("{signed}.{}", part(bytes))
}

/// All of them, at `now` (seconds).
pub fn tokens(issuer: &Issuer, subject: Subject, now: i64) -> Vec<Forged> {
    let header = json!({"alg": "EdDSA", "typ": "at+jwt", "kid": issuer.kid});
    let claims = json!({
        "iss": issuer.issuer, "aud": issuer.audience, "sub": subject.member.to_string(), "tid": subject.tenant,
        "role": subject.role, "iat": now, "exp": now + 600, "jti": "0123456789abcdef", "ver": subject.version,
    });
    let sign =
        |header: &Value, claims: &Value| signed(&issuer.seed, &header.to_string(), &claims.to_string());
    let changed = |of: &Value, with: Value| {
        let mut of: Map<String, Value> = of.as_object().cloned().unwrap_or_default();
        of.extend(with.as_object().cloned().unwrap_or_default());
        Value::Object(of)
    };
    let without = |of: &Value, key: &str| {
        let mut of: Map<String, Value> = of.as_object().cloned().unwrap_or_default();
        of.remove(key);
        Value::Object(of)
    };
    let good = sign(&header, &claims);
    let (h, c, s) = {
        let mut parts = good.split('.').map(str::to_owned);
        let mut next = || parts.next().unwrap_or_default();
        (next(), next(), next())
    };
    let raw = URL_SAFE_NO_PAD.decode(&s).unwrap_or_default();
    let key = SigningKey::from_bytes(&issuer.seed);
    let own = SigningKey::from_bytes(&[42; 32]);
    let jwk =
        json!({"kty": "OKP", "crv": "Ed25519", "kid": issuer.kid, "x": part(own.verifying_key().as_bytes())});
    let by_own = |header: &Value| signed(&[42; 32], &header.to_string(), &claims.to_string());
    let header_with = |with: Value| sign(&changed(&header, with), &claims);
    let claims_with = |with: Value| sign(&header, &changed(&claims, with));
    let claims_text = |text: String| signed(&issuer.seed, &header.to_string(), &text);
    let hmac = {
        // HMAC-SHA256 with the public key as its secret: the classic confusion of algorithms.
        let header = json!({"alg": "HS256", "typ": "at+jwt", "kid": issuer.kid});
        let signed = format!("{}.{}", part(header.to_string()), part(claims.to_string()));
        let pad = |byte: u8| -> Vec<u8> {
            let mut block = [0; 64];
            block[..32].copy_from_slice(key.verifying_key().as_bytes());
            block.iter().map(|b| b ^ byte).collect()
        };
        let inner = Sha256::new().chain_update(pad(0x36)).chain_update(&signed).finalize();
        let mac = Sha256::new().chain_update(pad(0x5c)).chain_update(inner).finalize();
        format!("{signed}.{}", part(mac))
    };
    let flipped = {
        let mut raw = raw.clone();
        raw[0] ^= 1;
        format!("{h}.{c}.{}", part(raw))
    };
    let text = claims.to_string();
    let twice = |key: &str, value: Value| format!("{},{}:{value}}}", &text[..text.len() - 1], json!(key));
    let admin = part(changed(&claims, json!({"role": "admin", "sub": "1"})).to_string());

    let mut all: Vec<(&'static str, String, bool)> = vec![
        ("plain", good.clone(), true),
        ("unknown claim", claims_with(json!({"scope": "x"})), true),
        ("nbf now", claims_with(json!({"nbf": now})), true),
        ("iat within leeway", claims_with(json!({"iat": now + 25, "exp": now + 300})), true),
        ("exp within leeway", claims_with(json!({"iat": now - 300, "exp": now - 10})), true),
        ("lives 15 minutes", claims_with(json!({"iat": now - 10, "exp": now + 890})), true),
        // Its form.
        ("empty", String::new(), false),
        ("a word", "token".to_owned(), false),
        ("two parts", format!("{h}.{c}"), false),
        ("four parts", format!("{good}.{s}"), false),
        ("no signature", format!("{h}.{c}."), false),
        ("signature padded", format!("{h}.{c}.{}", URL_SAFE.encode(&raw)), false),
        ("signature in the other alphabet", format!("{h}.{c}.+/{}", &STANDARD.encode(&raw)[2..]), false),
        ("claims padded", format!("{h}.{c}=.{s}"), false),
        ("signature short", format!("{h}.{c}.{}", part(&raw[..63])), false),
        ("signature long", format!("{h}.{c}.{}", part([&raw[..], &[0]].concat())), false),
        ("over 4 KB", claims_with(json!({"x": "x".repeat(4096)})), false),
        ("a blank inside", format!("{h}.{c}. {s}"), false),
        // Its algorithm.
        (
            "alg none",
            format!("{}.{c}.", part(json!({"alg": "none", "typ": "at+jwt", "kid": issuer.kid}).to_string())),
            false,
        ),
        ("alg none, signed", header_with(json!({"alg": "none"})), false),
        ("alg HS256 by the public key", hmac, false),
        ("alg RS256", header_with(json!({"alg": "RS256"})), false),
        ("alg ES256", header_with(json!({"alg": "ES256"})), false),
        ("alg Ed448", header_with(json!({"alg": "Ed448"})), false),
        ("alg in small letters", header_with(json!({"alg": "eddsa"})), false),
        ("alg a list", header_with(json!({"alg": ["EdDSA"]})), false),
        ("alg missing", sign(&without(&header, "alg"), &claims), false),
        (
            "alg twice",
            signed(
                &issuer.seed,
                &format!(r#"{{"alg":"none","alg":"EdDSA","typ":"at+jwt","kid":"{}"}}"#, issuer.kid),
                &text,
            ),
            false,
        ),
        // Its typ.
        ("typ JWT", header_with(json!({"typ": "JWT"})), false),
        ("typ missing", sign(&without(&header, "typ"), &claims), false),
        ("typ in capitals", header_with(json!({"typ": "AT+JWT"})), false),
        ("typ with application/", header_with(json!({"typ": "application/at+jwt"})), false),
        ("typ of an assertion", header_with(json!({"typ": "aurora-assertion+jwt"})), false),
        // Its key.
        ("kid missing", sign(&without(&header, "kid"), &claims), false),
        ("kid unknown", header_with(json!({"kid": "other"})), false),
        ("kid a path", header_with(json!({"kid": "../../../dev/null"})), false),
        ("kid a number", header_with(json!({"kid": 1})), false),
        ("kid null", header_with(json!({"kid": null})), false),
        ("another key under our kid", by_own(&header), false),
        ("jwk of its own", by_own(&changed(&header, json!({"jwk": jwk}))), false),
        ("jwk beside a good signature", header_with(json!({"jwk": jwk})), false),
        ("jku", header_with(json!({"jku": "https://keys.example.org/"})), false),
        ("x5u", header_with(json!({"x5u": "https://keys.example.org/"})), false),
        ("x5c", header_with(json!({"x5c": ["AAAA"]})), false),
        ("crit", header_with(json!({"crit": ["exp"]})), false),
        ("crit empty", header_with(json!({"crit": []})), false),
        ("b64 false", header_with(json!({"b64": false})), false),
        ("zip", header_with(json!({"zip": "DEF"})), false),
        ("header a list", signed(&issuer.seed, r#"["EdDSA","at+jwt","k"]"#, &text), false),
        ("header no JSON", signed(&issuer.seed, "alg: EdDSA", &text), false),
        // Its signature.
        ("one bit of the signature", flipped, false),
        ("signature's other form", other_form(&good), false),
        ("signature of zeros", format!("{h}.{c}.{}", part([0; 64])), false),
        ("claims changed to an admin's", format!("{h}.{admin}.{s}"), false),
        // Its parties.
        ("iss of another", claims_with(json!({"iss": "other"})), false),
        ("iss a number", claims_with(json!({"iss": 1})), false),
        ("aud of another", claims_with(json!({"aud": "other"})), false),
        ("aud with a blank", claims_with(json!({"aud": format!("{} ", issuer.audience)})), false),
        ("aud a list of one", claims_with(json!({"aud": [issuer.audience]})), false),
        // Its subject.
        ("sub a number", claims_with(json!({"sub": subject.member})), false),
        ("sub empty", claims_with(json!({"sub": ""})), false),
        ("sub with a leading zero", claims_with(json!({"sub": format!("0{}", subject.member)})), false),
        ("sub negative", claims_with(json!({"sub": "-1"})), false),
        ("sub of nobody", claims_with(json!({"sub": "999999999"})), false),
        ("sub beyond all numbers", claims_with(json!({"sub": "99999999999999999999"})), false),
        ("sub twice", claims_text(twice("sub", json!("1"))), false),
        ("tid a text", claims_with(json!({"tid": subject.tenant.to_string()})), false),
        ("tid 0", claims_with(json!({"tid": 0})), false),
        ("tid of no tenant", claims_with(json!({"tid": 999_999})), false),
        ("role unknown", claims_with(json!({"role": "owner"})), false),
        ("role a number", claims_with(json!({"role": 2})), false),
        (
            "role of another",
            claims_with(json!({"role": if subject.role == "admin" { "member" } else { "admin" }})),
            false,
        ),
        ("ver older", claims_with(json!({"ver": subject.version - 1})), false),
        ("ver newer", claims_with(json!({"ver": subject.version + 1})), false),
        ("ver a text", claims_with(json!({"ver": subject.version.to_string()})), false),
        ("jti empty", claims_with(json!({"jti": ""})), false),
        ("jti a number", claims_with(json!({"jti": 1})), false),
        // Its times.
        ("expired", claims_with(json!({"iat": now - 700, "exp": now - 100})), false),
        ("from the future", claims_with(json!({"iat": now + 120, "exp": now + 600})), false),
        ("nbf in the future", claims_with(json!({"nbf": now + 120})), false),
        ("nbf a text", claims_with(json!({"nbf": "soon"})), false),
        ("lives 16 minutes", claims_with(json!({"exp": now + 960})), false),
        ("lives ten years", claims_with(json!({"exp": now + 315_360_000})), false),
        (
            "exp 2^63",
            claims_text(text.replace(&format!("\"exp\":{}", now + 600), "\"exp\":9223372036854775808")),
            false,
        ),
        ("exp a text", claims_with(json!({"exp": (now + 600).to_string()})), false),
        ("exp a fraction", claims_with(json!({"exp": (now + 600) as f64 + 0.5})), false),
        ("exp before iat", claims_with(json!({"iat": now, "exp": now - 5})), false),
        ("exp twice", claims_text(twice("exp", json!(now + 300))), false),
        ("iat null", claims_with(json!({"iat": null})), false),
        ("iat of long ago", claims_with(json!({"iat": i64::MIN})), false),
        ("claims a list", claims_text(json!([claims]).to_string()), false),
        ("claims no JSON", claims_text("sub=1".to_owned()), false),
    ];
    const MISSING: [(&str, &str); 9] = [
        ("iss", "iss missing"),
        ("aud", "aud missing"),
        ("sub", "sub missing"),
        ("tid", "tid missing"),
        ("role", "role missing"),
        ("exp", "exp missing"),
        ("iat", "iat missing"),
        ("jti", "jti missing"),
        ("ver", "ver missing"),
    ];
    all.extend(MISSING.map(|(key, name)| (name, sign(&header, &without(&claims, key)), false)));
    all.into_iter().map(|(name, token, is_good)| Forged { name, token, is_good }).collect()
}
