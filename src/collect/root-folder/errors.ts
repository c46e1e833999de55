import { UnreadableError } from '../target.ts';

/** Nothing is there: ENOENT, ENOTDIR (the path continues below a file), ESRCH (the process has ended). */
const missing = ['ENOENT', 'ENOTDIR', 'ESRCH'];

/** The result; null if what was requested is missing, or the error code is in `alike`. `pathOf` names it for other errors. */
export function missingAsNull<Result>(act: () => Result, alike: readonly string[] = [], pathOf = () => 'a file'): Result | null {
  try {
    return act();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== undefined && (missing.includes(code) || alike.includes(code))) return null;
    throw unreadable(error, pathOf());
  }
}

/** If this machine has run out of descriptors or memory, that says nothing about the file. */
const ownWants = ['EMFILE', 'ENFILE', 'ENOMEM'];

/** The result; null for any other error of the file system. */
export function failedAsNull<Result>(act: () => Result): Result | null {
  try {
    return act();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== undefined && !ownWants.includes(code)) return null;
    throw unreadable(error, 'a file');
  }
}

/** The result. An error of the file system becomes the reason why the path cannot be read. */
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
