import type { Container } from './container.ts';

/** What an Inventory says instead of the runtime of a root folder: nothing runs it. */
export const rootFolderRuntime = 'rootfs';

/** A root folder is in no cluster and in no namespace: it was named by hand, and always belongs to the result. */
export const isRootFolder = ({ runtime }: Pick<Container, 'runtime'>) => runtime === rootFolderRuntime;
