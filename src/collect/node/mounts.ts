import { type ContainerProcess, readText } from './proc.ts';

/** File systems that a program or another machine serves: if it does not answer, readers wait forever, and no signal ends that. */
const answeredByOthers = / - (?:fuse|nfs|cifs|smb|9p|ceph|afs|lustre|gpfs|beegfs|pvfs|orangefs|autofs)/;

/**
 * The mounts below a process's root that may never answer: the type of each by its path. The root itself is what the container runs from:
 * if it does not answer, nothing does.
 */
export function unsafeMounts(procFolder: string, { pid }: ContainerProcess): ReadonlyMap<string, string> {
  return unsafeMountsIn(readText(`${procFolder}/${pid}/mountinfo`) ?? '');
}

/** Parses proc_pid_mountinfo(5): the fifth field is the path, and the type follows ` - `. The last mount on a path is on top. */
export function unsafeMountsIn(text: string): ReadonlyMap<string, string> {
  const unsafe = new Map<string, string>();
  // Hardly any container has one.
  if (!answeredByOthers.test(text)) return unsafe;
  for (const line of text.split('\n')) {
    const [, escaped, type] = /^\S+ \S+ \S+ \S+ (\S+) .*? - (\S+)/.exec(line) ?? [];
    if (escaped === undefined || type === undefined) continue;
    const path = escaped.replace(/\\(\d{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
    if (path !== '/' && answeredByOthers.test(line)) unsafe.set(path, type);
    else unsafe.delete(path);
  }
  return unsafe;
}
