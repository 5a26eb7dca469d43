import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import { createContext, useCallback, useContext, useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { createPortal } from 'react-dom';
import { useUiText } from '../messages/ui-messages.js';
import { useFailureText } from './use-failure-text.js';

interface Toast {
  id: number;
  severity: 'success' | 'error' | 'info' | 'warning';
  message: string;
}
interface Toasts {
  success: (message: string) => void;
  info: (message: string) => void;
  /** Says what failed and what to do; stays until it is dismissed. */
  failure: (error: unknown) => void;
}
const Context = createContext<Toasts | null>(null);
const SHOWN_MS = 6_000;

/** Short messages in a corner, read out politely, also while a dialog is open. */
export function ToastProvider({ children }: { children: ReactNode }) {
  const text = useUiText();
  const failureText = useFailureText();
  const [shown, setShown] = useState<readonly Toast[]>([]);
  const dismiss = useCallback((id: number) => setShown((all) => all.filter((toast) => toast.id !== id)), []);
  const add = useCallback(
    (severity: Toast['severity'], message: string) => {
      const id = Date.now() + Math.random();
      setShown((all) => [...all.slice(-3), { id, severity, message }]);
      if (severity !== 'error') setTimeout(() => dismiss(id), SHOWN_MS);
    },
    [dismiss],
  );
  const toasts = useMemo<Toasts>(
    () => ({
      success: (message) => add('success', message),
      info: (message) => add('info', message),
      failure: (error) => add('error', failureText(error)),
    }),
    [add, failureText],
  );
  const log = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const box = log.current;
    if (box === null) return;
    // A dialog hides whatever else is in the body from screen readers.
    const observer = new MutationObserver(() => box.removeAttribute('aria-hidden'));
    observer.observe(box, { attributeFilter: ['aria-hidden'] });
    return () => observer.disconnect();
  }, []);
  const list = (
    <Box
      ref={log}
      role="log"
      aria-live="polite"
      sx={{
        position: 'fixed',
        zIndex: 'snackbar',
        insetBlockEnd: 16,
        insetInlineEnd: 16,
        display: 'grid',
        gap: 1,
        width: 'min(400px, calc(100vw - 32px))',
      }}
    >
      {shown.map(({ id, severity, message }) => (
        <Alert
          key={id}
          severity={severity}
          onClose={() => dismiss(id)}
          slotProps={{ closeButton: { 'aria-label': text('ui.dismiss') } }}
          sx={{ backgroundColor: 'background.paper', boxShadow: '0 12px 32px rgba(9, 17, 20, 0.18)' }}
        >
          {message}
        </Alert>
      ))}
    </Box>
  );
  return (
    <Context value={toasts}>
      {children}
      {createPortal(list, document.body)}
    </Context>
  );
}

export function useToasts(): Toasts {
  const toasts = useContext(Context);
  if (toasts === null) throw new Error('useToasts outside of ToastProvider');
  return toasts;
}
