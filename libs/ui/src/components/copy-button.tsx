import Check from '@mui/icons-material/Check';
import ContentCopy from '@mui/icons-material/ContentCopy';
import IconButton from '@mui/material/IconButton';
import Tooltip from '@mui/material/Tooltip';
import { useEffect, useState } from 'react';
import { useUiText } from '../messages/ui-messages.js';

/** Copies a text. `what` names it for screen readers. */
export function CopyButton({ value, what }: { value: string; what?: string }) {
  const text = useUiText();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return undefined;
    const timer = setTimeout(() => setCopied(false), 2_000);
    return () => clearTimeout(timer);
  }, [copied]);
  const label = copied ? text('ui.copied') : text('ui.copy');
  return (
    <Tooltip title={label}>
      <IconButton
        size="small"
        aria-label={what === undefined ? label : `${label}: ${what}`}
        onClick={() => void navigator.clipboard.writeText(value).then(() => setCopied(true))}
      >
        {copied ? <Check sx={{ fontSize: 16 }} color="success" /> : <ContentCopy sx={{ fontSize: 16 }} />}
      </IconButton>
    </Tooltip>
  );
}
