import Alert from '@mui/material/Alert';
import AlertTitle from '@mui/material/AlertTitle';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import { useQuery } from '@apollo/client/react';
import { Section, useFormat } from '@ampline/ui';
import { useEffect, useRef, useState } from 'react';
import { Link } from 'react-router';
import { OPERATORS } from '../../app/roles.js';
import { useViewer } from '../../app/viewer.js';
import { NextIssueDocument, type IssueFactsFragment } from '../../generated/graphql.js';
import { useText } from '../../messages.js';
import { DecisionForm } from './decision-form.js';
import { takenResolution } from './resolution.js';

/** What somebody decides about an issue, or has decided. */
export function IssueDecision({ issue }: { issue: IssueFactsFragment }) {
  const text = useText();
  const viewer = useViewer();
  const [decidedHere, setDecidedHere] = useState(false);
  if (issue.status === 'RESOLVED') return <Decided issue={issue} focus={decidedHere} />;
  return (
    <Section title={text('issue.decide')} hint={text('issue.decideHint')}>
      {viewer.may(...OPERATORS) ? (
        <DecisionForm issue={issue} onDecided={() => setDecidedHere(true)} />
      ) : (
        <Alert severity="info">{text('issue.readOnly')}</Alert>
      )}
    </Section>
  );
}

function Decided({ issue, focus }: { issue: IssueFactsFragment; focus: boolean }) {
  const text = useText();
  const format = useFormat();
  const next = useRef<HTMLAnchorElement>(null);
  const { data } = useQuery(NextIssueDocument, { fetchPolicy: 'network-only' });
  const following = data?.intakeIssues.nodes.find(({ id }) => id !== issue.id);
  // Whoever works through the list by keyboard goes on with Enter.
  useEffect(() => {
    if (focus && following !== undefined) next.current?.focus();
  }, [focus, following]);
  const kind = issue.resolution ? takenResolution(issue.resolution) : undefined;
  const resolution = kind === undefined ? (issue.resolution ?? '') : text(`resolution.${kind}`);
  return (
    <Section>
      <Box sx={{ display: 'grid', gap: 2, justifyItems: 'start' }}>
        <Alert severity="success" sx={{ width: '100%' }}>
          <AlertTitle>{text('issue.decided')}</AlertTitle>
          {text('issue.decidedText', {
            resolution,
            name: issue.resolvedByName ?? issue.resolvedBy ?? '–',
            at: format.dateTime(issue.resolvedAt),
          })}
        </Alert>
        {following !== undefined && (
          <Button component={Link} to={`/issues/${following.id}`} ref={next} variant="contained">
            {text('issue.next')}
          </Button>
        )}
        {data !== undefined && following === undefined && text('issue.noNext')}
      </Box>
    </Section>
  );
}
