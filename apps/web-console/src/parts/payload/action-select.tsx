import ListSubheader from '@mui/material/ListSubheader';
import MenuItem from '@mui/material/MenuItem';
import TextField from '@mui/material/TextField';
import { useText } from '../../messages.js';
import { actionHelp, profileWord } from './payload-help.js';
import type { Described } from './use-catalogue.js';

interface ActionSelectProps {
  commands: readonly Described[];
  action: string;
  onChange: (action: string) => void;
}

/** A command by its profile, with a sentence on what it does. */
export function ActionSelect({ commands, action, onChange }: ActionSelectProps) {
  const text = useText();
  const profiles = [...new Set(commands.map(({ profile }) => profile))];
  const help = actionHelp(action);
  return (
    <TextField
      select
      label={text('payload.action')}
      value={commands.length === 0 ? '' : action}
      onChange={(event) => onChange(event.target.value)}
      helperText={help && text(help)}
      fullWidth
    >
      {profiles.flatMap((profile) => {
        const word = profileWord(profile);
        return [
          <ListSubheader key={profile}>{word ? text(word) : profile}</ListSubheader>,
          ...commands
            .filter((command) => command.profile === profile)
            .map((command) => (
              <MenuItem key={command.action} value={command.action}>
                {command.action}
              </MenuItem>
            )),
        ];
      })}
    </TextField>
  );
}
