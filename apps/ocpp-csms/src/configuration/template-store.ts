import { uuidv7 } from '@ampline/kernel-ids';
import type { Clock } from '@ampline/kernel-time';
import type { AuditTrail } from '@ampline/platform-audit';
import { uniqueViolation, type Database, type Tx } from '@ampline/platform-postgres';
import { tenantSlug } from '../projections/tenant-slug.js';
import type { Asking } from '../stations/stations.store.js';
import type { TemplateContent } from './domain/template.js';
import { IS_DRIFTED, REPORTED_JOIN } from './drift.js';
import { configurationErrors } from './errors.js';

export interface TemplateRow {
  template_id: string;
  version: number;
  name: string;
  content: TemplateContent;
  updated_at: Date;
  stations: number;
  drifted: number;
}

export interface TemplateVersionRow {
  version: number;
  name: string;
  content: TemplateContent;
  changed_by: string;
  changed_at: Date;
}

/** A template as somebody saves it; without `templateId` a new one. */
export interface SavedTemplate {
  templateId: string | undefined;
  /** The version that the change was made from. */
  version: number;
  name: string;
  content: TemplateContent;
}

const MOST_TEMPLATES = 200;
const MOST_VERSIONS = 100;

const LIST = `
  WITH decided AS (
    SELECT t.template_id, count(DISTINCT t.station_id)::int AS stations, (count(DISTINCT t.station_id) FILTER (WHERE ${IS_DRIFTED}))::int AS drifted
      FROM station_setting t LEFT JOIN ${REPORTED_JOIN} WHERE t.tenant_id = $1 AND t.template_id IS NOT NULL GROUP BY t.template_id)
  SELECT c.template_id, c.version, c.name, c.content, c.updated_at, coalesce(d.stations, 0) AS stations, coalesce(d.drifted, 0) AS drifted
    FROM configuration_template c LEFT JOIN decided d USING (template_id)
   WHERE c.tenant_id = $1 AND c.removed_at IS NULL AND ($2::uuid IS NULL OR c.template_id = $2)
   ORDER BY (c.content->>'priority')::int DESC, lower(c.name) LIMIT ${MOST_TEMPLATES}`;

/** Configuration templates of one tenant, every version of each. Each method sees the rows of `tenantId` alone. */
export class TemplateStore {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditTrail,
    private readonly clock: Clock,
  ) {}

  list(tenantId: string): Promise<TemplateRow[]> {
    return this.database.asTenant(tenantId, (tx) => tx.query<TemplateRow>(LIST, [tenantId, null]));
  }

  /** Newest first. Throws `csms.configuration.template-unknown`. */
  versions(tenantId: string, templateId: string): Promise<TemplateVersionRow[]> {
    return this.database.asTenant(tenantId, async (tx) => {
      const rows = await tx.query<TemplateVersionRow>(
        `SELECT version, name, content, changed_by, changed_at FROM configuration_template_version
         WHERE template_id = $1 ORDER BY version DESC LIMIT ${MOST_VERSIONS}`,
        [templateId],
      );
      if (rows.length === 0) throw configurationErrors.templateUnknown();
      return rows;
    });
  }

  /**
   * Throws `csms.configuration.template-unknown`, `csms.configuration.template-changed`, `csms.configuration.template-name-taken`,
   * `csms.configuration.too-many-templates`.
   */
  async put(asking: Asking, saved: SavedTemplate): Promise<TemplateRow> {
    try {
      return await this.database.asTenant(asking.tenantId, (tx) => this.save(tx, asking, saved));
    } catch (error) {
      if (uniqueViolation(error) === 'configuration_template_name') throw configurationErrors.templateNameTaken();
      throw error;
    }
  }

  /** Throws `csms.configuration.template-unknown`. */
  remove(asking: Asking, templateId: string): Promise<void> {
    return this.database.asTenant(asking.tenantId, async (tx) => {
      const now = this.clock.now();
      const row = await tx.one<{ name: string; version: number; content: TemplateContent }>(
        `UPDATE configuration_template SET removed_at = $2, updated_at = $2, version = version + 1
         WHERE template_id = $1 AND removed_at IS NULL RETURNING name, version, content`,
        [templateId, now],
      );
      if (row === undefined) throw configurationErrors.templateUnknown();
      await this.record(tx, asking, 'configuration-template.removed', templateId, row.name, {});
    });
  }

  private async save(tx: Tx, asking: Asking, { templateId, version, name, content }: SavedTemplate): Promise<TemplateRow> {
    const now = this.clock.now();
    const id = templateId ?? (await this.insert(tx, asking.tenantId, name, content, now));
    const next = templateId === undefined ? 1 : await this.update(tx, { templateId, version, name, content }, now);
    await tx.query(
      `INSERT INTO configuration_template_version (template_id, version, tenant_id, name, content, changed_by, changed_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      [id, next, asking.tenantId, name, JSON.stringify(content), asking.caller.name ?? asking.caller.subject, now],
    );
    const { priority, mode, settings } = content;
    const detail = { version: next, priority, mode, keys: settings.map(({ key }) => key) };
    await this.record(tx, asking, next === 1 ? 'configuration-template.created' : 'configuration-template.changed', id, name, detail);
    const row = await tx.one<TemplateRow>(LIST, [asking.tenantId, id]);
    return row as TemplateRow;
  }

  private async insert(tx: Tx, tenantId: string, name: string, content: TemplateContent, now: Date): Promise<string> {
    const count = await tx.one<{ templates: number }>(
      'SELECT count(*)::int AS templates FROM configuration_template WHERE tenant_id = $1 AND removed_at IS NULL',
      [tenantId],
    );
    if (count !== undefined && count.templates >= MOST_TEMPLATES) throw configurationErrors.tooManyTemplates({ most: MOST_TEMPLATES });
    const templateId = uuidv7();
    await tx.query(
      `INSERT INTO configuration_template (template_id, tenant_id, name, content, version, updated_at) VALUES ($1, $2, $3, $4, 1, $5)`,
      [templateId, tenantId, name, JSON.stringify(content), now],
    );
    return templateId;
  }

  private async update(tx: Tx, { templateId, version, name, content }: SavedTemplate, now: Date): Promise<number> {
    const before = await tx.one<{ version: number }>(
      'SELECT version FROM configuration_template WHERE template_id = $1 AND removed_at IS NULL FOR UPDATE',
      [templateId],
    );
    if (before === undefined) throw configurationErrors.templateUnknown();
    if (before.version !== version) throw configurationErrors.templateChanged();
    await tx.query('UPDATE configuration_template SET name = $2, content = $3, version = $4, updated_at = $5 WHERE template_id = $1', [
      templateId,
      name,
      JSON.stringify(content),
      version + 1,
      now,
    ]);
    return version + 1;
  }

  private async record(
    tx: Tx,
    { caller, tenantId }: Asking,
    action: string,
    id: string,
    name: string,
    detail: Record<string, unknown>,
  ): Promise<void> {
    const entity = { type: 'configuration-template', id, name };
    await this.audit.record(tx, { caller, tenantId, tenant: await tenantSlug(tx, tenantId), action, entity, detail });
  }
}
