-- Once, by a superuser, in the hub's empty database: psql -d DATABASE -f roles.sql; then \password for both logins.
-- aurora_hub_owner owns all and cannot log in; aurora_hub_migrate may act as the owner (`aurora hub migrate`);
-- aurora_hub_app is what `aurora hub serve` uses: it owns nothing and cannot pass by row security.
DO $$
DECLARE
    role record;
BEGIN
    FOR role IN SELECT * FROM (VALUES ('aurora_hub_owner', 'NOLOGIN'), ('aurora_hub_migrate', 'LOGIN'), ('aurora_hub_app', 'LOGIN')) AS wanted(name, login) LOOP
        IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = role.name) THEN
            EXECUTE format('CREATE ROLE %I %s NOINHERIT NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS', role.name, role.login);
        END IF;
    END LOOP;
    GRANT aurora_hub_owner TO aurora_hub_migrate;
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO aurora_hub_migrate, aurora_hub_app', current_database());
    EXECUTE format('GRANT CREATE ON DATABASE %I TO aurora_hub_owner', current_database());
END $$;
