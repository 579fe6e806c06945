use super::*;

fn with(text: &str, variables: &[(&str, &str)]) -> Result<Config, ConfigError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("hub.toml");
    std::fs::write(&path, text).unwrap();
    Config::load(Some(&path), &|name| {
        variables.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
    })
}

#[test]
fn what_is_printed_is_read_again_as_the_same() {
    let config = Config::default();
    assert_eq!(Config::parse(&config.to_toml()).unwrap(), config);
}

#[test]
fn every_setting_is_listed_once() {
    let value = serde_json::to_value(Config::default()).unwrap();
    let mut keys = Vec::new();
    for (key, value) in value.as_object().unwrap() {
        match value.as_object() {
            Some(table) => keys.extend(table.keys().map(|name| format!("{key}.{name}"))),
            None => keys.push(key.clone()),
        }
    }
    keys.sort();
    let mut listed: Vec<_> = SETTINGS.iter().map(|(key, _)| (*key).to_owned()).collect();
    listed.sort();
    assert_eq!(listed, keys);
}

#[test]
fn a_bad_setting_is_one_line_that_says_what_to_do() {
    let cases: [(&str, &[(&str, &str)], &str); 12] = [
        ("lisen = 1", &[], "unknown field `lisen`"),
        ("listen = 'here'", &[], "line 1"),
        ("\n\n[limits]\nin_flight = 0", &[], "write a number from 1 to 100000"),
        ("listen = '0.0.0.0:1'", &[], "trusted_proxies"),
        ("cors_origins = ['*']", &[], "no *"),
        ("cors_origins = ['null']", &[], "exact origins"),
        ("trusted_proxies = ['0.0.0.0/0']", &[], "neither an address nor a net"),
        ("[tokens]\njwks = 'http://keys.example.org'", &[], "write https://"),
        ("replicas = 2", &[], "AURORA_HUB_DATABASE_URL"),
        (
            "replicas = 2",
            &[("AURORA_HUB_DATABASE_URL", "postgres://hub:Wq8-z3LmT0xy91@db/hub")],
            "AURORA_HUB_REDIS_URL",
        ),
        ("", &[("AURORA_HUB_DATABASE_URL", "postgres://hub:postgres@db/hub")], "default password"),
        ("", &[("AURORA_HUB_REDIS", "redis://r")], "no name of ours"),
    ];
    for (text, variables, wanted) in cases {
        let said = with(text, variables).unwrap_err().0;
        assert!(said.contains(wanted) && !said.contains('\n'), "{text}: {said}");
    }
}

#[test]
fn secrets_are_in_no_output() {
    let url = "postgres://hub:Wq8-z3LmT0xy91@db/hub";
    let config = with("", &[("AURORA_HUB_DATABASE_URL", url)]).unwrap();
    assert_eq!(config.secrets.database_url.as_deref(), Some(url));
    assert!(!format!("{config:?}{}", config.to_toml()).contains("Wq8"));
}

#[test]
fn the_address_of_a_shared_cache_is_plain_or_of_tls() {
    let with_cache = |url| with("", &[("AURORA_HUB_REDIS_URL", url)]);
    assert!(with_cache("redis://:Wq8-z3LmT0xy91@cache/0").is_ok());
    assert!(with_cache("rediss://:Wq8-z3LmT0xy91@cache/0").is_ok());
    assert!(with_cache("rediss://cache/0").unwrap_err().0.contains("no password"));
    assert!(with_cache("unix:///run/redis").unwrap_err().0.contains("redis://"));
}

#[test]
fn data_is_beside_the_file_or_where_the_platform_keeps_it() {
    assert!(with("data = 'x'", &[]).unwrap().data.ends_with("x"));
    let home = with("", &[("HOME", "/home/p")]).unwrap().data;
    assert_eq!(home, Path::new("/home/p/.local/share/aurora/hub"));
}
