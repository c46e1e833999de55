import type { Container } from './container.ts';

/** What an Inventory has as the runtime of a root folder, which nothing runs. */
export const rootFolderRuntime = 'rootfs';

/** A root folder is in no cluster and no namespace: it was named by hand, and always belongs in the result. */
export const isRootFolder = ({ runtime }: Pick<Container, 'runtime'>) => runtime === rootFolderRuntime;
