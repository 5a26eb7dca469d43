import type { TokenGroup } from '@ampline/contracts';
import type { AccountsPrisma } from '../accounts.prisma.js';
import { tokenGroup } from './token-groups.mapping.js';

/** Groups as they are listed. */
export class TokenGroupReads {
  constructor(private readonly prisma: AccountsPrisma) {}

  /** Groups behind `after` (an id; undefined for the first), by id. */
  page(tenantId: string, after: string | undefined, limit: number): Promise<TokenGroup[]> {
    return this.prisma.asTenant(tenantId, async (client) => {
      const rows = await client.tokenGroup.findMany({
        ...(after !== undefined && { where: { groupId: { gt: after } } }),
        orderBy: { groupId: 'asc' },
        take: limit,
      });
      return rows.map((row) => tokenGroup({ group_id: row.groupId, name: row.name, group_token: row.groupToken }));
    });
  }
}
