import { roleNames } from './names.js';

/**
 * Functions in every service's schema, for its migrations and for the partition keeper. All are owned by `<schema>_owner`;
 * those that change partitions are SECURITY DEFINER, because the roles that log in own nothing.
 *
 * `ampline_tenant_table(table)`: row security for a table with `tenant_id`.
 * `ampline_worker_table(table, app_may_insert)`: a table of the service itself; the request role has no access, or may only insert rows of its tenant.
 * `ampline_ensure_partitions(table, days)`, `ampline_drop_partitions(table, days, column)`, `ampline_default_rows(table)`: daily partitions.
 */
export function helperFunctions(schema: string): string {
  const { owner, app, worker } = roleNames(schema);
  const tenantIsSet = `tenant_id = (SELECT nullif(current_setting('ampline.tenant', true), '')::uuid)`;
  return `
CREATE OR REPLACE FUNCTION ${schema}.ampline_policy(target regclass, name text, to_role text, command text, condition text) RETURNS void
LANGUAGE plpgsql AS $body$
DECLARE
  clauses text := CASE WHEN command = 'INSERT' THEN '' ELSE format(' USING (%s)', condition) END || format(' WITH CHECK (%s)', condition);
BEGIN
  EXECUTE format('DROP POLICY IF EXISTS %I ON %s', name, target);
  EXECUTE format('CREATE POLICY %I ON %s FOR %s TO %I%s', name, target, command, to_role, clauses);
END $body$;

-- The owner passes row security only while a migration runs: FORCE keeps it from seeing rows in SECURITY DEFINER functions.
CREATE OR REPLACE FUNCTION ${schema}.ampline_force_row_security(target regclass) RETURNS void
LANGUAGE plpgsql AS $body$
BEGIN
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', target);
  EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', target);
  PERFORM ${schema}.ampline_policy(target, 'worker', '${worker}', 'ALL', 'true');
  PERFORM ${schema}.ampline_policy(target, 'migration', '${owner}', 'ALL', $c$current_setting('ampline.migration', true) = 'on'$c$);
END $body$;

CREATE OR REPLACE FUNCTION ${schema}.ampline_tenant_table(target regclass) RETURNS void
LANGUAGE plpgsql AS $body$
BEGIN
  PERFORM ${schema}.ampline_force_row_security(target);
  PERFORM ${schema}.ampline_policy(target, 'tenant', '${app}', 'ALL', $c$${tenantIsSet}$c$);
END $body$;

CREATE OR REPLACE FUNCTION ${schema}.ampline_worker_table(target regclass, app_may_insert boolean DEFAULT false) RETURNS void
LANGUAGE plpgsql AS $body$
BEGIN
  PERFORM ${schema}.ampline_force_row_security(target);
  EXECUTE format('REVOKE ALL ON %s FROM ${app}', target);
  IF app_may_insert THEN
    EXECUTE format('GRANT INSERT ON %s TO ${app}', target);
    PERFORM ${schema}.ampline_policy(target, 'tenant', '${app}', 'INSERT', $c$${tenantIsSet}$c$);
  END IF;
END $body$;

-- Daily partitions by UTC day, from today to \`days\` ahead; returns how many were made. A partition is made as a plain table and
-- attached, which does not lock writers out; rows of that day that had gone to the default partition move along. Grants are on
-- the parent alone, where the policies are.
CREATE OR REPLACE FUNCTION ${schema}.ampline_ensure_partitions(target text, days integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = ${schema}, pg_temp SET lock_timeout = '2s' AS $body$
DECLARE
  key_column text;
  column_list text;
  day date;
  partition text;
  made integer := 0;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('ampline.partitions.${schema}.' || target, 0));
  SELECT a.attname INTO STRICT key_column FROM pg_partitioned_table p JOIN pg_attribute a ON a.attrelid = p.partrelid AND a.attnum = p.partattrs[0]
   WHERE p.partrelid = target::regclass;
  SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) INTO column_list FROM pg_attribute
   WHERE attrelid = target::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '';
  FOR day IN SELECT (now() AT TIME ZONE 'UTC')::date + n FROM generate_series(0, days) n LOOP
    partition := format('%s_p%s', target, to_char(day, 'YYYYMMDD'));
    CONTINUE WHEN to_regclass(partition) IS NOT NULL;
    EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING GENERATED INCLUDING STORAGE)', partition, target);
    EXECUTE format('REVOKE ALL ON %I FROM ${app}, ${worker}', partition);
    IF to_regclass(target || '_default') IS NOT NULL THEN
      EXECUTE format('WITH moved AS (DELETE FROM %I WHERE %I >= %L AND %I < %L RETURNING %s) INSERT INTO %I (%s) SELECT * FROM moved',
        target || '_default', key_column, day || ' 00:00+00', key_column, day + 1 || ' 00:00+00', column_list, partition, column_list);
    END IF;
    EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', target, partition, day || ' 00:00+00', day + 1 || ' 00:00+00');
    made := made + 1;
  END LOOP;
  RETURN made;
END $body$;

-- Drops the partitions of days that ended more than \`days\` days ago; returns their names. At least one day is always kept, and
-- so is a partition with a row whose \`done_column\` is null: what waits there is not done with, however old it is.
DROP FUNCTION IF EXISTS ${schema}.ampline_drop_partitions(text, integer);
CREATE OR REPLACE FUNCTION ${schema}.ampline_drop_partitions(target text, days integer, done_column text) RETURNS SETOF text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = ${schema}, pg_temp SET lock_timeout = '2s' AS $body$
DECLARE
  partition text;
  undone boolean := false;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('ampline.partitions.${schema}.' || target, 0));
  FOR partition IN
    SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
     WHERE i.inhparent = target::regclass AND c.relname ~ ('^' || target || '_p[0-9]{8}$')
       AND to_date(right(c.relname, 8), 'YYYYMMDD') < (now() AT TIME ZONE 'UTC')::date - greatest(days, 1)
     ORDER BY c.relname
  LOOP
    IF done_column IS NOT NULL THEN
      EXECUTE format('SELECT EXISTS (SELECT FROM %I WHERE %I IS NULL)', partition, done_column) INTO undone;
      CONTINUE WHEN undone;
    END IF;
    EXECUTE format('DROP TABLE %I', partition);
    RETURN NEXT partition;
  END LOOP;
END $body$;

-- Rows in the default partition, counted up to 1,000: anything above 0 means that partitions are missing.
CREATE OR REPLACE FUNCTION ${schema}.ampline_default_rows(target text) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = ${schema}, pg_temp AS $body$
DECLARE
  found_rows integer;
BEGIN
  EXECUTE format('SELECT count(*) FROM (SELECT 1 FROM %I LIMIT 1000) AS some_rows', target || '_default') INTO found_rows;
  RETURN found_rows;
END $body$;

REVOKE ALL ON FUNCTION ${schema}.ampline_ensure_partitions(text, integer), ${schema}.ampline_drop_partitions(text, integer, text),
  ${schema}.ampline_default_rows(text) FROM ${app};
`;
}
