/** The ecosystems with an order of their own: that of opkg is made after dpkg's. */
export const ownOrders = ['alpm', 'apk', 'deb', 'rpm'] as const;
export type OwnOrder = (typeof ownOrders)[number];
