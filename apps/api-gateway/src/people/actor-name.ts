import { AppError } from '@ampline/kernel-errors';
import { isUuid } from '@ampline/kernel-ids';
import type { Loaders } from '../graphql/loaders.js';
import { textOrNull } from '../mapping/values.js';

/** Name of whoever did something: a person's where the viewer may read it, else null; other actors are known by their own word. */
export async function nameOfActor(loaders: Loaders, actor: string): Promise<string | null> {
  if (!isUuid(actor)) return textOrNull(actor);
  try {
    return textOrNull((await loaders.user.load(actor))?.name ?? '');
  } catch (error) {
    if (AppError.is(error) && error.kind === 'forbidden') return null;
    throw error;
  }
}
