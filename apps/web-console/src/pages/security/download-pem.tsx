import Download from '@mui/icons-material/DownloadOutlined';
import Button from '@mui/material/Button';
import { useText } from '../../messages.js';
import { save } from '../../parts/use-rest.js';

/** Saves a PEM text as a file. */
export function DownloadPem({ pem, name, label }: { pem: string; name: string; label?: string }) {
  const text = useText();
  return (
    <Button
      variant="outlined"
      color="inherit"
      startIcon={<Download />}
      onClick={() => save(new Blob([pem], { type: 'application/x-pem-file' }), name)}
    >
      {label ?? text('security.download')}
    </Button>
  );
}
