import { tenantPrisma, type Database, type TenantPrisma } from '@ampline/platform-postgres';
import { PrismaClient } from './generated/prisma/client.js';

/** The generated client, whose statements run in the transactions of `Database` alone. */
export type AccountsPrisma = TenantPrisma<PrismaClient>;

export function accountsPrisma(database: Database): AccountsPrisma {
  return tenantPrisma(database, (adapter) => new PrismaClient({ adapter }));
}
