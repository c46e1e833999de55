import { rootFolderFiles } from '../root-folder.ts';
import { type Target, UnreadableError } from '../target.ts';
import { type ContainerProcess, isSameProcess } from './proc.ts';
import { rootOf } from './root.ts';

/**
 * The files of a container by the root of one of its processes. What was opened is looked at again: a pid may be another
 * process's by then, and what others share must not come from there.
 */
export function processFiles(procFolder: string, proc: ContainerProcess): Pick<Target, 'stat' | 'open' | 'readFolder' | 'realPath'> {
  const files = rootFolderFiles(rootOf(procFolder, proc));
  const checkStillThere = () => {
    if (!isSameProcess(procFolder, proc)) throw new UnreadableError('gone', 'It ended while it was read.');
  };
  return {
    stat: async (path) => files.stat(path),
    open: async (path, maxBytes) => {
      const file = files.open(path, maxBytes);
      try {
        checkStillThere();
        return file;
      } catch (error) {
        file.close();
        throw error;
      }
    },
    readFolder: async (path, accepts, maxBytes) => {
      const found = files.readFolder(path, accepts, maxBytes);
      checkStillThere();
      return found;
    },
    realPath: async (path) => files.realPath(path),
  };
}
