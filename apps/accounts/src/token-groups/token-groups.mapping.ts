import { create } from '@bufbuild/protobuf';
import { TokenGroupSchema, type TokenGroup } from '@ampline/contracts';

/** What a row of table token_group tells. */
export interface TokenGroupRow {
  group_id: string;
  name: string;
  group_token: string;
}

export function tokenGroup(row: TokenGroupRow): TokenGroup {
  return create(TokenGroupSchema, { groupId: row.group_id, name: row.name, groupToken: row.group_token });
}
