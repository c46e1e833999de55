/** What containers call their cluster: its uid, or its name if the uid may not be read. */
export const clusterId = ({ uid, name }: { readonly uid: string | null; readonly name: string }) => uid ?? name;
