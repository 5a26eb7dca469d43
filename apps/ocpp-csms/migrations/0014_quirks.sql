-- Up Migration
-- What stations do otherwise than OCPP says: names of libs/protocol-ocpp/src/quirks/deviations.ts.

ALTER TABLE charging_station
  -- In force: of the catalogue by vendor, model and firmware, and what operators switched on, without what they switched off.
  ADD COLUMN quirks text[] NOT NULL DEFAULT '{}',
  ADD COLUMN quirks_on text[] NOT NULL DEFAULT '{}',
  ADD COLUMN quirks_off text[] NOT NULL DEFAULT '{}',
  ADD CONSTRAINT charging_station_quirk_once CHECK (NOT quirks_on && quirks_off);
CREATE INDEX charging_station_manners ON charging_station (station_id) WHERE strict_inbound OR quirks <> '{}';
