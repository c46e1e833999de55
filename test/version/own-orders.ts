/** The ecosystems with an order of their own: those of pacman and opkg are made after rpm's and dpkg's. */
export const ownOrders = ['apk', 'deb', 'rpm'] as const;
export type OwnOrder = (typeof ownOrders)[number];
