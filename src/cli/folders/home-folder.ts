import { homedir } from 'node:os';
import { isAbsolute } from 'node:path';

/** The home that Debian gives to users who have none: nothing is there. https://www.debian.org/doc/debian-policy/ch-opersys.html */
export const noHome = '/nonexistent';

/**
 * The home folder of the user. An empty or relative HOME is none: what lies in the folder that one happens to be in is not the user's.
 * Nor has a user one whom no line of the passwd file names, as in containers that run under any number.
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
