import CloudOffOutlined from '@mui/icons-material/CloudOffOutlined';
import ErrorOutline from '@mui/icons-material/ErrorOutlined';
import InboxOutlined from '@mui/icons-material/InboxOutlined';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import type { ReactNode } from 'react';
import { useUiText } from '../messages/ui-messages.js';
import { useFailureText } from './use-failure-text.js';

interface StateProps {
  icon?: ReactNode;
  title: string;
  /** What to do about it. */
  children?: ReactNode;
  action?: ReactNode;
}

/** In the place of something that is not there: says why, and what to do. */
export function EmptyState({ icon = <InboxOutlined />, title, children, action }: StateProps) {
  return (
    <Box sx={{ display: 'grid', justifyItems: 'center', gap: 1, py: 6, px: 3, textAlign: 'center' }}>
      <Box
        sx={({ vars }) => ({
          display: 'grid',
          placeItems: 'center',
          width: 44,
          height: 44,
          borderRadius: '50%',
          color: 'text.secondary',
          backgroundColor: vars?.palette.surface.sunken,
        })}
      >
        {icon}
      </Box>
      <Typography variant="subtitle1" component="p">
        {title}
      </Typography>
      {children !== undefined && (
        <Typography variant="body2" color="textSecondary" sx={{ maxWidth: 460 }}>
          {children}
        </Typography>
      )}
      {action !== undefined && <Box sx={{ mt: 1 }}>{action}</Box>}
    </Box>
  );
}

/** In the place of something that could not be read. */
export function ErrorState({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const text = useUiText();
  const failureText = useFailureText();
  return (
    <Box role="alert">
      <EmptyState
        icon={<ErrorOutline color="error" />}
        title={text('ui.error.title')}
        action={
          onRetry && (
            <Button variant="outlined" onClick={onRetry}>
              {text('ui.retry')}
            </Button>
          )
        }
      >
        {failureText(error)}
      </EmptyState>
    </Box>
  );
}

/** In the place of what the API could not get hold of just now (null where there would be a list): not the same as none. */
export function Unavailable({ onRetry }: { onRetry?: () => void }) {
  const text = useUiText();
  return (
    <EmptyState
      icon={<CloudOffOutlined />}
      title={text('ui.unavailable')}
      action={
        onRetry && (
          <Button variant="outlined" onClick={onRetry}>
            {text('ui.retry')}
          </Button>
        )
      }
    >
      {text('ui.unavailable.hint')}
    </EmptyState>
  );
}
