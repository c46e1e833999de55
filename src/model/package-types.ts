/**
 * The package ecosystems whose databases are known. The names are those of the purl specification, but for `opkg`, of which its list of types
 * has none: other readers of opkg's database write `pkg:opkg/` too, and `generic` would say less.
 */
export const packageTypes = ['alpm', 'apk', 'deb', 'opkg', 'rpm'] as const;
