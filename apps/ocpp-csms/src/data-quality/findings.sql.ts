/** A station counts as off when its clock differs by more. */
const CLOCK_OFF_MS = 120_000;
/** So far away from every other location of the site one is not on it. */
const FAR_KM = 10;

/**
 * All findings of a tenant as it is now, as the relation `finding` with the columns `kind`, `station_id`, `location_id`, `evse`, `connector`,
 * `value`, `compared`; and what they are about, as `station` and `place`. Parameters: $1 boxes of countries and $2 plausible powers as JSON,
 * $3 the time since which a station has to have been seen, $4 the one site or null.
 */
export const FINDINGS_SQL = `
  WITH box AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset($1::jsonb) AS b (alpha3 text, south numeric, west numeric, north numeric, east numeric)),
  plausible AS MATERIALIZED (SELECT * FROM jsonb_to_recordset($2::jsonb) AS p (type text, least bigint, most bigint)),
  place AS MATERIALIZED (
    SELECT l.*, s.name AS site_name FROM location l JOIN site s USING (site_id)),
  station AS MATERIALIZED (
    SELECT c.station_id, c.location_id, c.identity, c.identity_key, c.vendor, c.model, c.serial_number, c.expected_vendor, c.expected_model,
           c.expected_serial_number, c.online, c.last_boot_at, c.clock_offset_ms, p.site_id, seen.last_seen_at,
           count(*) OVER (PARTITION BY regexp_replace(c.identity_key, '[^a-z0-9]', '', 'g')) AS alike,
           count(*) OVER (PARTITION BY lower(c.vendor), nullif(lower(btrim(c.serial_number)), '')) AS same_serial
      FROM charging_station c JOIN place p USING (location_id) LEFT JOIN station_seen seen USING (station_id)),
  code AS MATERIALIZED (
    SELECT e.station_id, e.number, e.code, t.site_id, left(regexp_replace(upper(e.code), '[^A-Z0-9]', '', 'g'), 5) AS party,
           count(*) OVER (PARTITION BY regexp_replace(upper(e.code), '[^A-Z0-9]', '', 'g')) AS same
      FROM evse e JOIN station t USING (station_id)),
  usual AS (
    SELECT site_id, mode() WITHIN GROUP (ORDER BY party) AS party FROM code WHERE code IS NOT NULL GROUP BY site_id HAVING count(*) > 2),
  finding AS (
    SELECT 'evse-code-missing' AS kind, station_id, NULL::uuid AS location_id, number AS evse, 0 AS connector, '' AS value, '' AS compared
      FROM code WHERE code IS NULL
    UNION ALL SELECT 'evse-code-format', station_id, NULL, number, 0, code, '' FROM code
      WHERE upper(code) !~ '^[A-Z]{2}\\*?[A-Z0-9]{3}\\*?E[A-Z0-9][A-Z0-9*]{0,30}$'
    UNION ALL SELECT 'evse-code-strange', c.station_id, NULL, c.number, 0, c.code, u.party FROM code c JOIN usual u USING (site_id)
      WHERE c.party <> u.party
    UNION ALL SELECT 'evse-code-twice', station_id, NULL, number, 0, code, '' FROM code WHERE code IS NOT NULL AND same > 1
    UNION ALL SELECT 'position-missing', NULL, location_id, 0, 0, '', '' FROM place WHERE latitude IS NULL OR longitude IS NULL
    UNION ALL SELECT 'position-zero', NULL, location_id, 0, 0, '0, 0', '' FROM place WHERE abs(latitude) < 0.001 AND abs(longitude) < 0.001
    UNION ALL SELECT 'position-outside-country', NULL, p.location_id, 0, 0, concat(trim_scale(p.latitude), ', ', trim_scale(p.longitude)),
        p.country_code
      FROM place p JOIN box b ON b.alpha3 = p.country_code
      WHERE NOT (p.latitude BETWEEN b.south AND b.north AND p.longitude BETWEEN b.west AND b.east)
        AND NOT (abs(p.latitude) < 0.001 AND abs(p.longitude) < 0.001)
    UNION ALL SELECT 'position-far', NULL, near.location_id, 0, 0, concat(round(near.km), ' km'), '' FROM (
        SELECT a.location_id, min(6371 * 2 * asin(sqrt(least(1, power(sin(radians(a.latitude - b.latitude) / 2), 2)
          + cos(radians(a.latitude)) * cos(radians(b.latitude)) * power(sin(radians(a.longitude - b.longitude) / 2), 2))))) AS km
        FROM place a JOIN place b ON b.site_id = a.site_id AND b.location_id <> a.location_id
        WHERE a.latitude IS NOT NULL AND b.latitude IS NOT NULL GROUP BY a.location_id) near
      WHERE near.km > ${FAR_KM}
    UNION ALL SELECT 'address-missing', NULL, location_id, 0, 0, concat_ws(', ', nullif(address, ''), nullif(postal_code, '')), '' FROM place
      WHERE btrim(address, ' -.?0') = '' OR btrim(postal_code, ' -.?0') = ''
    UNION ALL SELECT 'power-implausible', c.station_id, NULL, e.number, c.number, concat(c.type, ' ', round(c.max_power_w / 1000.0, 1), ' kW'),
        CASE WHEN p.type IS NULL THEN '' ELSE concat(round(p.least / 1000.0, 1), '–', round(p.most / 1000.0, 1), ' kW') END
      FROM connector c JOIN evse e USING (evse_id) LEFT JOIN plausible p ON p.type = c.type
      WHERE c.max_power_w = 0 OR c.max_power_w NOT BETWEEN p.least AND p.most
    UNION ALL SELECT 'other-device', station_id, NULL, 0, 0, concat_ws(' ', vendor, model, serial_number),
        concat_ws(' ', expected_vendor, expected_model, expected_serial_number)
      FROM station WHERE last_boot_at IS NOT NULL AND (lower(vendor) <> lower(expected_vendor) OR lower(model) <> lower(expected_model)
        OR lower(serial_number) <> lower(expected_serial_number))
    UNION ALL SELECT 'serial-twice', station_id, NULL, 0, 0, serial_number, '' FROM station
      WHERE btrim(serial_number) <> '' AND same_serial > 1
    UNION ALL SELECT 'identity-alike', station_id, NULL, 0, 0, identity, '' FROM station WHERE alike > 1
    UNION ALL SELECT 'never-seen', station_id, NULL, 0, 0, '', '' FROM station WHERE last_seen_at IS NULL AND last_boot_at IS NULL
    UNION ALL SELECT 'not-seen', station_id, NULL, 0, 0, to_char(last_seen_at AT TIME ZONE 'UTC', 'YYYY-MM-DD'), '' FROM station
      WHERE NOT online AND last_seen_at < $3::timestamptz
    UNION ALL SELECT 'connector-silent', c.station_id, NULL, e.number, c.number, '', ''
      FROM connector c JOIN evse e USING (evse_id) JOIN station t ON t.station_id = c.station_id
      WHERE c.status_at IS NULL AND t.last_boot_at IS NOT NULL
    UNION ALL SELECT 'clock-off', station_id, NULL, 0, 0, concat(round(clock_offset_ms / 1000.0), ' s'), '' FROM station
      WHERE abs(clock_offset_ms) > ${CLOCK_OFF_MS}),
  located AS (
    SELECT f.kind, f.station_id, coalesce(f.location_id, t.location_id) AS location_id, f.evse, f.connector, f.value, f.compared,
           t.identity, p.site_id, p.site_name, p.name AS location_name,
           concat_ws(' ', f.kind, coalesce(t.identity_key, lower(p.name)), coalesce(f.station_id, f.location_id), lpad(f.evse::text, 3, '0'),
             lpad(f.connector::text, 3, '0')) AS key
      FROM finding f LEFT JOIN station t ON t.station_id = f.station_id JOIN place p ON p.location_id = coalesce(f.location_id, t.location_id)
     WHERE $4::uuid IS NULL OR p.site_id = $4)`;
