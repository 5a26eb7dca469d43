import { FeatureFlagSchema, type FeatureFlag } from '@ampline/contracts';
import type { Database, Tx } from '@ampline/platform-postgres';
import { create } from '@bufbuild/protobuf';
import type { Asking } from '../asking.js';
import type { Changes } from '../changes.js';
import { accountsErrors } from '../errors.js';
import { slugOf } from '../tenants/tenants.store.js';
import { FEATURES, type FeatureDefinition } from './feature-definitions.js';
import { TenantFlagProvider } from './tenant-flag-provider.js';

interface FlagRow {
  key: string;
  percentage: number;
  version: bigint;
}

/** Features of a tenant: what the definitions say, unless the tenant has said otherwise. */
export class FeatureStore {
  constructor(
    private readonly database: Database,
    private readonly changes: Changes,
  ) {}

  list(tenantId: string): Promise<FeatureFlag[]> {
    return this.database.asTenant(tenantId, async (tx) => {
      const rows = await rowsOf(tx);
      return FEATURES.map((definition) => featureFlag(definition, rows.get(definition.key)));
    });
  }

  /** What it is already changes nothing. Throws `accounts.feature-unknown`. */
  set(asking: Asking, key: string, percentage: number): Promise<FeatureFlag> {
    const definition = FEATURES.find((feature) => feature.key === key);
    if (!definition) throw accountsErrors.featureUnknown({ key });
    return this.database.asTenant(asking.tenantId, async (tx) => {
      const tenant = await slugOf(tx, asking.tenantId);
      const row = await tx.one<FlagRow>(
        `INSERT INTO feature_flag AS f (tenant_id, key, percentage) VALUES ($1, $2, $3)
         ON CONFLICT (tenant_id, key) DO UPDATE SET percentage = excluded.percentage, version = f.version + 1
         WHERE f.percentage <> excluded.percentage RETURNING key, percentage, version`,
        [asking.tenantId, key, percentage],
      );
      if (!row) return featureFlag(definition, (await rowsOf(tx)).get(key));
      await this.changes.record(tx, asking, tenant, {
        action: 'feature.set',
        entity: { type: 'feature', id: key, name: key },
        detail: { percentage },
      });
      return featureFlag(definition, row);
    });
  }

  /** Keys of the features that are on for a caller. */
  async enabled(tenantId: string, subject: string): Promise<string[]> {
    const flags = await this.list(tenantId);
    const provider = new TenantFlagProvider(new Map(flags.map((flag) => [flag.key, flag.percentage])));
    const keys: string[] = [];
    for (const { key } of flags) {
      const { value } = await provider.resolveBooleanEvaluation(key, false, { targetingKey: subject });
      if (value) keys.push(key);
    }
    return keys;
  }
}

async function rowsOf(tx: Tx): Promise<Map<string, FlagRow>> {
  const rows = await tx.query<FlagRow>('SELECT key, percentage, version FROM feature_flag');
  return new Map(rows.map((row) => [row.key, row]));
}

/** Version 0: the tenant has said nothing. */
function featureFlag({ key, description, defaultPercentage }: FeatureDefinition, row: FlagRow | undefined): FeatureFlag {
  return create(FeatureFlagSchema, {
    key,
    description,
    percentage: row?.percentage ?? defaultPercentage,
    defaultPercentage,
    version: row?.version ?? 0n,
  });
}
