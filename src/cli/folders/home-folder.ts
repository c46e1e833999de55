import { homedir } from 'node:os';
import { isAbsolute } from 'node:path';

/** The home that Debian gives to users without one; it does not exist. https://www.debian.org/doc/debian-policy/ch-opersys.html */
export const noHome = '/nonexistent';

/**
 * The home folder of the user. An empty or relative HOME counts as none: what is in the current folder is not the user's. Users missing
 * from the passwd file have none either, as in containers that run under an arbitrary number.
 */
export function homeFolder(): string {
  try {
    const folder = homedir();
    return isAbsolute(folder) ? folder : noHome;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    return noHome;
  }
}
