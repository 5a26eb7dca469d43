import type { Database } from '@ampline/platform-postgres';
import { CONFIGURED_STATION, templatesOf, type DesiredSettings } from './desired-settings.js';
import { desiredOf, type DesiredSetting } from './domain/desired.js';
import { isFor, type ConfiguredStation, type Template, type TemplateContent } from './domain/template.js';

export interface PreviewedSetting {
  key: string;
  /** Undefined: nothing is desired. */
  before: string | undefined;
  desired: string | undefined;
  reported: string | undefined;
}

export interface Preview {
  matching: number;
  changing: number;
  stations: { stationId: string; identity: string; settings: PreviewedSetting[] }[];
}

const SHOWN = 100;

/** What saving a template would change, without saving it: desired settings of every station, computed with it and without. */
export class TemplatePreview {
  constructor(
    private readonly database: Database,
    private readonly desired: DesiredSettings,
  ) {}

  async of(tenantId: string, templateId: string | undefined, content: TemplateContent): Promise<Preview> {
    return this.database.asTenant(tenantId, async (tx) => {
      const stations = await tx.query<ConfiguredStation>(`${CONFIGURED_STATION} WHERE s.tenant_id = $1 ORDER BY s.identity_key`, [
        tenantId,
      ]);
      const now = (await templatesOf(tx, [tenantId])).get(tenantId) ?? [];
      const others = now.filter((template) => template.templateId !== templateId);
      // A new one comes last among equals, as it will when it has its id.
      const then: Template[] = [...others, { ...content, templateId: templateId ?? 'new' }];
      const changing = stations
        .map((station) => ({ station, settings: this.changesAt(station, now, then) }))
        .filter(({ settings }) => settings.length > 0);
      const shown = changing.slice(0, SHOWN);
      const reported = await tx.query<{ station_id: string; key_ci: string; value: string | null }>(
        'SELECT station_id, key_ci, value FROM reported_setting WHERE station_id = ANY($1)',
        [shown.map(({ station }) => station.stationId)],
      );
      const values = new Map(reported.map((row) => [`${row.station_id}/${row.key_ci}`, row.value ?? undefined]));
      return {
        matching: stations.filter((station) => isFor(content, station)).length,
        changing: changing.length,
        stations: shown.map(({ station: { stationId, identity }, settings }) => ({
          stationId,
          identity,
          settings: settings.map((setting) => ({ ...setting, reported: values.get(`${stationId}/${setting.key.toLowerCase()}`) })),
        })),
      };
    });
  }

  private changesAt(station: ConfiguredStation, now: readonly Template[], then: readonly Template[]): Omit<PreviewedSetting, 'reported'>[] {
    const before = byKey(desiredOf(this.desired.builtIn, now, station));
    const after = byKey(desiredOf(this.desired.builtIn, then, station));
    return [...new Set([...before.keys(), ...after.keys()])]
      .map((key) => ({ before: before.get(key), after: after.get(key) }))
      .filter(({ before: was, after: is }) => was?.value !== is?.value)
      .map(({ before: was, after: is }) => ({ key: (is ?? was)?.key ?? '', before: was?.value, desired: is?.value }));
  }
}

function byKey(settings: readonly DesiredSetting[]): Map<string, DesiredSetting> {
  return new Map(settings.map((setting) => [setting.key.toLowerCase(), setting]));
}
