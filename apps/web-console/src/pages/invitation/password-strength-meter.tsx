import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import type { Tone } from '@ampline/ui';
import { useText } from '../../messages.js';
import { strengthOf, type Strength } from './password-strength.js';

const LOOKS: Readonly<Record<Strength, { tone: Tone; share: number }>> = {
  short: { tone: 'idle', share: 0.15 },
  weak: { tone: 'bad', share: 0.35 },
  fair: { tone: 'notice', share: 0.65 },
  strong: { tone: 'ok', share: 1 },
};

/** Says how good a password is while it is typed. Takes its room from the start. */
export function PasswordStrength({ password, known }: { password: string; known: readonly string[] }) {
  const text = useText();
  const strength = strengthOf(password, known);
  const { tone, share } = LOOKS[strength];
  const typed = password !== '';
  return (
    <Box sx={{ mt: 1, minHeight: 30 }} role="status">
      <Box sx={({ vars }) => ({ height: 4, borderRadius: 2, overflow: 'hidden', backgroundColor: vars?.palette.surface.sunken })}>
        <Box
          sx={({ vars }) => ({
            height: '100%',
            width: typed ? `${share * 100}%` : 0,
            backgroundColor: vars?.palette.tone[tone].mark,
            transition: 'width 160ms',
          })}
        />
      </Box>
      <Typography variant="caption" color="textSecondary">
        {typed && text('invitation.strength', { strength: text(`invitation.strength.${strength}`) })}
      </Typography>
    </Box>
  );
}
