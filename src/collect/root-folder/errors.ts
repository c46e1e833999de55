import { UnreadableError } from '../target.ts';

/** ENOENT, ENOTDIR of a path that goes on below a file, and ESRCH of a process that ended: nothing is there. */
const missing = ['ENOENT', 'ENOTDIR', 'ESRCH'];

/** The result; null when what is asked for is not there, or when `alike` has the code of the error. `pathOf` says what that was. */
export function missingAsNull<Result>(act: () => Result, alike: readonly string[] = [], pathOf = () => 'a file'): Result | null {
  try {
    return act();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== undefined && (missing.includes(code) || alike.includes(code))) return null;
    throw unreadable(error, pathOf());
  }
}

/** That this machine has no descriptor or memory left says nothing of what it is asked for. */
const ownWants = ['EMFILE', 'ENFILE', 'ENOMEM'];

/** The result; null whatever the file system says instead. */
export function failedAsNull<Result>(act: () => Result): Result | null {
  try {
    return act();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== undefined && !ownWants.includes(code)) return null;
    throw unreadable(error, 'a file');
  }
}

/** The result; what the file system says instead becomes the reason why the path cannot be read. */
export function readable<Result>(path: string, act: () => Result): Result {
  try {
    return act();
  } catch (error) {
    throw unreadable(error, path);
  }
}

function unreadable(error: unknown, path: string): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === undefined || error instanceof UnreadableError) return error;
  const isRefused = code === 'EACCES' || code === 'EPERM';
  return new UnreadableError(isRefused ? 'forbidden' : 'failed', `Cannot read ${path}: ${isRefused ? 'permission denied' : message}.`, {
    cause: error,
  });
}
