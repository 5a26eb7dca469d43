import FactCheck from '@mui/icons-material/FactCheckOutlined';
import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { useQuery } from '@apollo/client/react';
import {
  EmptyState,
  ErrorState,
  FrameView,
  isMissing,
  KeyValues,
  PageHeader,
  RouterLink,
  Section,
  StatusChip,
  useFormat,
  useLive,
} from '@ampline/ui';
import { useParams } from 'react-router';
import { IssueDocument, IssuesChangedDocument, type IssueFactsFragment } from '../../generated/graphql.js';
import { useText } from '../../messages.js';
import { AffectedSession } from './affected-session.js';
import { figuresOf } from './figures.js';
import { IssueDecision } from './issue-decision.js';
import { reasonKeys } from './reasons.js';

/** One message that somebody has to decide about, with all that is known of it. */
export function IssuePage() {
  const text = useText();
  const { issueId = '' } = useParams();
  const { data, error, refetch } = useQuery(IssueDocument, { variables: { id: issueId } });
  const issue = data?.intakeIssue;
  useLive(IssuesChangedDocument, { skip: !issue });
  const missing = data !== undefined || isMissing(error);
  if (issue) return <Shown key={issue.id} issue={issue} />;
  return (
    <>
      <PageHeader title={text('issues.title')} crumbs={[{ label: text('issues.title'), to: '/issues' }]} />
      {missing && (
        <EmptyState
          icon={<FactCheck />}
          title={text('issue.missing')}
          action={<RouterLink to="/issues">{text('issue.toList')}</RouterLink>}
        />
      )}
      {!missing && data === undefined && error !== undefined && (
        <ErrorState error={error} onRetry={() => void refetch().catch(() => undefined)} />
      )}
    </>
  );
}

function Shown({ issue }: { issue: IssueFactsFragment }) {
  const text = useText();
  const format = useFormat();
  const keys = reasonKeys(issue.reason);
  const figures = figuresOf(issue.detail, text, format);
  return (
    <>
      <PageHeader
        title={keys === undefined ? issue.reason : text(keys.title)}
        badge={<StatusChip status={issue.status} />}
        crumbs={[{ label: text('issues.title'), to: '/issues' }]}
        subtitle={
          <>
            <RouterLink to={`/stations/${issue.stationId}`}>{issue.stationIdentity}</RouterLink> · {format.instant(issue.raisedAt)}
          </>
        }
      />
      <Box sx={{ display: 'grid', gap: 2, alignItems: 'start', gridTemplateColumns: { xs: 'minmax(0, 1fr)', lg: 'minmax(0, 1fr) 420px' } }}>
        <Box sx={{ display: 'grid', gap: 2 }}>
          <Section title={text('issue.found')}>
            <Typography variant="body2">{keys === undefined ? issue.explanation : text(keys.text)}</Typography>
            {keys !== undefined && (
              <>
                <Typography variant="subtitle2" component="h3" sx={{ mt: 2 }}>
                  {text('issue.meanwhile')}
                </Typography>
                <Typography variant="body2">{text(keys.meanwhile)}</Typography>
              </>
            )}
            {figures.length > 0 && (
              <>
                <Typography variant="subtitle2" component="h3" sx={{ mt: 2, mb: 1 }}>
                  {text('issue.figures')}
                </Typography>
                <KeyValues items={figures} />
              </>
            )}
          </Section>
          {issue.sessionId && <AffectedSession sessionId={issue.sessionId} />}
          <Section>
            <FrameView title={text('issue.frame')} frame={issue.frame} />
          </Section>
        </Box>
        <Box sx={{ position: { lg: 'sticky' }, top: { lg: 76 }, order: { xs: -1, lg: 0 } }}>
          <IssueDecision issue={issue} />
        </Box>
      </Box>
    </>
  );
}
