import CheckCircle from '@mui/icons-material/CheckCircle';
import WarningAmber from '@mui/icons-material/WarningAmber';
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { useQuery } from '@apollo/client/react';
import { RouterLink, Section, useLive } from '@ampline/ui';
import { OPERATORS, STAFF } from '../../app/roles.js';
import { useViewer } from '../../app/viewer.js';
import { IssueCountChangedDocument, SessionIssuesDocument, type SessionFactsFragment } from '../../generated/graphql.js';
import { useText } from '../../messages.js';
import { reasonKeys } from '../issues/reasons.js';

/** What makes a session doubtful, in plain words, and where it is decided. Nothing for a clean one. */
export function SessionDoubts({ session }: { session: SessionFactsFragment }) {
  const text = useText();
  const viewer = useViewer();
  const staff = viewer.may(...STAFF);
  const { data, refetch } = useQuery(SessionIssuesDocument, { variables: { id: session.id }, skip: !staff });
  const issues = data?.session?.issues;
  useLive(IssueCountChangedDocument, { skip: !staff, onData: () => void refetch().catch(() => undefined) });

  const open = issues?.filter(({ status }) => status === 'OPEN') ?? [];
  const settled = issues?.filter(({ status }) => status === 'RESOLVED') ?? [];
  const rows = [
    ...session.doubts.map((reason) => ({ reason, issue: open.find((issue) => issue.reason === reason) })),
    ...open.filter(({ reason }) => !session.doubts.includes(reason)).map((issue) => ({ reason: issue.reason, issue })),
  ];
  if (rows.length === 0 && settled.length === 0 && !session.estimated) return null;
  return (
    <Section
      title={text(rows.length > 0 ? 'session.doubts' : 'session.settled')}
      {...(rows.length > 0 && { hint: text('session.doubtsHint') })}
    >
      <Box sx={{ display: 'grid', gap: 1.5 }}>
        {session.estimated && <Alert severity="info">{text('session.estimatedHint')}</Alert>}
        {issues === null && <Alert severity="warning">{text('session.issuesAway')}</Alert>}
        <Box component="ul" sx={{ listStyle: 'none', m: 0, p: 0, display: 'grid', gap: 1.5 }}>
          {rows.map(({ reason, issue }) => (
            <Doubt
              key={issue?.id ?? reason}
              reason={reason}
              issueId={issue?.id}
              action={text(viewer.may(...OPERATORS) ? 'session.issue' : 'session.issueRead')}
              open
            />
          ))}
          {settled.map(({ id, reason }) => (
            <Doubt key={id} reason={reason} issueId={id} action={text('session.issueRead')} open={false} />
          ))}
        </Box>
      </Box>
    </Section>
  );
}

interface DoubtProps {
  reason: string;
  issueId: string | undefined;
  action: string;
  open: boolean;
}

function Doubt({ reason, issueId, action, open }: DoubtProps) {
  const text = useText();
  const keys = reasonKeys(reason);
  const Icon = open ? WarningAmber : CheckCircle;
  return (
    <Box component="li" sx={{ display: 'grid', gridTemplateColumns: 'auto minmax(0, 1fr) auto', gap: 1.25, alignItems: 'start' }}>
      <Icon sx={({ vars }) => ({ fontSize: 20, mt: '1px', color: vars?.palette.tone[open ? 'notice' : 'ok'].mark })} />
      <Box>
        <Typography variant="subtitle2" component="p">
          {keys === undefined ? reason : text(keys.title)}
        </Typography>
        {keys !== undefined && (
          <Typography variant="body2" color="textSecondary">
            {text(keys.text)} {open && text(keys.meanwhile)}
          </Typography>
        )}
      </Box>
      {issueId !== undefined && (
        <RouterLink to={`/issues/${issueId}`} variant="body2">
          {action}
        </RouterLink>
      )}
    </Box>
  );
}
