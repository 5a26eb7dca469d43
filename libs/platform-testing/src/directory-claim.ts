import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { directoryErrors } from './errors.js';
import { isAlive, startMark } from './processes.js';

interface Owner {
  pid: number;
  startMark: string | undefined;
}

/**
 * Says in `<dir>/owner.json` which process works with a directory. A second process is refused while the first one
 * lives (`testing.directory.in-use`); what a killed process left behind may be taken over.
 */
export class DirectoryClaim {
  private constructor(private readonly file: string) {}

  static take(dir: string): DirectoryClaim {
    mkdirSync(dir, { recursive: true });
    const file = join(dir, 'owner.json');
    const owner = readOwner(file);
    if (owner && owner.pid !== process.pid && isAlive(owner.pid) && startMark(owner.pid) === owner.startMark) {
      throw directoryErrors.inUse({ dir, pid: owner.pid });
    }
    const me: Owner = { pid: process.pid, startMark: startMark(process.pid) };
    writeFileSync(file, JSON.stringify(me));
    return new DirectoryClaim(file);
  }

  release(): void {
    rmSync(this.file, { force: true });
  }
}

function readOwner(file: string): Owner | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Owner;
  } catch {
    return undefined;
  }
}
