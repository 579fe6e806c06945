//! Keys made, rotated, retired, and sets that are refused.

use super::*;

fn config(folder: &Path) -> Config {
    Config { data: folder.join("data"), ..Config::default() }
}

#[test]
fn the_first_start_makes_its_keys_and_a_rotation_keeps_the_old_one() {
    let folder = tempfile::tempdir().unwrap();
    let config = config(folder.path());
    let keys = Keys::open(&config).unwrap();
    let first = keys.signing().kid().to_owned();
    assert_eq!(Keys::open(&config).unwrap().signing().kid(), first, "made once");

    let (second, old) = rotate(&config).unwrap();
    assert_eq!(old.as_deref(), Some(first.as_str()));
    keys.refresh().unwrap();
    assert!(keys.set().get(&first).is_some() && keys.set().get(&second).is_some());
    assert_eq!(keys.set().generation(), 1);
    assert!(retire(&config, &second).is_err(), "it signs");
    retire(&config, &first).unwrap();
    keys.refresh().unwrap();
    assert!(keys.set().get(&first).is_none());
}

#[test]
fn a_set_that_cannot_be_read_leaves_the_old_one() {
    let folder = tempfile::tempdir().unwrap();
    let config = config(folder.path());
    let keys = Keys::open(&config).unwrap();
    for broken in ["", "{}", r#"{"keys":[]}"#, r#"{"keys":[{"kty":"RSA","kid":"a"}]}"#] {
        fs::write(config.in_data("jwks.json"), broken).unwrap();
        assert!(keys.refresh().is_err(), "{broken}");
        assert!(keys.set().get(keys.signing().kid()).is_some());
    }
    fs::remove_file(config.in_data("jwks.json")).unwrap();
    assert!(keys.refresh().is_err());
    assert!(keys.set().get(keys.signing().kid()).is_some());
}

/// Answers each connection by the next of `answers`, then no more; its address.
fn serve(answers: Vec<String>) -> String {
    use std::io::{Read as _, Write as _};
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for answer in answers {
            let (mut stream, _) = listener.accept().unwrap();
            let mut head = [0; 4096];
            let _ = stream.read(&mut head);
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    format!("http://{address}/jwks.json")
}

fn answer(status: &str, more: &str, body: &str) -> String {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close\r\n{more}\r\n{body}")
}

#[test]
fn a_set_from_afar_is_read_again_and_kept_when_that_fails() {
    let folder = tempfile::tempdir().unwrap();
    let mut config = config(folder.path());
    let local = Keys::open(&config).unwrap();
    let set = fs::read_to_string(config.in_data("jwks.json")).unwrap();
    let mut larger = KeySet::parse(&set).unwrap();
    larger.insert("other", HubKey::from_seed([9; 32]).public());
    config.tokens.jwks = serve(vec![
        answer("200 OK", "", &set),
        answer("500 Oops", "", &larger.to_json()),
        answer("302 Found", "location: http://127.0.0.1:1/\r\n", ""),
        answer("200 OK", "", &format!("{}{}", larger.to_json(), " ".repeat(70_000))),
        answer("200 OK", "", r#"{"keys":[]}"#),
        answer("200 OK", "", &larger.to_json()),
    ]);
    let keys = Keys::open(&config).unwrap();
    for _ in 0..4 {
        assert!(keys.refresh().is_err());
        assert_eq!(keys.set().kids(), [local.signing().kid()]);
    }
    keys.refresh().unwrap();
    assert_eq!(keys.set().kids().len(), 2);
    assert!(keys.refresh().is_err(), "nobody listens any more");
    assert_eq!(keys.set().kids().len(), 2);
}

#[test]
fn a_rotation_that_was_cut_short_and_files_of_one_stem_are_in_nobodys_way() {
    let folder = tempfile::tempdir().unwrap();
    let mut config = config(folder.path());
    config.tokens.signing_key = "hub.key".to_owned();
    config.tokens.jwks = "hub.jwks".to_owned();
    Keys::open(&config).unwrap();
    for left in ["hub.new", "hub.key.new", "hub.jwks.new"] {
        fs::write(config.in_data(left), "half").unwrap();
    }
    for _ in 0..2 {
        let (new, old) = rotate(&config).unwrap();
        let keys = Keys::open(&config).unwrap();
        assert_eq!(keys.signing().kid(), new);
        assert!(keys.set().get(&old.unwrap()).is_some());
    }
    assert_eq!(Keys::open(&config).unwrap().set().kids().len(), 3);
}

#[test]
fn where_the_set_is_served_elsewhere_a_key_is_made_once_and_never_swapped() {
    let folder = tempfile::tempdir().unwrap();
    let mut config = config(folder.path());
    let other = set_of(&HubKey::from_seed([9; 32])).to_json();
    config.tokens.jwks = serve(vec![answer("200 OK", "", &other)]);
    let (made, old) = rotate(&config).unwrap();
    assert_eq!(old, None);
    let said = Keys::open(&config).unwrap_err().0;
    assert!(said.contains("publish there: {") && said.contains(&made) && !said.contains("rotate"), "{said}");
    let said = rotate(&config).unwrap_err().0;
    assert!(said.contains("move") && said.contains("publish"), "{said}");
    let path = config.in_data("signing-key.json");
    let key = HubKey::read(&path).unwrap();
    assert_eq!(key.kid(), made, "the key stays");
    // What was printed is what a set needs.
    let set = KeySet::parse(&format!(r#"{{"keys":[{}]}}"#, public_jwk(&key))).unwrap();
    assert_eq!(set.get(&made), Some(&key.public()));
}

#[test]
fn weak_double_and_unnamed_keys_are_refused() {
    let good = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
    let weak = "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    let jwk = |kid: &str, x: &str| format!(r#"{{"kty":"OKP","crv":"Ed25519",{kid}"x":"{x}"}}"#);
    let set = |jwks: &[String]| KeySet::parse(&format!(r#"{{"keys":[{}]}}"#, jwks.join(",")));
    assert_eq!(set(&[jwk(r#""kid":"a","#, good)]).unwrap().kids(), ["a"]);
    assert!(set(&[jwk(r#""kid":"a","#, weak)]).is_err());
    assert!(set(&[jwk("", good)]).is_err());
    assert!(set(&[jwk(r#""kid":"a","#, good), jwk(r#""kid":"a","#, good)]).is_err());
    assert!(set(&[jwk(r#""kid":"a","use":"enc","#, good)]).is_err(), "no key left");
}
