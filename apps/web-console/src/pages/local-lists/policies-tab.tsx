import Add from '@mui/icons-material/Add';
import ListAlt from '@mui/icons-material/ListAltOutlined';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import { useQuery } from '@apollo/client/react';
import { DataTable, DetailDrawer, EmptyState, KeyValues, useFormat, wholeList, type Column } from '@ampline/ui';
import { useMemo, useState } from 'react';
import {
  LocalListPoliciesDocument,
  SiteChoicesDocument,
  StationChoiceDocument,
  type LocalListPolicyRowFragment,
} from '../../generated/graphql.js';
import { useText } from '../../messages.js';
import { PolicyForm } from './policy-form.js';
import { usePolicyText } from './policy-text.js';
import { RemovePolicyDialog } from './remove-policy-dialog.js';

const keyOf = ({ siteId, stationId }: LocalListPolicyRowFragment) => siteId ?? stationId ?? 'tenant';

/** The policies for local lists: of the tenant, of sites, of stations. */
export function LocalListPoliciesTab() {
  const text = useText();
  const format = useFormat();
  const policyText = usePolicyText();
  const { data, error, refetch } = useQuery(LocalListPoliciesDocument);
  const [adding, setAdding] = useState(false);
  const [openKey, setOpenKey] = useState<string>();
  const shown = data?.localListPolicies.find((policy) => keyOf(policy) === openKey);
  const columns = useMemo<[Column<LocalListPolicyRowFragment>, ...Column<LocalListPolicyRowFragment>[]]>(
    () => [
      { key: 'scope', header: text('localList.scope'), width: '30%', cell: (policy) => <ScopeName policy={policy} /> },
      { key: 'selection', header: text('localList.selection'), cell: policyText },
      { key: 'by', header: text('localList.by'), width: '18%', from: 'md', cell: ({ updatedByName }) => updatedByName ?? '–' },
      {
        key: 'at',
        header: text('localList.at'),
        width: '160px',
        from: 'md',
        align: 'end',
        cell: ({ updatedAt }) => format.dateTime(updatedAt),
      },
    ],
    [format, policyText, text],
  );
  return (
    <>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 2, alignItems: 'flex-start', mb: 2 }}>
        <Typography variant="body2" color="textSecondary" sx={{ flex: '1 1 320px' }}>
          {text('localList.policiesHint')}
        </Typography>
        <Button variant="contained" startIcon={<Add />} onClick={() => setAdding(true)}>
          {text('localList.setPolicy')}
        </Button>
      </Box>
      <DataTable
        label={text('localList.policies')}
        pages={wholeList(data?.localListPolicies, error, () => void refetch().catch(() => undefined))}
        rowKey={keyOf}
        onOpen={(policy) => setOpenKey(keyOf(policy))}
        columns={columns}
        expected={2}
        empty={
          <EmptyState icon={<ListAlt />} title={text('localList.noPolicies')}>
            {text('localList.noPoliciesHint')}
          </EmptyState>
        }
      />
      {adding && <PolicyForm title={text('localList.setPolicy')} onClose={() => setAdding(false)} />}
      {shown && <PolicyDrawer policy={shown} onClose={() => setOpenKey(undefined)} />}
    </>
  );
}

function PolicyDrawer({ policy, onClose }: { policy: LocalListPolicyRowFragment; onClose: () => void }) {
  const text = useText();
  const format = useFormat();
  const policyText = usePolicyText();
  const scope = useScopeName(policy);
  const [asking, setAsking] = useState<'change' | 'remove'>();
  return (
    <DetailDrawer open onClose={onClose} title={scope}>
      <KeyValues
        items={[
          [text('localList.selection'), policyText(policy)],
          [text('localList.by'), policy.updatedByName ?? '–'],
          [text('localList.at'), format.dateTime(policy.updatedAt)],
        ]}
      />
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1 }}>
        <Button variant="outlined" onClick={() => setAsking('change')}>
          {text('parts.edit')}
        </Button>
        <Button variant="outlined" color="error" onClick={() => setAsking('remove')}>
          {text('localList.take')}
        </Button>
      </Box>
      {asking === 'change' && <PolicyForm title={scope} scope={policy} policy={policy} onClose={() => setAsking(undefined)} />}
      <RemovePolicyDialog open={asking === 'remove'} onClose={() => setAsking(undefined)} policy={policy} scope={scope} />
    </DetailDrawer>
  );
}

function ScopeName({ policy }: { policy: LocalListPolicyRowFragment }) {
  return <>{useScopeName(policy)}</>;
}

/** The name of what a policy is for. */
function useScopeName({ siteId, stationId }: LocalListPolicyRowFragment): string {
  const text = useText();
  const sites = useQuery(SiteChoicesDocument, { skip: siteId === null }).data?.sites.nodes;
  const station = useQuery(StationChoiceDocument, { variables: { id: stationId ?? '' }, skip: stationId === null }).data?.station;
  if (siteId !== null) return sites?.find(({ id }) => id === siteId)?.name ?? '…';
  return stationId === null ? text('localList.scope.tenant') : (station?.identity ?? '…');
}
