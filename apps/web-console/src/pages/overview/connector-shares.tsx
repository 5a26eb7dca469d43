import { Section, ShareBar, useFormat } from '@ampline/ui';
import type { OverviewCountsQuery } from '../../generated/graphql.js';
import { useText } from '../../messages.js';
import { connectorShares } from '../stations/connector-shares.js';

/** What the connectors of all stations do. */
export function ConnectorShares({ counts }: { counts: OverviewCountsQuery['stationCounts'] | undefined }) {
  const text = useText();
  const format = useFormat();
  const shares = counts && connectorShares(counts);
  const total = shares?.reduce((sum, { count }) => sum + count, 0);
  const linked = shares?.map((share) => ({
    ...share,
    to: share.status === 'OFFLINE' ? '/stations?online=false' : `/stations?status=${share.status}&online=true`,
  }));
  return (
    <Section
      title={text('overview.connectors')}
      hint={total === undefined ? '\u00a0' : text('overview.connectorsHint', { count: format.integer(total) })}
    >
      <ShareBar label={text('overview.connectors')} shares={linked} />
    </Section>
  );
}
