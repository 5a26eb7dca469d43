import { AppError } from '@ampline/kernel-errors';
import { isUuid } from '@ampline/kernel-ids';
import type { Loaders } from '../graphql/loaders.js';
import { textOrNull } from '../mapping/values.js';

/** Name of whoever did something: a person's where the viewer may read it, else null; other actors are known by their own word. */
export async function nameOfActor(loaders: Loaders, actor: string): Promise<string | null> {
  return isUuid(actor) ? nameOfPerson(loaders, 'user', actor) : textOrNull(actor);
}

/** Name of a user or driver where the viewer may read it; null for nobody, for who has none any more, and for anything else. */
export async function nameOfPerson(loaders: Loaders, type: string, id: string): Promise<string | null> {
  if (type !== 'user' && type !== 'driver') return null;
  try {
    return textOrNull((await loaders[type].load(id))?.name ?? '');
  } catch (error) {
    if (AppError.is(error) && error.kind === 'forbidden') return null;
    throw error;
  }
}
