import { useQuery } from '@apollo/client/react';
import { useCallback } from 'react';
import { TokenGroupsDocument, type LocalListPolicyRowFragment } from '../../generated/graphql.js';
import { useText } from '../../messages.js';

/** Says which id tokens a policy selects: `Those of groups: Fleet, Crew`. */
export function usePolicyText(): (policy: Pick<LocalListPolicyRowFragment, 'selection' | 'groupIds' | 'chosen'>) => string {
  const text = useText();
  const groups = useQuery(TokenGroupsDocument).data?.tokenGroups.nodes;
  return useCallback(
    ({ selection, groupIds, chosen }) => {
      const names =
        selection === 'GROUPS'
          ? groupIds.map((id) => groups?.find((group) => group.id === id)?.name ?? '…')
          : chosen.map(({ idToken }) => idToken ?? text('localList.unknownToken'));
      const kind = text(`localList.selection.${selection}`);
      return names.length === 0 ? kind : `${kind}: ${names.join(', ')}`;
    },
    [groups, text],
  );
}
