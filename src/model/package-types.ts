/** The package ecosystems whose databases are known; the names are those of the purl specification. */
export const packageTypes = ['alpm', 'apk', 'deb', 'opkg', 'rpm'] as const;
