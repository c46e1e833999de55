/** Version of the Inventory's schema. A reader accepts every version with the same major number (for 0.x: the same minor). */
export const inventorySchemaVersion = '0.1.0';

/** Version of the schemas of the view packages. */
export const packagesReportSchemaVersion = '0.1.0';

/** Version of the schema of the view coverage. */
export const coverageReportSchemaVersion = '0.1.0';

/** Version of the schema of diff. */
export const diffReportSchemaVersion = '0.1.0';

/** Versions of the schemas of the other views. */
export const matrixReportSchemaVersion = '0.1.0';
export const teamsReportSchemaVersion = '0.1.0';
export const containersReportSchemaVersion = '0.1.0';
export const spreadReportSchemaVersion = '0.1.0';
