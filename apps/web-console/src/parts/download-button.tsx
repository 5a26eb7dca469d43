import Download from '@mui/icons-material/DownloadOutlined';
import Button from '@mui/material/Button';
import { useToasts } from '@ampline/ui';
import { useState } from 'react';
import { save, useRest } from './use-rest.js';

/** Saves what the API has as a file. `hint` says why there is none when `path` is undefined. */
export function DownloadButton(o: { path: string | undefined; fileName: string; label: string; done: string; hint: string }) {
  const { path } = o;
  const toasts = useToasts();
  const rest = useRest();
  const [loading, setLoading] = useState(false);
  const download = async () => {
    if (path === undefined) return;
    setLoading(true);
    try {
      const answer = await rest(path);
      save(await answer.blob(), o.fileName);
      toasts.success(o.done);
    } catch (error) {
      toasts.failure(error);
    } finally {
      setLoading(false);
    }
  };
  return (
    <Button
      variant="outlined"
      color="inherit"
      startIcon={<Download />}
      disabled={path === undefined}
      loading={loading}
      loadingPosition="start"
      title={path === undefined ? o.hint : undefined}
      onClick={() => void download()}
      sx={{ height: 40, flexShrink: 0 }}
    >
      {o.label}
    </Button>
  );
}
