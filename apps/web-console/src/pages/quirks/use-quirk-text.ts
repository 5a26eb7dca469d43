import { useCallback } from 'react';
import type { KeyOf } from '@ampline/ui';
import { CATALOGUES, useText } from '../../messages.js';
import type { quirksMessages } from './quirks-messages.js';

type QuirkKey = Extract<KeyOf<typeof quirksMessages>, `quirk.${string}`>;

/** What a quirk is and what is done about it; what only a newer platform knows is said in its words. */
export function useQuirkText(): (quirk: { name: string; does?: string; handling?: string }) => { does: string; handling: string } {
  const text = useText();
  return useCallback(
    ({ name, does = name, handling = '' }) => {
      const [title, done] = [`quirk.${name}`, `quirk.${name}.handling`];
      return isKnown(title) && isKnown(done) ? { does: text(title), handling: text(done) } : { does, handling };
    },
    [text],
  );
}

function isKnown(key: string): key is QuirkKey {
  return CATALOGUES.some(({ en }) => Object.hasOwn(en, key));
}
