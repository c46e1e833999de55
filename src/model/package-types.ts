/**
 * The package ecosystems whose databases are known. The names are those of the purl specification, except `opkg`, which is not in its list
 * of types: other readers of opkg's database write `pkg:opkg/` too, and `generic` would say less.
 */
export const packageTypes = ['alpm', 'apk', 'deb', 'opkg', 'rpm'] as const;
